"""What both ends have said to each other, for the person at the bedside to read."""

from client import clock
from client.core import wire
from client.core.record import Direction, KeptParcel
from client.session.events import EventLog
from client.session.exchanges import ExchangeLog
from client.session.keeping import RecordKeeper
from client.store.journal import JournalEvent


class Correspondence:
    """The log of exchanges, and the GP's summary."""

    def __init__(self, keeper: RecordKeeper, events: EventLog) -> None:
        self._keeper = keeper
        self._events = events
        self.log = ExchangeLog()
        self.summary: str | None = None

    def hear(self, message: wire.Message) -> None:
        """The GP has said this."""
        match message:
            case wire.Text():
                self._keeper.note(JournalEvent.TEXT_RECEIVED)
            case wire.Summary(text):
                self.summary = text
                self._events("summary_received", characters=len(text))
        self.log.came(message, clock.now())

    def restore(self, one: KeptParcel) -> None:
        """An earlier process of this site has said or heard it."""
        message, number = one.parcel.message, one.parcel.number or 0
        if one.direction is Direction.SENT:
            self.log.sent(number, message, one.kept_at)
            if one.acknowledged_at is not None:
                self.log.acknowledged([number])
            return
        self.log.came(message, one.kept_at)
        if isinstance(message, wire.Summary):
            self.summary = message.text
