"""A small picture: in the terminal's own graphics, else two pixels in each character cell."""

import asyncio
from datetime import datetime, timedelta
from functools import lru_cache
from textwrap import wrap
from typing import Final

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.errors import NoWidget
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from client.session.snapshot import PreviewView
from client.ui.graphics.drawing import drawn, shrunk
from client.ui.graphics.pictures import Pictures, Spot

LEAST_GAP: Final = timedelta(milliseconds=250)
"""chosen: four pictures a second are enough to aim by, and cheap."""
BEHIND: Final = timedelta(seconds=1.5)
"""chosen: a picture that could not be followed by a newer one for so long is no longer live."""
_LARGEST_CELLS: Final = 1_200
"""chosen: bounds the cost of drawing on a very large terminal (56 by 21 cells)."""
_COARSE: Final = bytes(level & 0xF0 for level in range(256))
"""chosen: 16 levels a channel look much the same in a terminal and let styles be reused."""
_LOOK_ACROSS: Final = 8
"""Cells from one look to the next for what stands before a picture; no message is narrower."""
_LOOK_DOWN: Final = 2


class Preview(Widget):
    """Fits the picture in its room; a sentence in its place when there is none.

    Graphics only where the whole room is in sight: half blocks wherever anything stands before it.
    """

    DEFAULT_CSS = "Preview { height: 1fr; }"

    def __init__(self, *, id: str, pictures: Pictures | None = None) -> None:  # noqa: A002 -- Textual's own name for it
        super().__init__(id=id)
        self._view: PreviewView | None = None
        self._instead = ""
        self._strips: list[Strip] = []
        self._pictures = pictures
        self._spot: Spot | None = None
        self._is_encoding = False
        self._has_made_room = False
        self._is_painted_over = False

    def on_mount(self) -> None:
        """Take a place among the terminal's pictures."""
        if self._pictures is not None:
            self._spot = self._pictures.spot(self)

    def on_unmount(self) -> None:
        """Leave nothing behind."""
        if self._pictures is not None and self._spot is not None:
            self._spot.take_away()
            self._spot = None
            self._pictures.leave(self)

    def draw(self, view: PreviewView | None, instead: str) -> None:
        """Show this picture, or the sentence `instead` when it is `None`."""
        if view is None:
            if self._view is not None or instead != self._instead:
                self._view, self._instead = None, instead
                self._draw_in_letters()
            return
        # Whichever is the later: the otoscope's picture may be older than the camera's before it.
        if self._view is None or abs(view.taken_at - self._view.taken_at) >= LEAST_GAP:
            self._view = view
            self._show(view)

    def shown_at(self) -> datetime | None:
        """When the picture on the screen was taken."""
        if self._spot is not None and self._spot.taken_at is not None:
            return self._spot.taken_at
        return self._view.taken_at if self._view else None

    def on_resize(self) -> None:
        """Fit the picture to the new room."""
        self._draw_in_letters()

    def render_line(self, y: int) -> Strip:
        """One line of the picture, drawn beforehand."""
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.rich_style)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Whatever is drawn here takes the place of graphics."""
        self._is_painted_over = True
        return super().render_lines(crop)

    def after_display(self) -> None:
        """Letters if anything stands before the picture; else again what was drawn over."""
        spot = self._spot
        if spot is None or spot.room is None:
            return
        if self._room() != spot.room:
            self._draw_in_letters()
        elif self._is_painted_over:
            spot.drawn_over()
        self._is_painted_over = False

    def write_next(self) -> bool:
        """Write the picture that waits, unless a newer one has overtaken it."""
        spot, view = self._spot, self._view
        if spot is None or view is None or spot.room is None or spot.waits_since is None:
            return False
        if self._room() != spot.room:
            self._draw_in_letters()
            return False
        if not self._has_made_room:
            # Written once the letters are gone.
            self._has_made_room = True
            self._strips = [Strip.blank(spot.room.width, self.rich_style)] * spot.room.height
            self.refresh()
            return False
        spot.write()
        return True

    def _show(self, view: PreviewView) -> None:
        spot, pictures = self._spot, self._pictures
        if spot is None or pictures is None:
            self._draw_in_letters()
            return
        room = self._room()
        is_behind = spot.taken_at is not None and abs(view.taken_at - spot.taken_at) >= BEHIND
        if spot.room is None or room != spot.room or is_behind:
            self._draw_in_letters()
        if room is not None and pictures.may_write and not self._is_encoding:
            self._is_encoding = True
            self.run_worker(self._draw_in_graphics(pictures, spot, view, room))

    async def _draw_in_graphics(
        self, pictures: Pictures, spot: Spot, view: PreviewView, room: Region
    ) -> None:
        try:
            done = await asyncio.to_thread(drawn, pictures.graphics, view, room.size, spot.number)
        finally:
            self._is_encoding = False
        if self._spot is None or self._view is None or self._room() != room:
            return
        if abs(self._view.taken_at - view.taken_at) < BEHIND:
            spot.hold(room, done, view.taken_at)
            pictures.next_turn()

    def _room(self) -> Region | None:
        """Where it stands on the screen, if nothing at all stands before it."""
        if not self.is_attached or self.screen is not self.app.screen:
            return None
        try:
            geometry = self.screen.find_widget(self)
        except NoWidget:
            return None
        room = geometry.region
        # A picture that reached the last line would move the whole screen up.
        if not room or geometry.visible_region != room or room.bottom >= self.screen.size.height:
            return None
        for y in (*range(room.y, room.bottom, _LOOK_DOWN), room.bottom - 1):
            for x in (*range(room.x, room.right, _LOOK_ACROSS), room.right - 1):
                first = next(iter(self.screen.get_widgets_at(x, y)), None)
                if first is None or first[0] is not self:
                    return None
        return room

    def _draw_in_letters(self) -> None:
        """Half blocks or the sentence; no graphics."""
        if self._spot is not None:
            self._spot.take_away()
        if self._has_made_room:
            self._has_made_room, self._strips = False, []
        self._compose_strips()

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
    view = shrunk(view, across, 2 * down)
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
