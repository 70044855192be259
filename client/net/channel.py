"""The data channels: whole messages of bounded size, both ways, none waiting for another.

Two channels that both ends know of beforehand (``negotiated``, RFC 8831, 6.6): one for messages,
one for the pieces of stills. Both are unordered and send nothing twice (RFC 3758): a lost piece
holds no reading up, and what must arrive is numbered and repeated by the session.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aiortc import RTCPeerConnection

from client.core.lanes import Lane
from client.net.classification import MESSAGES_STREAM, PIECES_STREAM
from client.net.peering import (
    BACKLOG_LIMIT_BYTES,
    MESSAGE_LIMIT_BYTES,
    ChannelClosedError,
    ChannelFullError,
    ChannelOpened,
    MessageArrived,
    MessageTooLargeError,
    PeerEvent,
    PeerLost,
)
from client.net.rtc_internals.association import Association


@dataclass(frozen=True, slots=True)
class _Known:
    label: str
    stream: int


_CHANNELS: Final[Mapping[Lane, _Known]] = {
    Lane.READINGS: _Known("chevet", MESSAGES_STREAM),
    Lane.STILL: _Known("chevet-pieces", PIECES_STREAM),
}


class Channel:
    """Both data channels of one connection, open or opening together."""

    def __init__(self, connection: RTCPeerConnection, *, emit: Callable[[PeerEvent], None]) -> None:
        self._channels = {
            lane: connection.createDataChannel(
                known.label, negotiated=True, id=known.stream, ordered=False, maxRetransmits=0
            )
            for lane, known in _CHANNELS.items()
        }
        self._emit = emit
        self.messages_dropped = 0
        for channel in self._channels.values():
            channel.on("message", self._take)
            channel.on("open", self._announce)
            channel.on("close", lambda: emit(PeerLost("closed")))
        sctp = self._channels[Lane.READINGS].transport
        self._association = Association(sctp, lambda: emit(PeerLost("misbehaved")))

    @property
    def is_open(self) -> bool:
        """Whether messages can leave."""
        return all(channel.readyState == "open" for channel in self._channels.values())

    @property
    def buffered_bytes(self) -> int:
        """Message bytes that the peer has not acknowledged yet."""
        waiting = sum(channel.bufferedAmount for channel in self._channels.values())
        return waiting + self._association.unacknowledged_bytes

    def send(self, data: bytes, lane: Lane) -> None:
        """Queue one message, READINGS or STILL; `PeerError` when it cannot be."""
        if not self.is_open:
            raise ChannelClosedError
        if len(data) > MESSAGE_LIMIT_BYTES:
            raise MessageTooLargeError(len(data))
        if (waiting := self.buffered_bytes) + len(data) > BACKLOG_LIMIT_BYTES:
            raise ChannelFullError(waiting)
        self._channels[lane].send(data)

    def _announce(self) -> None:
        if self.is_open:
            self._emit(ChannelOpened())

    def _take(self, data: object) -> None:
        if isinstance(data, bytes) and len(data) <= MESSAGE_LIMIT_BYTES and self.is_open:
            self._emit(MessageArrived(data))
        else:
            self.messages_dropped += 1
