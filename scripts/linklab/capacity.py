"""How many bits a line can have passed on by when: constant, in steps, wandering, or interrupted.

Every capacity is a curve that only rises: the bits the line could have carried since the schedule's
zero. A queue then needs no simulation of its own: a packet leaves when the curve reaches the bits
offered before it and its own. Times are seconds of the schedule; before zero, the values of zero
hold.
"""

import math
import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Protocol


class Capacity(Protocol):
    """The rising curve of one direction."""

    def bits_by(self, time_s: float) -> float:
        """Bits the line could have carried from zero to this time; negative before zero."""

    def reached_s(self, bits: float) -> float:
        """The first time at which the curve is this high; infinite if it never is."""

    def bps_at(self, time_s: float) -> float:
        """The rate now; zero while the line is cut."""

    def nominal_bps_at(self, time_s: float) -> float:
        """The rate by which the queue's limit is counted: never zero, the last one during a cut."""


class SteppedCapacity:
    """A rate that holds until the next step; the last one holds for ever."""

    def __init__(self, steps: Iterator[tuple[float, float]]) -> None:
        """Take (from_s, bps) in order, the first at 0; drawn only as far as times asked for."""
        self._steps = steps
        first_s, first_bps = next(steps)
        if first_s != 0 or first_bps <= 0:
            raise ValueError("a capacity begins at 0 s with a rate above zero")
        self._starts_s = [0.0]
        self._bps = [first_bps]
        self._nominal_bps = [first_bps]
        self._bits = [0.0]

    def bits_by(self, time_s: float) -> float:
        """See Capacity."""
        index = self._index(time_s)
        return self._bits[index] + (time_s - self._starts_s[index]) * self._bps[index]

    def reached_s(self, bits: float) -> float:
        """See Capacity."""
        while self._bits[-1] < bits and self._draw():
            pass
        index = max(bisect_left(self._bits, bits) - 1, 0)
        missing = bits - self._bits[index]
        if not missing:
            return self._starts_s[index]
        bps = self._bps[index]
        return self._starts_s[index] + missing / bps if bps else math.inf

    def bps_at(self, time_s: float) -> float:
        """See Capacity."""
        return self._bps[self._index(time_s)]

    def nominal_bps_at(self, time_s: float) -> float:
        """See Capacity."""
        return self._nominal_bps[self._index(time_s)]

    def _index(self, time_s: float) -> int:
        while self._starts_s[-1] <= time_s and self._draw():
            pass
        return max(bisect_right(self._starts_s, time_s) - 1, 0)

    def _draw(self) -> bool:
        """Fetch one more step; whether there was one."""
        step = next(self._steps, None)
        if step is None:
            return False
        start_s, bps = step
        lasted_s = start_s - self._starts_s[-1]
        self._bits.append(self._bits[-1] + lasted_s * self._bps[-1])
        self._starts_s.append(start_s)
        self._bps.append(bps)
        self._nominal_bps.append(bps or self._nominal_bps[-1])
        return True


class InterruptedCapacity:
    """Another capacity, cut at times."""

    def __init__(self, whole: Capacity, outages: Sequence["Outage"]) -> None:
        self._whole = whole
        self._outages = sorted(outages, key=lambda outage: outage.from_s)

    def bits_by(self, time_s: float) -> float:
        """See Capacity."""
        bits = self._whole.bits_by(time_s)
        for outage in self._outages:
            if time_s > outage.from_s:
                bits -= self._missed(outage.from_s, min(time_s, outage.until_s))
        return bits

    def reached_s(self, bits: float) -> float:
        """See Capacity."""
        for outage in self._outages:
            if self._whole.bits_by(outage.from_s) < bits:
                bits += self._missed(outage.from_s, outage.until_s)
        return self._whole.reached_s(bits)

    def bps_at(self, time_s: float) -> float:
        """See Capacity."""
        if any(outage.from_s <= time_s < outage.until_s for outage in self._outages):
            return 0.0
        return self._whole.bps_at(time_s)

    def nominal_bps_at(self, time_s: float) -> float:
        """See Capacity."""
        return self._whole.nominal_bps_at(time_s)

    def _missed(self, from_s: float, until_s: float) -> float:
        return self._whole.bits_by(until_s) - self._whole.bits_by(from_s)


@dataclass(frozen=True, slots=True)
class Outage:
    """A time during which nothing at all passes."""

    from_s: float
    until_s: float


class CapacityPlan(Protocol):
    """What a profile says of a capacity; lots, if any, are drawn when it is laid out."""

    def laid_out(self, lots: random.Random) -> Capacity:
        """Return the curve."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Rates known beforehand: (from_s, bits per second), the first at 0."""

    rates: tuple[tuple[float, float], ...]

    def laid_out(self, lots: random.Random) -> Capacity:
        """See CapacityPlan; draws no lots."""
        del lots
        return SteppedCapacity(iter(self.rates))


def constant(bps: float) -> Steps:
    """Lay out one rate for ever."""
    return Steps(((0.0, bps),))


@dataclass(frozen=True, slots=True)
class Wandering:
    """A rate drawn anew, evenly between two bounds, each time the last one has held long enough."""

    lowest_bps: float
    highest_bps: float
    hold_s: tuple[float, float]
    """Shortest and longest time one rate holds."""
    dips: tuple[tuple[float, float, float], ...] = ()
    """(from_s, until_s, bps), in order: what holds instead, whatever was drawn."""

    def laid_out(self, lots: random.Random) -> Capacity:
        """See CapacityPlan."""
        return SteppedCapacity(self._steps(lots))

    def _steps(self, lots: random.Random) -> Iterator[tuple[float, float]]:
        dips = list(self.dips)
        start_s = 0.0
        for _ in count():
            bps = lots.uniform(self.lowest_bps, self.highest_bps)
            next_s = start_s + lots.uniform(*self.hold_s)
            yield start_s, bps
            while dips and dips[0][0] < next_s:
                from_s, until_s, dip_bps = dips.pop(0)
                yield from_s, dip_bps
                yield until_s, bps
                next_s = max(next_s, until_s + self.hold_s[0])
            start_s = next_s
