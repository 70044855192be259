"""Transport-wide feedback on what the peer sends, so that its sender knows its line. No I/O."""

from typing import Final

from client.core.adaptation.feedback import PERIOD_S, FeedbackWriter
from client.net.header_extensions import number_of

_SHARE: Final = 0.015
"""Of our own line; RFC 3550, 6.2 gives 0.05 to all of RTCP, and there are reports beside it."""
_REPORT_BITS: Final = 8 * 80  # one feedback packet on the line, headers and encryption included
_PERIOD_LIMIT_S: Final = 0.6
"""chosen: a browser's sender still follows its line; slower, it would be late by a second."""


class Reception:
    """Notes what arrives, reports it as often as our own line can bear."""

    def __init__(self, ssrc: int) -> None:
        """``ssrc`` is one of ours."""
        self._writer = FeedbackWriter(ssrc)
        self._reported_s = float("-inf")
        self._period_s = PERIOD_S
        self.numbering_id: int | None = None

    def use_line(self, send_bps: int) -> None:
        """What we may send in all, from now on."""
        self._period_s = min(_PERIOD_LIMIT_S, max(PERIOD_S, _REPORT_BITS / (_SHARE * send_bps)))

    def note(self, packet: bytes, now_s: float) -> None:
        """An RTP packet of the peer has arrived."""
        if self.numbering_id is None:
            return
        if (number := number_of(packet, self.numbering_id)) is not None:
            self._writer.note(number, int.from_bytes(packet[8:12]), now_s)

    def next_at(self) -> float | None:
        """When `reports` will next have something to say; None while nothing has arrived."""
        due_s = self._writer.next_at()
        return None if due_s is None else max(due_s, self._reported_s + self._period_s)

    def reports(self, now_s: float) -> list[bytes]:
        """The RTCP packets that are due."""
        due_s = self.next_at()
        if due_s is None or now_s < due_s:
            return []
        self._reported_s = now_s
        return self._writer.reports(now_s)
