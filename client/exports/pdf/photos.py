"""A photo as a document can carry it: the instrument's own bytes wherever that is possible."""

from base64 import b64encode
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

_BYTES_LIMIT: Final = 4_000_000
"""chosen: four such photos still make a file that a secure mail takes."""
_PIXELS_LIMIT: Final = 50_000_000
"""chosen: twice any camera of ours; beyond it a small file could fill the memory."""
_LONG_SIDE: Final = 2_000
"""Pixels of a smaller copy; chosen: 300 per inch on a third of a page."""
_MODES: Final = ("RGB", "L")
_ORIENTATION: Final = 0x0112
"""Exif's tag; a PDF does not turn a picture by it."""
_SVG: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' width="{width}" height="{height}"><image width="{width}" height="{height}"'
    ' xlink:href="data:image/jpeg;base64,{text}"/></svg>'
)


def print_copy(data: bytes) -> bytes | None:
    """A JPEG to print, or `None` if this is no picture; byte for byte the original if it can be."""
    try:
        with Image.open(BytesIO(data)) as picture:
            if picture.width * picture.height > _PIXELS_LIMIT:
                return None
            picture.load()
            is_upright = picture.getexif().get(_ORIENTATION, 1) == 1
            is_plain = picture.format == "JPEG" and picture.mode in _MODES and is_upright
            return data if is_plain and len(data) <= _BYTES_LIMIT else _smaller(picture)
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def enveloped(jpeg: bytes) -> bytes:
    """The same JPEG as text, for the typesetter reads no other file: it goes unchanged into a PDF.

    A list of its bytes would do too, at a second and half a gigabyte for one photo.
    """
    with Image.open(BytesIO(jpeg)) as picture:
        size = {"width": picture.width, "height": picture.height}
    return _SVG.format(**size, text=b64encode(jpeg).decode()).encode()


def _smaller(picture: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((_LONG_SIDE, _LONG_SIDE))
    made = BytesIO()
    upright.save(made, "JPEG", quality=90)
    return made.getvalue()
