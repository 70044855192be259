"""The app of the site's terminal: one screen for each state of the consultation."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widgets import Input

from client.catalogue import Catalogue
from client.core.consultation import State
from client.session.flow_views import Wish
from client.session.requests import SiteRequests
from client.session.snapshot import SiteSnapshot
from client.ui.attention import Attention
from client.ui.desk import Desk, Drafts
from client.ui.drawing_turns import DrawingTurns
from client.ui.graphics.app import GraphicsApp
from client.ui.graphics.terminal import Graphics
from client.ui.key_order import KeyOrder
from client.ui.routes import SCREENS_BY_STATE, STEP_SCREENS
from client.ui.screens.confirmation import ConfirmationBox
from client.ui.screens.consultation import ConsultationScreen
from client.ui.screens.contacts import ContactsBox
from client.ui.screens.file_box import FileBox
from client.ui.screens.help import HelpBox, help_of
from client.ui.screens.invitation import InvitationScreen
from client.ui.screens.otherwise import OtherwiseBox
from client.ui.screens.start import StartScreen
from client.ui.screens.stopping import StopBox
from client.ui.screens.words import WordsScreen
from client.ui.screens.writing import WritingBox
from client.ui.site_screen import (
    WINDOW_LOST,
    ConsultationWanted,
    FlowScreen,
    KeyRows,
    Shows,
    SiteScreen,
    StepAsked,
    StepOpened,
)
from client.ui.steps import Step, current_step
from client.ui.themes import THEMES, following
from client.ui.widgets.key_bar import key_name

_LIVE: Final = (State.COMPARING, State.VERIFIED)
_BASE: Final = 1
"""Where the state's screen stands in the stack: on Textual's own empty one, below any box."""
_BEAT_S: Final = 0.2
"""chosen: five drawings a second look live; a session may say ten new things in the meantime."""


class SiteApp(GraphicsApp[Wish]):
    """Shows the newest snapshot and passes on what the person asks.

    Its result is what the person wants next; `None`: to leave.
    """

    CSS_PATH = Path(__file__).with_name("site.tcss")
    first_theme: str = THEMES[0].name
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "interrupt", show=False, priority=True),
        Binding("ctrl+q", "leave", show=False, priority=True),
        Binding("f3", "next_theme", show=False),
    ]

    def __init__(
        self,
        requests: SiteRequests,
        say: Catalogue,
        now: Callable[[], datetime],
        graphics: Graphics | None = None,
    ) -> None:
        super().__init__(graphics, now)
        self.desk = Desk(requests, say, now, Drafts(), self.pictures)
        self.title = "Chevet"
        self._drawn: tuple[SiteSnapshot, datetime] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._is_due = True
        self._attention = Attention(self._ring)
        self._turns = DrawingTurns()
        self._order = KeyOrder(self._who_hears_keys)

    async def on_event(self, event: events.Event) -> None:
        """A key, or a text pasted or scanned, only once the one before is dealt with whole."""
        is_typed = isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded
        if is_typed and isinstance(self.focused, Input):
            self._turns.letter()
        if not is_typed:
            await super().on_event(event)
        elif not self._order.must_wait(event):
            await self._pass_on(event)

    async def _pass_on(self, event: events.Event) -> None:
        await super().on_event(event)
        self._order.begun(self._released)

    def _released(self, event: events.Event) -> None:
        self.call_next(self._pass_on, event)

    def _who_hears_keys(self) -> Iterator[MessagePump]:
        """From the focus outwards."""
        yield from (self.focused or self.screen).ancestors_with_self

    def on_mount(self) -> None:
        """Show the present state and begin to listen."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.first_theme
        self.push_screen(SCREENS_BY_STATE[self.desk.requests.snapshot.state](self.desk))
        self._unsubscribe = self.desk.requests.subscribe(self._arrived)
        self.set_interval(_BEAT_S, self._beat)

    def on_unmount(self) -> None:
        """Listen no more."""
        self._unsubscribe()

    def _arrived(self, _snapshot: SiteSnapshot) -> None:
        self._is_due = True

    def _beat(self) -> None:
        if not self.is_running:  # its screens are being taken apart
            return
        self._flash()
        self._order.look(self._released)
        drawn_at = self._drawn[1] if self._drawn else None
        is_due = self._is_due or drawn_at != self.desk.now().replace(microsecond=0)
        if self._turns.may_draw() and is_due:
            self.show_newest()

    def show_newest(self) -> None:
        """Draw the newest snapshot on the screen that belongs to its state."""
        snapshot, now = self.desk.requests.snapshot, self.desk.now()
        before = self._drawn[0] if self._drawn else snapshot
        self._attention.see(snapshot, now)
        if snapshot.window is not before.window and snapshot.window in WINDOW_LOST:
            told = self.desk.say(WINDOW_LOST[snapshot.window])
            self.notify(told, markup=False, severity="warning")
        self._is_due = False
        self._turns.drawn()
        self._drawn = (snapshot, now.replace(microsecond=0))
        self._turn_to(SCREENS_BY_STATE[snapshot.state])
        for screen in self.screen_stack:
            if isinstance(screen, Shows):
                screen.show(snapshot, now)

    def _ring(self) -> None:
        """Call back whoever serves the counter, by the terminal and by the speaker."""
        self.bell()
        self.desk.requests.ring()

    def _flash(self) -> None:
        is_inverse = self._attention.beat()
        for screen in self.screen_stack:
            screen.set_class(is_inverse, "-flash")

    def _turn_to(self, wanted: type[SiteScreen]) -> None:
        if isinstance(self.screen_stack[_BASE], wanted):
            return
        is_typing = any(isinstance(screen, FlowScreen) for screen in self.screen_stack)
        if is_typing and wanted in (WordsScreen, ConsultationScreen):
            return
        while self.screen is not self.screen_stack[_BASE]:
            self.pop_screen()
        was_awaited = isinstance(self.screen, InvitationScreen)
        self.switch_screen(wanted(self.desk))
        if was_awaited and wanted is StartScreen:  # nobody came of it: whom to call instead
            self.action_begin()

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
        self.exit(Wish())

    def action_once_more(self) -> None:
        """Leave for another one of the same patient."""
        self.exit(Wish(keeps_patient=True))

    def on_consultation_wanted(self, message: ConsultationWanted) -> None:
        """Leave for one that was left before."""
        self.exit(Wish(message.consultation))

    def action_stop_unsuitable(self) -> None:
        """Stop because a consultation at a distance does not suit this case."""
        self.push_screen(StopBox(self.desk))

    def action_otherwise(self) -> None:
        """What to do while the picture is impossible."""
        self.push_screen(OtherwiseBox(self.desk))

    def _confirm(self, reason: str) -> None:
        if not isinstance(self.screen, ConfirmationBox):
            self.push_screen(ConfirmationBox(self.desk, reason))

    def action_begin(self) -> None:
        """On to the first step that is not done."""
        self._open_step(current_step(self.desk.requests.snapshot, self.desk.now()))

    def action_dossier(self) -> None:
        """What was entered so far."""
        self.push_screen(FileBox(self.desk))

    def action_next_theme(self) -> None:
        """Dark, light, high contrast."""
        self.theme = following(self.theme)
        self.notify(self.desk.say(f"dossier.theme.{self.theme}"), markup=False)

    def _open_step(self, step: Step) -> None:
        wanted = STEP_SCREENS.get(step)
        if wanted is None:
            return
        while isinstance(self.screen, FlowScreen) and len(self.screen_stack) > _BASE + 1:
            self.pop_screen()
        self.push_screen(wanted(self.desk))

    def on_step_asked(self, message: StepAsked) -> None:
        """Put this one right."""
        self._open_step(message.step)

    def on_steps_begun(self) -> None:
        """The question of an expertise was entered: what goes with it is next."""
        self.action_begin()

    def on_step_opened(self, message: StepOpened) -> None:
        """Another screen of the same step."""
        if isinstance(self.screen, FlowScreen):
            self.switch_screen(message.screen(self.desk))

    def on_step_done(self) -> None:
        """The next step, or back to the doctor."""
        self._leave_step()
        if self.desk.requests.snapshot.state is State.READY:
            self.action_begin()

    def on_step_left(self) -> None:
        """It stays as it is."""
        self._leave_step()

    def _leave_step(self) -> None:
        if isinstance(self.screen, FlowScreen):
            self.pop_screen()
        self.show_newest()

    def action_contacts(self) -> None:
        """Whom to call without an invitation."""
        self.push_screen(ContactsBox(self.desk))

    def action_write(self) -> None:
        """A line of text for the GP."""
        self.push_screen(WritingBox(self.desk))

    def action_help(self) -> None:
        """What the keys do."""
        if isinstance(self.screen, Shows):
            self.push_screen(HelpBox(self.desk, self.rows_of(self.screen)))

    def rows_of(self, screen: Shows) -> KeyRows:
        """Every key that does something there."""
        return (*screen.ROWS, *(screen.MORE if isinstance(screen, SiteScreen) else ()))

    def action_command_palette(self) -> None:
        """The same steps as the keys, by name."""
        if isinstance(self.screen, SiteScreen):
            self.push_screen(CommandPalette(placeholder=self.desk.say("site.palette")))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Exactly the keys of the screen."""
        rows = self.rows_of(screen) if isinstance(screen, SiteScreen) else ()
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
