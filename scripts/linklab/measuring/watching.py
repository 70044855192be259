"""What was seen: each new picture, by its stamp, and how old it was."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from linklab.measuring import stamp


@dataclass(frozen=True, slots=True)
class Sighting:
    """A picture's stamp as it was captured or shown."""

    at_ms: float
    number: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person at the other end saw, over a span of time."""

    ages_ms: tuple[float, ...]
    """Glass to glass, one for each new picture shown."""
    shown: tuple[Sighting, ...]
    """Each new picture."""


def sightings(rows: Sequence[Sequence[float]], offset_ms: float = 0.0) -> list[Sighting]:
    """The legible ones of a page's rows of time and cells."""
    read = ((row[0] + offset_ms, stamp.read([round(cell) for cell in row[1:]])) for row in rows)
    return [Sighting(at_ms, number) for at_ms, number in read if number is not None]


def look(
    captured: Sequence[Sighting], shown: Sequence[Sighting], from_ms: float, until_ms: float
) -> Seen:
    """Join what was shown with what was captured; what was never captured is a misread stamp."""
    times = defaultdict(list)
    for sighting in captured:
        times[sighting.number].append(sighting.at_ms)
    new: list[Sighting] = []
    ages: list[float] = []
    last: int | None = None
    for sighting in sorted(shown, key=lambda one: one.at_ms):
        known = times.get(sighting.number, [])
        before = bisect_right(known, sighting.at_ms)
        if not before or sighting.number == last:
            continue
        last = sighting.number
        if from_ms <= sighting.at_ms < until_ms:
            new.append(sighting)
            ages.append(sighting.at_ms - known[before - 1])
    return Seen(tuple(ages), tuple(new))
