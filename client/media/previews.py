"""The first 5 kB of a still: a small picture that shows at once what the full one will.

WebP at 320 pixels: over the pictures of `scripts/still_quality.tsv` its likeness (SSIM) is 0.85 on
the average, AVIF's 0.84, JPEG's 0.81; at 480 pixels some pictures fit into 5 kB in no format. At
240 pixels it is 0.85 too, with less to see.

Measured between two ends on one machine, the site held to 100 kbit/s, beside voice, figures and
picture: a preview of 4.3 kB is there 0.8 s after its offer, a tenth by a tenth of the picture asked
for then 1.3 s later, the original of 141 kB after 22 s; at 400 kbit/s 0.3, 0.4 and 4.5 s.

There is no step between it and the original. A lossless re-coding as progressive JPEG would save a
tenth, but the camera's bytes could not be had back from it; the GP asks for a region instead.
"""

import io
from typing import Final

from PIL import Image

PREVIEW_BYTES: Final = 5_000
"""A useful preview within the first 5 kB that reach the GP."""
PREVIEW_SIDE_PX: Final = 320
PREVIEW_FORMAT: Final = "WEBP"
PREVIEW_TYPE: Final = "image/webp"
_HIGHEST_QUALITY: Final = 90


def preview(picture: Image.Image) -> bytes | None:
    """A preview of this picture; `None` where none of its size would be worth the name."""
    return encoded_within(picture, PREVIEW_SIDE_PX, PREVIEW_BYTES, PREVIEW_FORMAT)


def encoded_within(
    picture: Image.Image, side_px: int, limit_bytes: int, file_format: str
) -> bytes | None:
    """The best of this format and longest side in so many bytes; `None` when nothing fits."""
    small = picture.convert("RGB")
    small.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    best, low, high = None, 1, _HIGHEST_QUALITY
    while low <= high:
        middle = (low + high) // 2
        file = io.BytesIO()
        small.save(file, file_format, quality=middle)
        if file.tell() <= limit_bytes:
            best, low = file.getvalue(), middle + 1
        else:
            high = middle - 1
    return best
