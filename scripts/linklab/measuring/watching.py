"""What was seen: pictures a second, their age, and how long the picture stood still."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from linklab.measuring import stamp

FREEZE_S: Final = 0.5
"""A pause is frozen as far as it is longer than this."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A picture's stamp as it was captured or shown."""

    at_ms: float
    number: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person at the other end saw, over a span of time."""

    frames_per_s: float
    frozen_s: float
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
    seconds = (until_ms - from_ms) / 1000
    return Seen(len(new) / seconds, _frozen_s(new, until_ms), tuple(ages), tuple(new))


def _frozen_s(new: Sequence[Sighting], until_ms: float) -> float:
    """From the first picture to the end, whatever of each pause is beyond `FREEZE_S`."""
    times_ms = [sighting.at_ms for sighting in new] + [until_ms]
    gaps_s = ((later - earlier) / 1000 for earlier, later in pairwise(times_ms))
    return sum(max(0.0, gap_s - FREEZE_S) for gap_s in gaps_s)
