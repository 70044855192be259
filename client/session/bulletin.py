"""How the instruments are: told to the GP, and noted in the journal and among the events."""

from collections.abc import Callable
from typing import Final

from client.core import wire
from client.session.events import EventLog
from client.session.instruments import InstrumentDesk, Told
from client.session.keeping import RecordKeeper
from client.store.journal import JournalEvent
from devices.readings import Identified, Refused
from devices.session import Plugged, Silent, Unplugged

_NOTED: Final = (Plugged, Unplugged, Silent, Identified, Refused)
"""What is worth a line among the events."""


class Bulletin:
    """Says something only when something is new."""

    def __init__(
        self,
        desk: InstrumentDesk,
        keeper: RecordKeeper,
        events: EventLog,
        say: Callable[[wire.Message], None],
    ) -> None:
        self._desk = desk
        self._keeper = keeper
        self._events = events
        self._say = say
        self._last: wire.Instruments | None = None

    def publish(self, *, again: bool = False) -> None:
        """Tell the GP the state of every instrument, when it has changed."""
        message = self._desk.message
        if again or message != self._last:
            self._last = message
            self._say(message)

    def note(self, told: Told) -> None:
        """Note what became of an instrument; of what it measured nothing."""
        if not isinstance(told.event, _NOTED):
            return
        view = told.instrument
        self._events("instrument", driver=view.driver, state=view.state.value)
        event = {
            Plugged: JournalEvent.INSTRUMENT_PLUGGED,
            Unplugged: JournalEvent.INSTRUMENT_UNPLUGGED,
            Silent: JournalEvent.INSTRUMENT_SILENT,
            Refused: JournalEvent.INSTRUMENT_REFUSED,
        }.get(type(told.event))
        if event is not None:
            self._keeper.note(event, driver=view.driver, model=view.model)
