"""What the relay and its visitors say to each other: one CBOR map a WebSocket message.

The relay speaks first::

    relay    Challenge
    visitor  Login      the challenge signed with its Ed25519 key; no accounts
    relay    Welcome
    relay    Nodes      if it has any: where else I can be reached
    visitor  Admit      who holds this token may put letters into my mailbox
    relay    Admitted
    visitor  Put        a letter for somebody's mailbox
    relay    Stored     only after it is on disk, or Refused
    visitor  Turn       how do I reach the other end where no direct way leads?
    relay    Servers    these will help, for so long
    visitor  Watch      push me everything that is in my mailbox and whatever comes
    relay    Message    ... until the visitor's Ack deletes it

Letters are opaque here. Key ``t`` of each map names its kind. The page mirrors this module.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

import cbor2

from client.core.plain_cbor import INTEGER_LIMIT, load
from client.errors import ChevetError, UsageError

ADDRESS_BYTES: Final = 32
"""`client.core.identity.address_of` the owner's key."""
KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
NONCE_BYTES: Final = 32
TOKEN_BYTES: Final = 16
TOKEN_HASH_BYTES: Final = 32
DATA_LIMIT: Final = 16_384
"""Bytes of one letter."""
FRAME_LIMIT: Final = 32_768
"""Bytes of one frame; chosen: twice a letter, so that one too large can still be refused by id."""
MESSAGES_LIMIT: Final = 1_000
"""Letters waiting in one mailbox."""
MAILBOX_LIMIT: Final = 4_194_304
"""Bytes waiting in one mailbox."""
TOKENS_LIMIT: Final = 64
"""Tokens admitted to one mailbox; one more and the soonest to end is forgotten."""
TTL_LIMIT_S: Final = 7 * 86_400
FRAMES_PER_S: Final = 50
"""What one connection may send in the long run."""
FRAMES_BURST: Final = 200
"""What one connection may send at once."""

SERVERS_LIMIT: Final = 8
"""Addresses of STUN and TURN servers in one answer."""
SERVER_TEXT_LIMIT: Final = 512
"""Characters of one such address, of the name and of the password for them."""

NODES_LIMIT: Final = 8
"""Addresses of nodes in one frame."""
NODE_TEXT_LIMIT: Final = 256
"""Characters of one such address."""

LOGIN_LABEL: Final = "relay login"
"""The domain of the login's signature, made over `login_words`."""

CLOSE_MALFORMED: Final = 4000
"""WebSocket close code: a frame that is not of this protocol."""
CLOSE_REPLACED: Final = 4001
"""WebSocket close code: a newer connection watches this mailbox."""
CLOSE_LOGIN: Final = 4003
"""WebSocket close code: the login was wrong or came too late."""
CLOSE_CROWDED: Final = 4004
"""WebSocket close code: this mailbox has as many connections as it may."""
CLOSE_DRAINING: Final = 1012
"""WebSocket close code (IANA, "service restart"): come back here or, better, to another node."""


class MailboxError(ChevetError):
    """The other end sent something that is not a frame of ours; the connection is dropped."""


class RelayUrlError(UsageError):
    """The address given for the relay cannot be one."""

    def __init__(self, url: str) -> None:
        super().__init__(f"not the address of a relay: {url!r}")
        self.url = url


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

_Check = Callable[[Any], bool]


def _octets(length: int | None = None) -> _Check:
    return lambda value: isinstance(value, bytes) and length in (None, len(value))


def _is_whole(value: object) -> bool:
    return type(value) is int and 0 <= value < INTEGER_LIMIT


def _is_reason(value: object) -> bool:
    return isinstance(value, str) and value in set(Reason)


def _is_short_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= SERVER_TEXT_LIMIT


def _are_uris(value: object) -> bool:
    return (
        isinstance(value, list) and len(value) <= SERVERS_LIMIT and all(map(_is_short_text, value))
    )


def _are_nodes(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= NODES_LIMIT
        and all(isinstance(url, str) and len(url) <= NODE_TEXT_LIMIT for url in value)
    )


def _are_ids(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MESSAGES_LIMIT and all(map(_is_whole, value))


_FIELDS: Final[Mapping[type[Frame], Mapping[str, _Check]]] = {
    Challenge: {"nonce": _octets(NONCE_BYTES)},
    Login: {"key": _octets(KEY_BYTES), "signature": _octets(SIGNATURE_BYTES)},
    Welcome: {},
    Nodes: {"urls": _are_nodes},
    Admit: {"token_hash": _octets(TOKEN_HASH_BYTES), "until_s": _is_whole},
    Admitted: {"token_hash": _octets(TOKEN_HASH_BYTES)},
    Put: {
        "id": _is_whole,
        "to": _octets(ADDRESS_BYTES),
        "token": _octets(TOKEN_BYTES),
        "data": _octets(),
        "ttl_s": _is_whole,
    },
    Stored: {"id": _is_whole},
    Refused: {"id": _is_whole, "reason": _is_reason},
    Watch: {},
    Message: {"id": _is_whole, "data": _octets()},
    Ack: {"ids": _are_ids},
    Turn: {},
    Servers: {
        "uris": _are_uris,
        "username": _is_short_text,
        "password": _is_short_text,
        "until_s": _is_whole,
    },
}

_KINDS: Final[Mapping[str, type[Frame]]] = {cls.__name__.lower(): cls for cls in _FIELDS}


def encode(frame: Frame) -> bytes:
    """The frame's CBOR."""
    body = {each.name: getattr(frame, each.name) for each in fields(frame)}
    return cbor2.dumps({"t": type(frame).__name__.lower()} | body)


def decode(data: bytes) -> Frame:
    """The frame in these bytes.

    `MailboxError` for anything that `encode` could not have made, but for the order of the keys
    and the size of a letter, which is the relay's to refuse.
    """
    if len(data) > FRAME_LIMIT:
        raise MailboxError(f"a frame of {len(data)} bytes")
    body = _body(data)
    kind = body.pop("t", None)
    cls = _KINDS.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise MailboxError("no known kind of frame")
    checks = _FIELDS[cls]
    if set(body) != set(checks):
        raise MailboxError(f"a {kind} of other fields")
    for name, check in checks.items():
        if not check(body[name]):
            raise MailboxError(f"a {kind} with a wrong {name}")
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in body.items()}
    return cls(**values)  # type: ignore[arg-type]  # every field was checked just above


def _body(data: bytes) -> dict[str, Any]:
    try:
        body = load(data)
    except ValueError as error:
        raise MailboxError("not CBOR of ours") from error
    if not isinstance(body, dict):
        raise MailboxError("not a map")
    # The decoder is lenient about bytes behind the map and about numbers written too long.
    if len(cbor2.dumps(body)) != len(data):
        raise MailboxError("not the shortest CBOR")
    return body


def login_words(nonce: bytes, host: str) -> bytes:
    """What a login signs: the challenge, and the relay it was meant for.

    Without the relay's name a hostile relay could pass on the challenge of an honest one and enter
    there in the visitor's name.
    """
    return nonce + host.lower().encode("utf-8", "surrogateescape")


def host_of(url: str) -> str:
    """The relay's name as ``Host`` headers spell it: without the port that its scheme implies."""
    parts = urlsplit(url)
    implied = {"ws": ":80", "wss": ":443"}.get(parts.scheme, "")
    return parts.netloc.lower().removesuffix(implied)


def token_hash(token: bytes) -> bytes:
    """What the owner tells the relay about a token."""
    return sha256(token).digest()


def mailbox_url(url: str) -> str:
    """The WebSocket address of a relay given as people write it; `RelayUrlError` if it is none.

    Both ``https://relay.example`` and ``wss://relay.example/mailbox`` are understood.
    """
    try:
        parts = urlsplit(url)
        scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}.get(parts.scheme)
        has_port_in_range = parts.port is None or parts.port > 0
    except ValueError as error:
        raise RelayUrlError(url) from error
    has_extras = bool(parts.query or parts.fragment or parts.username or parts.password)
    if scheme is None or not parts.hostname or has_extras or not has_port_in_range:
        raise RelayUrlError(url)
    path = parts.path.rstrip("/")
    return f"{scheme}://{parts.netloc}{path if path.endswith('/mailbox') else path + '/mailbox'}"
