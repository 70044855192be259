"""A line of text: for the GP, or a note for this site alone."""

from datetime import datetime
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from client.core.dossier.file import Notes
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.phrases import plain
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Sentence

TEXT_LIMIT: Final = 500
"""Characters; chosen: a remark, not a letter."""
NOTES_LIMIT: Final = 20_000
"""Characters of all notes; chosen: more than one consultation ever needs."""
NOTES_SHOWN: Final = 5
"""chosen: they fit under the line in 80x24."""

_SEND: Final = Binding("enter", "send", "site.do.send")
_NOTE: Final = Binding("f2", "note", "site.do.note")
_BACK: Final = Binding("escape", "close", "site.do.back")


class WritingBox(SiteModal):
    """One line; what is not sent is still there the next time.

    The key says which of the two it becomes; a note never leaves this site.
    """

    ROWS: ClassVar[KeyRows] = ((_SEND, _NOTE, _BACK),)
    BINDINGS: ClassVar[list[BindingType]] = [_NOTE, _BACK]

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
            yield Sentence(id="notes")
            yield KeyBar(self.desk.say, self.ROWS[0])

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Draw the newest notes."""
        say, kept = self.desk.say, snapshot.dossier.notes
        newest = kept.text.split("\n")[-NOTES_SHOWN:] if kept else []
        lines = [say("dossier.notes.title"), *map(plain, newest)] if newest else []
        self.query_one("#notes", Sentence).hold("\n".join(lines))

    @on(Input.Changed)
    def _keep(self) -> None:
        self.desk.drafts.text = self._line.value

    @on(Input.Submitted)
    def _send(self) -> None:
        text = plain(self._line.value)
        if text:
            self.desk.requests.write(text)
            self._done()

    def action_note(self) -> None:
        """Keep it here, beside the notes before it."""
        text = plain(self._line.value)
        before = self.desk.requests.snapshot.dossier.notes or Notes()
        if text and len(before.text) + len(text) < NOTES_LIMIT:
            self.desk.requests.enter(Notes(f"{before.text}\n{text}".strip()))
            self._done()

    def _done(self) -> None:
        self._line.clear()
        self.desk.drafts.text = ""
        self.dismiss()

    def action_close(self) -> None:
        """Go back; what was typed stays."""
        self.dismiss()
