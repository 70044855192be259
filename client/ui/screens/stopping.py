"""Stopping because a consultation at a distance does not suit: why, in one key (d-7)."""

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from client.core.dossier.ending import StopReason
from client.ui.desk import Desk
from client.ui.phrases import plain
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.widgets.choice import Choice, Option
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Sentence

NOTE_LIMIT: Final = 300
"""Characters; chosen: two lines."""

_STOP: Final = Binding("enter", "stop", "site.do.confirm_end")
_BACK: Final = Binding("escape", "close", "site.do.go_on")


class StopBox(SiteModal):
    """A digit chooses the reason, Enter stops; a note may be written between the two."""

    ROWS: ClassVar[KeyRows] = ((_STOP, _BACK),)
    BINDINGS: ClassVar[list[BindingType]] = [_BACK]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        options = tuple(
            Option(str(number), reason.value, desk.say(f"dossier.stop.{reason}"))
            for number, reason in enumerate(StopReason, start=1)
        )
        self._why = Choice(options, "", id="why", is_stacked=True)
        note = desk.say("dossier.stop.note")
        self._note = Input(placeholder=note, max_length=NOTE_LIMIT, id="note")

    def compose(self) -> ComposeResult:
        """The question, the reasons, the note."""
        question = Sentence(id="notice")
        question.hold(self.desk.say("dossier.stop.question"))
        with Vertical(classes="box") as box:
            box.border_title = self.desk.say("dossier.stop.title")
            yield question
            yield self._why
            yield self._note
            yield KeyBar(self.desk.say, self.ROWS[0])

    @on(Choice.Accepted)
    def _reasoned(self) -> None:
        if self._why.value:
            self._note.focus()

    @on(Input.Submitted)
    def _stop(self) -> None:
        if not self._why.value:
            self._why.focus()
            return
        self.dismiss()
        self.desk.requests.stop(StopReason(self._why.value), plain(self._note.value))

    def action_close(self) -> None:
        """Go on as before."""
        self.dismiss()
