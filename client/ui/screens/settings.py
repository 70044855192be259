"""Who and where this site is: asked once at the first run, changed later, always in one file."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar, Final

from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from client.catalogue import Catalogue
from client.core.site_settings.values import RelaySettings, SiteSettings
from client.errors import ChevetError
from client.ui.settings_pages import (
    FIRST_RUN,
    PAGES,
    Devices,
    WrongValueError,
    page_fields,
    page_values,
    with_page,
)
from client.ui.site_screen import SiteScreen
from client.ui.themes import THEMES
from client.ui.typography import hold_together
from client.ui.widgets.form import Form
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Sentence

_NEXT: Final = Binding("enter", "next", "site.do.next_field")
_ACCEPT: Final = Binding("f2", "accept", "site.do.accept_all")
_BACK: Final = Binding("escape", "back", "site.do.back")
_OPEN: Final = Binding("enter", "open", "training.do.open")
_LEAVE: Final = Binding("q", "leave", "site.do.quit")


@dataclass(slots=True)
class SettingsDesk:
    """What the pages work with."""

    say: Catalogue
    settings: SiteSettings
    save: Callable[[SiteSettings], None]
    """Writes the file; `StorageFailedError`."""
    reaches: Callable[[str], Awaitable[bool]]
    """Whether a relay answers at this address."""
    found: Devices = field(default_factory=Devices)


class _SettingsScreen(Screen[None]):
    HORIZONTAL_BREAKPOINTS = SiteScreen.HORIZONTAL_BREAKPOINTS
    KEYS: ClassVar[tuple[Binding, ...]] = ()

    def __init__(self, desk: SettingsDesk) -> None:
        super().__init__()
        self.desk = desk

    def compose(self) -> ComposeResult:
        """The name, the screen's own body, the keys."""
        head = Sentence(id="head")
        head.hold(f"Chevet   {self.desk.say('training.set.title')}")
        yield head
        yield from self.body()
        yield Vertical(KeyBar(self.desk.say, self.KEYS), id="keys")

    def body(self) -> ComposeResult:
        """What is between."""
        yield from ()


class PageScreen(_SettingsScreen):
    """One page; what cannot be set is told and stays to be put right."""

    KEYS: ClassVar[tuple[Binding, ...]] = (_NEXT, _ACCEPT, _BACK)
    BINDINGS: ClassVar[list[BindingType]] = [
        _ACCEPT,
        _BACK,
        Binding("enter", "accept", show=False),
    ]

    def __init__(
        self,
        desk: SettingsDesk,
        page: str,
        then: Callable[[], None],
        back: Callable[[], None],
        place: tuple[int, int] | None = None,
    ) -> None:
        """`then` is called once the page was taken, `back` where it stays as it was.

        `place` is which page of how many it is.
        """
        super().__init__(desk)
        self._page = page
        self._then = then
        self._back = back
        self._place = place
        self._doubted: RelaySettings | None = None
        """The relay that did not answer when it was tried."""

    def body(self) -> ComposeResult:
        """What the page is for, its form, what is to be told."""
        say, settings = self.desk.say, self.desk.settings
        if self._place is not None:
            number, count = self._place
            place = Sentence(id="place")
            place.hold(say("training.set.page", number=number, count=count))
            yield place
        about = Sentence(id="about")
        ports = ", ".join(self.desk.found.ports) or say("training.set.no_port")
        about.hold(say(f"training.page.{self._page}.about", ports=ports))
        yield about
        rows = page_fields(say, self._page, settings, self.desk.found)
        yield Form(rows, page_values(self._page, settings))
        yield Sentence(id="told")

    def on_mount(self) -> None:
        """Begin where nothing is written yet."""
        self.query_one(Form).focus_first()

    @on(Form.Completed)
    def _completed(self) -> None:
        self.action_accept()

    def action_accept(self) -> None:
        """Take the page, or tell what is wrong with it."""
        try:
            settings = with_page(self._page, self.desk.settings, self.query_one(Form).values)
        except WrongValueError as error:
            label = self.desk.say(f"training.set.{error.name.replace('_', '.', 1)}")
            self._tell(self.desk.say(f"training.wrong.{error.wrong}", name=label))
            self.query_one(Form).focus_field(error.name)
            return
        if self._page == "relay" and settings.relay.url:
            self._tell(self.desk.say("training.set.trying"))
            self._try(settings)
        else:
            self._take(settings)

    @work(exclusive=True)
    async def _try(self, settings: SiteSettings) -> None:
        """A relay that does not answer is told once; the second time it is taken all the same."""
        is_known = settings.relay in (self.desk.settings.relay, self._doubted)
        answers = await self.desk.reaches(settings.relay.url)
        if answers or is_known:
            self._take(settings)
            return
        self._doubted = settings.relay
        self._tell(self.desk.say("training.set.unreachable"))

    def _take(self, settings: SiteSettings) -> None:
        try:
            self.desk.save(settings)
        except ChevetError as error:
            self._tell(" ".join(self.desk.say.explain(error)))
            return
        self.desk.settings = settings
        self._then()

    def _tell(self, text: str) -> None:
        self.query_one("#told", Sentence).hold(text)

    def action_back(self) -> None:
        """The page stays as it was."""
        self._back()


class ListScreen(_SettingsScreen):
    """Every page by its name, to be opened and changed."""

    KEYS: ClassVar[tuple[Binding, ...]] = (_OPEN, _LEAVE)
    BINDINGS: ClassVar[list[BindingType]] = [_LEAVE]

    def body(self) -> ComposeResult:
        """The pages."""
        names = (Option(Content(self.desk.say(f"training.page.{page}")), page) for page in PAGES)
        pages = OptionList(*names, id="pages", classes="panel")
        pages.border_title = self.desk.say("training.set.which")
        yield pages

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        if event.option.id is not None:
            self.app.push_screen(self._page(event.option.id))

    def _page(self, name: str) -> PageScreen:
        return PageScreen(self.desk, name, self._saved, self._unchanged)

    def _unchanged(self) -> None:
        self.app.pop_screen()

    def _saved(self) -> None:
        self.app.pop_screen()
        self.notify(self.desk.say("training.set.saved"), markup=False)

    def action_leave(self) -> None:
        """All is written already."""
        self.app.exit()


class SettingsApp(App[None]):
    """The wizard of the first run, or the list; each page that is taken is written at once."""

    CSS = """
    Screen { background: $background; color: $foreground; layout: vertical; }
    .panel { border: round $foreground 50%; border-title-style: bold; padding: 0 1; }
    #keys { dock: bottom; height: auto; }
    #head { height: 1; padding: 0 1; background: $primary; color: $background; text-style: bold; }
    #place { padding: 1 1 0 1; text-style: bold; }
    #about { padding: 1 1; }
    #told { padding: 1 1; text-style: bold; }
    #pages { height: auto; margin: 1 0; background: $background; }
    Form Label { width: 26; }
    Form { padding: 0 1; }
    .-wide #place { margin: 2 25 0 25; }
    .-wide #about { margin: 4 25 0 25; }
    .-wide Form, .-wide #told { margin: 1 25; }
    .-wide #pages { margin: 6 25; }
    Form Input > .input--placeholder { color: $foreground 75%; text-style: italic; }
    OptionList > .option-list--option-highlighted { text-style: bold reverse;
        color: $foreground; background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "quit", show=False, priority=True)
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, desk: SettingsDesk, *, is_first_run: bool) -> None:
        hold_together()
        super().__init__()
        self.title = "Chevet"
        self._desk = desk
        self._is_first_run = is_first_run

    def on_mount(self) -> None:
        """In the look that is set."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._desk.settings.screen.theme
        if self._is_first_run:
            self.push_screen(self._page(0))
        else:
            self.push_screen(ListScreen(self._desk))

    def _page(self, number: int) -> PageScreen:
        then, back = (partial(self._turn_to, number + step) for step in (1, -1))
        place = number + 1, len(FIRST_RUN)
        return PageScreen(self._desk, FIRST_RUN[number], then, back, place)

    def _turn_to(self, number: int) -> None:
        """This page of the wizard; before the first and after the last it is over."""
        if 0 <= number < len(FIRST_RUN):
            self.switch_screen(self._page(number))
        else:
            self.exit()
