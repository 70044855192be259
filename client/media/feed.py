"""What the network layer is given to send: encoded packets that keep coming."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    import av

EncodedPacket: TypeAlias = "av.Packet[Any]"
"""One packet of an encoder; quoted because the class is generic for type checkers only."""


@dataclass(frozen=True, slots=True)
class ClockPair:
    """One moment on two clocks: what a sender report must say for lips and voice to agree."""

    pts: int
    """In the time base of the feed's packets."""
    captured_s: float
    """When what is heard or seen at `pts` was captured, on the monotonic clock."""


class PacketFeed(Protocol):
    """Encoded media, one packet at a time, for exactly one reader at a time.

    A feed never ends a session: while its source is dead a voice feed sends silence and a picture
    feed simply waits. The reader may cancel `next_packet` and call it again later, for instance
    from the next peer connection.
    """

    async def next_packet(self) -> EncodedPacket:
        """The next packet, when it is due; ``pts`` in ``time_base``, rising, no gap but lost time.

        Pictures come in 1/90000 s from the capture clock, voice in 1/48000 s from a sample count.
        """

    @property
    def clock_pair(self) -> ClockPair | None:
        """When a packet was captured; `None` before the first."""

    def request_key_frame(self) -> None:
        """The peer cannot decode: send a whole picture soon. Voice ignores it."""
