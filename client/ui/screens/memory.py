"""The question before a memory is read: it may be another person's."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from client.session.snapshot import InstrumentView
from client.ui.desk import Desk
from client.ui.phrases import plain
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Sentence

_YES: Final = Binding("o", "confirm", "site.do.read_memory")
_NO: Final = Binding("escape", "close", "site.do.back")


class MemoryBox(SiteModal):
    """Reads what this instrument stored, or nothing happens."""

    ROWS: ClassVar[KeyRows] = ((_YES, _NO),)
    BINDINGS: ClassVar[list[BindingType]] = [_YES, _NO]

    def __init__(self, desk: Desk, instrument: InstrumentView) -> None:
        super().__init__(desk)
        self._instrument = instrument

    def compose(self) -> ComposeResult:
        """The question and its two answers."""
        question = Sentence()
        model = plain(self._instrument.model)
        question.hold(self.desk.say("site.memory.question", model=model))
        with Vertical(classes="box") as box:
            box.border_title = self.desk.say("site.memory.title")
            yield question
            yield KeyBar(self.desk.say, self.ROWS[0])

    def action_confirm(self) -> None:
        """Ask the session for it."""
        self.dismiss()
        self.desk.requests.fetch_stored(self._instrument.kind)

    def action_close(self) -> None:
        """Leave the memory unread."""
        self.dismiss()
