"""What one end keeps of a session, so that a later process of it can go on with the same peer.

It holds keys: it lies in the encrypted store alone and is deleted when the consultation ends.
"""

from dataclasses import dataclass, field
from typing import Final, Self

from client.core.envelope import Kept
from client.core.plain_cbor import pack, unpack
from client.errors import ChevetError

_VERSION: Final = 1


class ResumptionUnreadableError(ChevetError):
    """What was kept of the session is not of this version."""


@dataclass(frozen=True, slots=True)
class Resumption:
    """A session with one peer, whose person has compared the words."""

    keys: Kept
    peer_public: bytes
    """The peer's identity key, 32 bytes; no other peer can have sealed with these keys."""
    to: bytes
    """Address of the peer's mailbox."""
    token: bytes = field(repr=False)
    """Lets us put letters there."""
    own_token: bytes = field(repr=False)
    """Lets the peer put letters into our mailbox."""
    until_s: int
    """UTC seconds since 1970: the end of both admissions."""

    def encode(self) -> bytes:
        """As it is kept."""
        keys = self.keys
        return pack(
            *(_VERSION, keys.own_root, keys.peer_key, keys.peer_iv, keys.tag, self.peer_public),
            *(self.to, self.token, self.own_token, self.until_s),
        )

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The session these bytes keep; `ResumptionUnreadableError` if they keep none."""
        try:
            items = unpack(data)
        except ValueError as error:
            raise ResumptionUnreadableError("not a session") from error
        match items:
            case [
                1,
                bytes(root),
                bytes(key),
                bytes(iv),
                bytes(tag),
                bytes(peer_public),
                bytes(to),
                bytes(token),
                bytes(own_token),
                int(until_s),
            ]:
                return cls(Kept(root, key, iv, tag), peer_public, to, token, own_token, until_s)
            case _:
                raise ResumptionUnreadableError("a session of another version")
