"""The first screen: does everything work here, and a new consultation."""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from client.catalogue import Catalogue
from client.session.snapshot import InstrumentView, SiteSnapshot
from client.ui.phrases import plain
from client.ui.promise_words import bar, line_name, promise_sentence
from client.ui.site_screen import HELP, QUIT, KeyRows, SiteScreen
from client.ui.widgets.pane import Pane
from devices.readings import Kind

CheckRow = tuple[str, str, str]
"""What, which one, how it is."""

_NEW: Final = Binding("n", "invite", "site.do.invite")
_CONTACTS: Final = Binding("c", "app.contacts", "site.do.contacts")
_CHECK_LINE: Final = Binding("l", "check_line", "site.do.check_line")
_STOP_CHECK: Final = Binding("escape", "stop_line_check", "site.do.stop_line_check")
_WHAT_CELLS: Final = 16
_WHICH_CELLS: Final = 26
_HOW_CELLS: Final = 33
_ALL_PCT: Final = 100
_REQUIRED: Final = (Kind.STETHOSCOPE, Kind.OTOSCOPE, Kind.OXIMETER, Kind.BLOOD_PRESSURE)
"""What a French pharmacy must have for this (pharmacists' convention of 9 March 2022, art. V.I)."""


class Checks(Pane[tuple[CheckRow, ...]]):
    """One line for each thing that was tried."""

    def drawn(self, view: tuple[CheckRow, ...]) -> Content:
        """Three columns; what is wrong is told by words."""
        return Content("\n").join(_drawn(*row) for row in view)


def _drawn(what: str, which: str, how: str) -> Content:
    """One row; without its last column the middle one has the room."""
    name = Content.styled(what.ljust(_WHAT_CELLS), "bold")
    if not how:
        return Content.assemble(name, which)
    return Content.assemble(
        name,
        Content(which).truncate(_WHICH_CELLS - 1, ellipsis=True).pad_right(1),
        " " * max(0, _WHICH_CELLS - 1 - Content(which).cell_length),
        how,
    )


class StartScreen(SiteScreen):
    """Checks, and one key to begin."""

    ROWS: ClassVar[KeyRows] = ((_NEW, _CONTACTS, _CHECK_LINE, QUIT, HELP),)
    BINDINGS: ClassVar[list[BindingType]] = [_NEW, _CONTACTS, _CHECK_LINE, _STOP_CHECK, QUIT, HELP]

    def body(self) -> Iterable[Widget]:
        """The checks and the next thing to do."""
        checks = Checks(id="checks", classes="panel")
        checks.border_title = self.desk.say("site.start.title")
        return (checks, StartHint(id="hint"))

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Draw the checks."""
        say = self.desk.say
        self.query_one(Checks).hold(
            (*_instruments(say, snapshot), *_machine(say, snapshot), *_line(say, snapshot))
        )
        hints = [say("site.start.next")]
        if not snapshot.relay_is_reachable:
            hints.insert(0, say("site.start.no_relay"))
        if not snapshot.is_recorded:
            hints.append(say("site.not_recorded"))
        self.query_one(StartHint).hold("\n\n".join(hints))

    def action_invite(self) -> None:
        """Begin a consultation."""
        self.desk.requests.invite()

    def action_check_line(self) -> None:
        """Measure the line."""
        self.desk.requests.check_line(on=True)

    def action_stop_line_check(self) -> None:
        """Stop measuring it."""
        if self.desk.requests.snapshot.line_check.percent is not None:
            self.desk.requests.check_line(on=False)


class StartHint(Pane[str]):
    """What to do next."""


def _instruments(say: Catalogue, snapshot: SiteSnapshot) -> Iterator[CheckRow]:
    """What is plugged in, known or not; then what a place like this must have and has not."""
    for kind in Kind:
        for view in snapshot.instruments:
            if view.kind is kind:
                yield say(f"kind.{kind}"), _which(say, view), say(f"site.instrument.{view.state}")
    for port in snapshot.ports:
        yield say("site.start.port"), plain(port.name), say(f"site.port.{port.state}")
    there = {view.kind for view in snapshot.instruments}
    missing = ", ".join(say(f"kind.{kind}") for kind in _REQUIRED if kind not in there)
    parts = textwrap.wrap(missing, _WHICH_CELLS + _HOW_CELLS)
    for number, part in enumerate(parts):
        yield say("site.start.missing") if number == 0 else "", part, ""


def _which(say: Catalogue, view: InstrumentView) -> str:
    if view.serial is None:
        return plain(f"{view.model}, {view.port}")
    return say("site.vitals.instrument", model=plain(view.model), serial=plain(view.serial))


def _machine(say: Catalogue, snapshot: SiteSnapshot) -> Iterator[CheckRow]:
    tried = {
        "camera": snapshot.camera_works,
        "microphone": snapshot.microphone_works,
        "speaker": snapshot.speaker_works,
    }
    for name, works in tried.items():
        how = "untried" if works is None else "works" if works else f"{name}_fails"
        yield say(f"site.start.{name}"), "", say(f"site.start.{how}")
    how = "works" if snapshot.relay_is_reachable else "relay_fails"
    yield say("site.start.relay"), "", say(f"site.start.{how}")


def _line(say: Catalogue, snapshot: SiteSnapshot) -> Iterator[CheckRow]:
    """In as many rows as its sentence takes."""
    view = snapshot.line_check
    which, how = "", say("site.start.line.stopped")
    if view.percent is not None:
        drawn = bar(view.percent / _ALL_PCT)
        which = say("site.start.line.measuring", bar=drawn, percent=view.percent)
        how = say("site.start.line.stop")
    elif view.failure is not None:
        how = " ".join(say.explain(view.failure))
    elif view.found is not None and view.promise is not None:
        which, how = line_name(say, view.found), promise_sentence(say, view.promise)
        if view.found.is_coarse:
            how = f"{how} ({say('site.start.line.coarse')})"
    first, *others = textwrap.wrap(how, _HOW_CELLS)
    yield say("site.start.line"), which, first
    for other in others:
        yield "", "", other
