"""The stethoscope: where it is held, what it hears, what becomes of the recording."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from client.catalogue import Catalogue
from client.core.auscultation import PLACES, Place
from client.session.auscultation import OUTLINE_BYTES
from client.session.auscultation_view import AuscultationStep, AuscultationView, TapeState
from client.session.snapshot import SiteSnapshot
from client.ui.auscultation_words import (
    flaw_sentence,
    live_sentence,
    place_name,
    sound_label,
    state_sentence,
)
from client.ui.braille import outline
from client.ui.desk import Desk
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.steps import pictures_refused
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Pane, Sentence

WAVE_ROWS: Final = 5
_PLACE_CELLS: Final = 25
_SILENCE: Final = 128

_RECORD: Final = Binding("e", "step('record')", "site.do.chest_record")
_REPLAY: Final = Binding("r", "step('replay')", "site.do.chest_replay")
_SEND: Final = Binding("enter", "step('send')", "site.do.chest_send")
_LISTEN: Final = Binding("d", "step('listen')", "site.do.chest_listen")
_BACK: Final = Binding("escape", "close", "site.do.back")
_RECORDING: Final = (AuscultationStep.RECORD, AuscultationStep.SEND)
"""Listening keeps nothing: what a patient has refused is these."""
_NUMBERS: Final = [
    Binding(str(number), f"place('{place}')", show=False)
    for number, place in enumerate(PLACES, start=1)
]


class PlaceLines(Pane[tuple[Place, Catalogue]]):
    """Every place with its key; the present one is marked by an arrow and by weight."""

    DEFAULT_CSS = "PlaceLines { height: auto; }"

    def drawn(self, view: tuple[Place, Catalogue]) -> Content:
        """Heart and lungs, two places a line."""
        place, say = view
        return Content("\n").join(self._lines(place, say))

    def _lines(self, chosen: Place, say: Catalogue) -> Iterator[Content]:
        for row in range(0, len(PLACES), 2):
            of = "heart" if PLACES[row].is_heart else "lungs"
            title = say(f"site.chest.{of}") if row % 4 == 0 else ""
            cells = [Content(f"{title:<9}")]
            for number in (row, row + 1):
                place = PLACES[number]
                arrow = "\N{BLACK RIGHT-POINTING TRIANGLE}" if place is chosen else " "
                name = f" {place_name(say, place):<{_PLACE_CELLS}}"
                weight = "bold" if place is chosen else ""
                cells.append(
                    Content.assemble(f"{arrow} ", (str(number + 1), "bold reverse"), (name, weight))
                )
            yield Content.assemble(*cells)


class Outline(Pane[bytes]):
    """The sound, lowest and highest."""

    DEFAULT_CSS = f"Outline {{ height: {WAVE_ROWS}; margin: 1 0; }}"

    def drawn(self, view: bytes) -> Content:
        """As wide as there is room."""
        width, height = self.content_size
        return Content("\n".join(outline(view, width, height)))


class AuscultationBox(SiteModal):
    """Works on whatever recording there is; leaving it keeps that and ends live listening."""

    ROWS: ClassVar[KeyRows] = ((_RECORD, _REPLAY, _SEND, _LISTEN, _BACK),)
    BINDINGS: ClassVar[list[BindingType]] = [*ROWS[0], *_NUMBERS]

    def compose(self) -> ComposeResult:
        """Places, sound, sentences, keys."""
        with Vertical(classes="box") as box:
            box.border_title = self.desk.say("site.chest.title")
            yield PlaceLines()
            yield Outline()
            yield Sentence(id="tape")
            yield Sentence(id="flaw")
            yield Sentence(id="live")
            yield KeyBar(self.desk.say, self.ROWS[0])

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw what the stethoscope does now."""
        del now
        view, say = snapshot.auscultation, self.desk.say
        if view is None:
            return
        self.query_one(PlaceLines).hold((view.place, say))
        self.query_one(Outline).hold(_drawn(view))
        self.query_one("#tape", Sentence).hold(state_sentence(say, view))
        self.query_one("#flaw", Sentence).hold(flaw_sentence(say, view))
        self.query_one("#live", Sentence).hold(live_sentence(say, view))

    def action_place(self, place: str) -> None:
        """The chest piece is there."""
        self.desk.requests.hold_stethoscope(Place(place))

    def action_step(self, name: str) -> None:
        """Ask the session for it; the key that begins a recording ends it too."""
        if not ask_step(self.desk, AuscultationStep(name)):
            self.notify(self.desk.say("dossier.pictures_off"), markup=False, severity="warning")

    def action_close(self) -> None:
        """Back to the consultation; nobody forgets a live stethoscope behind a closed box."""
        leave_chest(self.desk)
        self.dismiss()


def ask_step(desk: Desk, step: AuscultationStep) -> bool:
    """Ask for it; asked to record during a recording, it ends. `False`: the patient refused it."""
    view = desk.requests.snapshot.auscultation
    if view is None:
        return True
    if step is AuscultationStep.RECORD and view.state is TapeState.RECORDING:
        step = AuscultationStep.STOP
    if step in _RECORDING and pictures_refused(desk.requests.snapshot.dossier):
        return False
    desk.requests.auscultate(step, sound_label(desk.say, view.place))
    return True


def leave_chest(desk: Desk) -> None:
    """End what is heard live, and a recording under way."""
    view = desk.requests.snapshot.auscultation
    if view is not None and view.is_live:
        desk.requests.auscultate(AuscultationStep.LISTEN)
    if view is not None and view.state is TapeState.RECORDING:
        desk.requests.auscultate(AuscultationStep.STOP)


def _drawn(view: AuscultationView) -> bytes:
    """A recording under way grows into the time it may take."""
    if view.state is not TapeState.RECORDING:
        return view.outline
    return view.outline + bytes([_SILENCE]) * (OUTLINE_BYTES - len(view.outline))
