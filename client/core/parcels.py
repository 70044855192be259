"""Parcels as bytes: the CBOR array ``[number, kind, fields]``, strict both ways."""

from dataclasses import fields
from math import inf
from typing import Any, Final

import cbor2

from client.core import plain_cbor
from client.core.wire import DURABLE, MESSAGES, TEXT_LIMIT, Message, Parcel, kind_of
from client.errors import ChevetError

PARCEL_LIMIT: Final = 15 * 1_024 - 1
"""Bytes; chosen: the largest whose envelope, padded, is still a letter the relay takes."""


class WireError(ChevetError):
    """The peer sent something that is not a message of ours; the connection is dropped."""


def encode(parcel: Parcel) -> bytes:
    """The parcel's CBOR; whole floats travel as integers, fields in declared order."""
    message = parcel.message
    body = {field.name: _shortest(getattr(message, field.name)) for field in fields(message)}
    return cbor2.dumps([parcel.number, kind_of(message), body])


def decode(data: bytes) -> Parcel:
    """The parcel in these bytes; `WireError` for anything that `encode` could not have made."""
    if len(data) > PARCEL_LIMIT:
        raise WireError(f"a parcel of {len(data)} bytes")
    try:
        outer = plain_cbor.load(data)
    except ValueError as error:
        raise WireError("not CBOR") from error
    match outer:
        case [None | int() as number, str() as kind, dict() as body] if kind in MESSAGES:
            parcel = Parcel(_checked_number(number, kind), _message(MESSAGES[kind], body))
        case _:
            raise WireError("not a parcel")
    if encode(parcel) != data:
        raise WireError(f"a {kind} in another spelling than ours")
    return parcel


def _shortest(value: object) -> object:
    if isinstance(value, float) and value.is_integer() and abs(value) < plain_cbor.INTEGER_LIMIT:
        return int(value)
    return value


def _checked_number(number: int | None, kind: str) -> int | None:
    if MESSAGES[kind] not in DURABLE:
        if number is None:
            return None
        raise WireError(f"a {kind} with a number")
    if type(number) is int and 1 <= number < plain_cbor.INTEGER_LIMIT:
        return number
    raise WireError(f"a {kind} without a number of ours")


_CHECKS: Final[dict[Any, Any]] = {
    int: lambda v: type(v) is int and 0 <= v < plain_cbor.INTEGER_LIMIT,
    bool: lambda v: type(v) is bool,
    str: lambda v: isinstance(v, str) and len(v) <= TEXT_LIMIT,
    bytes: lambda v: isinstance(v, bytes),
    str | None: lambda v: v is None or (isinstance(v, str) and len(v) <= TEXT_LIMIT),
    float: lambda v: type(v) in (int, float) and abs(v) < inf and _is_exact(v),
    float | None: lambda v: v is None or _CHECKS[float](v),
    list[int]: lambda v: isinstance(v, list) and all(_CHECKS[int](i) for i in v),
    list[dict[str, Any]]: lambda v: isinstance(v, list) and all(map(_is_flat_map, v)),
}


def _is_exact(value: float) -> bool:
    return isinstance(value, float) or abs(value) < plain_cbor.INTEGER_LIMIT


def _is_flat_map(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(k, str) and (v is None or isinstance(v, str)) for k, v in value.items()
    )


def _message(cls: type[Message], body: dict[object, object]) -> Message:
    expected = {field.name: field.type for field in fields(cls)}
    if set(body) != set(expected):
        raise WireError(f"{cls.__name__} with other fields than ours")
    for name, kind in expected.items():
        if not _CHECKS[kind](body[name]):
            raise WireError(f"{cls.__name__}.{name} of the wrong type")
    return cls(**body)  # type: ignore[arg-type]  # every field was checked just above
