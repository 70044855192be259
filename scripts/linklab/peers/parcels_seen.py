"""What the GP's page opened of what the site said, read with the product's own decoder."""

from collections.abc import Iterable
from typing import Final

from client.core import parcels
from client.core.wire import Measured, Parcel, StillOffered, StillPiece
from client.session.attachments import WHOLE

_END: Final = b"\x80"


def decoded(plaintexts: Iterable[tuple[float, bytes]]) -> list[tuple[float, Parcel]]:
    """The parcels among it; the page opens other things too (letters, drafts)."""
    found = []
    for at_ms, padded in plaintexts:
        try:
            opened = parcels.decode_together(padded.rstrip(b"\0").removesuffix(_END))
        except parcels.WireError:
            continue
        found += [(at_ms, parcel) for parcel in opened]
    return found


def readings(seen: Iterable[tuple[float, Parcel]]) -> list[tuple[float, float]]:
    """(taken, first arrived) of each reading."""
    first: dict[int, tuple[float, float]] = {}
    for at_ms, parcel in seen:
        if isinstance(parcel.message, Measured) and parcel.number is not None:
            first.setdefault(parcel.number, (float(parcel.message.taken_ms), at_ms))
    return list(first.values())


def still_ended_ms(seen: Iterable[tuple[float, Parcel]]) -> float | None:
    """When the first still was whole, its preview aside; None: it never was."""
    sizes: dict[int, int] = {}
    held: dict[int, set[int]] = {}
    for at_ms, parcel in seen:
        match parcel.message:
            case StillOffered(id=identifier, size=size, part=part) if part == WHOLE:
                sizes.setdefault(identifier, size)
            case StillPiece(id=identifier, offset=offset, data=data):
                offsets = held.setdefault(identifier, set())
                offsets.update(range(offset, offset + len(data)))
                if identifier in sizes and len(offsets) >= sizes[identifier]:
                    return at_ms
    return None
