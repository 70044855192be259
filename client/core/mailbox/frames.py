"""The frames themselves, and the words that go with them."""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256


class Reason(StrEnum):
    """Why a letter was not stored."""

    TOO_LARGE = "too_large"
    FULL = "full"
    RATE = "rate"
    NOT_ADMITTED = "not_admitted"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Challenge:
    """Relay: prove that the key is yours by signing this."""

    nonce: bytes


@dataclass(frozen=True, slots=True)
class Login:
    """Visitor: my key, and `login_words` signed under `LOGIN_LABEL`."""

    key: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Welcome:
    """Relay: the login is good."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """Relay: the same mailboxes are also at these addresses, should this one be lost."""

    urls: tuple[str, ...]
    """As `mailbox_url` understands them."""


@dataclass(frozen=True, slots=True)
class Admit:
    """Owner: holders of the token may put into my mailbox until then."""

    token_hash: bytes
    """SHA-256 of the token."""
    until_s: int
    """UTC seconds since 1970; a time that has passed takes the admission back."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Relay: the admission is on disk."""

    token_hash: bytes


@dataclass(frozen=True, slots=True)
class Put:
    """Visitor: a letter for somebody's mailbox."""

    id: int
    """The visitor's own number for it, echoed in the answer."""
    to: bytes
    token: bytes
    data: bytes
    ttl_s: int


@dataclass(frozen=True, slots=True)
class Stored:
    """Relay: the letter is on disk."""

    id: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Relay: the letter was not stored."""

    id: int
    reason: str
    """One of `Reason`."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Owner: push me my letters; ends any older connection's watch."""


@dataclass(frozen=True, slots=True)
class Message:
    """Relay: a letter from the owner's mailbox."""

    id: int
    """The relay's number: rises within a mailbox, never used twice."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Ack:
    """Owner: delete these."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """Visitor: lend me what helps where no direct way leads to the other end."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Relay: STUN and TURN servers (RFC 7064, RFC 7065), and what opens the latter until then.

    They pass on what is encrypted end to end; without any, the ends are on their own.
    """

    uris: tuple[str, ...]
    username: str
    password: str = field(repr=False)
    until_s: int
    """UTC seconds since 1970."""


Request = Login | Admit | Put | Watch | Ack | Turn
"""What a visitor sends."""
Frame = Request | Challenge | Welcome | Nodes | Admitted | Stored | Refused | Message | Servers


def login_words(nonce: bytes, host: str) -> bytes:
    """What a login signs: the challenge, and the relay it was meant for.

    Without the relay's name a hostile relay could pass on the challenge of an honest one and enter
    there in the visitor's name.
    """
    return nonce + host.lower().encode("utf-8", "surrogateescape")


def token_hash(token: bytes) -> bytes:
    """What the owner tells the relay about a token."""
    return sha256(token).digest()
