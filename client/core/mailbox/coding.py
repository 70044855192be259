"""Frames as CBOR, and back with every field checked."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final

import cbor2

from client.core.mailbox.frames import (
    Ack,
    Admit,
    Admitted,
    Challenge,
    Frame,
    Login,
    Message,
    Nodes,
    Put,
    Reason,
    Refused,
    Servers,
    Stored,
    Turn,
    Watch,
    Welcome,
)
from client.core.mailbox.limits import (
    ADDRESS_BYTES,
    FRAME_LIMIT,
    KEY_BYTES,
    MESSAGES_LIMIT,
    NODE_TEXT_LIMIT,
    NODES_LIMIT,
    NONCE_BYTES,
    SERVER_TEXT_LIMIT,
    SERVERS_LIMIT,
    SIGNATURE_BYTES,
    TOKEN_BYTES,
    TOKEN_HASH_BYTES,
)
from client.core.plain_cbor import INTEGER_LIMIT, load
from client.errors import ChevetError


class MailboxError(ChevetError):
    """The other end sent something that is not a frame of ours; the connection is dropped."""


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
