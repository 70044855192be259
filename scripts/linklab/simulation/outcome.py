"""What a session was like, in figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from linklab.simulation.run import Session

_SETTLED_S: Final = 5.0
"""When a constant line is expected to be known, and used."""
_FLOOR: Final = 0.5


@dataclass(frozen=True, slots=True)
class Outcome:
    """Delays in seconds, shares of one."""

    queue_p95_s: float
    """Time our packets waited in the bottleneck."""
    voice_lost: float
    voice_p50_s: float
    voice_p95_s: float
    readings_p99_s: float
    pictures_per_s: float
    picture_p95_s: float
    picture_gap_s: float
    """The longest time without a new picture."""
    still_s: float | None
    use: float
    """Of what the line could carry."""
    ratio: tuple[float, float, float]
    """Usable rate over true capacity, once settled: 5 %, median, 95 %."""
    known_s: float | None
    """When the rate was known, to within 0.7 to 1.15 of the truth."""


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share lies; infinite of nothing."""
    if not values:
        return float("inf")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def outcome(session: Session) -> Outcome:
    """Summarise."""
    got = session.received
    voice = [delay_s for _, delay_s in got.voice]
    pictures = [delay_s for _, delay_s in got.pictures]
    spoken = sum(1 for one in session.crossings if one.kind.name == "VOICE") or 1
    ratios = _ratios(session)
    shown = sorted(born_s + delay_s for born_s, delay_s in got.pictures)
    carried = 8 * sum(got.bytes_by_lane.values())
    whole_s = got.still_whole_s
    return Outcome(
        queue_p95_s=quantile(
            [c.queued_s for c in session.crossings if c.queued_s is not None], 0.95
        ),
        voice_lost=max(0.0, 1 - len(voice) / spoken),
        voice_p50_s=quantile(voice, 0.5),
        voice_p95_s=quantile(voice, 0.95),
        readings_p99_s=quantile([delay_s for _, delay_s in got.readings], 0.99),
        pictures_per_s=len(pictures) / session.seconds,
        picture_p95_s=quantile(pictures, 0.95),
        picture_gap_s=max((b - a for a, b in pairwise(shown)), default=float("inf")),
        still_s=None
        if whole_s is None or session.still_at_s is None
        else whole_s - session.still_at_s,
        use=carried / session.up.capacity_bits(0.0, session.seconds),
        ratio=(quantile(ratios, 0.05), quantile(ratios, 0.5), quantile(ratios, 0.95)),
        known_s=_known_s(session),
    )


def capacity_at(session: Session, at_s: float) -> float:
    """What the line really carried at a time."""
    return session.up.capacity_bps(at_s)


def _ratios(session: Session) -> list[float]:
    pairs = [
        (estimate.usable_bps, capacity_at(session, at_s))
        for at_s, estimate in session.log.estimates
        if at_s >= _SETTLED_S
    ]
    return [usable / true for usable, true in pairs if true]


def _known_s(session: Session) -> float | None:
    for at_s, estimate in session.log.estimates:
        true_bps = capacity_at(session, at_s)
        if estimate.is_known and 0.7 * true_bps < estimate.usable_bps < 1.15 * true_bps:
            return at_s
    return None
