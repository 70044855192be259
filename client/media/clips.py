"""A few seconds of an instrument's pictures as a film that Chromium and Firefox play.

VP9 in WebM: every browser plays it, Safari included, which has AV1 on few machines. Encoded after
the fact and not live, so it may take as long as it lasts; never on the event loop.
"""

import io
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from client.core.pictures import StillUnreadableError

Pixels = NDArray[np.uint8]
"""Rows, columns, red, green and blue."""

CLIP_TYPE: Final = "video/webm"
CLIP_BYTES: Final = 240_000
"""chosen: what 128 kbit/s carry in 20 s beside a voice."""
CLIP_SIDE_PX: Final = 640
_FILLED: Final = 0.85
"""Of the budget that is asked of the encoder, which keeps it only on the average."""
_TRIES: Final = 3
_TICKS_PER_S: Final = 1_000
_SPEED: Final = "5"
"""libvpx ``cpu-used``; chosen: four seconds take one or two of a small machine's processor."""


def clip(jpegs: tuple[bytes, ...], frames_per_s: float) -> tuple[bytes, int, int]:
    """The film, its width and its height; `StillUnreadableError` for a picture that is none."""
    pictures = [_pixels(jpeg, None) for jpeg in jpegs[:1]]
    height, width = pictures[0].shape[:2]
    pictures += [_pixels(jpeg, (width, height)) for jpeg in jpegs[1:]]
    bitrate_bps = int(CLIP_BYTES * 8 * _FILLED * frames_per_s / len(pictures))
    for _ in range(_TRIES):
        film = _encoded(pictures, frames_per_s, bitrate_bps)
        if len(film) <= CLIP_BYTES:
            break
        bitrate_bps = int(bitrate_bps * _FILLED * CLIP_BYTES / len(film))
    return film, width, height


def _encoded(pictures: list[Pixels], frames_per_s: float, bitrate_bps: int) -> bytes:
    file = io.BytesIO()
    height, width = pictures[0].shape[:2]
    with av.open(file, "w", format="webm") as film:
        stream = film.add_stream("libvpx-vp9", rate=round(frames_per_s) or 1)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.bit_rate = bitrate_bps
        stream.options = {"deadline": "good", "cpu-used": _SPEED, "row-mt": "1"}
        for pixels in pictures:
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return file.getvalue()


def _pixels(jpeg: bytes, size: tuple[int, int] | None) -> Pixels:
    """One picture, at most `CLIP_SIDE_PX` long, even in width and height as 4:2:0 wants it."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as opened:
            opened.draft("RGB", (CLIP_SIDE_PX, CLIP_SIDE_PX))
            picture = opened.convert("RGB")
    # What Pillow raises on a picture that is broken, or bigger than any.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise StillUnreadableError("a JPEG that cannot be decoded") from error
    if size is None:
        picture.thumbnail((CLIP_SIDE_PX, CLIP_SIDE_PX), Image.Resampling.BILINEAR)
        size = (max(2, picture.width & ~1), max(2, picture.height & ~1))
    return np.asarray(picture.resize(size))
