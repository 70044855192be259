"""Which lane a packet leaves by, read from its own bytes (RFC 3550, RFC 9260). No I/O."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from client.core.lanes import Carrier, Lane, Packet

MESSAGES_STREAM: Final = 0
"""SCTP stream of the session's messages."""
PIECES_STREAM: Final = 1
"""SCTP stream of the pieces of stills."""

_RTP_HEADER_BYTES: Final = 12
_SEQUENCES: Final = 1 << 16
_SCTP_DATA: Final = 0  # RFC 9260, 3.2
_SCTP_CHUNK_AT: Final = 12
_SCTP_STREAM_AT: Final = _SCTP_CHUNK_AT + 8  # RFC 9260, 3.3.1
_NOT_SENT, _SENT, _REPEATING = range(3)


@dataclass(frozen=True, slots=True)
class Streams:
    """The RTP streams of one connection."""

    voice: int
    """SSRC."""
    picture: int
    """SSRC."""
    picture_again: int
    """SSRC of retransmitted pictures (RFC 4588)."""


class Classifier:
    """Knows what every packet of one connection is."""

    def __init__(self, streams: Streams, starts_key: Callable[[bytes], bool]) -> None:
        """``starts_key`` tells from an RTP payload whether a key picture begins there."""
        self._streams = streams
        self._starts_key = starts_key
        self._key_timestamp: int | None = None
        self._pictures = bytearray(_SEQUENCES)

    def classify(self, carrier: Carrier, data: bytes) -> tuple[Lane, Packet]:
        """The lane and the packet to push."""
        if carrier is Carrier.DATA:
            return _data_lane(data), Packet(data, carrier)
        if 192 <= data[1] <= 223:  # noqa: PLR2004 -- RTCP packet types (RFC 5761, 4)
            return Lane.CONTROL, Packet(data, carrier)
        ssrc = int.from_bytes(data[8:12], "big")
        if ssrc == self._streams.picture:
            return Lane.PICTURE, self._picture(data)
        if ssrc == self._streams.picture_again:
            return Lane.RETRANSMISSION, Packet(data, carrier)
        return Lane.VOICE, Packet(data, carrier)

    def may_repeat(self, sequence: int) -> bool:
        """Whether to answer a NACK: the picture packet did leave, and no repeat waits already."""
        if self._pictures[sequence] != _SENT:
            return False
        self._pictures[sequence] = _REPEATING
        return True

    def note_sent(self, lane: Lane, packet: Packet) -> None:
        """The packet has left."""
        if lane is Lane.PICTURE:
            self._pictures[int.from_bytes(packet.data[2:4], "big")] = _SENT
        elif lane is Lane.RETRANSMISSION:
            at = _payload_at(packet.data)  # its first two bytes: the original's number (RFC 4588)
            self._pictures[int.from_bytes(packet.data[at : at + 2], "big")] = _SENT

    def _picture(self, data: bytes) -> Packet:
        self._pictures[int.from_bytes(data[2:4], "big")] = _NOT_SENT
        timestamp = int.from_bytes(data[4:8], "big")
        if timestamp != self._key_timestamp and self._starts_key(data[_payload_at(data) :]):
            self._key_timestamp = timestamp
        return Packet(data, Carrier.RTP, timestamp, timestamp == self._key_timestamp)


def _data_lane(data: bytes) -> Lane:
    if data[_SCTP_CHUNK_AT] != _SCTP_DATA:
        return Lane.CONTROL
    stream = int.from_bytes(data[_SCTP_STREAM_AT : _SCTP_STREAM_AT + 2], "big")
    return Lane.STILL if stream == PIECES_STREAM else Lane.READINGS


def _payload_at(data: bytes) -> int:
    """Where the payload of our own RTP packet begins (RFC 3550, 5.1 and 5.3.1)."""
    at = _RTP_HEADER_BYTES + 4 * (data[0] & 0x0F)
    if data[0] & 0x10:
        at += 4 + 4 * int.from_bytes(data[at + 2 : at + 4], "big")
    return at
