"""Text on the screen that is redrawn only when it changed."""

from textual.content import Content
from textual.widgets import Static


class Pane(Static):
    """Takes `Content` alone, so that nothing a person wrote is ever read as markup."""

    _shown: Content | None = None

    def put(self, content: Content) -> None:
        """Show this; nothing happens when it is shown already."""
        if self._shown is not None and content.is_same(self._shown):
            return
        resized = self._shown is None or content.plain.count("\n") != self._shown.plain.count("\n")
        self._shown = content
        self.update(content, layout=resized or self.styles.is_auto_height)
