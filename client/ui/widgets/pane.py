"""Parts of the screen that are drawn again only when what they show has changed."""

from typing import Generic, TypeVar

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

View = TypeVar("View")


class Pane(Widget, Generic[View]):
    """Holds one immutable view and draws it, at whatever size it has by then.

    Draws with `Content` alone, so that nothing a person wrote is ever read as markup.
    """

    _view: View | None = None

    def hold(self, view: View) -> None:
        """Show this; nothing happens when it is shown already."""
        if view != self._view:
            self._view = view
            self.refresh(layout=self.styles.is_auto_height)

    def render(self) -> RenderResult:
        """What is held, drawn for the present size."""
        return Content("") if self._view is None else self.drawn(self._view)

    def drawn(self, view: View) -> Content:
        """The picture of this view; each pane has its own."""
        return Content(str(view))


class Sentence(Pane[str]):
    """Plain words, wrapped."""

    DEFAULT_CSS = "Sentence { height: auto; }"


def entitle(panel: Widget, title: str | None = None, subtitle: str | None = None) -> None:
    """Write on this panel's border; Textual draws a whole panel again for the same words."""
    if title is not None and panel.border_title != title:
        panel.border_title = title
    if subtitle is not None and panel.border_subtitle != subtitle:
        panel.border_subtitle = subtitle
