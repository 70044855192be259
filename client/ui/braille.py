"""A curve drawn with braille dots: two columns and four rows of dots in each character."""

from collections.abc import Iterator, Sequence
from typing import Final

_BLANK: Final = 0x2800
_DOTS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Unicode braille patterns: bit of the dot at column, row from the top."""
_ROWS: Final = 4
LEAST_SPAN: Final = 16
"""chosen: of 255; a nearly flat signal stays flat instead of being blown up into a pulse."""

SILENCE: Final = 128
LEAST_HALF_SPAN: Final = 32
"""chosen: a sixteenth of full scale as the stethoscope draws; what is fainter looks faint."""


def curve(
    samples: Sequence[float | None], width: int, height: int, least_span: float = LEAST_SPAN
) -> list[str]:
    """`height` lines of `width` characters through all samples; `None` is a gap."""
    known = [sample for sample in samples if sample is not None]
    if not known or width < 1 or height < 1:
        return [" " * width] * height
    cells = [[_BLANK] * width for _ in range(height)]
    before: int | None = None
    levels = _levels(samples, known, width * 2, height * _ROWS, least_span)
    for column, level in enumerate(levels):
        if level is not None:
            start = level if before is None else before
            for dot in range(min(start, level), max(start, level) + 1):
                cells[dot // _ROWS][column // 2] |= _DOTS[column % 2][dot % _ROWS]
        before = level
    return ["".join(map(chr, row)) for row in cells]


def outline(pairs: bytes, width: int, height: int) -> list[str]:
    """`height` lines of `width` characters: a sound as lowest and highest, silence in the middle.

    `pairs` holds them in turn, one unsigned byte each, as `devices.drivers.stethoscope` gives them.
    """
    half = max((abs(level - SILENCE) for level in pairs), default=0)
    half = max(half, LEAST_HALF_SPAN)
    cells = [[_BLANK] * width for _ in range(height)]
    rows, columns = height * _ROWS, width * 2
    for column in range(columns):
        start = 2 * (column * len(pairs) // 2 // columns)
        end = max(2 * ((column + 1) * len(pairs) // 2 // columns), start + 2)
        part = pairs[start:end]
        if part:
            shares = ((level - SILENCE) / half for level in (max(part), min(part)))
            top, bottom = (round((rows - 1) / 2 * (1 - share)) for share in shares)
            for dot in range(top, bottom + 1):
                cells[dot // _ROWS][column // 2] |= _DOTS[column % 2][dot % _ROWS]
    return ["".join(map(chr, row)) for row in cells]


def _levels(
    samples: Sequence[float | None],
    known: Sequence[float],
    columns: int,
    rows: int,
    least_span: float,
) -> Iterator[int | None]:
    low, high = min(known), max(known)
    span = max(high - low, least_span)
    floor = (low + high - span) / 2
    step = (len(samples) - 1) / max(1, columns - 1)
    for column in range(columns):
        value = samples[round(column * step)]
        yield None if value is None else round((rows - 1) * (1 - (value - floor) / span))
