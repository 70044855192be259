"""Two pixels in each character: the upper and the lower half block."""

from collections.abc import Sequence
from typing import Final

_HALVES: Final = {
    (False, False): " ",
    (True, False): "▀",
    (False, True): "▄",
    (True, True): "█",
}


def drawn(pixels: Sequence[Sequence[bool]]) -> list[str]:
    """Rows of set and unset pixels as lines of text; a missing last row counts as unset."""
    padded = [*pixels, [False] * len(pixels[0])] if len(pixels) % 2 else pixels
    return [
        "".join(_HALVES[bool(up), bool(down)] for up, down in zip(upper, lower, strict=True))
        for upper, lower in zip(padded[::2], padded[1::2], strict=True)
    ]
