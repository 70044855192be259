"""What a still goes through before it leaves the site; slow, so never on the event loop."""

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from client.core.pictures import StillUnreadableError, cleaned, size_as_shown
from client.media import previews
from client.media.picture_quality import Flaw, quality

MAX_PIXELS: Final = 50_000_000
"""chosen: a small JPEG must not unpack into all the memory there is."""
MILLE: Final = 1_000
REGION_TYPE: Final = "image/jpeg"
_REGION_QUALITY: Final = 92
"""chosen: of pixels that were coded once already; no difference to be seen at full resolution."""


@dataclass(frozen=True, slots=True)
class Developed:
    """A still ready to be kept and sent."""

    jpeg: bytes
    """The camera's picture without metadata; see `client.core.pictures`."""
    width: int
    """Pixels, upright."""
    height: int
    flaw: Flaw | None
    preview: bytes | None
    """`client.media.previews.PREVIEW_TYPE`; `None` when none would fit."""


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a picture, in per mille of its width and height."""

    left: int
    top: int
    width: int
    height: int

    @property
    def is_possible(self) -> bool:
        """It lies within the picture and holds something."""
        within = self.left + self.width <= MILLE and self.top + self.height <= MILLE
        return min(self.left, self.top) >= 0 and min(self.width, self.height) > 0 and within


def develop(jpeg: bytes) -> Developed:
    """Clean, measure and preview it; `StillUnreadableError` when it cannot be shown."""
    clean = cleaned(jpeg)
    width, height = size_as_shown(clean)
    picture = _upright(clean, (width, height))
    flaw = quality(picture).flaw
    return Developed(clean, width, height, flaw, previews.preview(picture))


def cut_out(jpeg: bytes, area: Area) -> tuple[bytes, int, int]:
    """A part at full resolution, as a JPEG, with its width and height in pixels."""
    picture = _upright(jpeg, size_as_shown(jpeg))
    left, right = (x * picture.width // MILLE for x in (area.left, area.left + area.width))
    top, bottom = (y * picture.height // MILLE for y in (area.top, area.top + area.height))
    part = picture.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    file = io.BytesIO()
    part.save(file, "JPEG", quality=_REGION_QUALITY, subsampling="4:4:4")
    return file.getvalue(), part.width, part.height


def _upright(jpeg: bytes, size: tuple[int, int]) -> Image.Image:
    if size[0] * size[1] > MAX_PIXELS:
        raise StillUnreadableError("a picture of too many pixels")
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as opened:
            return ImageOps.exif_transpose(opened).convert("RGB")
    # What Pillow raises on a picture that is broken, or bigger than any.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise StillUnreadableError("a JPEG that cannot be decoded") from error
