"""A box over a screen that goes on changing, drawn again only where it changed.

Works around Textual 8.2.8, the one place that knows its inside. There, a screen under a box that
was drawn whole once is drawn whole for ever after: what it hands on as changed is noted as changed
again. And a box dims all that is under it for each line that differs. At 200 by 60 cells each of
the two takes longer than a key may.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import _RenderCache

_STYLES_KEPT: Final = 16_384
"""chosen: the colours of two pictures, a few times over."""


class Covered(Screen[None]):
    """A screen that tells the boxes over it what changed, once."""

    def _compositor_refresh(self) -> None:
        if self is self.app.screen or self.app.is_inline:
            super()._compositor_refresh()
            return
        changed = self._compositor._dirty_regions.copy()  # noqa: SLF001 -- see above
        self._compositor._dirty_regions.clear()  # noqa: SLF001 -- see above
        self._dirty_widgets.clear()
        if changed and self in self.app._background_screens:  # noqa: SLF001 -- see above
            stack = self.app.screen_stack
            for above in stack[stack.index(self) + 1 :]:
                above.refresh(*changed)


class Box(ModalScreen[None], Covered):
    """Dims what is under it line by line."""

    def _render_content(self) -> None:
        stack = self.app.screen_stack
        place = stack.index(self) if self in stack else 0
        dim = self.styles.background
        if not place or dim.a == 1:
            super()._render_content()
            return
        before = self._render_cache
        lines = list(before.lines)
        is_kept = before.size == self.size and len(lines) == self.size.height
        wanted = self._dirty_regions if is_kept else {self.size.region}
        if not is_kept:
            lines = [Strip.blank(self.size.width)] * self.size.height
        for y, strip in _lines_of(stack[place - 1], wanted):
            lines[y] = _dimmed(strip, dim, self.visual_style.rich_style)
        self._render_cache = _RenderCache(self.size, lines)
        self._dirty_regions.clear()


def _lines_of(screen: Screen[object], regions: Iterable[Region]) -> list[tuple[int, Strip]]:
    """The whole lines of this screen that any of these regions touches."""
    size = screen.size
    wanted = {y for region in regions for y in region.line_range if 0 <= y < size.height}
    if not wanted:
        return []
    crop = Region(0, min(wanted), size.width, max(wanted) - min(wanted) + 1)
    parts = screen._compositor._render_chops(crop, wanted.__contains__)  # noqa: SLF001 -- see above
    return [(y, Strip.join(parts[y].values())) for y in sorted(wanted)]


def _dimmed(strip: Strip, dim: Color, base: Style) -> Strip:
    return Strip(
        [Segment(text, base + _dim_style(style or Style(), dim)) for text, style, _ in strip],
        strip.cell_length,
    )


@lru_cache(maxsize=_STYLES_KEPT)
def _dim_style(style: Style, dim: Color) -> Style:
    """As Textual's `BackgroundScreen`: every colour under a tint, nothing left to click on."""
    plain = style.clear_meta_and_links()
    under = (
        None if colour is None else (Color.from_rich_color(colour) + dim).rich_color
        for colour in (plain.color, plain.bgcolor)
    )
    return plain + Style.from_color(*under)
