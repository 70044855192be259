"""Parcels as bytes: the CBOR array ``[number, kind, *values]``, strict both ways.

Names stay at home: the kind travels as its number in `KINDS`, a message's values in the order its
class declares them. Values at the end that are the class's own defaults stay at home too, always:
a message has one spelling. What is said in one moment travels together, as a CBOR sequence
(RFC 8742).
"""

from dataclasses import MISSING, Field, fields
from math import inf
from typing import Any, Final

import cbor2

from client.core import plain_cbor, wire
from client.core.wire import DURABLE, TEXT_LIMIT, Message, Parcel, kind_of
from client.errors import ChevetError

PARCEL_LIMIT: Final = 15 * 1_024 - 1
"""Bytes; chosen: the largest whose envelope, padded, is still a letter the relay takes."""
TOGETHER_LIMIT: Final = 64
"""Parcels in one envelope; chosen: twice what is ever repeated at once."""

KINDS: Final[dict[int, type[Message]]] = {
    0: wire.Hello,
    1: wire.Received,
    2: wire.Signal,
    3: wire.WordsCompared,
    4: wire.Card,
    5: wire.Text,
    6: wire.Goodbye,
    7: wire.Intake,
    8: wire.Measured,
    9: wire.WaveSamples,
    10: wire.Instruments,
    11: wire.LinkReport,
    12: wire.StillOffered,
    13: wire.StillPiece,
    14: wire.StillHeld,
    15: wire.StillReceived,
    16: wire.Asked,
    17: wire.AskAnswered,
    18: wire.Summary,
    19: wire.PictureAsked,
    20: wire.PageReport,
    21: wire.LabResult,
    22: wire.RegionAsked,
    23: wire.Acquaintance,
    24: wire.Patient,
    25: wire.Background,
    26: wire.Question,
    27: wire.Pointed,
    28: wire.Waiting,
    29: wire.WentOn,
    30: wire.Attested,
}
"""Number on the wire and in records; never given to another kind, up to 23 it is one byte."""
_NUMBERS: Final = {cls: number for number, cls in KINDS.items()}


class WireError(ChevetError):
    """The peer sent something that is not a message of ours; the connection is dropped."""


def encode(parcel: Parcel) -> bytes:
    """The parcel's CBOR; whole floats travel as integers, fields in declared order."""
    message = parcel.message
    expected = fields(message)
    values = [_shortest(getattr(message, field.name)) for field in expected]
    while values and values[-1] == _default(expected[len(values) - 1]):
        values.pop()
    return cbor2.dumps([parcel.number, _NUMBERS[type(message)], *values])


def decode(data: bytes) -> Parcel:
    """The parcel in these bytes; `WireError` for anything that `encode` could not have made."""
    match decode_together(data):
        case [parcel]:
            return parcel
        case _:
            raise WireError("not one parcel")


def decode_together(data: bytes) -> list[Parcel]:
    """The parcels, one at least, whose bytes these are, one after the other; `WireError` if not."""
    if len(data) > PARCEL_LIMIT:
        raise WireError(f"parcels of {len(data)} bytes")
    try:
        items = plain_cbor.load_sequence(data, TOGETHER_LIMIT)
    except ValueError as error:
        raise WireError("not CBOR, or too much of it") from error
    found = [_parcel(item) for item in items]
    if not found or b"".join(map(encode, found)) != data:
        raise WireError("parcels in another spelling than ours")
    return found


def _parcel(item: Any) -> Parcel:
    match item:
        case [None | int() as number, int() as kind, *values] if kind in KINDS:
            message = _message(KINDS[kind], values)
            return Parcel(_checked_number(number, message), message)
        case _:
            raise WireError("not a parcel")


def _shortest(value: object) -> object:
    if isinstance(value, float) and value.is_integer() and abs(value) < plain_cbor.INTEGER_LIMIT:
        return int(value)
    return value


def _checked_number(number: int | None, message: Message) -> int | None:
    if not isinstance(message, DURABLE):
        if number is None:
            return None
        raise WireError(f"a {kind_of(message)} with a number")
    if type(number) is int and 1 <= number < plain_cbor.INTEGER_LIMIT:
        return number
    raise WireError(f"a {kind_of(message)} without a number of ours")


_CHECKS: Final[dict[Any, Any]] = {
    int: lambda v: type(v) is int and 0 <= v < plain_cbor.INTEGER_LIMIT,
    bool: lambda v: type(v) is bool,
    str: lambda v: isinstance(v, str) and len(v) <= TEXT_LIMIT,
    bytes: lambda v: isinstance(v, bytes),
    str | None: lambda v: v is None or (isinstance(v, str) and len(v) <= TEXT_LIMIT),
    int | None: lambda v: v is None or _CHECKS[int](v),
    list[str]: lambda v: isinstance(v, list) and all(_CHECKS[str](i) for i in v),
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


def _default(field: "Field[Any]") -> object:
    """What the field holds unless said otherwise; `MISSING` where it must be said."""
    return field.default if field.default_factory is MISSING else field.default_factory()


def _message(cls: type[Message], values: list[Any]) -> Message:
    expected = fields(cls)
    fewest = sum(_default(field) is MISSING for field in expected)
    if not fewest <= len(values) <= len(expected):
        raise WireError(f"{cls.__name__} with more or fewer fields than ours")
    for field, value in zip(expected, values, strict=False):  # the tail is left to its defaults
        if not _CHECKS[field.type](value):
            raise WireError(f"{cls.__name__}.{field.name} of the wrong type")
    return cls(*values)
