"""A `Sheet` as PDF: for people PDF/A-2a and PDF/UA-1 at once, for the CI-SIS's CDA PDF/A-1a.

Nothing touches the disk, and no font of the machine's is used: the same sheet is the same bytes
everywhere. Blocking, 10 to 100 ms without holding the interpreter: call it by `asyncio.to_thread`.
"""

import json
from collections.abc import Callable
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

from client.errors import ChevetError
from client.exports.pdf.characters import shown
from client.exports.pdf.engine import compiled
from client.exports.pdf.photos import enveloped
from client.exports.pdf.sheet import Picture, Sheet


class Standard(Enum):
    """What the file conforms to, as the typesetter checks it."""

    ACCESSIBLE = ("a-2a", "ua-1")
    """For people: archivable (ISO 19005-2) and accessible (ISO 14289-1)."""
    CDA = ("a-1a",)
    """To be embedded in a CDA document, which takes PDF/A-1 alone (ISO 19005-1); tagged too."""


class DocumentFailedError(ChevetError):
    """The typesetter made no document; its own words may hold a patient's, so they are not kept."""

    def __init__(self) -> None:
        super().__init__("the document could not be laid out")


def pdf(sheet: Sheet, standard: Standard = Standard.ACCESSIBLE) -> bytes:
    """The document. Raises `DocumentFailedError`."""
    for is_strict in (False, True):
        sources = _sources(sheet, is_strict=is_strict)
        made = compiled(sources, standard.value, int(sheet.made_at.timestamp()))
        if made is not None:
            return made
    raise DocumentFailedError


def _sources(sheet: Sheet, *, is_strict: bool) -> dict[str, bytes]:
    photos: dict[str, bytes] = {}

    def photo(picture: Picture) -> str:
        name = f"photo-{len(photos)}.svg"
        photos[name] = enveloped(picture.jpeg)
        return name

    plain = _plain(sheet, lambda text: shown(text, is_strict=is_strict), photo)
    return {"main.typ": _template(), "sheet.json": json.dumps(plain).encode(), **photos}


def _plain(value: Any, text: Callable[[str], str], photo: Callable[[Picture], str]) -> Any:
    """The value as JSON has it; a block says of which kind it is."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, tuple):
        return [_plain(item, text, photo) for item in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value if isinstance(value, bool | int) else None
    named = {name: _plain(getattr(value, name), text, photo) for name in value.__dataclass_fields__}
    if isinstance(value, Picture):
        named["file"] = photo(value)
    return named | {"kind": type(value).__name__}


@cache
def _template() -> bytes:
    return (files(__package__) / "sheet.typ").read_bytes()
