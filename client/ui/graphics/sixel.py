"""Sixel: bands of six lines, a row of characters for each colour (DEC STD 070, chapter 9).

Written with `numpy` for whole bands at a time, since a band has as many rows as it has colours.
"""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

BAND: Final = 6
"""Lines of pixels in a row of characters."""
_FIRST: Final = 63
"""The character of no pixel; the six bits are added to it."""
_PER_CENT: Final = 100
_START: Final = "\x1bP0;1q"
"""Pixels of which nothing is said stay as they are."""
_END: Final = "\x1b\\"
_RUN: Final = re.compile(rb"([?-~])\1{3,}")
"""From four on, a count is shorter."""
_BITS: Final = (1 << np.arange(BAND, dtype=np.uint8)).reshape(BAND, 1)
_NEXT_BAND: Final = b"-"
_SAME_BAND: Final = b"$"


def encoded(picture: Image.Image, colours: int) -> str:
    """The picture in at most so many colours; lines beyond the last whole band are left out."""
    width, height = picture.width, picture.height - picture.height % BAND
    few = picture.crop((0, 0, width, height)).quantize(
        colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    palette = np.asarray(few.getpalette("RGB"), dtype=np.uint32).reshape(-1, 3)
    pixels = np.asarray(few)
    bands = (_band(pixels[top : top + BAND]) for top in range(0, height, BAND))
    body = _RUN.sub(_counted, _NEXT_BAND.join(bands))
    return f'{_START}"1;1;{width};{height}{_registers(palette, pixels)}{body.decode("ascii")}{_END}'


def _registers(palette: NDArray[np.uint32], pixels: NDArray[np.uint8]) -> str:
    """Each colour that is used, in per cent of red, green and blue."""
    shares = (palette * _PER_CENT + 127) // 255
    return "".join(f"#{n};2;{';'.join(map(str, shares[n]))}" for n in np.unique(pixels))


def _band(pixels: NDArray[np.uint8]) -> bytes:
    """One row of characters for each colour that is in it."""
    present = np.unique(pixels)
    is_set = pixels == present.reshape(-1, 1, 1)
    rows = (is_set * _BITS).sum(axis=1, dtype=np.uint8) + np.uint8(_FIRST)
    return _SAME_BAND.join(
        b"#%d%s" % (colour, row.tobytes().rstrip(b"?"))
        for colour, row in zip(present, rows, strict=True)
    )


def _counted(run: re.Match[bytes]) -> bytes:
    return b"!%d%s" % (len(run[0]), run[1])
