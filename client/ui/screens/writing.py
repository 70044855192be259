"""A line of text for the GP."""

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from client.ui.desk import Desk
from client.ui.phrases import plain
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.widgets.key_bar import KeyBar

TEXT_LIMIT: Final = 500
"""Characters; chosen: a remark, not a letter."""

_SEND: Final = Binding("enter", "send", "site.do.send")
_BACK: Final = Binding("escape", "close", "site.do.back")


class WritingBox(SiteModal):
    """One line; what is not sent is still there the next time."""

    ROWS: ClassVar[KeyRows] = ((_SEND, _BACK),)
    BINDINGS: ClassVar[list[BindingType]] = [_BACK]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._line = Input(
            desk.drafts.text, max_length=TEXT_LIMIT, select_on_focus=False, id="line"
        )

    def compose(self) -> ComposeResult:
        """The field and its keys."""
        with Vertical(classes="box") as box:
            box.border_title = self.desk.say("site.writing.title")
            yield self._line
            yield KeyBar(self.desk.say, self.ROWS[0])

    @on(Input.Changed)
    def _keep(self) -> None:
        self.desk.drafts.text = self._line.value

    @on(Input.Submitted)
    def _send(self) -> None:
        text = plain(self._line.value)
        if text:
            self.desk.requests.write(text)
            self._line.clear()
            self.desk.drafts.text = ""
            self.dismiss()

    def action_close(self) -> None:
        """Go back; what was typed stays."""
        self.dismiss()
