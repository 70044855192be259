"""Our RTCP sender reports, honest about capture and frugal (RFC 3550, 6.4.1). No I/O.

aiortc makes one a second for each stream, with a description of the source (its random name)
behind it, and says that a packet's time is when it was handed over. Here the time becomes the
capture's, so that the peer plays lips and voice together however long either took to encode and to
leave; and a thin line carries fewer of them.
"""

from dataclasses import dataclass
from typing import Final

_SENDER_REPORT: Final = 200
_WORD_BYTES: Final = 4
_TIMESTAMP_AT: Final = 16
_TIMESTAMPS: Final = 1 << 32
_REPORT_BITS: Final = 8 * 76  # without the source's description, headers and encryption included
_SHARE: Final = 0.01
"""Of the line, for each stream; chosen: a fifth of what RFC 3550, 6.2 allows all of RTCP."""
_PERIOD_LIMIT_S: Final = 5.0
"""chosen: RFC 3550's usual least period; a browser needs two to play streams together."""


@dataclass(slots=True)
class _Stream:
    clock_hz: int
    lag_s: float = 0.0
    """From the newest packet's capture to its being handed over."""
    reported_s: float = float("-inf")
    reports: int = 0


class SenderReports:
    """Passes, corrects or holds back the reports of one connection's streams."""

    def __init__(self, clocks_hz: dict[int, int]) -> None:
        """``clocks_hz``: RTP clock by SSRC."""
        self._streams = {ssrc: _Stream(clock_hz) for ssrc, clock_hz in clocks_hz.items()}
        self._period_s = 0.0

    def use_line(self, send_bps: int) -> None:
        """What we may send in all, from now on."""
        self._period_s = min(_PERIOD_LIMIT_S, _REPORT_BITS / (_SHARE * send_bps))

    def note_lag(self, ssrc: int, lag_s: float) -> None:
        """The packet handed over now was captured so long ago."""
        self._streams[ssrc].lag_s = lag_s

    def corrected(self, compound: bytes, now_s: float) -> bytes | None:
        """aiortc's compound packet as it is to leave; None: not now.

        The report's two times are those of the moment at which the newest packet was handed over.
        """
        stream = self._streams.get(int.from_bytes(compound[4:8]))
        if compound[1] != _SENDER_REPORT or stream is None:
            return compound
        if now_s < stream.reported_s + self._period_s and stream.reports > 1:
            return None
        is_first = stream.reports == 0
        stream.reported_s, stream.reports = now_s, stream.reports + 1
        report = compound if is_first else compound[: _length(compound)]
        timestamp = int.from_bytes(report[_TIMESTAMP_AT : _TIMESTAMP_AT + _WORD_BYTES])
        moved = (timestamp + round(stream.lag_s * stream.clock_hz)) % _TIMESTAMPS
        tail = report[_TIMESTAMP_AT + _WORD_BYTES :]
        return report[:_TIMESTAMP_AT] + moved.to_bytes(_WORD_BYTES) + tail


def _length(packet: bytes) -> int:
    return _WORD_BYTES * (int.from_bytes(packet[2:4]) + 1)
