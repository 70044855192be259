"""Comparing estimators, and tunings of one, over the same lines and seeds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from linklab.profile import Profile
from linklab.profiles import find
from linklab.simulation.outcome import quantile
from linklab.simulation.run import Session, run
from linklab.simulation.site import CapacityEstimator

LINES: Final = (
    *("adsl-rural", "adsl-poor", "3g-fair", "3g-weak", "edge-64", "floor-32", "sat-geo"),
    *("blackout", "bufferbloat-shared", "good-2m"),
)
_SETTLED_S: Final = 3.0
_GOAL: Final = 0.95
_QUEUE_S: Final = 0.06
_SHARED: Final = "bufferbloat-shared"
"""What it carries for us is not what it carries."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How one estimator did on one line; each is better when smaller."""

    under: float
    """Mean of what is missing to 95 % of the capacity, while the line is not cut."""
    over: float
    """Mean of what is above the capacity."""
    queue_p95_s: float
    """Of packets sent while the line is not cut."""
    unknown_s: float
    """Until the rate is known to within 0.7 to 1.15 of the truth; at most the whole run."""

    @property
    def total(self) -> float:
        """One number; chosen: too much is twice as bad as too little, and 60 ms of queue free."""
        queue = max(0.0, self.queue_p95_s - _QUEUE_S)
        return self.under + 2 * self.over + 2 * queue + 0.02 * self.unknown_s


def marks(profile: Profile, session: Session) -> Marks:
    """Judge one session."""
    at = session.up.capacity_bps
    pairs = [
        (moment_s, estimate, at(moment_s))
        for moment_s, estimate in session.log.estimates
        if at(moment_s) > 0 and not (profile.name == _SHARED and estimate.queue_s > _QUEUE_S)
    ]
    settled = [estimate.usable_bps / true for s, estimate, true in pairs if s > _SETTLED_S]
    known = (s for s, e, true in pairs if e.is_known and 0.7 * true < e.usable_bps < 1.15 * true)
    queues = [c.queued_s for c in session.crossings if c.queued_s is not None and at(c.sent_s)]
    return Marks(
        under=fmean(max(0.0, _GOAL - ratio) for ratio in settled),
        over=fmean(max(0.0, ratio - 1) for ratio in settled),
        queue_p95_s=quantile(queues, 0.95),
        unknown_s=next(known, session.seconds),
    )


def judge(
    estimator: Callable[[float], CapacityEstimator],
    lines: Sequence[str] = LINES,
    seeds: Sequence[int] = (1, 2, 3),
) -> dict[str, Marks]:
    """Mean marks on each line."""
    found: dict[str, Marks] = {}
    for name in lines:
        profile = find(name)
        each = [marks(profile, run(profile, seed, estimator=estimator)) for seed in seeds]
        found[name] = Marks(
            under=fmean(one.under for one in each),
            over=fmean(one.over for one in each),
            queue_p95_s=fmean(one.queue_p95_s for one in each),
            unknown_s=fmean(one.unknown_s for one in each),
        )
    return found


def total(found: dict[str, Marks]) -> float:
    """Mean of all lines."""
    return fmean(one.total for one in found.values())
