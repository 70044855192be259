"""A small picture in half blocks: two pixels in each character cell."""

from datetime import datetime, timedelta
from functools import lru_cache
from textwrap import wrap
from typing import Final

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from client.session.snapshot import PreviewView

LEAST_GAP: Final = timedelta(milliseconds=250)
"""chosen: four pictures a second are enough to aim by, and cheap."""
_LARGEST_CELLS: Final = 1_200
"""chosen: bounds the cost of drawing on a very large terminal (56 by 21 cells)."""
_COARSE: Final = bytes(level & 0xF0 for level in range(256))
"""chosen: 16 levels a channel look much the same in a terminal and let styles be reused."""


class Preview(Widget):
    """Fits the picture in its room; a sentence in its place when there is none."""

    DEFAULT_CSS = "Preview { height: 1fr; }"

    def __init__(self, *, id: str) -> None:  # noqa: A002 -- Textual's own name for it
        super().__init__(id=id)
        self._view: PreviewView | None = None
        self._instead = ""
        self._strips: list[Strip] = []

    def draw(self, view: PreviewView | None, instead: str) -> None:
        """Show this picture, or the sentence `instead` when it is `None`."""
        if view is None:
            if self._view is not None or instead != self._instead:
                self._view, self._instead = None, instead
                self._compose_strips()
            return
        # Whichever is the later: the otoscope's picture may be older than the camera's before it.
        if self._view is None or abs(view.taken_at - self._view.taken_at) >= LEAST_GAP:
            self._view = view
            self._compose_strips()

    def shown_at(self) -> datetime | None:
        """When the picture on the screen was taken."""
        return self._view.taken_at if self._view else None

    def on_resize(self) -> None:
        """Fit the picture to the new room."""
        self._compose_strips()

    def render_line(self, y: int) -> Strip:
        """One line of the picture, drawn beforehand."""
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.rich_style)

    def _compose_strips(self) -> None:
        width, height = self.size
        if not width or not height:
            return
        before = self._strips
        if self._view is None:
            self._strips = _sentence(self._instead, width, height, self.rich_style)
        else:
            self._strips = _picture(self._view, width, height, self.rich_style)
        self._refresh_changed(before)

    def _refresh_changed(self, before: list[Strip]) -> None:
        """Only the lines that differ are written again: most of a room stands still."""
        if len(before) != len(self._strips):
            self.refresh()
            return
        changed = [y for y, strip in enumerate(self._strips) if strip != before[y]]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))


def _sentence(text: str, width: int, height: int, style: Style) -> list[Strip]:
    lines = [line.center(width) for line in wrap(text, width)[:height]]
    above = (height - len(lines)) // 2
    below = height - len(lines) - above
    return [
        Strip([Segment(line, style)], width)
        for line in [" " * width] * above + lines + [" " * width] * below
    ]


def fitted(view: PreviewView, width: int, height: int) -> tuple[int, int]:
    """Cells across and down that keep the picture's shape, within the room and the bound."""
    scale = min(width / view.width, height * 2 / view.height)
    scale = min(scale, (_LARGEST_CELLS * 2 / (view.width * view.height)) ** 0.5)
    return max(1, int(view.width * scale)), max(1, int(view.height * scale / 2))


def _picture(view: PreviewView, width: int, height: int, style: Style) -> list[Strip]:
    across, down = fitted(view, width, height)
    rgb = view.rgb.translate(_COARSE)
    columns = [x * view.width // across * 3 for x in range(across)]
    left = (width - across) // 2
    before = Segment(" " * left, style)
    behind = Segment(" " * (width - across - left), style)
    blank = Strip.blank(width, style)
    rows = [blank] * ((height - down) // 2)
    for cell_row in range(down):
        upper = view.height * (2 * cell_row) // (2 * down) * view.width * 3
        lower = view.height * (2 * cell_row + 1) // (2 * down) * view.width * 3
        cells = [_cell(rgb, upper + column, lower + column) for column in columns]
        rows.append(Strip([before, *cells, behind], width))
    return rows


def _cell(rgb: bytes, upper: int, lower: int) -> Segment:
    return _pair(rgb[upper : upper + 3], rgb[lower : lower + 3])


@lru_cache(maxsize=16_384)
def _pair(upper: bytes, lower: bytes) -> Segment:
    return Segment("▀", Style(color=_colour(upper), bgcolor=_colour(lower)))


def _colour(rgb: bytes) -> Color:
    return Color.from_rgb(*rgb)
