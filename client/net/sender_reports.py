"""Our RTCP reports: senders' honest about capture, all frugal (RFC 3550, 6.4). No I/O.

aiortc makes one a second for each stream, with a description of the source (its random name)
behind it, and says that a packet's time is when it was handed over. Here the time becomes the
capture's, so that the peer plays lips and voice together however long either took to encode and to
leave; and a thin line carries fewer of them.

A browser lets the earlier of the two wait until nothing lies between them, however long. Nobody
sees `UNSEEN_S`, so that much is not told; and as voice is worth more than lips that match, of a
picture that is later than its voice no more than `WAIT_LIMIT_S` is.
"""

from dataclasses import dataclass
from typing import Final

UNSEEN_S: Final = 0.08
"""Between lips and voice; the larger of the bounds of ITU-R BT.1359-1 is 0.125 s."""
WAIT_LIMIT_S: Final = 0.1
"""chosen: what voice may be made to wait for its picture."""

_SENDER_REPORT, _RECEIVER_REPORT = 200, 201
_WORD_BYTES: Final = 4
_TIMESTAMP_AT: Final = 16
_TIMESTAMPS: Final = 1 << 32
_REPORT_BITS: Final = 8 * 76  # without the source's description, headers and encryption included
_SHARE: Final = 0.005
"""Of the line, for each stream; chosen: four are less than half of RFC 3550, 6.2's 0.05."""
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


@dataclass(slots=True)
class _Told:
    count: int = 0
    last_s: float = float("-inf")


class SenderReports:
    """Passes, corrects or holds back the reports of one connection's streams."""

    def __init__(self, *, voice: int, picture: int) -> None:
        """By SSRC."""
        self._voice, self._picture = _Stream(48_000), _Stream(90_000)
        self._streams = {voice: self._voice, picture: self._picture}
        self._told: dict[bytes, _Told] = {}
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
        if compound[1] not in (_SENDER_REPORT, _RECEIVER_REPORT):
            return compound
        told = self._told.setdefault(compound[1:2] + compound[4:8], _Told())
        if now_s < told.last_s + self._period_s and told.count >= _SOON:
            return None
        told.last_s, told.count = now_s, told.count + 1
        stream = self._streams.get(_ssrc(compound, 4))
        if compound[1] == _RECEIVER_REPORT or stream is None:
            return compound
        return self._timed(compound if told.count == 1 else compound[: _length(compound)], stream)

    def _timed(self, report: bytes, stream: _Stream) -> bytes:
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
        later_s = self._picture.age_s - self._voice.age_s
        seen_s = max(0.0, abs(later_s) - UNSEEN_S)
        told_s = min(WAIT_LIMIT_S, seen_s) if later_s > 0 else -seen_s
        return later_s - told_s


def _ssrc(packet: bytes, at: int) -> int:
    return int.from_bytes(packet[at : at + _WORD_BYTES])


def _length(packet: bytes) -> int:
    return _WORD_BYTES * (int.from_bytes(packet[2:4]) + 1)
