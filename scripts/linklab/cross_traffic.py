"""Others on the same line: a program that takes its share in bursts, and TCP as it fills a queue.

A competitor says when it sends next, and is told what became of what it sent. Times are those of
the line's schedule; before its zero nobody competes.
"""

import heapq
import math
import random
from dataclasses import dataclass
from typing import Final, Protocol

_PACKET_BYTES: Final = 1500
"""A full Ethernet packet, as bulk traffic sends them."""


class Competitor(Protocol):
    """Someone else's traffic at work."""

    next_s: float
    """When it sends next, by what it knows by now; infinite: not at all."""

    def packet_bytes(self, capacity_bps: float) -> int:
        """Size of the packet it sends next, the line being as fast as that at the moment."""

    def sent(self, departed_s: float | None) -> None:
        """The packet due has been sent; it leaves the bottleneck then, or was dropped (None)."""


class CompetitorPlan(Protocol):
    """What a profile says of others' traffic."""

    def drawn_from(self, lots: random.Random) -> Competitor:
        """Return the competitor, which draws its lots there."""


@dataclass(frozen=True, slots=True)
class Bursts:
    """A program without any congestion control that takes a share of the line, drawn each time.

    Every second share is none at all, so that the line's recovery is seen as well.
    """

    hold_s: tuple[float, float] = (1.0, 6.0)
    """Shortest and longest time a share holds."""
    highest_share: float = 1.0
    begins_s: float = 0.0

    def drawn_from(self, lots: random.Random) -> Competitor:
        """See CompetitorPlan."""
        return _BurstingProgram(self, lots)


class _BurstingProgram:
    def __init__(self, plan: Bursts, lots: random.Random) -> None:
        self._plan = plan
        self._lots = lots
        self._share = 0.0
        self._until_s = self.next_s = plan.begins_s
        self._capacity_bps = 0.0
        self._begin_burst()

    def packet_bytes(self, capacity_bps: float) -> int:
        self._capacity_bps = capacity_bps
        return _PACKET_BYTES

    def sent(self, departed_s: float | None) -> None:
        del departed_s  # it does not care
        self.next_s += 8 * _PACKET_BYTES / (self._share * self._capacity_bps)
        if self.next_s >= self._until_s:
            self._begin_burst()

    def _begin_burst(self) -> None:
        self.next_s = self._until_s + self._lots.uniform(*self._plan.hold_s)
        self._until_s = self.next_s + self._lots.uniform(*self._plan.hold_s)
        self._share = self._plan.highest_share * (1 - self._lots.random())  # never zero


@dataclass(frozen=True, slots=True)
class TcpFlow:
    """A sender with Reno's window (RFC 5681) and selective acknowledgements.

    Kept simple: one halving a round trip, every loss is noticed a round trip later, what was lost
    is sent again as new, no time-outs but the wait for that notice.
    """

    rtt_s: float
    """Round trip without the queue."""
    begins_s: float = 0.0
    transfer_bytes: tuple[int, int] | None = None
    """Bounds of one transfer; None: it never ends."""
    idle_s: float = 10.0
    """Mean pause between transfers, drawn from the exponential distribution (RFC 8867, 5.7)."""

    def drawn_from(self, lots: random.Random) -> Competitor:
        """See CompetitorPlan."""
        return _Reno(self, lots)


class _Reno:
    _FIRST_WINDOW: Final = 10.0  # RFC 6928, 2
    _LEAST_WINDOW: Final = 2.0

    def __init__(self, plan: TcpFlow, lots: random.Random) -> None:
        self._plan = plan
        self._lots = lots
        self._notices: list[tuple[float, bool]] = []  # (heard_s, arrived), the earliest first
        self._recovered_s = -math.inf
        self.next_s = plan.begins_s
        self._open()

    def packet_bytes(self, capacity_bps: float) -> int:
        del capacity_bps  # it finds out by itself
        return _PACKET_BYTES

    def sent(self, departed_s: float | None) -> None:
        self._left -= departed_s is not None
        heard_s = (self.next_s if departed_s is None else departed_s) + self._plan.rtt_s
        heapq.heappush(self._notices, (heard_s, departed_s is not None))
        while self._notices and (not self._left or len(self._notices) >= int(self._window)):
            self._hear()
        if not self._left:
            self.next_s += self._lots.expovariate(1 / self._plan.idle_s)
            self._open()

    def _open(self) -> None:
        bounds = self._plan.transfer_bytes
        self._left = self._lots.randint(*bounds) / _PACKET_BYTES // 1 + 1 if bounds else math.inf
        self._window = self._FIRST_WINDOW
        self._threshold = math.inf

    def _hear(self) -> None:
        heard_s, arrived = heapq.heappop(self._notices)
        self.next_s = max(self.next_s, heard_s)
        if arrived:
            self._window += 1 if self._window < self._threshold else 1 / self._window
        elif heard_s > self._recovered_s:
            self._window = self._threshold = max(self._window / 2, self._LEAST_WINDOW)
            self._recovered_s = heard_s + self._plan.rtt_s
