"""Questions asked of a GP without meeting: a new one, those that wait, those answered."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from client.catalogue import Catalogue
from client.session.flow_views import ExpertiseView
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.phrases import age, plain, plain_lines
from client.ui.site_screen import HELP, LATER, FlowScreen, KeyRows, SiteModal, StepsBegun
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Pane, Sentence

QUESTION_LIMIT: Final = 1_000
"""Characters; chosen: half a page."""
_DRAFT: Final = "expertise.question"

_NEW: Final = Binding("n", "ask", "site.do.ask_expertise")
_SEND: Final = Binding("enter", "send", "site.do.accept")
_BACK: Final = Binding("escape", "close", "site.do.back")

StyledLine = tuple[str, str]
Told = tuple[StyledLine, ...]


class ExpertiseLines(Pane[Told]):
    """What was asked and answered; words tell one from the other."""

    DEFAULT_CSS = "ExpertiseLines { height: auto; }"

    def drawn(self, view: Told) -> Content:
        """Each with its style."""
        return Content("\n").join(Content.styled(text, style) for text, style in view)


class ExpertisesScreen(FlowScreen):
    """The answered ones first: they are to be told to the patient."""

    ROWS: ClassVar[KeyRows] = ((_NEW, LATER, HELP),)
    BINDINGS: ClassVar[list[BindingType]] = [_NEW, HELP]

    def body(self) -> Iterable[Widget]:
        """One scrolling list."""
        panel = VerticalScroll(ExpertiseLines(), classes="panel", id="expertises")
        panel.border_title = self.desk.say("dossier.expertise.title")
        return (panel,)

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw them."""
        lines = tuple(expertise_lines(self.desk.say, snapshot, now))
        none = ((self.desk.say("dossier.expertise.none"), ""),)
        self.query_one(ExpertiseLines).hold(lines or none)

    def action_ask(self) -> None:
        """A new question."""
        self.app.push_screen(QuestionBox(self.desk))


class QuestionBox(SiteModal):
    """The question first; identity, consent and background follow as for any consultation."""

    ROWS: ClassVar[KeyRows] = ((_SEND, _BACK),)
    BINDINGS: ClassVar[list[BindingType]] = [_BACK]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        before = desk.drafts.fields.get(_DRAFT, desk.requests.snapshot.dossier.question)
        self._line = Input(before, max_length=QUESTION_LIMIT, select_on_focus=False, id="line")

    def compose(self) -> ComposeResult:
        """What it is for, and the field."""
        told = Sentence(id="notice")
        told.hold(self.desk.say("dossier.expertise.hint"))
        with Vertical(classes="box") as box:
            box.border_title = self.desk.say("dossier.expertise.question")
            yield told
            yield self._line
            yield KeyBar(self.desk.say, self.ROWS[0])

    @on(Input.Changed)
    def _keep(self) -> None:
        self.desk.drafts.fields[_DRAFT] = self._line.value

    @on(Input.Submitted)
    def _send(self) -> None:
        text = plain(self._line.value)
        if text:
            self.desk.requests.ask_expertise(text)
            self.dismiss()
            self.app.post_message(StepsBegun())

    def action_close(self) -> None:
        """Go back; what was typed stays."""
        self.dismiss()


def expertise_lines(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> Iterator[StyledLine]:
    """The answered ones first, each group the newest first."""
    newest = tuple(reversed(snapshot.expertises))
    for group, is_answered in (("answered", True), ("waiting", False)):
        found = [one for one in newest if (one.answered_at is not None) is is_answered]
        if found:
            yield say(f"dossier.expertise.{group}", count=len(found)), "bold reverse"
        for one in found:
            yield from expertise(say, one, now)


def expertise(say: Catalogue, view: ExpertiseView, now: datetime) -> Iterator[StyledLine]:
    """Of whom, the question, and the answer once there is one."""
    gp = plain(view.gp_name) or say("dossier.expertise.any_gp")
    name = plain(view.patient_name) or say("dossier.unnamed")
    asked = say("dossier.expertise.asked", gp=gp, age=age(say, view.asked_at, now))
    yield f"{name}. {asked}", "bold"
    yield f"  {plain(view.question)}", ""
    if view.answered_at is not None:
        came = age(say, view.answered_at, now)
        yield say("dossier.expertise.answer", age=came), "bold"
        yield from ((f"  {line}", "") for line in plain_lines(view.answer).splitlines())
    yield "", ""
