"""What all screens share: who is there at the top, the line and the keys at the bottom."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import ClassVar, Final, Protocol, runtime_checkable

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from client.core.consultation import State
from client.media.window.scene import WindowState
from client.session.snapshot import SiteSnapshot
from client.ui.beneath import Box, Covered
from client.ui.desk import Desk
from client.ui.steps import Step
from client.ui.widgets.banner import Banner
from client.ui.widgets.header import Header
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Sentence
from client.ui.widgets.step_bar import StepBar

HELP: Final = Binding("question_mark", "app.help", "site.do.help")
LEAVE: Final = Binding("q", "app.leave", "site.do.leave")
QUIT: Final = Binding("q", "app.leave", "site.do.quit")
"""The same key where nothing is live that would have to be ended."""
LATER: Final = Binding("escape", "later", "site.do.later")
ACCEPT: Final = Binding("f2", "accept", "site.do.accept_all")
NEXT: Final = Binding("enter", "next", "site.do.next_field")
CONFIRM: Final = Binding("o", "accept", "site.do.all_is_fine")
AGREED: Final = Binding("o", "accept", "site.do.agreed")
HELP_TYPING: Final = Binding("f1", "app.help", "site.do.help")
"""Where letters are typed."""
THEME: Final = Binding("f3", "app.next_theme", "site.do.theme")
WINDOW: Final = Binding("f4", "patient_window", "site.do.patient_window", show=False)
WINDOW_LOST: Final[Mapping[WindowState, str]] = {
    WindowState.DISMISSED: "site.window.dismissed",
    WindowState.FAILED: "site.window.failed",
}
"""What is said when it goes and nobody here closed it."""

_BREAKPOINTS_ACROSS: Final = [(0, "-narrow"), (160, "-wide")]
_BREAKPOINTS_DOWN: Final = [(0, "-low"), (48, "-high")]

KeyRows = tuple[tuple[Binding, ...], ...]
"""Rows of keys as they stand on the screen; each description is a catalogue key ``site.do.*``."""


@runtime_checkable
class Shows(Protocol):
    """Draws snapshots."""

    ROWS: ClassVar[KeyRows]

    def show(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw this snapshot; cheap when nothing changed."""


class SiteScreen(Covered):
    """A whole screen. It asks the session; it never decides."""

    HORIZONTAL_BREAKPOINTS = _BREAKPOINTS_ACROSS
    VERTICAL_BREAKPOINTS = _BREAKPOINTS_DOWN
    ROWS: ClassVar[KeyRows] = ((LEAVE, HELP),)
    BINDINGS: ClassVar[list[BindingType]] = [WINDOW]
    MORE: ClassVar[KeyRows] = ((THEME, WINDOW),)
    """Keys that are not in the rows: the help and the list of steps have them too."""
    STEP: ClassVar[Step | None] = None
    """Of the seven; `None` where no row of them is shown."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._has_parts = False

    def compose(self) -> ComposeResult:
        """Header, banner, the screen's own body, keys."""
        yield Header(id="header")
        if self.STEP is not None:
            yield StepBar()
        yield Banner()
        yield Sentence(id="trouble")
        yield from self.body()
        yield Vertical(*(KeyBar(self.desk.say, row) for row in self.ROWS), id="keys")

    def action_patient_window(self) -> None:
        """Open the patient's window, or close it."""
        state = self.desk.requests.snapshot.window
        if state is WindowState.UNAVAILABLE:
            self.notify(self.desk.say("site.window.unavailable"), markup=False)
        else:
            is_there = state in (WindowState.OPEN, WindowState.OPENING)
            self.desk.requests.open_window(on=not is_there)

    def body(self) -> Iterable[Widget]:
        """What is between the header and the keys."""
        return ()

    def on_mount(self) -> None:
        """Draw at once what is known, now that there are parts to draw it on."""
        self._has_parts = True
        self.show(self.desk.requests.snapshot, self.desk.now())

    def show(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw what all screens have, then what this one has."""
        if not self._has_parts:
            return
        self.query_one(Header).draw(self.desk.say, snapshot, now)
        self.query_one(Banner).draw(self.desk.say, snapshot)
        self._tell_trouble(snapshot)
        if self.STEP is not None:
            self.query_one(StepBar).draw(self.desk.say, snapshot, now, self.STEP)
        self.draw(snapshot, now)

    def _tell_trouble(self, snapshot: SiteSnapshot) -> None:
        """What was entered last and was not kept, until it is; the call that was not taken."""
        trouble = self.query_one("#trouble", Sentence)
        errors = tuple(filter(None, (snapshot.entry_error, snapshot.call_failure)))
        trouble.display = bool(errors)
        if errors:
            trouble.hold("\n".join(" ".join(self.desk.say.explain(error)) for error in errors))

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw this screen's own body."""


class StepDone(Message):
    """What this step asks for was entered: on to the next."""


class StepOpened(Message):
    """Another screen of the same step takes this one's place."""

    def __init__(self, screen: "type[FlowScreen]") -> None:
        super().__init__()
        self.screen = screen


class StepAsked(Message):
    """This step is to be done, or done again."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.step = step


class ConsultationWanted(Message):
    """One that was left is to be taken up again."""

    def __init__(self, consultation: int) -> None:
        super().__init__()
        self.consultation = consultation


class StepsBegun(Message):
    """On to the first step that is not done."""


class StepLeft(Message):
    """This step is for later; what was typed stays."""


class FlowScreen(SiteScreen):
    """One step of the flow, over the screen of the state; typing in it is never interrupted."""

    COME: ClassVar[str] = "dossier.arrived"
    """What is said once the GP is there."""
    BINDINGS: ClassVar[list[BindingType]] = [LATER]

    def compose(self) -> ComposeResult:
        """Like every screen, with a row for what has to be said at once."""
        for part in super().compose():
            yield part
            if isinstance(part, Banner):
                yield Sentence(id="arrived")

    def show(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Tell when the GP has arrived meanwhile."""
        if self._has_parts:
            has_come = snapshot.state is State.COMPARING
            arrived = self.desk.say(self.COME) if has_come else ""
            self.query_one("#arrived", Sentence).hold(arrived)
            self.query_one("#arrived").set_class(has_come, "-on")
        super().show(snapshot, now)

    def action_later(self) -> None:
        """Back to where one came from."""
        self.post_message(StepLeft())


class SiteModal(Box):
    """A box over a screen, for one thing to type or to confirm."""

    ROWS: ClassVar[KeyRows] = ()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._has_parts = False

    def on_mount(self) -> None:
        """Draw at once what is known, now that there are parts to draw it on."""
        self._has_parts = True
        self.show(self.desk.requests.snapshot, self.desk.now())

    def show(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw what depends on the snapshot."""
        if self._has_parts:
            self.draw(snapshot, now)

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw this box's own parts."""
