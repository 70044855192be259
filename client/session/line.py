"""One peer connection of a session, and what flows over it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from client.core.lanes import Lane
from client.core.stills import contents_bytes
from client.net.peer import Peer
from client.net.peering import PeerError, RemoteMedia
from client.session.taps import FeedSwitch, FeedTap

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Flows:
    """What flows besides messages."""

    voice: FeedSwitch
    picture: FeedSwitch
    picture_codecs: Sequence[str]
    """What `picture` can give, best first."""
    remote: RemoteMedia
    encode_as: Callable[[str | None], None]
    """Told which of them the line in use has agreed on; None: `picture` has nobody to see it."""


@dataclass(slots=True, eq=False)
class Line:
    """One peer connection."""

    attempt: int
    peer: Peer
    voice: FeedTap
    picture: FeedTap
    opened_s: float
    heard_s: float = field(default=0.0)
    greeted_s: float = field(default=0.0)
    is_open: bool = False
    is_verified: bool = False
    is_answered: bool = False
    """The peer has verified us: it says more than hello."""
    is_lost: bool = False
    is_sealed: bool = False
    """Picture and voice are sealed frame by frame, besides DTLS."""

    @property
    def room_bytes(self) -> int:
        """What one packet of a size for this line takes of parcels."""
        return contents_bytes(self.peer.data_limit_bytes)

    def send(self, data: bytes, *, lane: Lane) -> None:
        """Queue one envelope; a connection that cannot take it is lost, and nothing else is.

        Durable messages are repeated on the next line.
        """
        try:
            self.peer.send(data, lane=lane)
        except PeerError as error:
            _log.info("peer connection %d takes nothing more: %s", self.attempt, error)
            self.is_lost = True
