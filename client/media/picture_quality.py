"""Whether a still is sharp and well lit enough to be looked at: technical, never a diagnosis.

Sharpness is how much of the difference between neighbouring pixels a further blur takes away (Crete
et al., "The blur effect", SPIE 6492, 2007): little when the picture was blurred before. It is
looked for where the picture has most detail, since an ear speculum's dark surround has none.
Exposure is the brightness of the brightest parts, and the share of pixels at the end of the scale.

The limits come from `scripts/still_quality.tsv`, measured by `scripts/still_quality`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.float32]

LOOKED_AT_PX: Final = 640
"""Longest side; chosen: what a GP sees of a whole still on a page. Finer blur hides nothing."""
_TILE_PX: Final = 80
_DETAILED: Final = 0.25
"""Of the tiles: those with most difference between neighbours decide."""
_BLUR_TAPS: Final = 9
"""Crete et al.: the low-pass filter of figure 3."""
BLURRED_FROM: Final = 0.64
"""Measured: of photographs every one blurred by 3 px has 0.66 or more, by 1.5 px 0.60 or less. What
is drawn without grain counts as blurred sooner, and a sensor's strong noise hides a blur."""
DARK_BELOW: Final = 50.0
"""Measured: at half the right exposure every picture has 53 or more, at an eighth 29 or less."""
BRIGHT_FROM: Final = 0.25
"""Measured: 0.01 or less at the right exposure; chosen: a quarter without any detail hides enough
to try again."""
_BURNT: Final = 250
_BRIGHTEST_PCT: Final = 95


class Flaw(StrEnum):
    """What a person can do better; the catalogue has a sentence for each."""

    BLURRED = "blurred"
    DARK = "dark"
    BRIGHT = "bright"


@dataclass(frozen=True, slots=True)
class PictureQuality:
    """What was measured of one picture."""

    blur: float
    """0: sharp; 1: nothing but blur."""
    light: float
    """Brightness, 0 to 255, that only a twentieth of the picture exceeds."""
    burnt: float
    """Share of pixels at the upper end of the scale."""

    @property
    def flaw(self) -> Flaw | None:
        """The one thing to say; light comes first, for without it nothing is sharp."""
        if self.light < DARK_BELOW:
            return Flaw.DARK
        if self.burnt >= BRIGHT_FROM:
            return Flaw.BRIGHT
        return Flaw.BLURRED if self.blur >= BLURRED_FROM else None


def quality(picture: Image.Image) -> PictureQuality:
    """Measure one picture; about 20 ms."""
    grey = picture.convert("L")
    grey.thumbnail((LOOKED_AT_PX, LOOKED_AT_PX), Image.Resampling.BOX)
    pixels = np.asarray(grey, np.float32)
    return PictureQuality(
        _blur(pixels),
        float(np.percentile(pixels, _BRIGHTEST_PCT)),
        float(np.mean(pixels >= _BURNT)),
    )


def _blur(pixels: Grey) -> float:
    """The worse of both directions, among the tiles with most detail."""
    return max(_blur_across(pixels), _blur_across(pixels.T))


def _blur_across(pixels: Grey) -> float:
    kernel = np.full(_BLUR_TAPS, 1 / _BLUR_TAPS, np.float32)
    blurred = np.apply_along_axis(np.convolve, 1, pixels, kernel, "same")
    before = np.abs(np.diff(pixels, axis=1))
    lost = np.maximum(0, before - np.abs(np.diff(blurred, axis=1)))
    befores, losts = _tiles(before), _tiles(lost)
    detailed = befores >= np.quantile(befores, 1 - _DETAILED)
    total = float(befores[detailed].sum())
    return 1 - float(losts[detailed].sum()) / total if total > 0 else 1.0


def _tiles(differences: Grey) -> Grey:
    """Sums over square tiles; what does not fill one at the edges is left out."""
    rows, columns = (max(1, side // _TILE_PX) for side in differences.shape)
    height, width = min(_TILE_PX, differences.shape[0]), min(_TILE_PX, differences.shape[1])
    cut = differences[: rows * height, : columns * width]
    sums: Grey = cut.reshape(rows, height, columns, width).sum(axis=(1, 3))
    return sums
