"""After the consultation: the summary, where it goes, what is billed, and the next patient."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from client.core.dossier.completeness import destination_off
from client.core.dossier.ending import Destination, Ending
from client.session.flow_views import PrintState
from client.session.snapshot import SiteSnapshot
from client.ui.ending_choices import (
    ChoiceRows,
    act_sentence,
    chosen_ending,
    destination_rows,
    with_choice_made,
    with_destination_turned,
    with_hand_over,
    with_next_act,
)
from client.ui.ending_words import closing_lines, ended_sentence, summary_title
from client.ui.phrases import plain_lines
from client.ui.screens.saving import SavingBox
from client.ui.site_screen import HELP, QUIT, THEME, WINDOW, KeyRows, SiteScreen
from client.ui.steps import Step
from client.ui.widgets.key_bar import key_caps
from client.ui.widgets.pane import Pane, Sentence

_HANDED: Final = Binding("o", "hand_over", "site.do.hand_over")
_PRINT: Final = Binding("p", "print", "site.do.print")
_SAVE: Final = Binding("f", "save", "site.do.save")
_ACT: Final = Binding("b", "next_act", "site.do.next_act")
_NEXT: Final = Binding("n", "app.again", "site.do.next_patient")
_SAME: Final = Binding("a", "app.once_more", "site.do.same_patient")
_DIGITS: Final = [
    Binding(str(number), f"send({number})", show=False) for number in range(1, len(Destination) + 1)
]
_SCROLL: Final = [
    Binding("down,pagedown,space", "read_on", show=False),
    Binding("up,pageup", "read_back", show=False),
]


class Choices(Pane[ChoiceRows]):
    """Key, yes or no, what and why not."""

    DEFAULT_CSS = "Choices { height: auto; }"

    def drawn(self, view: ChoiceRows) -> Content:
        """A row each."""
        return Content("\n").join(
            Content.assemble(key_caps([(key, "")]), (f"{mark:^5}", "bold"), what)
            for key, mark, what in view
        )


class EndingScreen(SiteScreen):
    """Nothing of the examination can be sent any more; what is left is one key each."""

    STEP = Step.END
    ROWS: ClassVar[KeyRows] = ((_HANDED, _PRINT, _SAVE, _ACT, _NEXT, QUIT, HELP),)
    MORE: ClassVar[KeyRows] = ((_SAME, THEME, WINDOW),)
    BINDINGS: ClassVar[list[BindingType]] = [
        *(_HANDED, _PRINT, _SAVE, _ACT, _NEXT, _SAME, QUIT, HELP),
        *_DIGITS,
        *_SCROLL,
    ]

    def body(self) -> Iterable[Widget]:
        """What happened, the summary, which scrolls, then what is left to do."""
        say = self.desk.say
        summary = VerticalScroll(Sentence(id="summary"), classes="panel", id="summary_panel")
        summary.can_focus = False
        where = Vertical(
            Choices(id="destinations"), Sentence(id="act"), classes="panel", id="where"
        )
        where.border_title = say("dossier.ending.where")
        closing = VerticalScroll(Sentence(id="kept"), classes="panel", can_focus=False)
        closing.border_title = say("dossier.ending.closing")
        return (Sentence(id="ended"), summary, Horizontal(where, closing, id="left_to_do"))

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Draw how it ended and what is chosen."""
        say = self.desk.say
        self.query_one("#ended", Sentence).hold(ended_sentence(say, snapshot))
        self.query_one("#summary_panel").border_title = summary_title(say, snapshot)
        summary = snapshot.summary
        self.query_one("#summary", Sentence).hold(
            say("site.ending.no_summary") if summary is None else plain_lines(summary)
        )
        self.query_one("#destinations", Choices).hold(destination_rows(say, snapshot.dossier))
        chosen = chosen_ending(snapshot.dossier)
        self.query_one("#act", Sentence).hold(act_sentence(say, snapshot.dossier))
        self.query_one("#kept", Sentence).hold("\n".join(closing_lines(say, snapshot, chosen)))

    def _enter(self, ending: Ending) -> None:
        self.desk.requests.enter(ending)
        self.show(self.desk.requests.snapshot, self.desk.now())

    def action_send(self, number: int) -> None:
        """To this place, or not after all; a refused one says why."""
        dossier = self.desk.requests.snapshot.dossier
        destination = list(Destination)[number - 1]
        why = destination_off(destination, dossier)
        if why is not None:
            self.notify(self.desk.say(f"dossier.why.{why}.long"), markup=False, severity="warning")
            return
        self._enter(with_destination_turned(dossier, destination))

    def action_next_act(self) -> None:
        """Another act, or none."""
        self._enter(with_next_act(self.desk.requests.snapshot.dossier))

    def action_print(self) -> None:
        """On paper; where nothing prints, as files."""
        if self.desk.requests.snapshot.printing is PrintState.UNAVAILABLE:
            self.action_save()
        else:
            self._choose()
            self.desk.requests.print_documents()

    def action_save(self) -> None:
        """As files, in a folder of the person's choice."""
        self.app.push_screen(SavingBox(self.desk, self._save_into))

    def _save_into(self, folder: Path) -> None:
        self._choose()
        self.desk.requests.save_documents(folder)

    def _choose(self) -> None:
        """What goes on paper as it is drawn is chosen."""
        dossier = self.desk.requests.snapshot.dossier
        if not chosen_ending(dossier).is_chosen:
            self._enter(with_choice_made(dossier))

    def action_hand_over(self) -> None:
        """The patient has the documents: all of it is as it is drawn."""
        self._enter(with_hand_over(self.desk.requests.snapshot.dossier))

    def action_read_on(self) -> None:
        """Further down the summary."""
        self.query_one("#summary_panel", VerticalScroll).scroll_page_down(animate=False)

    def action_read_back(self) -> None:
        """Up again."""
        self.query_one("#summary_panel", VerticalScroll).scroll_page_up(animate=False)
