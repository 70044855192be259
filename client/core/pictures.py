"""A JPEG without what its maker wrote about the place and the person, its picture untouched.

Source: ITU-T T.81 (segments); JFIF 1.02; Exif 2.32, 4.6 (orientation); Adobe TN 5116 (APP14).

What leaves the site is the camera's own coded picture, bit for bit, between headers of ours: every
application segment and comment is left out but those that say how the colours are meant (JFIF's
own, Adobe's, an ICC profile), and so is whatever follows the picture's end. A picture taken on its
side keeps that, in an Exif segment that says nothing else, so that whoever opens it sees it
upright. A camera that leaves the Huffman tables out (Motion-JPEG) gets the standard ones.

That is what "original" means from there on: kept at the site, sent, and compared by its hash at
both ends. The camera's own bytes are not kept, since they may say where they were made; their hash
is in the journal beside the other.
"""

from itertools import takewhile
from typing import Final

from client.errors import ChevetError
from devices.protocols import mjpeg
from devices.protocols.mjpeg import Segment

UPRIGHT: Final = 1
"""Exif, table 6: the first row is the top."""
_LYING_FROM: Final = 5
"""From this orientation on width and height change places."""
_HIGHEST: Final = 8
_APP0, _APP1, _APP2, _APP14, _APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
_DHT: Final = 0xC4
_ORIENTATION: Final = 0x0112
_EXIF: Final = b"Exif\x00\x00"
_PARAMETERS_AT: Final = 4
_ENTRIES_LIMIT: Final = 512
"""Of one Exif directory; chosen: ten times what cameras write."""
_JFIF_BYTES: Final = 18
"""JFIF's segment with its marker and no thumbnail."""


class StillUnreadableError(ChevetError):
    """What should be a JPEG is not whole, or none."""


def cleaned(jpeg: bytes) -> bytes:
    """The same picture without what it says of its maker, place and time."""
    parts = _segments(jpeg)
    turn = orientation(jpeg)
    kept = bytearray(b"\xff\xd8")
    if turn != UPRIGHT:
        kept += _turned(turn)
    if all(part.marker != _DHT for part in parts):
        kept += STANDARD_TABLES
    for part in parts[1:]:
        kept += _kept(jpeg, part)
    return bytes(kept)


def orientation(jpeg: bytes) -> int:
    """How the picture is to be turned, 1 to 8, as its Exif segment says; 1 when it says nothing."""
    for part in takewhile(lambda part: part.marker != mjpeg.SOS, _segments(jpeg)):
        contents = jpeg[part.start + _PARAMETERS_AT : part.end]
        if part.marker == _APP1 and contents.startswith(_EXIF):
            return _orientation(contents[len(_EXIF) :])
    return UPRIGHT


def size_as_shown(jpeg: bytes) -> tuple[int, int]:
    """Width and height once turned upright; `StillUnreadableError` when it does not say."""
    _segments(jpeg)
    size = mjpeg.size_of(jpeg)
    if size is None or 0 in size:
        raise StillUnreadableError("a JPEG without a size")
    return size if orientation(jpeg) < _LYING_FROM else (size[1], size[0])


def _segments(jpeg: bytes) -> list[Segment]:
    try:
        return list(mjpeg.segments(jpeg))
    except mjpeg.NotAPictureError as error:
        raise StillUnreadableError("not a whole JPEG") from error


def _kept(jpeg: bytes, part: Segment) -> bytes:
    """What of a segment leaves the site."""
    data = jpeg[part.start : part.end]
    contents = data[_PARAMETERS_AT:]
    if part.marker == mjpeg.COM:
        return b""
    if not _APP0 <= part.marker <= _APP15:
        return data
    if part.marker == _APP0 and contents.startswith(b"JFIF\x00") and len(data) >= _JFIF_BYTES:
        # Without its thumbnail, which may show more than the picture.
        return b"\xff\xe0\x00\x10" + contents[:12] + b"\x00\x00"
    is_of_colours = (part.marker == _APP14 and contents.startswith(b"Adobe")) or (
        part.marker == _APP2 and contents.startswith(b"ICC_PROFILE\x00")
    )
    return data if is_of_colours else b""


def _orientation(tiff: bytes) -> int:
    """Of a TIFF header and its first directory; anything that cannot be is upright."""
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if order is None:
        return UPRIGHT

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if order == "little" else "big")

    directory = number(4, 4)
    for place in range(min(number(directory, 2), _ENTRIES_LIMIT)):
        entry = directory + 2 + 12 * place
        if number(entry, 2) == _ORIENTATION:
            turn = number(entry + 8, 2)
            return turn if UPRIGHT <= turn <= _HIGHEST else UPRIGHT
    return UPRIGHT


def _turned(turn: int) -> bytes:
    """An Exif segment that holds an orientation and nothing else."""
    entry = _ORIENTATION.to_bytes(2, "big") + b"\x00\x03\x00\x00\x00\x01" + bytes((0, turn, 0, 0))
    tiff = b"MM\x00\x2a\x00\x00\x00\x08" + b"\x00\x01" + entry + bytes(4)
    contents = _EXIF + tiff
    return b"\xff\xe1" + (len(contents) + 2).to_bytes(2, "big") + contents


def _table(place: int, counts: str, values: bytes) -> bytes:
    return bytes((place,)) + bytes.fromhex(counts) + values


_DC: Final = bytes(range(12))
_AC_LUMA: Final = bytes.fromhex(
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728"
    "292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a83848586878889"
    "8a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2"
    "e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
)
_AC_CHROMA: Final = bytes.fromhex(
    "0001020311040521310612415107617113223281081442"
    "91a1b1c109233352f0156272d10a162434e125f11718191a26"
    "2728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a828384858687"
    "88898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9da"
    "e2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa"
)
_TABLES: Final = (
    _table(0x00, "00010501010101010100000000000000", _DC)
    + _table(0x10, "0002010303020403050504040000017d", _AC_LUMA)
    + _table(0x01, "00030101010101010101010000000000", _DC)
    + _table(0x11, "00020102040403040705040400010277", _AC_CHROMA)
)
STANDARD_TABLES: Final = b"\xff\xc4" + (len(_TABLES) + 2).to_bytes(2, "big") + _TABLES
"""T.81, K.3: what Motion-JPEG takes for granted."""
