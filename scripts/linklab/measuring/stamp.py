"""The machine-readable stamp in the picture: a strip of twenty flat cells along its upper edge.

The cells are white, black, twelve bits of the picture's number in Gray code (a step changes one
cell only, so the stamp costs the encoder little), four bits of checksum, black, white. At 640x480 a
cell is 32x16 pixels, two macroblocks; at 160x120 it is still 8x4.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

NUMBERS: Final = 1 << 12
"""A stamp's number is below this."""
CELLS: Final = 20
STRIP_FRACTION: Final = 1 / 30
"""Height of the strip, of the picture's."""
HIDDEN_FRACTION: Final = 1 / 15
"""What a comparison of pictures leaves out at the top: the strip and as much of its smear."""

_NUMBER_BITS: Final = 12
_CHECK_BITS: Final = 4
_WHITE: Final = 208
_BLACK: Final = 32
"""Less than the full range: a sharper edge would only cost bits."""
_MIN_CONTRAST: Final = 48
_POLYNOMIAL: Final = 0b10011  # CRC-4-ITU (G.704, 2.3.3.5)

Plane = NDArray[np.uint8]


def draw(luma: Plane, number: int) -> None:
    """Write the number into the upper edge of a luma plane, in place."""
    height, width = luma.shape
    rows = round(height * STRIP_FRACTION)
    edges = [round(index * width / CELLS) for index in range(CELLS + 1)]
    for index, is_white in enumerate(_cells(number)):
        luma[:rows, edges[index] : edges[index + 1]] = _WHITE if is_white else _BLACK


def cells_of(luma: Plane) -> bytes:
    """The mean luma of the middle of each cell, for a picture of any size."""
    height, width = luma.shape
    rows = max(1, round(height * STRIP_FRACTION))
    strip = luma[rows // 4 : rows - rows // 4]
    means = []
    for index in range(CELLS):
        left = round((index + 0.25) * width / CELLS)
        right = max(left + 1, round((index + 0.75) * width / CELLS))
        means.append(round(float(strip[:, left:right].mean())))
    return bytes(means)


def read(cells: Sequence[int]) -> int | None:
    """The number, from the mean luma of each cell; None if it is not legible."""
    white, black = (cells[0] + cells[-1]) / 2, (cells[1] + cells[-2]) / 2
    if len(cells) != CELLS or white - black < _MIN_CONTRAST:
        return None
    middle = (white + black) / 2
    bits = [cell > middle for cell in cells[2:-2]]
    number = _plain(_whole(bits[:_NUMBER_BITS]))
    return number if _whole(bits[_NUMBER_BITS:]) == _check(number) else None


def _cells(number: int) -> list[bool]:
    gray = number ^ number >> 1
    bits = gray << _CHECK_BITS | _check(number)
    count = _NUMBER_BITS + _CHECK_BITS
    middle = [bool(bits >> place & 1) for place in reversed(range(count))]
    return [True, False, *middle, False, True]


def _whole(bits: Sequence[bool]) -> int:
    whole = 0
    for bit in bits:
        whole = whole << 1 | bit
    return whole


def _plain(gray: int) -> int:
    number = 0
    while gray:
        number ^= gray
        gray >>= 1
    return number


def _check(number: int) -> int:
    rest = number << _CHECK_BITS
    for place in reversed(range(_NUMBER_BITS)):
        if rest >> (place + _CHECK_BITS) & 1:
            rest ^= _POLYNOMIAL << place
    return rest
