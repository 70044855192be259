"""Before and after a scenario: which one, and what was forgotten. Nothing of it looks real."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final

from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from client.catalogue import Catalogue
from client.core.training.scenario import Scenario
from client.errors import ChevetError
from client.ui.desk import Desk
from client.ui.site_screen import KeyRows, SiteModal, SiteScreen
from client.ui.themes import TRAINING
from client.ui.typography import hold_together
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Pane, Sentence

_PLAY: Final = Binding("enter", "play", "training.do.play")
_LEAVE: Final = Binding("q", "leave", "training.do.leave")
_SAVE: Final = Binding("a", "save", "training.do.save")
_AGAIN: Final = Binding("n", "again", "training.do.again")
_CLOSE: Final = Binding("escape,f6", "close", "training.do.close")
_DONE, _FORGOTTEN = "✓", "✗"


class Next(StrEnum):
    """What to do after a result."""

    AGAIN = "again"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Result:
    """What is shown of an outcome."""

    title: str
    lines: tuple[tuple[bool, str], ...]
    """Done or not, and what."""
    save: Callable[[], Path] | None
    """Makes the attestation and tells where it is. Blocking. `None`: there is nothing to attest."""


class Banner(Sentence):
    """Says that it is training, on every screen, in words."""

    DEFAULT_CSS = """
    Banner { height: 1; padding: 0 1; background: $primary; color: $background; text-style: bold; }
    """


class _TrainingScreen(Screen[None]):
    HORIZONTAL_BREAKPOINTS = SiteScreen.HORIZONTAL_BREAKPOINTS
    KEYS: ClassVar[tuple[Binding, ...]] = ()

    def __init__(self, say: Catalogue) -> None:
        super().__init__()
        self.say = say

    def compose(self) -> ComposeResult:
        """The words, the screen's own body, the keys."""
        banner = Banner()
        banner.hold(f"Chevet   {self.say('training.banner')}")
        yield banner
        yield from self.body()
        yield Vertical(KeyBar(self.say, self.KEYS), id="keys")

    def body(self) -> ComposeResult:
        """What is between."""
        yield from ()

    def action_leave(self) -> None:
        """End training."""
        self.app.exit()


class ScenarioScreen(_TrainingScreen):
    """Choose one; its story and the patient's card are told beside it."""

    KEYS: ClassVar[tuple[Binding, ...]] = (_PLAY, _LEAVE)
    BINDINGS: ClassVar[list[BindingType]] = [_LEAVE]

    def __init__(self, say: Catalogue, scenarios: tuple[Scenario, ...]) -> None:
        super().__init__(say)
        self._scenarios = scenarios

    def body(self) -> ComposeResult:
        """The list above, the story below."""
        titles = (Option(Content(one.title), one.name) for one in self._scenarios)
        choice = OptionList(*titles, id="scenarios", classes="panel")
        choice.border_title = self.say("training.choose")
        yield choice
        yield VerticalScroll(Sentence(id="story"), id="told", classes="panel", can_focus=False)

    @on(OptionList.OptionHighlighted)
    def _shown(self, event: OptionList.OptionHighlighted) -> None:
        one = self._named(event.option.id)
        card = "\n".join(card_lines(self.say, one))
        self.query_one("#story", Sentence).hold(f"{one.story}\n\n{card}")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.app.exit(self._named(event.option.id).name)

    def _named(self, name: str | None) -> Scenario:
        return next(one for one in self._scenarios if one.name == name)


class Marks(Pane[tuple[tuple[bool, str], ...]]):
    """A row each: a word, a shape, what."""

    DEFAULT_CSS = "Marks { height: auto; }"

    def __init__(self, say: Catalogue) -> None:
        super().__init__()
        self._say = say

    def drawn(self, view: tuple[tuple[bool, str], ...]) -> Content:
        """What was forgotten first: it is what to practise again."""
        rows = sorted(view, key=lambda row: row[0])
        return Content("\n").join(self._drawn(*row) for row in rows)

    def _drawn(self, is_done: bool, what: str) -> Content:  # noqa: FBT001 -- a row's first column
        word = self._say("training.done" if is_done else "training.forgotten")
        mark = f" {_DONE if is_done else _FORGOTTEN} {word:<9} "
        return Content.assemble((mark, "" if is_done else "bold reverse"), f" {what}")


class ResultScreen(_TrainingScreen):
    """What was done and what was forgotten; the attestation; another one."""

    KEYS: ClassVar[tuple[Binding, ...]] = (_SAVE, _AGAIN, _LEAVE)
    BINDINGS: ClassVar[list[BindingType]] = [_SAVE, _AGAIN, _LEAVE]

    def __init__(self, say: Catalogue, result: Result) -> None:
        super().__init__(say)
        self._result = result

    def body(self) -> ComposeResult:
        """One sentence, the marks, and what became of the attestation."""
        lines = self._result.lines
        met = sum(is_done for is_done, _ in lines)
        title, marks = Sentence(id="score"), Marks(self.say)
        title.hold(self.say("training.score", met=met, count=len(lines), title=self._result.title))
        marks.hold(lines)
        yield title
        yield VerticalScroll(marks, id="marks", classes="panel")
        yield Sentence(id="saved")

    def action_again(self) -> None:
        """Another scenario, or the same one."""
        self.app.exit(Next.AGAIN)

    def action_save(self) -> None:
        """Make the attestation."""
        if self._result.save is None:
            self.query_one("#saved", Sentence).hold(self.say("training.nothing"))
        else:
            self._saving(self._result.save)

    @work(thread=True, exclusive=True)
    def _saving(self, save: Callable[[], Path]) -> None:
        try:
            told = self.say("training.saved", path=save())
        except ChevetError as error:
            told = " ".join(self.say.explain(error))
        self.app.call_from_thread(self.query_one("#saved", Sentence).hold, told)


class TrainingApp(App[str]):
    """Ends with a scenario's name, with `Next.AGAIN`, or with nothing to leave."""

    CSS = """
    Screen { background: $background; color: $foreground; layout: vertical; }
    .panel { border: round $foreground 50%; border-title-color: $foreground;
             border-title-style: bold; padding: 0 1; }
    #keys { dock: bottom; height: auto; }
    #scenarios { height: auto; max-height: 9; margin: 1 0 0 0; background: $background; }
    #scenarios:focus { border: heavy $foreground; }
    OptionList > .option-list--option-highlighted { text-style: bold reverse;
        color: $foreground; background: $background; }
    #told, #marks { height: 1fr; }
    .-wide #scenarios { margin: 4 25 0 25; }
    .-wide #told, .-wide #marks { margin: 1 25; padding: 1 3; }
    .-wide #score, .-wide #saved { margin: 2 25 1 25; }
    #score, #saved { padding: 0 1; margin: 1 0 0 0; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "quit", show=False, priority=True)
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, first: _TrainingScreen) -> None:
        hold_together()
        super().__init__()
        self.title = "Chevet"
        self._first = first

    def on_mount(self) -> None:
        """Another theme than any real session has."""
        self.register_theme(TRAINING)
        self.theme = TRAINING.name
        self.push_screen(self._first)


def choosing(say: Catalogue, scenarios: tuple[Scenario, ...]) -> TrainingApp:
    """Which scenario to play."""
    return TrainingApp(ScenarioScreen(say, scenarios))


def showing(say: Catalogue, result: Result) -> TrainingApp:
    """What became of it."""
    return TrainingApp(ResultScreen(say, result))


def card_lines(say: Catalogue, scenario: Scenario) -> Iterable[str]:
    """What the patient says and has on them."""
    who = scenario.patient
    yield say("training.card")
    yield f"  {who.birth_name} {' '.join(who.first_names)}"
    yield "  " + say(
        "training.born",
        date="/".join(reversed(who.birth_date.split("-"))),
        sex=say(f"training.sex.{who.sex}"),
        place=who.birth_place,
    )
    yield "  " + say("training.ins", matricule=who.matricule)
    yield from (f"  - {said}" for said in who.says)


class CardBox(SiteModal):
    """The simulated patient's card, over any screen."""

    ROWS: ClassVar[KeyRows] = ((_CLOSE,),)
    BINDINGS: ClassVar[list[BindingType]] = [_CLOSE]

    def __init__(self, desk: Desk, lines: tuple[str, ...]) -> None:
        super().__init__(desk)
        self._lines = lines

    def compose(self) -> ComposeResult:
        """The card."""
        card = Sentence()
        card.hold("\n".join(self._lines))
        with Vertical(classes="box") as box:
            box.border_title = self.desk.say("training.banner")
            yield card
            yield KeyBar(self.desk.say, [Binding("escape", "close", "training.do.close")])

    def action_close(self) -> None:
        """Back to the consultation."""
        self.dismiss()
