"""The sender's view of its line, all parts joined for whoever sends packets.

For each packet that leaves, in order::

    number = gauge.number(lane, size_bytes, now_s)   # RTP: write it into the header extension
    gauge.pass_by(size_bytes, now_s)                 # SCTP, RTCP: they carry none

    gauge.probe_behind(size_bytes, now_s)            # padding to send right behind such a one

For each RTCP packet 205/15 that arrives (`feedback.separate`), `Gauge.hear`. A few times a second
`Gauge.look`, and `Gauge.probe`: padding to send now. Sizes are on the line, by the link layer's
accounting.
"""

from collections import deque
from typing import Final

from client.core.adaptation.estimator import Estimator, LineSeed
from client.core.adaptation.feedback import parse
from client.core.adaptation.flight import Flight
from client.core.adaptation.observation import LineEstimate
from client.core.adaptation.probing import TRAILING_BYTES, Probe, Prober, Trailing
from client.core.lanes import Lane

_RATE_WINDOW_S: Final = 1.0
_RECORDS_LIMIT: Final = 2_048


class Gauge:
    """Flight, estimator and prober of one sender. ``now_s`` is one monotonic clock."""

    def __init__(self, now_s: float, seed: LineSeed | None = None) -> None:
        self._flight = Flight()
        self._estimator = Estimator(now_s, seed)
        self._prober = Prober(now_s)
        self._trailing = Trailing()
        self._sent: deque[tuple[float, int]] = deque(maxlen=_RECORDS_LIMIT)

    def number(self, lane: Lane, size_bytes: int, now_s: float) -> int:
        """A numbered packet leaves now; the 16 bits it is to carry."""
        self._note(size_bytes, now_s, is_numbered=True)
        self._trailing.note_numbered(size_bytes, now_s)
        return self._flight.number(lane, size_bytes, now_s)

    def pass_by(self, size_bytes: int, now_s: float) -> None:
        """A packet leaves now that carries no number."""
        self._note(size_bytes, now_s, is_numbered=False)
        self._flight.pass_by(size_bytes, now_s)

    def repeat(self, number: int, size_bytes: int, now_s: float) -> None:
        """A packet leaves again under the number it had."""
        self._note(size_bytes, now_s, is_numbered=False)
        self._flight.repeat(number, size_bytes, now_s)

    def hear(self, packet: bytes, now_s: float) -> None:
        """Take in one feedback packet; `ValueError` if it is malformed."""
        self._estimator.hear(self._flight.join(parse(packet), now_s))

    def look(self, now_s: float) -> LineEstimate:
        """What the line can carry now."""
        self._estimator.tick(now_s)
        return self._estimator.estimate

    def probe(self, now_s: float) -> Probe | None:
        """Padding that is worth sending now; ask about every 100 ms."""
        while self._sent and self._sent[0][0] < now_s - _RATE_WINDOW_S:
            self._sent.popleft()
        sending_bps = sum(size for _, size in self._sent) * 8 / _RATE_WINDOW_S
        sure_bps = self._estimator.sure_bps
        return self._prober.due(now_s, self.look(now_s), sure_bps, sending_bps)

    def probe_behind(self, size_bytes: int, now_s: float) -> Probe | None:
        """Padding that is worth sending right behind a packet that carried no number."""
        if not self._trailing.is_due(size_bytes, self._estimator.sure_bps, now_s):
            return None
        return Probe(1, TRAILING_BYTES)

    def _note(self, size_bytes: int, now_s: float, *, is_numbered: bool) -> None:
        self._estimator.sent(size_bytes, now_s, is_numbered=is_numbered)
        self._sent.append((now_s, size_bytes))
