"""A bank of simple lines, each of one capacity, and how well each explains what arrived.

A packet's one-way delay on a first-in first-out line is ``base + queue + size / capacity`` and some
noise. For every capacity of a grid this module runs the queue that our own packets would have made
there (Lindley 1952: what was left, minus the time that passed, plus what was added), compares the
delay that follows with the one observed, and believes in the capacities that explain best. So any
traffic measures the line: a big packet among small ones, a train, a queue that builds up. It
never mistakes sending little for a line that carries little.

The difference between predicted and observed delay is the innovation of GCC's arrival-time filter
(draft-ietf-rmcat-gcc-02, 5.2 and 5.3), without its assumption that one capacity is right.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[np.float64]

LOWEST_BPS: Final = 12_000
HIGHEST_BPS: Final = 6_000_000
"""chosen: well around the lines we serve; above it nothing is gained by knowing more."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What the sweep chose; see ``scripts/linklab/simulation/results``."""

    step: float = 0.05
    """Between neighbouring capacities, as a fraction."""
    memory_s: float = 3.0
    """How long an observation counts."""
    doubt: float = 9.0
    """The most any capacity can fall behind the best, in nats: how soon it may come back."""
    surprise: float = 4.0
    """The most one packet can say against a capacity, in nats."""
    gain: float = 0.12
    """Share of a small surprise that corrects the queue."""
    base_up: float = 0.01
    base_down: float = 0.1
    """Shares of a surprise that correct the base delay, upwards and downwards."""
    least_noise_s: float = 0.002
    """Observed delays are never trusted better than this."""


class LineModel:
    """The bank at work. All times are differences, so clocks need no common zero."""

    def __init__(self, tuning: Tuning, begin_bps: float | None) -> None:
        """Begin without knowledge, or with a leaning towards a rate measured before."""
        points = int(np.log(HIGHEST_BPS / LOWEST_BPS) / tuning.step) + 1
        self._tuning = tuning
        self._log_bps: Final = float(np.log(LOWEST_BPS)) + tuning.step * np.arange(
            points, dtype=float
        )
        self._bps: Final[_Floats] = np.exp(self._log_bps)
        self._s_per_byte: Final[_Floats] = 8 / self._bps
        self._scores: _Floats = np.zeros(points)
        if begin_bps:
            self._scores = -((self._log_bps - np.log(begin_bps)) ** 2) / 0.5
        self._base_s: _Floats | None = None
        self._queue_s: _Floats = np.zeros(points)
        """At the time of the last packet, with that packet."""
        self._sent_s = 0.0
        self._noise_s = 0.005
        self._weights: _Floats | None = None

    @property
    def noise_s(self) -> float:
        """What of the delay nothing explains: jitter, and others' traffic."""
        return self._noise_s

    def quantile_bps(self, share: float) -> float:
        """The capacity below which the true one lies with this probability."""
        sums = np.cumsum(self._belief())
        return math.exp(float(np.interp(share, sums, self._log_bps)))

    @property
    def spread(self) -> float:
        """Standard deviation of the capacity's logarithm: 0.1 is about 10 %."""
        belief = self._belief()
        mean = float(belief @ self._log_bps)
        return math.sqrt(max(0.0, float(belief @ (self._log_bps - mean) ** 2)))

    def queue_s(self) -> tuple[float, float]:
        """Time to drain, with the last packet observed; and when that was sent."""
        return float(self._belief() @ self._queue_s), self._sent_s

    def forget_queue(self) -> None:
        """The line changed, or an unknown amount was sent: the next packet begins anew."""
        self._sent_s = float("-inf")

    def observe(self, size_bytes: int, before_bytes: int, sent_s: float, delay_s: float) -> None:
        """One packet arrived; ``before_bytes`` went before it since the last one observed."""
        own = size_bytes * self._s_per_byte
        if self._base_s is None:
            self._base_s = delay_s - own
            self._queue_s, self._sent_s = own, sent_s
            return
        passed_s = sent_s - self._sent_s
        if np.isinf(passed_s):
            self._anchor(own, sent_s, delay_s)
            return
        ahead = np.maximum(self._queue_s - passed_s + before_bytes * self._s_per_byte, 0.0)
        error = delay_s - self._base_s - ahead - own
        if np.min(np.abs(error)) > _STANDSTILL_S:
            self._anchor(own, sent_s, delay_s)
            return
        self._judge(error, min(max(passed_s, 0.0), _LONGEST_STEP_S))
        self._correct(error, ahead, own)
        self._sent_s = sent_s

    def _judge(self, error: _Floats, passed_s: float) -> None:
        tuning = self._tuning
        size = np.abs(error)
        self._scores *= np.exp(-passed_s / tuning.memory_s)
        self._scores -= np.minimum(size / self._noise_s, tuning.surprise)
        self._scores -= self._scores.max()
        np.maximum(self._scores, -tuning.doubt, out=self._scores)
        self._weights = None
        unexplained_s = min(float(self._belief() @ size), _MOST_NOISE_S)
        self._noise_s += _NOISE_GAIN * (unexplained_s - self._noise_s)
        self._noise_s = max(self._noise_s, tuning.least_noise_s)

    def _correct(self, error: _Floats, ahead: _Floats, own: _Floats) -> None:
        assert self._base_s is not None  # noqa: S101 - only called once it is set
        tuning = self._tuning
        share = np.minimum(tuning.gain + (error / (5 * self._noise_s)) ** 2, 1.0)
        self._queue_s = np.maximum(ahead + share * error, 0.0) + own
        bounded = np.clip(error, -5 * self._noise_s, 5 * self._noise_s)
        rising = np.where(ahead <= 0, tuning.base_up, 0.0)
        self._base_s += np.where(bounded < 0, tuning.base_down, rising) * bounded

    def _anchor(self, own: _Floats, sent_s: float, delay_s: float) -> None:
        """Take the queue as it is now, and learn nothing from how it came about."""
        assert self._base_s is not None  # noqa: S101 - only called once it is set
        self._queue_s = np.maximum(delay_s - self._base_s - own, 0.0) + own
        self._sent_s = sent_s

    def _belief(self) -> _Floats:
        if self._weights is None:
            weights = np.exp(self._scores)
            self._weights = weights / weights.sum()
        return self._weights


_LONGEST_STEP_S: Final = 0.25  # chosen: silence of ours is no reason to forget the line
_STANDSTILL_S: Final = 0.8  # chosen: no queue of ours grows so much from one packet to the next
_NOISE_GAIN: Final = 0.05  # chosen: about twenty packets
_MOST_NOISE_S: Final = 0.06
