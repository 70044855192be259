"""A JPEG of an exact size, detailed enough to be worth it."""

from io import BytesIO
from pathlib import Path
from random import Random
from typing import Final

from PIL import Image

_SIZE: Final = (640, 480)
_QUALITY: Final = 85
_HALVINGS: Final = 12
_COMMENT: Final = b"\xff\xfe"  # ITU-T T.81, B.2.4.5
_COMMENT_LIMIT: Final = 0xFFFF
_COMMENT_OVERHEAD: Final = 4
_START_BYTES: Final = 2


def make_still(picture: Path, size_bytes: int, seed: int = 0) -> bytes:
    """The picture with sensor noise, 640x480: as much noise as makes it this size.

    What is left, about a hundredth, is a comment; a site sends pictures without their comments.
    """
    noise = Image.frombytes("RGB", _SIZE, Random(seed).randbytes(3 * _SIZE[0] * _SIZE[1]))  # noqa: S311 -- no secret
    with Image.open(picture) as opened:
        clean = opened.convert("RGB").resize(_SIZE)
    best, least, most = b"", 0.0, 1.0
    for _ in range(_HALVINGS):
        share = (least + most) / 2
        jpeg = BytesIO()
        Image.blend(clean, noise, share).save(jpeg, "JPEG", quality=_QUALITY)
        if len(jpeg.getvalue()) + _COMMENT_OVERHEAD <= size_bytes:
            best, least = jpeg.getvalue(), share
        else:
            most = share
    if not best:
        raise ValueError(f"{size_bytes} bytes are too few for a picture")
    return _filled(best, size_bytes - len(best))


def _filled(jpeg: bytes, missing: int) -> bytes:
    comments = bytearray()
    while missing:
        size = min(missing, _COMMENT_LIMIT)
        if 0 < missing - size < _COMMENT_OVERHEAD:
            size -= _COMMENT_OVERHEAD
        comments += _COMMENT + (size - 2).to_bytes(2, "big") + bytes(size - _COMMENT_OVERHEAD)
        missing -= size
    return jpeg[:_START_BYTES] + bytes(comments) + jpeg[_START_BYTES:]
