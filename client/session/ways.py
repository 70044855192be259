"""What a conversation stands on: ways to speak and to send, a place where messages are kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from client.core import wire
from client.core.lanes import Lane
from client.core.wire import Parcel


class Path(Protocol):
    """A way to the peer that is open now: the data channel of a verified link."""

    @property
    def room_bytes(self) -> int:
        """What parcels that travel together may take, so that their packet holds nothing up."""

    def send(self, data: bytes, *, lane: Lane) -> None:
        """Hand over one envelope; it is queued at once, never awaited."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """Where an earlier process of this end left off, as its keeper tells."""

    waiting: Sequence[Parcel] = ()
    """Said, and not acknowledged."""
    last_number: int = 0
    """The highest that was given out."""
    received: Collection[int] = ()
    """The peer's numbers that were kept, and whose messages need not be handed over again."""
    received_bytes: int = 0
    """Of the parcels with these numbers."""


AT_FIRST: Final = Resumed()
"""Nothing was said before."""


class Keeper(Protocol):
    """Where durable parcels live; each call returns once they are safe."""

    async def sent(self, parcel: Parcel) -> None:
        """Keep what is about to be sent."""

    async def received(self, parcel: Parcel) -> None:
        """Keep what has come; an error if another message was kept under its number."""

    async def piece(self, piece: wire.StillPiece) -> None:
        """Keep a part of a file of the peer's."""

    async def acknowledged(self, numbers: list[int]) -> None:
        """The peer has these."""


class Say(Protocol):
    """Sends a message to the peer."""

    def __call__(self, message: wire.Message, lane: Lane = Lane.READINGS) -> None:
        """A durable one is kept first."""
