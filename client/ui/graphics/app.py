"""An app on a terminal that may have graphics. The one place that writes beside Textual."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from textual import events
from textual.app import App

from client.ui.graphics.asking import cell_now
from client.ui.graphics.pictures import Pictures
from client.ui.graphics.terminal import Graphics
from client.ui.typography import hold_together

if TYPE_CHECKING:
    from textual.geometry import Size

Result = TypeVar("Result")


class GraphicsApp(App[Result]):
    """Has its pictures follow what Textual draws, and what the terminal has read."""

    def __init__(self, graphics: Graphics | None, now: Callable[[], datetime]) -> None:
        hold_together()
        super().__init__()
        self.pictures = Pictures(graphics, self._write, now) if graphics else None
        """`None`: half blocks."""
        self._size_before: Size | None = None

    def _write(self, data: str) -> None:
        """To the terminal, after all that was drawn so far; Textual has no public way."""
        if self._driver is not None:
            self._driver.write(data)

    def post_display_hook(self) -> None:
        """Something was drawn."""
        if self.pictures is not None:
            self.pictures.after_display()

    def on_resize(self, event: events.Resize) -> None:
        """The window may have another size because its letters have."""
        before, self._size_before = self._size_before, event.size
        if self.pictures is None or before in (None, event.size):
            return
        if event.pixel_size is not None and event.size:
            pixels, cells = event.pixel_size, event.size
            self.pictures.use_cell((pixels.width // cells.width, pixels.height // cells.height))
        else:
            self.pictures.use_cell(cell_now())

    def on_cursor_position(self) -> None:
        """The terminal has read the last picture."""
        if self.pictures is not None:
            self.pictures.answered()
