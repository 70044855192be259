"""Ready-made pictures shown in place of the camera: the otoscope's live preview."""

import io
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

import av
import numpy as np
from PIL import Image

from client import clock
from client.media.capture import STALE_S, SourceState
from client.media.video_source import NewestPicture, Picture

_log = logging.getLogger(__name__)

MAX_JPEG_BYTES: Final = 4 << 20
"""chosen: four times an examination camera's full HD; what is larger is no picture of ours."""
MAX_PIXELS: Final = 9_000_000
"""chosen: 4K; a small JPEG must not unpack into all the memory there is."""
SHOWN_PX: Final = (640, 360)
"""A larger picture is decoded at a half, a quarter or an eighth, not smaller than this: what is
sent live is smaller still, and full HD would hold the event loop up for 20 ms."""


class StillPictures:
    """JPEG pictures pushed in one by one; the newest is what is shown."""

    def __init__(
        self,
        *,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._monotonic_s = monotonic_s
        self._now = now
        self._shelf = NewestPicture()
        self.refused = 0
        """Pushed pictures that were too large or broken."""

    def push(self, jpeg: bytes) -> bool:
        """Show this picture from now on; False if it is broken. About 5 ms, 15 in 4K."""
        frame = _decode(jpeg)
        if frame is None:
            self.refused += 1
            return False
        self._shelf.put(Picture(frame, self._monotonic_s(), self._now()))
        return True

    @property
    def state(self) -> SourceState:
        """Live while pictures keep coming."""
        newest = self._shelf.newest
        if newest is None:
            return SourceState.STARTING
        is_fresh = self._monotonic_s() - newest.taken_s < STALE_S
        return SourceState.LIVE if is_fresh else SourceState.STALE

    @property
    def newest(self) -> Picture | None:
        """The newest picture, however old."""
        return self._shelf.newest

    @property
    def captured(self) -> int:
        """Pictures that came in."""
        return self._shelf.captured

    @property
    def dropped(self) -> int:
        """Pictures replaced by a newer one before anyone took them."""
        return self._shelf.dropped

    def take(self) -> Picture | None:
        """The newest picture if it was not taken yet."""
        return self._shelf.take()

    def close(self) -> None:
        """Nothing to release."""


def _decode(jpeg: bytes) -> av.VideoFrame | None:
    if len(jpeg) > MAX_JPEG_BYTES:
        return None
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            if image.width * image.height > MAX_PIXELS:
                return None
            image.draft("RGB", SHOWN_PX)
            pixels = np.asarray(image.convert("RGB"))
    # What Pillow raises on a picture that is broken, or bigger than any.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        _log.info("a preview picture of %d bytes could not be decoded", len(jpeg))
        return None
    return av.VideoFrame.from_ndarray(pixels, "rgb24")
