"""What a peer connection takes and tells: media sinks, events, statistics, errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, runtime_checkable

from client.core.lanes import Lane, LaneCount
from client.errors import ChevetError
from client.net.rtc_internals.media import Packet, VideoFrame

MESSAGE_LIMIT_BYTES: Final = 16_384
"""One message on the data channel, either way; chosen: as in the relay's mailbox."""
BACKLOG_LIMIT_BYTES: Final = 262_144
"""Messages sent and not yet acknowledged by the peer; chosen: ten seconds of our best uplink."""


class PacketFeed(Protocol):
    """Encoded media to send, one reader at a time; `client.media.feed` has the whole contract."""

    async def next_packet(self) -> Packet:
        """The next packet, when it is due; may be cancelled and called again."""

    def request_key_frame(self) -> None:
        """The peer cannot decode: send a whole picture soon."""


class ClockPair(Protocol):
    """One moment on two clocks."""

    @property
    def pts(self) -> int:
        """In the time base of the feed's packets."""

    @property
    def captured_s(self) -> float:
        """When what is heard or seen at `pts` was captured, on the monotonic clock."""


@runtime_checkable
class TimedFeed(Protocol):
    """A feed that knows when what it gives was captured."""

    @property
    def clock_pair(self) -> ClockPair | None:
        """For the newest packet; None before the first."""


class RemoteMedia(Protocol):
    """Where the peer's voice and picture go; both calls return at once and never raise."""

    def hear(self, blocks: Sequence[tuple[int, bytes]]) -> None:
        """One packet of the peer's voice as it came, late, twice or in any order.

        Timestamp (48 kHz, 32 bits) and Opus packet: of those it repeats, then its own, last.
        """

    def show(self, frame: VideoFrame) -> None:
        """One picture of the peer, of whatever size it sends."""


@dataclass(frozen=True, slots=True)
class ChannelOpened:
    """The data channel is open; nothing is proven yet about who is at the other end."""


@dataclass(frozen=True, slots=True)
class MessageArrived:
    """One whole message of the data channel, at most `MESSAGE_LIMIT_BYTES`."""

    data: bytes


@dataclass(frozen=True, slots=True)
class PeerLost:
    """The connection is over and does not come back: close this peer, make a new one."""

    reason: str
    """``failed``, ``closed``, ``timeout`` (never connected) or ``misbehaved``."""


PeerEvent = ChannelOpened | MessageArrived | PeerLost


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server, as given by whoever runs the relay."""

    urls: Sequence[str]
    username: str | None = None
    credential: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PeerStatistics:
    """Everything counted since the connection was made."""

    lanes: Mapping[Lane, LaneCount]
    """Sent and dropped, on the line: headers and encryption included; DTLS and ICE set-up not."""
    bytes_received: int
    """Encrypted packets, without IP and UDP headers."""
    key_frames_asked: int
    """How often the peer asked; the feed is asked once a second at most."""
    rtt_s: float | None
    """Round trip, smoothed, from feedback; None until the peer has given any."""
    pictures_dropped: int
    """Received pictures that nothing took in time."""
    messages_dropped: int
    """Received messages that were too large or no bytes."""
    frames_refused: int = 0
    """Received frames of picture and voice that the peer had not sealed so, or that came again."""


class PeerError(ChevetError):
    """The connection to the GP could not do what was asked."""


class DescriptionError(PeerError):
    """The peer's session description cannot be used."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the peer's session description cannot be used: {reason}")
        self.reason = reason


class ChannelClosedError(PeerError):
    """A message cannot leave: the data channel is not open."""

    def __init__(self) -> None:
        super().__init__("the data channel is not open")


class MessageTooLargeError(PeerError):
    """A message is larger than the peer takes."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(f"a message of {size_bytes} bytes; {MESSAGE_LIMIT_BYTES} at most")
        self.size_bytes = size_bytes


class ChannelFullError(PeerError):
    """The peer acknowledges nothing: more cannot be queued."""

    def __init__(self, waiting_bytes: int) -> None:
        super().__init__(f"{waiting_bytes} bytes wait on the data channel already")
        self.waiting_bytes = waiting_bytes
