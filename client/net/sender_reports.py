"""Our RTCP sender reports, honest about capture and frugal (RFC 3550, 6.4.1). No I/O.

aiortc makes one a second for each stream, with a description of the source (its random name)
behind it, and says that a packet's time is when it was handed over. Here the time becomes the
capture's, so that the peer plays lips and voice together however long either took to encode and to
leave; and a thin line carries fewer of them.

A browser lets the earlier of the two wait for the other, however long. Voice is worth more than
lips that match: of what a picture is later than voice, more than `LATER_LIMIT_S` is not told.
"""

from dataclasses import dataclass
from typing import Final

LATER_LIMIT_S: Final = 0.15
"""chosen: what voice may be made to wait for its picture."""

_SENDER_REPORT: Final = 200
_WORD_BYTES: Final = 4
_TIMESTAMP_AT: Final = 16
_TIMESTAMPS: Final = 1 << 32
_REPORT_BITS: Final = 8 * 76  # without the source's description, headers and encryption included
_SHARE: Final = 0.01
"""Of the line, for each stream; chosen: a fifth of what RFC 3550, 6.2 allows all of RTCP."""
_PERIOD_LIMIT_S: Final = 5.0
"""chosen: RFC 3550's usual least period; a browser needs two to play streams together."""
_SOON: Final = 2  # reports that leave whatever the line
_WEIGHT: Final = 0.1  # chosen: of the newest packet, in how late a stream usually is


@dataclass(slots=True)
class _Stream:
    clock_hz: int
    captured_s: float | None = None
    """Of the newest packet handed over."""
    handed_s: float = 0.0
    age_s: float | None = None
    """From capture to leaving, smoothed."""
    reported_s: float = float("-inf")
    reports: int = 0


class SenderReports:
    """Passes, corrects or holds back the reports of one connection's streams."""

    def __init__(self, *, voice: int, picture: int) -> None:
        """By SSRC."""
        self._voice, self._picture = _Stream(48_000), _Stream(90_000)
        self._streams = {voice: self._voice, picture: self._picture}
        self._period_s = 0.0

    def use_line(self, send_bps: int) -> None:
        """What we may send in all, from now on."""
        self._period_s = min(_PERIOD_LIMIT_S, _REPORT_BITS / (_SHARE * send_bps))

    def note_handed(self, packet: bytes, captured_s: float | None, now_s: float) -> None:
        """A media packet is handed over to wait for its turn."""
        if stream := self._streams.get(_ssrc(packet, 8)):
            stream.captured_s, stream.handed_s = captured_s, now_s

    def note_left(self, packet: bytes, now_s: float) -> None:
        """A media packet leaves."""
        stream = self._streams.get(_ssrc(packet, 8))
        if stream is not None and stream.captured_s is not None:
            age_s = now_s - stream.captured_s
            known_s = age_s if stream.age_s is None else stream.age_s
            stream.age_s = known_s + _WEIGHT * (age_s - known_s)

    def corrected(self, compound: bytes, now_s: float) -> bytes | None:
        """A compound packet of aiortc's as it is to leave; None: not now.

        The report's two times are those of the moment at which the newest packet was handed over.
        """
        stream = self._streams.get(_ssrc(compound, 4))
        if compound[1] != _SENDER_REPORT or stream is None:
            return compound
        if now_s < stream.reported_s + self._period_s and stream.reports >= _SOON:
            return None
        stream.reported_s, stream.reports = now_s, stream.reports + 1
        report = compound if stream.reports == 1 else compound[: _length(compound)]
        timestamp = int.from_bytes(report[_TIMESTAMP_AT : _TIMESTAMP_AT + _WORD_BYTES])
        moved = (timestamp + round(self._lag_s(stream) * stream.clock_hz)) % _TIMESTAMPS
        tail = report[_TIMESTAMP_AT + _WORD_BYTES :]
        return report[:_TIMESTAMP_AT] + moved.to_bytes(_WORD_BYTES) + tail

    def _lag_s(self, stream: _Stream) -> float:
        """From the newest packet's capture to its being handed over, as it is told."""
        if stream.captured_s is None:
            return 0.0
        lag_s = stream.handed_s - stream.captured_s
        return lag_s - self._concealed_s() if stream is self._picture else lag_s

    def _concealed_s(self) -> float:
        if self._voice.age_s is None or self._picture.age_s is None:
            return 0.0
        return max(0.0, self._picture.age_s - self._voice.age_s - LATER_LIMIT_S)


def _ssrc(packet: bytes, at: int) -> int:
    return int.from_bytes(packet[at : at + _WORD_BYTES])


def _length(packet: bytes) -> int:
    return _WORD_BYTES * (int.from_bytes(packet[2:4]) + 1)
