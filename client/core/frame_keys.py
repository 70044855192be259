"""The keys of picture and voice: derived from the session's, new for every peer connection.

DTLS protects both already, but its key exchange does not withstand a quantum computer; the
session's does. A base key is bound to the connection's attempt, to both its certificates, to a
direction and a medium. Certificates are drawn anew for each connection, so that no key serves
twice, not even after a restart that counts its attempts from the beginning. The attempt is the key
id of RFC 9605, 5.1: its lowest bits are the ratchet's steps, the rest is the key generation.
The page mirrors this module; ``tests/vectors/sframe.json`` holds both.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from client.core.envelope import Kept, Role, SessionKeys, root_of
from client.core.sframe import FrameCipher, derive, ratchet

_BASE_BYTES: Final = 64
_STEP_BITS: Final = 3
"""R of RFC 9605, 5.1; chosen: a key is seven hashes away at most, whatever the attempt."""


class Medium(StrEnum):
    """What has keys of its own."""

    VOICE = "voice"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class FrameKeys:
    """What one connection's frames are sealed and opened with."""

    kid: int
    _base: bytes = field(repr=False)
    _certificates: bytes = field(repr=False)

    def cipher(self, sender: Role, medium: Medium) -> FrameCipher:
        """Of one stream; whoever seals makes it once, for its counter begins anew."""
        label = f"chevet/1 sframe {sender} {medium}".encode()
        key = derive(self._base, label + b"\x00" + self._certificates, _BASE_BYTES)
        return FrameCipher(key, self.kid)


class FrameRatchet:
    """Gives each connection of a session its keys."""

    def __init__(self, session: SessionKeys | Kept, role: Role = Role.SITE) -> None:
        """`role` is this end's; it matters where a later process goes on with what was `Kept`."""
        roots = b"".join(_roots(session, role))
        self._secret = derive(roots, b"chevet/1 sframe", _BASE_BYTES)

    def keys(self, attempt: int, *, site_fingerprint: bytes, gp_fingerprint: bytes) -> FrameKeys:
        """Of this connection, at either end."""
        generation, step = attempt >> _STEP_BITS, attempt & (1 << _STEP_BITS) - 1
        label = b"chevet/1 sframe generation" + generation.to_bytes(8)
        base = ratchet(derive(self._secret, label, _BASE_BYTES), step)
        return FrameKeys(attempt, base, site_fingerprint + gp_fingerprint)


def _roots(session: SessionKeys | Kept, role: Role) -> tuple[bytes, bytes]:
    """The site's and the GP's, which outlive either end's process."""
    if isinstance(session, SessionKeys):
        return root_of(session.site_key), root_of(session.gp_key)
    own, peer = session.own_root, root_of(session.peer_key)
    return (own, peer) if role is Role.SITE else (peer, own)
