"""What was sent and not yet spoken of by the receiver.

The sender's choke point calls `Flight.number` for each packet that carries a transport-wide number
and `Flight.pass_by` for each that cannot; `Flight.join` turns the receiver's report into what the
estimator understands.
"""

from dataclasses import dataclass, replace
from typing import Final

from client.core.adaptation.feedback import NUMBERS_MODULUS, TICK_S, TICKS_MODULUS, Report
from client.core.adaptation.observation import Arrival, Feedback, Passed
from client.core.lanes import Lane

FLIGHT_LIMIT: Final = 8_192
"""Packets remembered; the oldest is forgotten. chosen: the most one report may speak of."""
_PASSED_LIMIT: Final = 256
"""Packets without a number remembered one by one between two with one. chosen: far above the
twenty or so that even a fast line sends in between; where no media flow, more are added up."""


@dataclass(frozen=True, slots=True)
class _Sent:
    lane: Lane
    size_bytes: int
    before: tuple[Passed, ...]
    sent_s: float
    is_lost: bool = False
    """A report has said so; a later one may correct it."""
    is_repeated: bool = False
    """It left again under this number: when that arrives says nothing of the first time."""


class Flight:
    """Numbers packets and remembers them until their fate is known."""

    def __init__(self) -> None:
        self._sent: dict[int, _Sent] = {}
        self._next = 0
        self._passed: list[Passed] = []
        self._newest_tick: int | None = None

    def number(self, lane: Lane, size_bytes: int, now_s: float) -> int:
        """Note a packet that leaves now; the 16-bit transport-wide number it is to carry.

        Size on the line, by the link layer's accounting.
        """
        number = self._next
        self._next += 1
        self._sent[number] = _Sent(lane, size_bytes, tuple(self._passed), now_s)
        self._passed.clear()
        if len(self._sent) > FLIGHT_LIMIT:
            del self._sent[next(iter(self._sent))]
        return number % NUMBERS_MODULUS

    def pass_by(self, size_bytes: int, now_s: float) -> None:
        """Note a packet that leaves now and carries no number: SCTP, RTCP."""
        if len(self._passed) == _PASSED_LIMIT:
            size_bytes += self._passed.pop().size_bytes
        self._passed.append(Passed(now_s, size_bytes))

    def repeat(self, short: int, size_bytes: int, now_s: float) -> None:
        """Note a packet that leaves again, bytes and number unchanged: the peer has missed it."""
        number = self._unwrap(short)
        if sent := self._sent.get(number):
            self._sent[number] = replace(sent, is_repeated=True)
        self.pass_by(size_bytes, now_s)

    def join(self, report: Report, now_s: float) -> Feedback:
        """What the report says that is news, about packets that we did send."""
        arrivals: list[Arrival] = []
        for short, tick in report.arrivals:
            number = self._unwrap(short)
            sent = self._sent.get(number)
            is_missing = tick is None or (sent is not None and sent.is_repeated)
            if sent is None or (sent.is_lost and is_missing):
                continue
            arrived_s = None
            if tick is not None and not sent.is_repeated:
                arrived_s = self._unwrap_tick(tick) * TICK_S
            arrivals.append(_arrival(number, sent, arrived_s))
            if arrived_s is None:
                self._sent[number] = _lost(sent)
            else:
                del self._sent[number]
        return Feedback(now_s, tuple(arrivals))

    def _unwrap(self, short: int) -> int:
        newest = self._next - 1
        return newest - (newest - short) % NUMBERS_MODULUS

    def _unwrap_tick(self, tick: int) -> int:
        if self._newest_tick is None:
            self._newest_tick = tick + TICKS_MODULUS
        half = TICKS_MODULUS // 2
        ahead = (tick - self._newest_tick + half) % TICKS_MODULUS - half
        unwrapped = self._newest_tick + ahead
        self._newest_tick = max(self._newest_tick, unwrapped)
        return unwrapped


def _arrival(number: int, sent: _Sent, arrived_s: float | None) -> Arrival:
    return Arrival(number, sent.lane, sent.size_bytes, sent.before, sent.sent_s, arrived_s)


def _lost(sent: _Sent) -> _Sent:
    return replace(sent, is_lost=True)
