"""The end of an earlier consultation, chosen after all: where its documents go, which act."""

from datetime import datetime
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from client.core.dossier.completeness import destination_off
from client.core.dossier.ending import Destination, Ending
from client.core.dossier.file import Dossier
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.ending_choices import (
    act_sentence,
    chosen_ending,
    destination_rows,
    with_destination_turned,
    with_hand_over,
    with_next_act,
)
from client.ui.screens.ending import Choices
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Sentence

_HANDED: Final = Binding("o", "hand_over", "site.do.hand_over")
_ACT: Final = Binding("b", "next_act", "site.do.next_act")
_BACK: Final = Binding("escape", "close", "site.do.back")
_DIGITS: Final = [
    Binding(str(number), f"send({number})", show=False) for number in range(1, len(Destination) + 1)
]


class ClosingBox(SiteModal):
    """The keys are those of the end itself; each choice is kept at once."""

    ROWS: ClassVar[KeyRows] = ((_HANDED, _ACT, _BACK),)
    BINDINGS: ClassVar[list[BindingType]] = [_HANDED, _ACT, _BACK, *_DIGITS]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._number = desk.requests.snapshot.records.read

    def compose(self) -> ComposeResult:
        """The choices, the act, what was handed over."""
        with Vertical(classes="box") as box:
            box.border_title = self.desk.say("dossier.ending.where")
            yield Choices(id="destinations")
            yield Sentence(id="act")
            yield Sentence(id="kept")
            yield KeyBar(self.desk.say, self.ROWS[0])

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Draw what is chosen so far."""
        say, records, dossier = self.desk.say, snapshot.records, self._dossier
        if dossier is None:
            return
        is_handed = chosen_ending(dossier).handed_over
        self.query_one(Choices).hold(destination_rows(say, dossier))
        self.query_one("#act", Sentence).hold(act_sentence(say, dossier))
        handed = "dossier.handed_over" if is_handed else "dossier.not_handed_over"
        failure = say.explain(records.failure) if records.failure is not None else ()
        self.query_one("#kept", Sentence).hold("\n".join((say(handed), *failure)))

    def action_send(self, number: int) -> None:
        """To this place, or not after all; a refused one says why."""
        dossier = self._dossier
        if dossier is None:
            return
        destination = list(Destination)[number - 1]
        why = destination_off(destination, dossier)
        if why is not None:
            self.notify(self.desk.say(f"dossier.why.{why}.long"), markup=False, severity="warning")
        else:
            self._enter(with_destination_turned(dossier, destination))

    def action_next_act(self) -> None:
        """Another act, or none."""
        if self._dossier is not None:
            self._enter(with_next_act(self._dossier))

    def action_hand_over(self) -> None:
        """The patient has the documents: all of it is as it is drawn."""
        if self._dossier is not None:
            self._enter(with_hand_over(self._dossier))

    @property
    def _dossier(self) -> Dossier | None:
        """`None` once something else is looked up: what is asked late may be answered late."""
        records = self.desk.requests.snapshot.records
        return records.dossier if records.read == self._number else None

    def _enter(self, ending: Ending) -> None:
        if self._number is not None:
            self.desk.requests.close_record(self._number, ending)

    def action_close(self) -> None:
        """Back to the records."""
        self.dismiss()
