"""All measurements at length: present ones, laboratory results, what memories hold."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.measure_lines import (
    Line,
    apart_lines,
    earlier_lines,
    now_lines,
    readable,
    result_lines,
    unknown_ports,
)
from client.ui.phrases import plain
from client.ui.screens.memory import MemoryBox
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.vital_lines import vital_groups
from client.ui.widgets.key_bar import KeyBar, key_caps
from client.ui.widgets.pane import Pane

_BACK: Final = Binding("escape", "close", "site.do.back")
_DIGITS: Final = [
    Binding(str(number), f"read({number})", "site.do.read_memory", show=False)
    for number in range(1, 7)
]


class MeasureLines(Pane[tuple[Line, ...]]):
    """One line under the other, wrapped."""

    DEFAULT_CSS = "MeasureLines { height: auto; }"

    def drawn(self, view: tuple[Line, ...]) -> Content:
        """Styles tell headings from values; words tell everything else."""
        return Content("\n").join(Content.styled(text, style) for text, style in view)


class MemoryKeys(Pane[tuple[str, tuple[tuple[str, str], ...]]]):
    """Whose memory each digit reads."""

    DEFAULT_CSS = "MemoryKeys { height: auto; }"

    def drawn(self, view: tuple[str, tuple[tuple[str, str], ...]]) -> Content:
        """Nothing where there is no memory."""
        title, keys = view
        return Content.assemble(title, " ", key_caps(keys)) if keys else Content("")


class MeasuresBox(SiteModal):
    """Scrolls; a digit reads a memory, after a question."""

    ROWS: ClassVar[KeyRows] = ((_BACK,),)
    BINDINGS: ClassVar[list[BindingType]] = [_BACK, *_DIGITS, Binding("w", "close", show=False)]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._lines = MeasureLines()
        self._memories = MemoryKeys()

    def compose(self) -> ComposeResult:
        """The lines, the memories and the way back."""
        with Vertical(classes="box wide_box") as box:
            box.border_title = self.desk.say("site.measures.title")
            yield VerticalScroll(self._lines, classes="scroll")
            yield self._memories
            yield KeyBar(self.desk.say, self.ROWS[0])

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw again what has changed."""
        say = self.desk.say
        lines = tuple(self._said(snapshot, now)) or ((say("site.measures.none"), ""),)
        self._lines.hold(lines)
        keys = tuple(
            (str(number), plain(view.model))
            for number, view in enumerate(readable(snapshot), start=1)
        )
        self._memories.hold((say("site.measures.read"), keys))

    def _said(self, snapshot: SiteSnapshot, now: datetime) -> Iterator[Line]:
        say = self.desk.say
        yield say("site.measures.now"), "bold reverse"
        yield from now_lines(vital_groups(say, snapshot, now))
        ports = list(unknown_ports(say, snapshot))
        if ports:
            yield say("site.measures.ports"), "bold reverse"
            yield from ((port, "") for port in ports)
        yield from result_lines(say, snapshot.results)
        yield from earlier_lines(say, snapshot, now)
        yield from apart_lines(say, snapshot.apart)

    def action_read(self, number: int) -> None:
        """Ask whether the memory of this instrument is to be read."""
        instruments = readable(self.desk.requests.snapshot)
        if number <= len(instruments):
            self.app.push_screen(MemoryBox(self.desk, instruments[number - 1]))

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()
