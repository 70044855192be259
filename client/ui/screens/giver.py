"""Who consents in the patient's place, by name (rules-fr.md, d-10)."""

from collections.abc import Callable
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from client.core.dossier.consent import Giver
from client.ui.desk import Desk
from client.ui.phrases import plain
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.widgets.form import FIELD_LIMIT
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Sentence

_ENTER: Final = Binding("enter", "enter", "site.do.accept")
_BACK: Final = Binding("escape", "close", "site.do.back")


class GiverBox(SiteModal):
    """One line; nobody is kept from consenting because it stays empty."""

    ROWS: ClassVar[KeyRows] = ((_ENTER, _BACK),)
    BINDINGS: ClassVar[list[BindingType]] = [_BACK]

    def __init__(
        self, desk: Desk, giver: Giver, before: str, on_named: Callable[[str], None]
    ) -> None:
        super().__init__(desk)
        self._giver = giver
        self._on_named = on_named
        hint = desk.say("dossier.giver.name.hint")
        self._line = Input(before, placeholder=hint, max_length=FIELD_LIMIT, id="line")

    def compose(self) -> ComposeResult:
        """Whose name, and the field."""
        say = self.desk.say
        who = Sentence(id="notice")
        who.hold(say("dossier.giver.name", giver=say(f"dossier.giver.{self._giver}")))
        with Vertical(classes="box") as box:
            box.border_title = say("dossier.step.consent")
            yield who
            yield self._line
            yield KeyBar(say, self.ROWS[0])

    @on(Input.Submitted)
    def _named(self) -> None:
        self.dismiss()
        self._on_named(plain(self._line.value))

    def action_close(self) -> None:
        """Go back; nothing is entered."""
        self.dismiss()
