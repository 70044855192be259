"""The terminal's graphics, asked for once and before any screen is drawn."""

from typing import TYPE_CHECKING

from client.core.site_settings.values import SiteSettings
from client.session.media import PREVIEW_PX

if TYPE_CHECKING:
    from client.ui.graphics.terminal import Answers, Graphics


class TerminalGraphics:
    """What the terminal answered; the settings, which may change, say what is made of it."""

    def __init__(self, *, has_screens: bool) -> None:
        """Without screens nothing is asked."""
        self._has_screens = has_screens
        self._said: Answers | None = None
        self._was_asked = False

    def chosen(self, settings: SiteSettings) -> "Graphics | None":
        """What pictures are drawn with; `None`: half blocks."""
        if not self._has_screens:
            return None
        from client.ui.graphics import asking, terminal  # noqa: PLC0415 -- only screens need them

        wish = terminal.Wish(settings.screen.pictures)
        if wish is terminal.Wish.BLOCKS:
            return None
        if not self._was_asked:
            self._was_asked, self._said = True, asking.this_terminals(wish)
        return terminal.chosen(wish, self._said) if self._said else None


def preview_px(graphics: "Graphics | None") -> tuple[int, int]:
    """As many pixels as can be shown."""
    if graphics is None:
        return PREVIEW_PX
    from client.ui.graphics.drawing import PICTURE_PX  # noqa: PLC0415 -- as above

    return PICTURE_PX
