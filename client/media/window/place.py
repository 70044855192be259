"""Where the window stands: whole on a display of the patient's, else beside the terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Size = tuple[int, int]
"""Width and height in pixels."""
SHARE: Final = 0.6
"""chosen: of a display that is the terminal's too, which stays in reach."""
MARGIN: Final = 40
"""Pixels; chosen: a window's frame and title, so that all of it is seen."""


@dataclass(frozen=True, slots=True)
class Place:
    """On which display, counted from nought, and how large."""

    display: int
    size: Size
    is_whole: bool
    """It covers the display."""
    corner: tuple[int, int] | None = None
    """Left and top, where that is known to be of this display; `None`: in its middle."""


def has_own(displays: Sequence[Size], wanted: int) -> bool:
    """There is this display, counted from one, and another for the terminal."""
    return len(displays) > 1 and wanted <= len(displays)


def place_on(displays: Sequence[Size], wanted: int) -> Place:
    """The patient's display, or a part of the first while it is not there."""
    if has_own(displays, wanted):
        return Place(wanted - 1, displays[wanted - 1], is_whole=True)
    width, height = displays[0]
    size = round(width * SHARE), round(height * SHARE)
    corner = (width - size[0] - MARGIN, height - size[1] - MARGIN) if len(displays) == 1 else None
    return Place(0, size, is_whole=False, corner=corner)
