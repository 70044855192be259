"""Opening the room, once a day: one key says that all is fine (rules-fr.md, d-8)."""

from collections.abc import Iterable
from datetime import datetime
from textwrap import wrap
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.widget import Widget

from client.core.dossier.room import RoomCheck, RoomItem
from client.core.record import milliseconds
from client.session.flow_views import VoiceTrial
from client.session.snapshot import InstrumentState, SiteSnapshot
from client.ui.machine_words import line_rows, machine_rows
from client.ui.site_screen import CONFIRM, HELP, LATER, FlowScreen, KeyRows, StepDone
from client.ui.steps import Step
from client.ui.widgets.checks import HOW_CELLS, Checks
from client.ui.widgets.pane import Sentence

_METER_CELLS: Final = 20
_METER_FLOOR_DBFS: Final = -60.0
"""chosen: below it nothing is drawn."""
_TRY: Final = Binding("e", "try_voice", "site.do.try_voice")
_CHECK_LINE: Final = Binding("l", "check_line", "site.do.check_line")
_SEEN: Final = (RoomItem.CALM, RoomItem.LIGHT, RoomItem.DOOR, RoomItem.DISINFECTION)
"""What only a person can see."""
_DIGITS: Final = [
    Binding(str(number), f"doubt({number})", show=False) for number in range(1, len(RoomItem) + 1)
]
_TROUBLED: Final = (InstrumentState.REFUSED, InstrumentState.SILENT)


class RoomScreen(FlowScreen):
    """Eight lines; a digit says that this one is not fine."""

    STEP = Step.ROOM
    ROWS: ClassVar[KeyRows] = ((CONFIRM, _TRY, _CHECK_LINE, LATER, HELP),)
    BINDINGS: ClassVar[list[BindingType]] = [CONFIRM, _TRY, _CHECK_LINE, HELP, *_DIGITS]

    def body(self) -> Iterable[Widget]:
        """The list and how to answer it."""
        checks = Checks(id="checks", classes="panel")
        checks.border_title = self.desk.say("dossier.room.title")
        return (checks, Sentence(id="hint"))

    def on_mount(self) -> None:
        """Nothing is doubted yet."""
        self._doubted: set[RoomItem] = set()
        super().on_mount()

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Draw every item with what is known of it."""
        say = self.desk.say
        rows = []
        for number, item in enumerate(RoomItem, start=1):
            known = self._known(item, snapshot)
            which, *more = (row for text in known for row in wrap(text, HOW_CELLS))
            mark = say(f"dossier.room.{self._verdict(item, snapshot)}")
            rows.append((f"{number} {say(f'dossier.room.{item}')}", mark, which))
            rows += [("", "", one) for one in more]
        self.query_one(Checks).hold(tuple(rows))
        self.query_one("#hint", Sentence).hold(say("dossier.room.hint"))

    def _verdict(self, item: RoomItem, snapshot: SiteSnapshot) -> str:
        if item in self._doubted:
            return "doubted"
        works = works_by_itself(item, snapshot)
        if item in _SEEN:
            return "to_see"
        return "untried" if works is None else "fine" if works else "doubted"

    def _known(self, item: RoomItem, snapshot: SiteSnapshot) -> list[str]:
        say = self.desk.say
        if item in _SEEN:
            return [say(f"dossier.room.{item}.look")]
        if item is RoomItem.INSTRUMENTS:
            present = ", ".join(say(f"kind.{view.kind}") for view in snapshot.instruments)
            return [present or say("dossier.room.no_instrument")]
        if item is RoomItem.CAMERA:
            return [next(row[2] for row in machine_rows(say, snapshot))]
        if item is RoomItem.VOICE:
            meter = [] if snapshot.voice_dbfs is None else [meter_of(snapshot.voice_dbfs)]
            return [say(f"dossier.voice.{snapshot.voice_trial}"), *meter]
        known = " ".join(part for row in line_rows(say, snapshot) for part in row[1:] if part)
        return wrap(known, HOW_CELLS)

    def action_doubt(self, number: int) -> None:
        """This one is not fine, or it is after all."""
        self._doubted ^= {list(RoomItem)[number - 1]}
        self.show(self.desk.requests.snapshot, self.desk.now())

    def action_try_voice(self) -> None:
        """Un, deux, trois."""
        self.desk.requests.try_voice()

    def action_check_line(self) -> None:
        """Measure the line."""
        self.desk.requests.check_line(on=True)

    def action_accept(self) -> None:
        """All is as it is drawn; what nobody tried is neither fine nor wrong."""
        snapshot = self.desk.requests.snapshot
        known = {
            item: item in _SEEN or works_by_itself(item, snapshot)
            for item in RoomItem
            if item not in self._doubted
        }
        failed = self._doubted | {item for item, works in known.items() if works is False}
        self.desk.requests.check_room(
            RoomCheck(
                milliseconds(self.desk.now()),
                snapshot.dossier.operator.name,
                tuple(item for item, works in known.items() if works),
                tuple(item for item in RoomItem if item in failed),
            )
        )
        self.post_message(StepDone())


def meter_of(dbfs: float) -> str:
    """How loud, as a bar that needs no colour: empty at silence, full at the loudest."""
    filled = round(_METER_CELLS * min(1.0, max(0.0, 1 - dbfs / _METER_FLOOR_DBFS)))
    return "█" * filled + "░" * (_METER_CELLS - filled)


def works_by_itself(item: RoomItem, snapshot: SiteSnapshot) -> bool | None:
    """What the machine knows without a person's eyes; `None`: it was not tried."""
    if item is RoomItem.INSTRUMENTS:
        troubled = any(view.state in _TROUBLED for view in snapshot.instruments)
        return bool(snapshot.instruments) and not troubled
    if item is RoomItem.CAMERA:
        return snapshot.camera_works
    if item is RoomItem.VOICE:
        trial = snapshot.voice_trial
        tried = {VoiceTrial.PLAYED: True, VoiceTrial.FAILED: False, VoiceTrial.UNHEARD: False}
        return tried.get(trial)
    if item is RoomItem.LINE:
        check = snapshot.line_check
        return False if check.failure is not None else True if check.promise else None
    return None
