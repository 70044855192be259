"""What a handshake asks of its caller, and what it has found."""

from dataclasses import dataclass, field

from client.core.envelope import SessionKeys
from client.core.handshake.errors import Refusal
from client.core.letters import Letter


@dataclass(frozen=True, slots=True)
class Post:
    """Put this letter into a mailbox."""

    to: bytes
    """Address of the mailbox."""
    token: bytes = field(repr=False)
    """What admits it there."""
    letter: Letter


@dataclass(frozen=True, slots=True)
class KeysAgreed:
    """Both ends share keys; the words are still to be compared."""

    keys: SessionKeys
    peer_public: bytes
    """The peer's identity key, to be pinned once the words were equal."""
    words: tuple[str, ...]
    exporter: bytes = field(repr=False)
    """32 bytes that only both ends know, for keys beyond the session's; each use has its label."""


@dataclass(frozen=True, slots=True)
class KnockRefused:
    """The site turned a page away (its refusal is posted); an answered page goes on undisturbed."""

    reason: Refusal
