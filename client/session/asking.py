"""What the GP asks for, one thing at a time, and what meets it."""

from collections.abc import Callable
from typing import Final

from client import clock
from client.core import wire
from client.session.events import EventLog
from client.session.keeping import RecordKeeper
from client.session.snapshot import AskView
from client.store.journal import JournalEvent
from devices.readings import Origin, Vital

_ANSWERS: Final = {
    Vital.SPO2: "oximeter",
    Vital.TEMPERATURE: "temperature",
    Vital.SYSTOLIC: "pressure",
    Vital.GLUCOSE: "glucose",
    Vital.GLUCOSE_MOLAR: "glucose",
    Vital.WEIGHT: "weight",
    Vital.HEART_RATE: "ecg",
}
"""Which request of the GP (`client.core.wire.Asked`) a value of this vital sign meets."""
_ANSWERED_BY: Final = {
    "image": ("still", "skin", "throat"),
    "audio": ("listen",),
    "video": ("clip",),
}
"""Which of them a file of this media type meets."""
_ASKABLE: Final = (
    *("oximeter", "temperature", "pressure", "glucose", "weight", "ecg"),
    *("ear", "skin", "throat", "still", "clip", "listen", "text"),
)
"""What a GP can ask for; anything else of a peer's is a wish in its own words, and not noted."""


class Asking:
    """The GP's current request."""

    def __init__(
        self,
        keeper: RecordKeeper,
        events: EventLog,
        say: Callable[[wire.Message], None],
        is_open: Callable[[], bool],
    ) -> None:
        """Nothing is answered while `is_open` is false."""
        self._keeper = keeper
        self._events = events
        self._say = say
        self._is_open = is_open
        self.view: AskView | None = None
        """As a screen shows it; `None`: nothing is asked for, or it was answered."""

    def hear(self, asked: wire.Asked) -> None:
        """The GP asks; it takes the place of what was asked before."""
        self.restore(asked)
        what = _named(asked)
        self._events("asked", what=what, id=asked.id)
        self._keeper.note(JournalEvent.ASKED, what=what)

    def restore(self, asked: wire.Asked) -> None:
        """The GP has asked an earlier process of this site."""
        self.view = AskView(asked.id, _named(asked), asked.text, clock.now())

    def answer(self, *, done: bool) -> None:
        """The current request is done, or not possible here."""
        if self.view is not None and self._is_open():
            self._say(wire.AskAnswered(self.view.id, "done" if done else "not_possible"))
            self._keeper.note(JournalEvent.ASK_ANSWERED, what=self.view.what, done=int(done))
            self.view = None

    def met_by(self, *things: str | None) -> None:
        """If it was one of these, it is met: nobody need press a key to say so."""
        if self.view is not None and self.view.what in things:
            self.answer(done=True)

    def met_by_value(self, measured: wire.Measured) -> None:
        """A value of a vital sign was sent; one from a memory meets nothing."""
        if measured.value is not None and measured.origin != Origin.STORED:
            self.met_by(_ANSWERS.get(Vital.from_code(measured.vital)))

    def met_by_file(self, offer: wire.StillOffered) -> None:
        """The GP has this picture, film or sound."""
        self.met_by(*_ANSWERED_BY.get(offer.media_type.partition("/")[0], ()))


def _named(asked: wire.Asked) -> str:
    return asked.what if asked.what in _ASKABLE else "text"
