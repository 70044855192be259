"""Which lane a packet leaves by, read from its own bytes (RFC 3550, RFC 9260). No I/O."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from client.core.lanes import Carrier, Lane, Packet
from client.net.header_extensions import payload_at

MESSAGES_STREAM: Final = 0
"""SCTP stream of the session's messages."""
PIECES_STREAM: Final = 1
"""SCTP stream of the pieces of stills."""

_SCTP_DATA: Final = 0  # RFC 9260, 3.2
_SCTP_CHUNK_AT: Final = 12
_SCTP_STREAM_AT: Final = _SCTP_CHUNK_AT + 8  # RFC 9260, 3.3.1


@dataclass(frozen=True, slots=True)
class Streams:
    """The RTP streams of one connection."""

    voice: int
    """SSRC."""
    picture: int
    """SSRC."""
    picture_again: int
    """SSRC of retransmitted pictures (RFC 4588)."""

    def of(self, data: bytes) -> Lane:
        """Whose RTP packet this is."""
        ssrc = int.from_bytes(data[8:12])
        if ssrc == self.picture:
            return Lane.PICTURE
        return Lane.RETRANSMISSION if ssrc == self.picture_again else Lane.VOICE


class Classifier:
    """Knows what every packet of one connection is."""

    def __init__(self, streams: Streams, starts_key: Callable[[bytes], bool]) -> None:
        """``starts_key`` tells from an RTP payload whether a key picture begins there."""
        self._streams = streams
        self._starts_key = starts_key
        self._key_timestamp: int | None = None

    def classify(self, carrier: Carrier, data: bytes) -> tuple[Lane, Packet]:
        """The lane and the packet to push."""
        if carrier is Carrier.DATA:
            return _data_lane(data), Packet(data, carrier)
        if is_control(data):
            return Lane.CONTROL, Packet(data, carrier)
        lane = self._streams.of(data)
        return lane, self._picture(data) if lane is Lane.PICTURE else Packet(data, carrier)

    def _picture(self, data: bytes) -> Packet:
        timestamp = int.from_bytes(data[4:8], "big")
        if timestamp != self._key_timestamp and self._starts_key(data[payload_at(data) :]):
            self._key_timestamp = timestamp
        return Packet(data, Carrier.RTP, timestamp, timestamp == self._key_timestamp)


def _data_lane(data: bytes) -> Lane:
    if data[_SCTP_CHUNK_AT] != _SCTP_DATA:
        return Lane.CONTROL
    stream = int.from_bytes(data[_SCTP_STREAM_AT : _SCTP_STREAM_AT + 2], "big")
    return Lane.STILL if stream == PIECES_STREAM else Lane.READINGS


def is_control(data: bytes) -> bool:
    """RTCP rather than RTP (RFC 5761, 4)."""
    return 192 <= data[1] <= 223  # noqa: PLR2004 -- RTCP packet types
