"""The few kinds of CBOR both ends use, and nothing else of it (RFC 8949).

No tags (a peer's could build dates, patterns or shared references here), no indefinite lengths, no
deep nesting. What is signed or hashed must moreover have exactly one encoding, so `unpack` takes
back only what `pack` would write, byte for byte.
"""

from io import BytesIO
from typing import Any, Final, Never

import cbor2

INTEGER_LIMIT: Final = 1 << 53
"""Whole numbers stay below it: the page's are exact up to there (ECMA-262, 21.1.2.8)."""
_DEPTH_LIMIT: Final = 3  # parcel, list, map

Item = bytes | str | int | None


def _refuse(*_: object) -> Never:
    raise ValueError("a tag")


_TAGS: Final = (
    *(0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100),
    *(256, 258, 260, 261, 1004, 43000, 55799),
)
"""All that cbor2 would act upon; it leaves others as `cbor2.CBORTag`, which is no kind of ours."""
_REFUSALS: Final = dict.fromkeys(_TAGS, _refuse)


def load(data: bytes) -> Any:
    """What these bytes say; `ValueError` if they are not CBOR, or more of it than we use."""
    match load_sequence(data, 1):
        case [item]:
            return item
        case _:
            raise ValueError("nothing")


def load_sequence(data: bytes, limit: int) -> list[Any]:
    """What these bytes say one after the other (RFC 8742); `ValueError` for more than `limit`."""
    rest = BytesIO(data)
    decoder = cbor2.CBORDecoder(
        rest,
        semantic_decoders=_REFUSALS,
        max_depth=_DEPTH_LIMIT,
        allow_indefinite=False,
        allow_duplicate_keys=False,
        strict_hashable_types=True,
    )
    items: list[Any] = []
    try:
        while rest.tell() < len(data):
            if len(items) == limit:
                raise ValueError("more items than we use")
            items.append(decoder.decode())
    except (cbor2.CBORDecodeError, RecursionError) as error:
        raise ValueError("not CBOR of ours") from error
    return items


def pack(*items: Item) -> bytes:
    """The items as one CBOR array."""
    return cbor2.dumps(list(items))


def unpack(data: bytes) -> list[Item]:
    """The items `pack` made these bytes of; `ValueError` for any other bytes."""
    items = load(data)
    if isinstance(items, list) and all(map(_is_plain, items)) and pack(*items) == data:
        return items
    raise ValueError("not a plain array in its only spelling")


def _is_plain(item: Any) -> bool:
    if type(item) is int:
        return 0 <= item < INTEGER_LIMIT
    return item is None or type(item) in (bytes, str)
