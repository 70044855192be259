"""What lies in a mailbox: one byte that tells the kind, then the body.

A body that is not an envelope is padded as envelopes in letters are, to one of few sizes: of a
handshake the relay sees that there is one and which step, not why it refuses nor the how-manieth
call it is.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

from client.core.envelope import LETTER_BUCKETS
from client.errors import ChevetError

LETTER_LIMIT: Final = 16_384
"""Bytes; the relay stores nothing larger."""
_END: Final = b"\x80"
SESSION_TAG_SIZE: Final = 8
"""Bytes; tells the envelopes of one session from those of another."""


class LetterUnreadableError(ChevetError):
    """Bytes from a mailbox that are no letter of ours; skipped and counted."""


class LetterKind(IntEnum):
    """First byte of a letter."""

    KNOCK = 0
    M1 = 1
    M2 = 2
    M3 = 3
    SEALED = 4
    """A session's envelope, behind the session's tag."""
    REFUSAL = 5
    CALL = 6
    """A known site calls a GP; see `client.core.handshake.bond`."""
    BUNDLE = 7
    """A GP tells a known site by which key to call it next."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message through a mailbox."""

    kind: LetterKind
    body: bytes

    @classmethod
    def sealed(cls, session_tag: bytes, envelope: bytes) -> Self:
        """The letter that carries this envelope of the session with this tag."""
        return cls(LetterKind.SEALED, session_tag + envelope)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The letter in these bytes; `LetterUnreadableError` if there is none."""
        if not 0 < len(data) <= LETTER_LIMIT:
            raise LetterUnreadableError(f"a letter of {len(data)} bytes")
        try:
            kind = LetterKind(data[0])
        except ValueError as error:
            raise LetterUnreadableError(f"a letter of unknown kind {data[0]}") from error
        return cls(kind, data[1:] if kind is LetterKind.SEALED else _unpadded(data[1:]))

    def encode(self) -> bytes:
        """The letter as the relay stores it."""
        body = self.body if self.kind is LetterKind.SEALED else _padded(self.body)
        return bytes([self.kind]) + body

    def envelope_for(self, session_tag: bytes) -> bytes | None:
        """The envelope, if this letter carries one of the session with this tag."""
        if self.kind is LetterKind.SEALED and self.body.startswith(session_tag):
            return self.body[len(session_tag) :]
        return None


def _padded(body: bytes) -> bytes:
    size = len(body) + len(_END)
    bucket = next(bucket for bucket in LETTER_BUCKETS if bucket >= size)
    return (body + _END).ljust(bucket, b"\x00")


def _unpadded(data: bytes) -> bytes:
    body, marker, rest = data.rpartition(_END)
    if not marker or rest.strip(b"\x00") or len(data) not in LETTER_BUCKETS:
        raise LetterUnreadableError("padding of another kind")
    return body
