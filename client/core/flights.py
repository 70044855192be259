"""What is under way to the peer without a receipt, and when to send it again.

The timer is TCP's (RFC 6298), fed by our own end-to-end receipts, so that it includes the moment
the peer holds a receipt back. Usually it need not run out: the path keeps the order of what it
carries, so whatever left before something that has arrived, and has no receipt, is lost (RFC 9002,
6.1.1, with a threshold of one).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

FIRST_WAIT_S: Final = 2.0
"""Before anything is known of the path. chosen: RFC 6298, 2.1, has one second, which a line of
32 kbit/s takes to pass the first words alone; said again too soon, they take as long again."""
SHORTEST_WAIT_S: Final = 0.2
"""chosen: a receipt may be held back for half of that on a line without any delay."""
LONGEST_WAIT_S: Final = 4.0
"""chosen: after a cut of some seconds a message comes back soon."""
_DOUBLINGS: Final = 5
"""From any wait they lead to the longest; a peer may leave a message without a receipt for ever."""
_SMOOTHING: Final = 1 / 8  # RFC 6298, 2.3
_VARIATION_SMOOTHING: Final = 1 / 4  # RFC 6298, 2.3
_VARIATIONS: Final = 4  # RFC 6298, 2.3


class RoundTrip:
    """The time from sending to receipt, smoothed (RFC 6298, 2)."""

    def __init__(self) -> None:
        self.smoothed_s: float | None = None
        self._variation_s = 0.0

    def note(self, measured_s: float) -> None:
        """One measurement, of something sent once (Karn's rule)."""
        if self.smoothed_s is None:
            self.smoothed_s, self._variation_s = measured_s, measured_s / 2
            return
        deviation_s = abs(self.smoothed_s - measured_s)
        self._variation_s += _VARIATION_SMOOTHING * (deviation_s - self._variation_s)
        self.smoothed_s += _SMOOTHING * (measured_s - self.smoothed_s)

    @property
    def wait_s(self) -> float:
        """How long to wait for a receipt before sending again."""
        if self.smoothed_s is None:
            return FIRST_WAIT_S
        wait_s = self.smoothed_s + _VARIATIONS * self._variation_s
        return min(max(wait_s, SHORTEST_WAIT_S), LONGEST_WAIT_S)


@dataclass(slots=True)
class _Flight:
    turn: int
    sent_s: float
    due_s: float
    times: int
    is_missed: bool = False
    """What left after it has arrived."""


class Flights:
    """What was sent on one path, by a number of the owner's, until it is known to have arrived.

    Every ``now_s`` is the same monotonic clock, in seconds.
    """

    def __init__(self) -> None:
        self.round_trip: Final = RoundTrip()
        self._flights: dict[int, _Flight] = {}
        self._turns = 0
        self._doublings = 0
        """Of every wait, since the last one that ran out and until a measurement (5.7)."""

    def __len__(self) -> int:
        return len(self._flights)

    def note_sent(self, number: int, now_s: float) -> None:
        """It has just been sent, for the first time or again."""
        before = self._flights.pop(number, None)
        times = 1 if before is None else before.times + 1
        if before is not None and not before.is_missed:
            self._doublings = max(self._doublings, times - 1)
        doublings = min(max(times - 1, self._doublings), _DOUBLINGS)
        wait_s = min(self.round_trip.wait_s * 2**doublings, LONGEST_WAIT_S)
        self._turns += 1
        self._flights[number] = _Flight(self._turns, now_s, now_s + wait_s, times)

    def note_arrived(self, numbers: Iterable[int], now_s: float, *, is_all: bool) -> None:
        """The peer has these; if that is all it has, what was sent before them is due at once."""
        arrived = [flight for n in numbers if (flight := self._flights.pop(n, None)) is not None]
        once = [flight for flight in arrived if flight.times == 1]
        if not once:
            return
        # The one that waited longest for this receipt: the others' times would hide that wait.
        self.round_trip.note(now_s - min(flight.sent_s for flight in once))
        self._doublings = 0
        newest = max(flight.turn for flight in once)
        for flight in self._flights.values() if is_all else ():
            if flight.turn < newest:
                flight.due_s = min(flight.due_s, now_s)
                flight.is_missed = True

    def due(self, now_s: float) -> list[int]:
        """What to send again now, that sent longest ago first."""
        return [number for number, flight in self._flights.items() if flight.due_s <= now_s]

    def next_s(self) -> float | None:
        """When something will be due; None while nothing is under way."""
        return min((flight.due_s for flight in self._flights.values()), default=None)

    def forget(self) -> None:
        """The path is gone, with whatever was under way on it."""
        self._flights.clear()
        self._doublings = 0
