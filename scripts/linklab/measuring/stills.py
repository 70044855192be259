"""A JPEG of an exact size, detailed enough to be worth it."""

from io import BytesIO
from pathlib import Path
from random import Random
from typing import Final

from PIL import Image

_SIZE: Final = (640, 480)
_NOISE_SHARE: Final = 0.35
_COMMENT: Final = b"\xff\xfe"  # ITU-T T.81, B.2.4.5
_COMMENT_LIMIT: Final = 0xFFFF
_COMMENT_OVERHEAD: Final = 4
_START_BYTES: Final = 2


def make_still(picture: Path, size_bytes: int, seed: int = 0) -> bytes:
    """The picture with sensor noise, 640x480, filled up with comments to this size."""
    noise = Image.frombytes("RGB", _SIZE, Random(seed).randbytes(3 * _SIZE[0] * _SIZE[1]))  # noqa: S311 -- no secret
    with Image.open(picture) as opened:
        noisy = Image.blend(opened.convert("RGB").resize(_SIZE), noise, _NOISE_SHARE)
    for quality in range(95, 10, -5):
        jpeg = BytesIO()
        noisy.save(jpeg, "JPEG", quality=quality)
        missing = size_bytes - len(jpeg.getvalue())
        if missing >= _COMMENT_OVERHEAD:
            return _filled(jpeg.getvalue(), missing)
    raise ValueError(f"{size_bytes} bytes are too few for a picture")


def _filled(jpeg: bytes, missing: int) -> bytes:
    comments = bytearray()
    while missing:
        size = min(missing, _COMMENT_LIMIT)
        if 0 < missing - size < _COMMENT_OVERHEAD:
            size -= _COMMENT_OVERHEAD
        comments += _COMMENT + (size - 2).to_bytes(2, "big") + bytes(size - _COMMENT_OVERHEAD)
        missing -= size
    return jpeg[:_START_BYTES] + bytes(comments) + jpeg[_START_BYTES:]
