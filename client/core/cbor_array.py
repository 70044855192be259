"""Flat CBOR arrays with one spelling each (RFC 8949, 4.2.1), as handshake and invitation use them.

What is signed or hashed must have exactly one encoding, so `unpack` takes back only what `pack`
would write, byte for byte.
"""

from typing import Any, Final

import cbor2

INTEGER_LIMIT: Final = 1 << 53
"""Integers stay below it: the page's numbers are exact up to there (ECMA-262, 21.1.2.8)."""

Item = bytes | str | int | None


def pack(*items: Item) -> bytes:
    """The items as one CBOR array."""
    return cbor2.dumps(list(items))


def unpack(data: bytes) -> list[Item]:
    """The items `pack` made these bytes of; `ValueError` for any other bytes."""
    try:
        items = cbor2.loads(data)
    except (cbor2.CBORDecodeError, RecursionError) as error:
        raise ValueError("not CBOR") from error
    if isinstance(items, list) and all(map(_is_plain, items)) and pack(*items) == data:
        return items
    raise ValueError("not a plain array in its only spelling")


def _is_plain(item: Any) -> bool:
    if type(item) is int:
        return 0 <= item < INTEGER_LIMIT
    return item is None or type(item) in (bytes, str)
