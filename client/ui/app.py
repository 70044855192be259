"""The app of the site's terminal: one screen for each state of the consultation."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.screen import Screen
from textual.theme import Theme

from client.catalogue import Catalogue
from client.core.consultation import State
from client.session.requests import SiteRequests
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk, Drafts
from client.ui.screens.confirmation import ConfirmationBox
from client.ui.screens.consultation import ConsultationScreen
from client.ui.screens.contacts import ContactsBox
from client.ui.screens.ending import EndingScreen
from client.ui.screens.help import HelpBox, help_of
from client.ui.screens.intake import IntakeBox
from client.ui.screens.invitation import InvitationScreen
from client.ui.screens.refusal import RefusalScreen
from client.ui.screens.start import StartScreen
from client.ui.screens.words import WordsScreen
from client.ui.screens.writing import WritingBox
from client.ui.site_screen import Shows, SiteScreen
from client.ui.widgets.key_bar import key_name

SCREENS_BY_STATE: Final[Mapping[State, type[SiteScreen]]] = {
    State.READY: StartScreen,
    State.INVITING: InvitationScreen,
    State.COMPARING: WordsScreen,
    State.VERIFIED: ConsultationScreen,
    State.ENDED: EndingScreen,
    State.REFUSED: RefusalScreen,
}
_LIVE: Final = (State.COMPARING, State.VERIFIED)
_BASE: Final = 1
"""Where the state's screen stands in the stack: on Textual's own empty one, below any box."""
_BEAT_S: Final = 0.2
"""chosen: five drawings a second look live; a session may say ten new things in the meantime."""

_THEME: Final = Theme(
    name="chevet",
    primary="#9fc3d8",
    foreground="#e6e6e6",
    background="#10151a",
    surface="#10151a",
    panel="#1a2128",
    dark=True,
)


class SiteApp(App[bool]):
    """Shows the newest snapshot and passes on what the person asks.

    Its result is true when the person wants another consultation, which takes another session.
    """

    CSS_PATH = Path(__file__).with_name("site.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "interrupt", show=False, priority=True),
        Binding("ctrl+q", "leave", show=False, priority=True),
    ]

    def __init__(self, requests: SiteRequests, say: Catalogue, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.desk = Desk(requests, say, now, Drafts())
        self.title = "Chevet"
        self._drawn: tuple[SiteSnapshot, datetime] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._is_due = True

    def on_mount(self) -> None:
        """Show the present state and begin to listen."""
        self.register_theme(_THEME)
        self.theme = _THEME.name
        self.push_screen(SCREENS_BY_STATE[self.desk.requests.snapshot.state](self.desk))
        self._unsubscribe = self.desk.requests.subscribe(self._arrived)
        self.set_interval(_BEAT_S, self._beat)

    def on_unmount(self) -> None:
        """Listen no more."""
        self._unsubscribe()

    def _arrived(self, _snapshot: SiteSnapshot) -> None:
        self._is_due = True

    def _beat(self) -> None:
        snapshot, drawn_at = self._drawn or (None, None)
        is_next_second = drawn_at != self.desk.now().replace(microsecond=0)
        if self._is_due or is_next_second or snapshot is None:
            self.show_newest()

    def show_newest(self) -> None:
        """Draw the newest snapshot on the screen that belongs to its state."""
        snapshot, now = self.desk.requests.snapshot, self.desk.now()
        self._is_due = False
        self._drawn = (snapshot, now.replace(microsecond=0))
        self._turn_to(SCREENS_BY_STATE[snapshot.state])
        for screen in self.screen_stack:
            if isinstance(screen, Shows):
                screen.show(snapshot, now)

    def _turn_to(self, wanted: type[SiteScreen]) -> None:
        if isinstance(self.screen_stack[_BASE], wanted):
            return
        is_typing = isinstance(self.screen, IntakeBox)
        if is_typing and wanted in (WordsScreen, ConsultationScreen):
            return
        while self.screen is not self.screen_stack[_BASE]:
            self.pop_screen()
        self.switch_screen(wanted(self.desk))

    def action_interrupt(self) -> None:
        """Ctrl-C: copies what is selected; else leaves, and the second time without asking."""
        selected = self.screen.get_selected_text()
        if selected:
            self.copy_to_clipboard(selected)
            self.screen.clear_selection()
        elif isinstance(self.screen, ConfirmationBox):
            self.desk.requests.end("finished")
            self.exit()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Leave at once, except from a live consultation, which is ended first."""
        state = self.desk.requests.snapshot.state
        if state in _LIVE:
            self._confirm("finished")
            return
        if state is State.INVITING:
            self.desk.requests.end("finished")
        self.exit()

    def action_again(self) -> None:
        """Leave for another consultation."""
        self.exit(True)  # noqa: FBT003 -- Textual takes the result by position

    def action_stop_unsuitable(self) -> None:
        """Stop because a consultation at a distance does not suit this case."""
        self._confirm("unsuitable")

    def _confirm(self, reason: str) -> None:
        if not isinstance(self.screen, ConfirmationBox):
            self.push_screen(ConfirmationBox(self.desk, reason))

    def action_intake(self) -> None:
        """Whom it is about, and why."""
        self.push_screen(IntakeBox(self.desk))

    def action_contacts(self) -> None:
        """Whom to call without an invitation."""
        self.push_screen(ContactsBox(self.desk))

    def action_write(self) -> None:
        """A line of text for the GP."""
        self.push_screen(WritingBox(self.desk))

    def action_help(self) -> None:
        """What the keys do."""
        if isinstance(self.screen, Shows):
            more = self.screen.MORE if isinstance(self.screen, SiteScreen) else ()
            self.push_screen(HelpBox(self.desk, (*self.screen.ROWS, *more)))

    def action_command_palette(self) -> None:
        """The same steps as the keys, by name."""
        if isinstance(self.screen, SiteScreen):
            self.push_screen(CommandPalette(placeholder=self.desk.say("site.palette")))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Exactly the keys of the screen."""
        rows = (*screen.ROWS, *screen.MORE) if isinstance(screen, SiteScreen) else ()
        for binding in (binding for row in rows for binding in row):
            yield SystemCommand(
                f"{self.desk.say(binding.description)} ({key_name(self.desk.say, binding.key)})",
                help_of(self.desk.say, binding),
                self._doing(screen, binding.action),
            )

    def _doing(self, screen: Screen[object], action: str) -> Callable[[], None]:
        def do() -> None:
            screen.call_later(screen.run_action, action)

        return do
