"""The keys of picture and voice: derived from the session's, new for every peer connection.

DTLS protects both already, but its key exchange does not withstand a quantum computer; the
session's does. A base key is bound to the connection's attempt (by ratchet, RFC 9605, 5.1), to both
its certificates, to a direction and a medium. Certificates are drawn anew for each connection, so
that no key serves twice, not even after a restart that counts its attempts from the beginning.
The page mirrors this module; ``tests/vectors/sframe.json`` holds both.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from client.core.envelope import Role, SessionKeys
from client.core.sframe import STEPS_LIMIT, FrameCipher, derive, ratchet

_BASE_BYTES: Final = 64
_KID_STEPS: Final = 8
"""Ratchet steps that the key id tells apart (RFC 9605, 5.1: R is 3)."""


class Medium(StrEnum):
    """What has keys of its own."""

    VOICE = "voice"
    PICTURE = "picture"


class FrameKeysError(ValueError):
    """An attempt that was left behind, or that lies too far ahead."""


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
    """Gives each connection its keys, in the order of their attempts; forgets as it goes."""

    def __init__(self, keys: SessionKeys) -> None:
        self._step = 0
        self._base = derive(keys.site_key + keys.gp_key, b"chevet/1 sframe", _BASE_BYTES)

    def keys(self, attempt: int, *, site_fingerprint: bytes, gp_fingerprint: bytes) -> FrameKeys:
        """Of this connection; `FrameKeysError` where there can be none any more, or not yet."""
        if not 0 <= attempt - self._step <= STEPS_LIMIT:
            raise FrameKeysError(f"attempt {attempt} after {self._step}")
        self._base = ratchet(self._base, attempt - self._step)
        self._step = attempt
        return FrameKeys(attempt % _KID_STEPS, self._base, site_fingerprint + gp_fingerprint)
