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
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from client.core.adaptation.observation import Passed

_Floats = npt.NDArray[np.float64]

LOWEST_BPS: Final = 12_000
HIGHEST_BPS: Final = 6_000_000
"""chosen: well around the lines we serve; above it nothing is gained by knowing more."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What the sweep chose; see ``scripts/linklab/simulation/results``."""

    step: float = 0.05
    """Between neighbouring capacities, as a fraction."""
    wander: float = 0.1
    """How far a capacity may have gone in a second, as a fraction (one standard deviation)."""
    doubt: float = 9.0
    """The most any capacity can fall behind the best, in nats: how soon it may come back."""
    surprise: float = 6.0
    """The most one packet can say against a capacity, in nats."""
    trust: float = 0.7
    """What a packet counts, for noise comes in runs: below 1."""
    gain: float = 0.12
    """Share of a small surprise that corrects the queue."""
    base_gain: float = 0.01
    """Share of a surprise that corrects the base delay, where no queue is expected."""
    base_pull: float = 0.15
    """Share of the distance to the likeliest base delay that others make in a second."""
    base_window_s: float = 5.0
    """The base delay is not below what was observed in the last one or two of these."""
    full_s: float = 0.25
    """A queue this long may be full."""
    least_noise_s: float = 0.002
    """Observed delays are never trusted better than this."""


class LineModel:
    """The bank at work. All times are differences, so clocks need no common zero."""

    def __init__(self, tuning: Tuning, begin_bps: float | None) -> None:
        """Begin without knowledge, or with a leaning towards a rate measured before."""
        points = int(math.log(HIGHEST_BPS / LOWEST_BPS) / tuning.step) + 1
        self._tuning = tuning
        self._log_bps: _Floats = np.linspace(0.0, tuning.step * (points - 1), points)
        self._log_bps += math.log(LOWEST_BPS)
        self._s_per_byte: _Floats = 8 / np.exp(self._log_bps)
        self._belief: _Floats = np.full(points, 1 / points)
        if begin_bps:
            leaning = np.exp(-((self._log_bps - math.log(begin_bps)) ** 2) / _LEANING)
            self._belief = leaning / leaning.sum()
        self._base: BaseDelay | None = None
        self._queue_s: _Floats = np.zeros(points)
        """At the time of the last packet, with that packet."""
        self._sent_s = float("-inf")
        self._noise_s = _FIRST_NOISE_S

    @property
    def noise_s(self) -> float:
        """What of the delay nothing explains: jitter, and others' traffic."""
        return self._noise_s

    def quantile_bps(self, share: float) -> float:
        """The capacity below which the true one lies with this probability."""
        below = np.cumsum(self._belief) - self._belief / 2  # a point stands for half a step around
        return math.exp(float(np.interp(share, below, self._log_bps)))

    @property
    def spread(self) -> float:
        """Standard deviation of the capacity's logarithm: 0.1 is about 10 %."""
        mean = float(self._belief @ self._log_bps)
        return math.sqrt(max(0.0, float(self._belief @ (self._log_bps - mean) ** 2)))

    def queue_s(self) -> tuple[float, float]:
        """Time to drain, with the last packet observed; and when that was sent."""
        return float(self._belief @ self._queue_s), self._sent_s

    def forget_queue(self) -> None:
        """An unknown amount was sent: the next packet shows the queue, and nothing else."""
        self._sent_s = float("-inf")

    def observe(
        self, size_bytes: int, before: Sequence[Passed], sent_s: float, delay_s: float
    ) -> None:
        """One packet arrived; ``before`` went before it since the last one observed."""
        own = size_bytes * self._s_per_byte
        if self._base is None:
            self._base = BaseDelay(delay_s - own, sent_s, self._tuning)
        passed_s = sent_s - self._sent_s
        excess = delay_s - own - self._base.delay_s
        error = self._error(excess, before, sent_s)
        ahead = excess - error
        self._sent_s = sent_s
        if math.isinf(passed_s) or np.abs(error).min() > _STANDSTILL_S:
            self._queue_s = np.maximum(excess, 0.0) + own
            return
        self._judge(np.abs(error), min(max(passed_s, 0.0), _LONGEST_STEP_S))
        share = np.minimum(self._tuning.gain + (error / (5 * self._noise_s)) ** 2, 1.0)
        self._queue_s = np.maximum(ahead + share * error, 0.0) + own
        idle_error = np.where(ahead <= 0, error, 0.0)
        self._base.correct(delay_s - own, idle_error, self._noise_s, sent_s)
        self._base.agree(self._belief, min(max(passed_s, 0.0), _LONGEST_STEP_S))

    def _error(self, excess: _Floats, before: Sequence[Passed], sent_s: float) -> _Floats:
        """Observed minus expected delay.

        Where the queue may be full, what went before may have been dropped there: then whatever
        lies between all of it and nothing of it is expected.
        """
        alone = np.maximum(self._queue_s - (sent_s - self._sent_s), 0.0)
        if not before:
            return excess - alone
        ahead, at_s = self._queue_s, self._sent_s
        for passed_s, size_bytes in before:
            ahead = np.maximum(ahead - (passed_s - at_s), 0.0) + size_bytes * self._s_per_byte
            at_s = passed_s
        ahead = np.maximum(ahead - (sent_s - at_s), 0.0)
        if float(self._belief @ excess) < self._tuning.full_s:
            return excess - ahead
        return np.minimum(np.maximum(excess - ahead, 0.0), excess - alone)

    def _judge(self, size: _Floats, passed_s: float) -> None:
        """Bayes' rule, after the capacity has wandered a little."""
        tuning = self._tuning
        pull = min(0.5 * (tuning.wander / tuning.step) ** 2 * passed_s, _MOST_PULL)
        belief = self._belief * (1 - 2 * pull)
        belief[1:] += pull * self._belief[:-1]
        belief[:-1] += pull * self._belief[1:]
        belief[0] += pull * self._belief[0]
        belief[-1] += pull * self._belief[-1]
        belief *= np.exp(-tuning.trust * np.minimum(size / self._noise_s, tuning.surprise))
        np.maximum(belief, belief.max() * math.exp(-tuning.doubt), out=belief)
        self._belief = belief / belief.sum()
        unexplained_s = min(float(self._belief @ size), _MOST_NOISE_S)
        self._noise_s += _NOISE_GAIN * (unexplained_s - self._noise_s)
        self._noise_s = max(self._noise_s, tuning.least_noise_s)


class BaseDelay:
    """The delay of the line without any queue, as each capacity sees it.

    The two clocks' offset is in it, and their drift.
    """

    def __init__(self, delay_s: _Floats, now_s: float, tuning: Tuning) -> None:
        self.delay_s = delay_s.copy()
        self._tuning = tuning
        self._observed = 1
        self._lowest_s = self._lowest_before_s = delay_s.copy()
        self._turned_s = now_s

    def correct(self, delay_s: _Floats, error: _Floats, noise_s: float, now_s: float) -> None:
        """Follow one more observation; ``error`` is zero where a queue explains it."""
        self._observed += 1
        gain = max(self._tuning.base_gain, 1 / self._observed)
        bound_s = 3 * noise_s
        self.delay_s += gain * np.clip(error, -bound_s, bound_s)
        self.delay_s += 0.5 * np.minimum(error + bound_s, 0.0)
        self._lowest_s = np.minimum(self._lowest_s, delay_s)
        if now_s - self._turned_s > self._tuning.base_window_s:
            least = np.minimum(self._lowest_s, self._lowest_before_s)
            self.delay_s = np.maximum(self.delay_s, least)
            self._lowest_before_s, self._lowest_s = self._lowest_s, delay_s.copy()
            self._turned_s = now_s

    def agree(self, belief: _Floats, passed_s: float) -> None:
        """There is one base delay: draw the unlikely capacities' towards that of the likely ones.

        So a delay that falls below what a low capacity could ever show speaks for a higher one.
        """
        likely_s = float(belief @ self.delay_s)
        pull = np.where(belief < _UNLIKELY * belief.max(), self._tuning.base_pull * passed_s, 0.0)
        self.delay_s += pull * (likely_s - self.delay_s)


_UNLIKELY: Final = 0.01  # chosen: those still in question each keep a base delay of their own
_LEANING: Final = 0.5
_FIRST_NOISE_S: Final = 0.005
_LONGEST_STEP_S: Final = 0.1  # chosen: silence of ours is no reason to forget the line
_MOST_PULL: Final = 0.45
_STANDSTILL_S: Final = 0.8  # chosen: no queue of ours grows so much from one packet to the next
_NOISE_GAIN: Final = 0.05  # chosen: about twenty packets
_MOST_NOISE_S: Final = 0.06
