"""One question to a LifeScan meter, and its answer.

Source: LifeScan's sheet for the UltraMini as public programs quote it. The meter acknowledges a
request, then replies; the host acknowledges the reply. Each side counts what it sent and received,
modulo 2; a disconnect, acknowledged, sets both counts to zero.
"""

from datetime import datetime, timedelta
from typing import Final

from devices.protocols import lifescan
from devices.protocols.lifescan import (
    ACKNOWLEDGED,
    DISCONNECT,
    EXPECTED,
    SENT,
    Dialect,
    Packet,
    Reply,
)

REPLY_WITHIN: Final = timedelta(seconds=1)  # Tidepool Uploader: one second for each packet
TRIES: Final = 3


class Exchange:
    """Asks, acknowledges, and asks again when no answer comes."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._message = b""
        self._wanted: type[Reply] = lifescan.Version
        self._is_linked = not dialect.has_link
        self._sent = 0
        self._expected = 0
        self._asked_at: datetime | None = None
        self._asked_times = 0
        self.is_over = True
        """Nothing is awaited."""
        self.answer: Reply | None = None
        """What came; `None` when nothing did."""

    def begin(self, message: bytes, wanted: type[Reply], now: datetime) -> bytes:
        """Ask; what to send."""
        self._message = message
        self._wanted = wanted
        self._asked_times = 0
        self.is_over = False
        self.answer = None
        return self._ask(now)

    def hear(self, packet: Packet, now: datetime) -> bytes:
        """A packet came; what to send now."""
        if not self._dialect.has_link:
            self._conclude(packet)
            return b""
        if packet.link & DISCONNECT:
            return self._linked(packet, now)
        self._sent = SENT if packet.link & EXPECTED else 0
        if not packet.message:
            return b""
        is_new = bool(packet.link & SENT) == bool(self._expected)
        if is_new:
            self._expected ^= EXPECTED
            self._conclude(packet)
        return lifescan.packet(ACKNOWLEDGED | self._expected | self._sent)

    def tick(self, now: datetime) -> bytes:
        """What to send now."""
        if self.is_over or self._asked_at is None or now - self._asked_at < REPLY_WITHIN:
            return b""
        self._is_linked = not self._dialect.has_link
        if self._asked_times < TRIES:
            return self._ask(now)
        self.is_over = True
        return b""

    def _linked(self, packet: Packet, now: datetime) -> bytes:
        self._sent = self._expected = 0
        if self._is_linked or self.is_over or not packet.link & ACKNOWLEDGED:
            return b""
        self._is_linked = True
        self._asked_at = now
        return self._request()

    def _conclude(self, packet: Packet) -> None:
        answer = lifescan.reply(packet.message)
        if not self.is_over and isinstance(answer, self._wanted):
            self.answer = answer
            self.is_over = True

    def _ask(self, now: datetime) -> bytes:
        self._asked_at = now
        self._asked_times += 1
        return self._request() if self._is_linked else lifescan.packet(DISCONNECT)

    def _request(self) -> bytes:
        return lifescan.packet(self._expected | self._sent, self._message)
