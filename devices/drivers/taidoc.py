"""TaiDoc and FORA instruments: thermometers, oximeters, blood pressure, glucose meters and scales.

Source: the agreeing descriptions named in `devices.protocols.taidoc`, `.taidoc_models` and
    `.taidoc_records`, checked against public recordings of a FORA IR42 and a FORA O2 whose screens
    were noted.
Reads: body temperature (degrees Celsius), SpO2 (%) and pulse rate (/min), blood pressure (mmHg)
    with mean and pulse, glucose (mg/dL) with its meal, haematocrit (%) and uric acid (mg/dL) as
    laboratory results, weight (kg); model, serial number; the memory on request.
Leaves out: models not known (refused); ketone, cholesterol, haemoglobin, lactate and triglycerides,
    whose scale no two public descriptions share; a scale's body composition, reckoned from a
    profile stored in it; records of a second user; ambient temperature, the clock. The command
    that clears the memory is not in this program.

These instruments keep records and only answer. The driver reads the model first and leaves alone
what it does not know: another kind's record gives a plausible, wrong temperature. It then watches
the number, date and value of the newest record, and tells a record only when it appeared while
watching: what was in the memory at first contact may be another patient's. `MEASURE` wakes the
instrument (a blood pressure monitor then inflates) and watches faster until a record appears. As
far as is known an IR42 sleeps between measurements and then does not answer; once identified, its
next record is told when it wakes. An oximeter is also asked for what it shows now, once a second.

Without `start` the driver only listens, to a recording: there every value is the answer to someone
who asked for a record. A value belongs to the date that came just before it, and to none otherwise.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final

from devices.driver import Request, SerialSettings
from devices.protocols import taidoc, taidoc_models, taidoc_records
from devices.protocols.taidoc import Command, Frame, Question
from devices.protocols.taidoc_memory import Fetch, Pairing, Serial, Teller, Watch
from devices.protocols.taidoc_models import Family
from devices.protocols.taidoc_records import Circumstances
from devices.readings import (
    Alive,
    Event,
    Failed,
    Identified,
    Kind,
    Origin,
    Progress,
    Refused,
    Resynced,
    Send,
    Vital,
)

REPLY_WITHIN: Final = timedelta(milliseconds=500)
"""chosen: eight bytes take 4 ms at 19200 baud; the instrument is slow, not the line."""
WATCH_EVERY: Final = timedelta(seconds=2)
"""chosen: soon enough for a measurement nobody asked for."""
LIVE_EVERY: Final = timedelta(seconds=1)
"""chosen: as often as an oximeter's display changes."""
MEASURE_EVERY: Final = timedelta(milliseconds=500)
"""chosen: a person waits."""
MEASURE_WITHIN: Final = timedelta(seconds=120)
"""chosen: time to take the instrument, aim and measure again, or for a cuff to fill and empty."""

_GREETING: Final = (Question(Command.WAKE), Question(Command.MODEL))
_INTRODUCTION: Final = (Question(Command.SERIAL_LOW), Question(Command.SERIAL_HIGH))
_START_PRESSURE: Final = Question(Command.START_PRESSURE, b"\0\0\1\1", tries=1)
"""Asked once: a second one might stop the first."""
_LIVE: Final = Question(Command.LIVE_SPO2, tries=1)
_OPTIONAL: Final = frozenset(Command) - {
    Command.MODEL,
    Command.RECORD_DATE,
    Command.RECORD_VALUE,
    Command.WEIGHT,
}
"""Not every model answers these; without the others there is nothing to tell."""
_SERIAL: Final = (Command.SERIAL_LOW, Command.SERIAL_HIGH)


class Driver:
    """Asks one question at a time, and watches for new records."""

    MODEL: ClassVar[str] = "TaiDoc/FORA (IR20, IR40, IR42, O2, D40, TD-31xx, TD-42xx, TD-255x)"
    KIND: ClassVar[Kind] = Kind.THERMOMETER
    LINE: ClassVar[SerialSettings] = SerialSettings(baud=19_200)
    VITALS: ClassVar[tuple[Vital, ...]] = (
        Vital.TEMPERATURE,
        Vital.SPO2,
        Vital.PULSE,
        Vital.SYSTOLIC,
        Vital.DIASTOLIC,
        Vital.MEAN_PRESSURE,
        Vital.GLUCOSE,
        Vital.WEIGHT,
    )
    REQUESTS: ClassVar[frozenset[Request]] = frozenset({Request.MEASURE, Request.FETCH_STORED})
    MODELS: ClassVar[tuple[str, ...]] = taidoc_models.NAMES

    def __init__(self) -> None:
        self._frames = taidoc.Frames()
        self._dialogue = taidoc.Dialogue(_OPTIONAL, REPLY_WITHIN)
        self._teller = Teller()
        self._heard = Pairing()
        self._watch = Watch()
        self._fetch: Fetch | None = None
        self._family: Family | None = None
        self._model = ""
        self._serial = Serial()
        self._is_started = False
        self._is_refused = False
        self._is_introduced = False
        self._asked_at: datetime | None = None
        self._measuring_since: datetime | None = None
        self._must_wake = False
        self._wants_memory = False
        self._watch_from = 0
        """Which answer of the round is the first of the watch."""

    def start(self, now: datetime) -> list[Event]:
        """Wake the instrument and ask for its model."""
        self._is_started = True
        return self._next_round(now)

    def identify(self) -> bytes:
        """Wake, and ask for the model."""
        return b"".join(taidoc.frame(question.command) for question in _GREETING)

    def assume(self, model: str) -> None:
        """Take this model for granted; `KeyError` when it is not in `MODELS`."""
        self._family = taidoc_models.family_of_name(model)

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        frames, dropped = self._frames.take(data)
        events: list[Event] = [Resynced(dropped)] if dropped else []
        for frame in frames:
            if self._is_refused:
                continue
            if not self._is_started:
                events += self._overheard(frame, now)
            elif frame.is_reply:
                events += self._answered(frame, now)
        return events

    def tick(self, now: datetime) -> list[Event]:
        """Ask again for what did not come, watch for records, give up a measurement."""
        if not self._is_started or self._is_refused:
            return []
        events: list[Event] = []
        if self._measuring_since is not None and now - self._measuring_since >= MEASURE_WITHIN:
            self._measuring_since = None
            events.append(Failed(Request.MEASURE.value))
        if not self._dialogue.is_over:
            events += _sent(self._dialogue.tick(now))
            events += self._concluded(now)
        elif self._asked_at is None or now - self._asked_at >= self._pace:
            events += self._next_round(now)
        return events

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`MEASURE`: wake it and tell the next record that appears; `FETCH_STORED`: all of them."""
        if self._is_refused:
            return [Failed(request.value)]
        if request is Request.FETCH_STORED:
            self._wants_memory = True
        else:
            self._measuring_since = now
        self._must_wake = True
        is_idle = self._is_introduced and self._dialogue.is_over
        return self._next_round(now) if is_idle else []

    @property
    def _pace(self) -> timedelta:
        if self._measuring_since is not None:
            return MEASURE_EVERY
        return LIVE_EVERY if self._family is Family.OXIMETER else WATCH_EVERY

    def _next_round(self, now: datetime) -> list[Event]:
        if self._family is None:
            return self._begun(_GREETING, now)
        if not self._is_introduced:
            return self._begun(_INTRODUCTION, now)
        wake = (Question(Command.WAKE),) if self._must_wake else ()
        must_start = self._must_wake and self._measuring_since is not None
        self._must_wake = False
        if self._wants_memory:
            self._wants_memory = False
            self._fetch = Fetch(self._family)
            return self._begun((*wake, *self._fetch.questions), now)
        start = (_START_PRESSURE,) if must_start and self._is_pressure else ()
        live = (_LIVE,) if self._family is Family.OXIMETER else ()
        first = (*wake, *start, *live)
        self._watch_from = len(first)
        return self._begun((*first, *self._watch.questions(self._family)), now)

    @property
    def _is_pressure(self) -> bool:
        return self._family in (Family.PRESSURE, Family.PRESSURE_AND_GLUCOSE)

    def _begun(self, questions: Sequence[Question], now: datetime) -> list[Event]:
        self._asked_at = now
        return _sent(self._dialogue.begin(questions, now))

    def _overheard(self, frame: Frame, now: datetime) -> list[Event]:
        """Only listening: a value is the answer to whoever asked for it."""
        record = self._heard.take(frame)
        if not frame.is_reply:
            return []
        if frame.command == Command.MODEL:
            return self._learnt_model(frame.data) or [self._identified()]
        if frame.command in _SERIAL and self._serial.hear(frame) and self._model:
            return [self._identified()]
        if frame.command == Command.LIVE_SPO2:
            return [Alive(), *self._shown_now(frame.data, now)]
        if self._family is None or record is None:
            return [Alive()]
        return [Alive(), *self._teller.told(self._family, record, Origin.STORED, now)]

    def _answered(self, frame: Frame, now: datetime) -> list[Event]:
        events: list[Event] = [Alive()]
        if frame.command == Command.LIVE_SPO2:
            events += self._shown_now(frame.data, now)
        self._serial.hear(frame)
        events += _sent(self._dialogue.hear(frame, now))
        return [*events, *self._concluded(now)]

    def _concluded(self, now: datetime) -> list[Event]:
        """What a round that has ended says, and the next one where it follows at once."""
        if not self._dialogue.is_over:
            return []
        if not self._dialogue.is_complete:
            return self._broken_off()
        self._dialogue.is_complete = False
        answers = self._dialogue.answers
        if self._family is None:
            return self._learnt_model(answers[-1] or b"") or self._next_round(now)
        if not self._is_introduced:
            self._is_introduced = True
            return [self._identified(), *self._next_round(now)]
        if self._fetch is not None:
            return self._fetched(self._fetch, self._family, now)
        return self._compared(self._family, now)

    def _broken_off(self) -> list[Event]:
        if self._fetch is not None:
            self._fetch = None
            return [Failed(Request.FETCH_STORED.value)]
        if self._is_introduced:
            self._watch.found_empty(self._dialogue.answers[self._watch_from :])
        return []

    def _identified(self) -> Identified:
        kind = None if self._family is None else self._family.kind
        return Identified(self._model, self._serial.text, kind=kind)

    def _learnt_model(self, data: bytes) -> list[Event]:
        """Take over the model; an event only when it is one to leave alone."""
        number = f"{int.from_bytes(data[:2], 'little'):04X}"
        self._model = f"TaiDoc TD-{number}"
        self._family = taidoc_models.family_of_number(number)
        self._is_refused = self._family is None
        return [Refused(self._model)] if self._is_refused else []

    def _shown_now(self, data: bytes, now: datetime) -> list[Event]:
        """What an oximeter shows at this moment."""
        if self._family is not Family.OXIMETER:
            return []
        shown = taidoc_records.saturation(None, data, Circumstances(now, Origin.LIVE, None))
        if all(reading.value is not None for reading in shown):
            self._measuring_since = None
        return list(shown)

    def _fetched(self, fetch: Fetch, family: Family, now: datetime) -> list[Event]:
        record = fetch.take(self._dialogue.answers)
        if fetch.is_failed:
            self._fetch = None
            return [Failed(Request.FETCH_STORED.value)]
        events: list[Event] = []
        if record is not None:
            events += self._teller.told(family, record, Origin.STORED, now)
        events.append(Progress(fetch.received, fetch.total))
        if not fetch.is_over:
            return [*events, *self._begun(fetch.questions, now)]
        self._fetch = None
        return [*events, *self._next_round(now)]

    def _compared(self, family: Family, now: datetime) -> list[Event]:
        news = self._watch.compared(self._dialogue.answers[self._watch_from :])
        if news.record is None:
            return []
        self._measuring_since = None
        # An oximeter's newest record is rewritten while a finger is in it.
        is_live = family is Family.OXIMETER and not news.is_counted
        origin = Origin.LIVE if is_live else Origin.SPOT
        return self._teller.told(family, news.record, origin, now)


def _sent(data: bytes) -> list[Event]:
    return [Send(data)] if data else []
