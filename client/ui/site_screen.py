"""What all screens share: who is there at the top, the line and the keys at the bottom."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final, Protocol, runtime_checkable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.widgets.banner import Banner
from client.ui.widgets.header import Header
from client.ui.widgets.key_bar import KeyBar

HELP: Final = Binding("question_mark", "app.help", "site.do.help")
LEAVE: Final = Binding("q", "app.leave", "site.do.leave")
QUIT: Final = Binding("q", "app.leave", "site.do.quit")
"""The same key where nothing is live that would have to be ended."""

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


class SiteScreen(Screen[None]):
    """A whole screen. It asks the session; it never decides."""

    HORIZONTAL_BREAKPOINTS = _BREAKPOINTS_ACROSS
    VERTICAL_BREAKPOINTS = _BREAKPOINTS_DOWN
    ROWS: ClassVar[KeyRows] = ((LEAVE, HELP),)
    MORE: ClassVar[KeyRows] = ()
    """Keys that are not in the rows: the help and the list of steps have them too."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._has_parts = False

    def compose(self) -> ComposeResult:
        """Header, banner, the screen's own body, keys."""
        yield Header(id="header")
        yield Banner()
        yield from self.body()
        yield Vertical(*(KeyBar(self.desk.say, row) for row in self.ROWS), id="keys")

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
        self.draw(snapshot, now)

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw this screen's own body."""


class SiteModal(ModalScreen[None]):
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
