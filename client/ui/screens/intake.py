"""Whom the consultation is about, and why: two fields, typed once."""

from datetime import datetime
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from client.core.consultation import State
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.phrases import plain
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Sentence

NAME_LIMIT: Final = 120
REASON_LIMIT: Final = 300
"""Characters; chosen: two lines on the GP's page."""

_ACCEPT: Final = Binding("enter", "accept", "site.do.accept")
_NEXT: Final = Binding("tab", "app.focus_next", "site.do.next_field")
_LATER: Final = Binding("escape", "close", "site.do.later")


class IntakeBox(SiteModal):
    """May be filled before the GP is there; the session sends it when it is safe."""

    ROWS: ClassVar[KeyRows] = ((_ACCEPT, _NEXT, _LATER),)
    BINDINGS: ClassVar[list[BindingType]] = [_LATER]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        snapshot = desk.requests.snapshot
        drafts = desk.drafts
        self._name_field = _field("name", drafts.name or snapshot.patient_name, NAME_LIMIT)
        self._reason_field = _field("reason", drafts.reason or snapshot.reason, REASON_LIMIT)

    def compose(self) -> ComposeResult:
        """Two labelled fields and their keys."""
        say = self.desk.say
        with Vertical(classes="box") as box:
            box.border_title = say("site.intake.title")
            yield Sentence(id="notice")
            yield Sentence(id="name_label")
            yield self._name_field
            yield Sentence(id="reason_label")
            yield self._reason_field
            yield KeyBar(say, self.ROWS[0])

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Tell when the GP has arrived meanwhile."""
        say = self.desk.say
        arrived = snapshot.state is State.COMPARING
        notice = "arrived" if arrived else "early" if snapshot.state is State.INVITING else "now"
        self.query_one("#notice", Sentence).hold(say(f"site.intake.{notice}"))
        self.query_one("#name_label", Sentence).hold(say("site.intake.name"))
        self.query_one("#reason_label", Sentence).hold(say("site.intake.reason"))

    @on(Input.Changed)
    def _keep(self) -> None:
        self.desk.drafts.name = self._name_field.value
        self.desk.drafts.reason = self._reason_field.value

    @on(Input.Submitted)
    def _accept(self) -> None:
        name, reason = plain(self._name_field.value), plain(self._reason_field.value)
        if not name:
            self._name_field.focus()
        elif not reason:
            self._reason_field.focus()
        else:
            self.desk.drafts.is_entered = True
            self.desk.requests.enter_patient(name, reason)
            self.dismiss()

    def action_close(self) -> None:
        """Go back; what was typed stays."""
        self.dismiss()


def _field(name: str, value: str, limit: int) -> Input:
    """One that keeps what was typed when it is entered again."""
    return Input(value, max_length=limit, select_on_focus=False, id=name)
