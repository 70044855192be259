"""A curve drawn with braille dots: two columns and four rows of dots in each character."""

from collections.abc import Sequence
from typing import Final

_BLANK: Final = 0x2800
_DOTS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Unicode braille patterns: bit of the dot at column, row from the top."""
_ROWS: Final = 4
_LEAST_SPAN: Final = 16
"""chosen: of 255; a nearly flat signal stays flat instead of being blown up into a pulse."""


def curve(samples: Sequence[float], width: int, height: int) -> list[str]:
    """`height` lines of `width` characters through all samples, highest at the top."""
    if not samples or width < 1 or height < 1:
        return [" " * width] * height
    levels = _levels(samples, width * 2, height * _ROWS)
    cells = [[_BLANK] * width for _ in range(height)]
    before = levels[0]
    for column, level in enumerate(levels):
        for dot in range(min(before, level), max(before, level) + 1):
            cells[dot // _ROWS][column // 2] |= _DOTS[column % 2][dot % _ROWS]
        before = level
    return ["".join(map(chr, row)) for row in cells]


def _levels(samples: Sequence[float], columns: int, rows: int) -> list[int]:
    low, high = min(samples), max(samples)
    span = max(high - low, _LEAST_SPAN)
    floor = (low + high - span) / 2
    step = (len(samples) - 1) / max(1, columns - 1)
    chosen = (samples[round(column * step)] for column in range(columns))
    return [round((rows - 1) * (1 - (value - floor) / span)) for value in chosen]
