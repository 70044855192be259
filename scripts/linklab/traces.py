"""Replay of measured lines, in mahimahi's format (Netravali et al., USENIX ATC 2015, 4).

One whole number a line: the millisecond, counted from the trace's beginning, at which one packet
of 1504 bytes could leave. A millisecond stands there as often as packets could; numbers never fall.
The trace begins again after its last millisecond. Public recordings in this format (Verizon, AT&T
and T-Mobile with mahimahi, Norway's 3G commutes after conversion) can be read from a file; none is
shipped, since none says it may be.

A packet takes the bytes it needs from one opportunity after another; what it leaves of one serves
the packet waiting behind it, and is lost if none is.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from linklab.capacity import Capacity

if TYPE_CHECKING:
    import random

OPPORTUNITY_BYTES: Final = 1504
_OPPORTUNITY_BITS: Final = 8 * OPPORTUNITY_BYTES
_MOMENT_S: Final = 0.5  # chosen: half the window over which a trace's rate of the moment is taken


class UnreadableTraceError(Exception):
    """A trace is not in mahimahi's format."""

    def __init__(self, line_number: int, reason: str) -> None:
        super().__init__(f"line {line_number} of the trace: {reason}")
        self.line_number = line_number
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Trace:
    """The delivery opportunities of a line, in milliseconds; see `read`."""

    opportunities_ms: tuple[int, ...]

    def laid_out(self, lots: "random.Random") -> Capacity:
        """See capacity.CapacityPlan; draws no lots."""
        del lots
        return _TracedCapacity(self.opportunities_ms)


def read(lines: Iterable[str]) -> Trace:
    """Return the trace, or raise UnreadableTraceError."""
    opportunities_ms: list[int] = []
    for line_number, line in enumerate(lines, start=1):
        if not line.strip().isdecimal():
            raise UnreadableTraceError(line_number, f"{line.strip()!r} is no whole number")
        millisecond = int(line)
        if opportunities_ms and millisecond < opportunities_ms[-1]:
            raise UnreadableTraceError(line_number, f"{millisecond} ms comes after a later one")
        opportunities_ms.append(millisecond)
    if not opportunities_ms or not opportunities_ms[-1]:
        raise UnreadableTraceError(len(opportunities_ms), "it ends at 0 ms, with nothing to replay")
    return Trace(tuple(opportunities_ms))


class _TracedCapacity:
    """Rises by one opportunity at a time. Times before zero are the trace's end."""

    def __init__(self, opportunities_ms: tuple[int, ...]) -> None:
        self._at_s = [millisecond / 1000 for millisecond in opportunities_ms]
        self._lap_s = self._at_s[-1]
        self._lap_bits = len(self._at_s) * _OPPORTUNITY_BITS

    def bits_by(self, time_s: float) -> float:
        """See capacity.Capacity."""
        laps, into_s = divmod(time_s, self._lap_s)
        return laps * self._lap_bits + bisect_right(self._at_s, into_s) * _OPPORTUNITY_BITS

    def reached_s(self, bits: float) -> float:
        """See capacity.Capacity."""
        laps, more_bits = divmod(bits, self._lap_bits)
        if not more_bits:
            laps, more_bits = laps - 1, self._lap_bits
        opportunity = int(-(-more_bits // _OPPORTUNITY_BITS)) - 1
        return laps * self._lap_s + self._at_s[opportunity]

    def bps_at(self, time_s: float) -> float:
        """See capacity.Capacity: over the second around."""
        bits = self.bits_by(time_s + _MOMENT_S) - self.bits_by(time_s - _MOMENT_S)
        return bits / (2 * _MOMENT_S)

    def nominal_bps_at(self, time_s: float) -> float:
        """See capacity.Capacity: the trace's mean, so the queue is one of bytes, as a modem's."""
        del time_s
        return self._lap_bits / self._lap_s
