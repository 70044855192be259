"""The data channel: whole messages of bounded size, both ways."""

from collections.abc import Callable

from aiortc import RTCDataChannel

from client.core.lanes import Lane
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
from client.net.rtc_internals import hooks


class Channel:
    """One open or opening data channel, ordered and reliable."""

    def __init__(
        self,
        channel: RTCDataChannel,
        *,
        note_message: Callable[[Lane], None],
        emit: Callable[[PeerEvent], None],
    ) -> None:
        """`note_message` learns each message's lane just before SCTP gets it."""
        self._channel = channel
        self._note_message = note_message
        self._emit = emit
        self.messages_dropped = 0
        channel.on("message", self._take)
        channel.on("close", lambda: emit(PeerLost("closed")))
        hooks.on_overrun(channel.transport, lambda: emit(PeerLost("misbehaved")))

    def announce(self) -> None:
        """Tell when it is open, now or later; apart from making it, so that its owner has it."""
        if self.is_open:
            self._emit(ChannelOpened())
        else:
            self._channel.on("open", lambda: self._emit(ChannelOpened()))

    @property
    def is_open(self) -> bool:
        """Whether messages can leave."""
        return self._channel.readyState == "open"

    @property
    def buffered_bytes(self) -> int:
        """Message bytes that the peer has not acknowledged yet."""
        return self._channel.bufferedAmount + hooks.unacknowledged_bytes(self._channel.transport)

    def send(self, data: bytes, lane: Lane) -> None:
        """Queue one message; `PeerError` when it cannot be."""
        if not self.is_open:
            raise ChannelClosedError
        if len(data) > MESSAGE_LIMIT_BYTES:
            raise MessageTooLargeError(len(data))
        if (waiting := self.buffered_bytes) + len(data) > BACKLOG_LIMIT_BYTES:
            raise ChannelFullError(waiting)
        self._note_message(lane)
        self._channel.send(data)

    def _take(self, data: object) -> None:
        if isinstance(data, bytes) and len(data) <= MESSAGE_LIMIT_BYTES:
            self._emit(MessageArrived(data))
        else:
            self.messages_dropped += 1
