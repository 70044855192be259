"""The second key of what cannot be taken back."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from client.ui.desk import Desk
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Sentence

_YES: Final = Binding("o", "confirm", "site.do.confirm_end")
_NO: Final = Binding("escape", "close", "site.do.go_on")


class ConfirmationBox(SiteModal):
    """Ends the consultation for this reason, or nothing happens."""

    ROWS: ClassVar[KeyRows] = ((_YES, _NO),)
    BINDINGS: ClassVar[list[BindingType]] = [_YES, _NO]

    def __init__(self, desk: Desk, reason: str) -> None:
        super().__init__(desk)
        self._reason = reason

    def compose(self) -> ComposeResult:
        """The question and its two answers."""
        question = Sentence()
        question.hold(self.desk.say(f"site.confirm.{self._reason}"))
        with Vertical(classes="box"):
            yield question
            yield KeyBar(self.desk.say, self.ROWS[0])

    def action_confirm(self) -> None:
        """Ask the session to end it."""
        self.dismiss()
        self.desk.requests.end(self._reason)

    def action_close(self) -> None:
        """Go on as before."""
        self.dismiss()
