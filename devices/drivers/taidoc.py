"""TaiDoc and FORA instruments with the eight-byte protocol: thermometers and oximeters.

Source: the agreeing descriptions named in `devices.protocols.taidoc`, checked against public
    recordings of a FORA IR42 and a FORA O2 whose screens were noted.
Reads: body temperature (degrees Celsius) or SpO2 (%) and pulse rate (/min), model, serial number.
Leaves out: blood pressure and glucose models (refused), live SpO2, ambient temperature, the clock.
    The command that clears the memory is not in this program.

These instruments keep records and only answer. The driver reads the model first and leaves alone
what it does not know: another kind's record gives a plausible, wrong temperature. It then watches
the number, date and value of the newest record, and tells a record only when it appeared while
watching: what was in the memory at first contact may be another patient's. `MEASURE` wakes the
instrument and watches faster until a record appears. As far as is known an IR42 sleeps between
measurements and then does not answer; once identified, its next record is told when it wakes.

Without `start` the driver only listens, to a recording: there every value is the answer to someone
who asked for it, and is told.
"""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from devices.driver import Request, SerialSettings
from devices.protocols import taidoc
from devices.protocols.taidoc import Command, Frame
from devices.readings import (
    Alive,
    Event,
    Failed,
    Identified,
    Kind,
    Quality,
    Reading,
    Refused,
    Resynced,
    Send,
    Vital,
)

REPLY_WITHIN: Final = timedelta(milliseconds=500)
"""chosen: eight bytes take 4 ms at 19200 baud; the instrument is slow, not the line."""
TRIES: Final = 4
WATCH_EVERY: Final = timedelta(seconds=2)
"""chosen: soon enough for a measurement nobody asked for."""
MEASURE_EVERY: Final = timedelta(milliseconds=500)
"""chosen: a person waits."""
MEASURE_WITHIN: Final = timedelta(seconds=90)
"""chosen: time to take the instrument, aim and measure again."""

_GREETING: Final = (Command.WAKE, Command.MODEL)
_INTRODUCTION: Final = (Command.SERIAL_LOW, Command.SERIAL_HIGH)
_WATCH: Final = (
    Command.RECORD_COUNT,
    Command.RECORD_DATE,
    Command.RECORD_VALUE,
    Command.RECORD_COUNT,
)
"""The count comes twice: a record that appears in between shows, and the round is repeated."""

_OPTIONAL: Final = frozenset(
    {Command.WAKE, Command.SERIAL_LOW, Command.SERIAL_HIGH, Command.RECORD_COUNT}
)
"""Not every model answers these; without the others there is nothing to tell."""

_KINDS: Final = {
    0x1107: Kind.THERMOMETER,
    0x1241: Kind.THERMOMETER,
    0x1261: Kind.THERMOMETER,
    0x8201: Kind.OXIMETER,
    0x8255: Kind.OXIMETER,
}
"""Model numbers as command 24 gives them, one decimal digit in four bits."""
_NAMES: Final = {
    "IR20": Kind.THERMOMETER,
    "IR40": Kind.THERMOMETER,
    "IR42": Kind.THERMOMETER,
    "TD1107": Kind.THERMOMETER,
    "TD1241": Kind.THERMOMETER,
    "TD1261": Kind.THERMOMETER,
    "O2": Kind.OXIMETER,
    "TD8201": Kind.OXIMETER,
    "TD8255": Kind.OXIMETER,
}

_VALUE_BITS: Final = 0x0FFF
_HUNDREDTHS_FROM: Final = 1000  # some TD12xx send hundredths; 100.0 degrees is no body
_SPO2_INVALID: Final = (0, 0x7F, _VALUE_BITS)
_PULSE_INVALID: Final = (0, 0xFF)


class Driver:
    """Asks one question at a time, and watches for new records."""

    MODEL: ClassVar[str] = "TaiDoc/FORA (IR20, IR40, IR42, O2)"
    KIND: ClassVar[Kind] = Kind.THERMOMETER
    LINE: ClassVar[SerialSettings] = SerialSettings(baud=19_200)
    VITALS: ClassVar[tuple[Vital, ...]] = (Vital.TEMPERATURE, Vital.SPO2, Vital.PULSE)
    REQUESTS: ClassVar[frozenset[Request]] = frozenset({Request.MEASURE})
    MODELS: ClassVar[tuple[str, ...]] = tuple(_NAMES)

    def __init__(self) -> None:
        self._frames = taidoc.Frames()
        self._dialogue = taidoc.Dialogue(_OPTIONAL, REPLY_WITHIN, TRIES)
        self._kind: Kind | None = None
        self._model = ""
        self._is_started = False
        self._is_refused = False
        self._is_introduced = False
        self._asked_at: datetime | None = None
        self._newest: tuple[bytes | None, ...] | None = None
        """Count, date and value of the newest record; `None` before first contact."""
        self._measuring_since: datetime | None = None
        self._must_wake = False

    def start(self, now: datetime) -> list[Event]:
        """Wake the instrument and ask for its model."""
        self._is_started = True
        return self._next_round(now)

    def identify(self) -> bytes:
        """Wake, and ask for the model."""
        return b"".join(taidoc.frame(command) for command in _GREETING)

    def assume(self, model: str) -> None:
        """Take this model for granted; `KeyError` when it is not in `MODELS`."""
        self._kind = _NAMES[model]

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        frames, dropped = self._frames.take(data)
        events: list[Event] = [Resynced(dropped)] if dropped else []
        for frame in frames:
            if frame.is_reply and not self._is_refused:
                events += (
                    self._answered(frame, now) if self._is_started else self._heard(frame, now)
                )
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
            if self._dialogue.is_complete:
                events += self._completed(now)
        elif self._asked_at is None or now - self._asked_at >= self._pace:
            events += self._next_round(now)
        return events

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`MEASURE`: wake the instrument and tell the next record that appears."""
        if self._is_refused:
            return [Failed(request.value)]
        self._measuring_since = now
        self._must_wake = True
        is_idle = self._is_introduced and self._dialogue.is_over
        return self._next_round(now) if is_idle else []

    @property
    def _pace(self) -> timedelta:
        return WATCH_EVERY if self._measuring_since is None else MEASURE_EVERY

    def _next_round(self, now: datetime) -> list[Event]:
        if self._kind is None:
            return self._begun(_GREETING, now)
        if not self._is_introduced:
            return self._begun(_INTRODUCTION, now)
        wake = (Command.WAKE,) if self._must_wake else ()
        self._must_wake = False
        return self._begun((*wake, *_WATCH), now)

    def _begun(self, questions: tuple[Command, ...], now: datetime) -> list[Event]:
        self._asked_at = now
        return _sent(self._dialogue.begin(questions, now))

    def _heard(self, frame: Frame, now: datetime) -> list[Event]:
        """Only listening: a value is the answer to whoever asked for it."""
        if frame.command == Command.MODEL:
            return self._learnt_model(frame.data) or [Identified(self._model)]
        if frame.command == Command.RECORD_VALUE:
            return [Alive(), *self._readings(frame.data, now)]
        return [Alive()]

    def _answered(self, frame: Frame, now: datetime) -> list[Event]:
        events: list[Event] = [Alive(), *_sent(self._dialogue.hear(frame, now))]
        if self._dialogue.is_complete:
            events += self._completed(now)
        return events

    def _completed(self, now: datetime) -> list[Event]:
        self._dialogue.is_complete = False
        answers = self._dialogue.answers
        if self._kind is None:
            return self._learnt_model(answers[-1] or b"") or self._next_round(now)
        if self._is_introduced:
            return self._compared(answers[-len(_WATCH) :], now)
        self._is_introduced = True
        serial = b"".join(answer or b"" for answer in answers)[::-1].hex().upper()
        return [Identified(self._model, serial or None), *self._next_round(now)]

    def _learnt_model(self, data: bytes) -> list[Event]:
        """Take over the model; an event only when it is one to leave alone."""
        number = int.from_bytes(data[:2], "little")
        self._model = f"TaiDoc TD-{number:04X}"
        self._kind = _KINDS.get(number)
        self._is_refused = self._kind is None
        return [Refused(self._model)] if self._is_refused else []

    def _compared(self, answers: list[bytes | None], now: datetime) -> list[Event]:
        count_before, date, value, count = answers
        if count_before != count:
            return self._next_round(now)
        newest = (count, date, value)
        before, self._newest = self._newest, newest
        is_fewer = before is not None and _count(count) < _count(before[0])  # memory was cleared
        if before in (None, newest) or is_fewer or value is None:
            return []
        self._measuring_since = None
        return self._readings(value, now)

    def _readings(self, data: bytes, now: datetime) -> list[Event]:
        """Decode the answer to command 26; nothing for a model that is not known."""
        raw = int.from_bytes(data[:2], "little") & _VALUE_BITS
        match self._kind:
            case Kind.THERMOMETER:
                celsius = raw / 100 if raw >= _HUNDREDTHS_FROM else raw / 10
                is_missing = raw in (0, _VALUE_BITS)
                return [_reading(Vital.TEMPERATURE, None if is_missing else celsius, now)]
            case Kind.OXIMETER:
                spo2 = None if raw in _SPO2_INVALID else raw
                pulse = None if data[3] in _PULSE_INVALID else data[3]
                return [_reading(Vital.SPO2, spo2, now), _reading(Vital.PULSE, pulse, now)]
            case _:
                return []


def _reading(vital: Vital, value: float | None, now: datetime) -> Reading:
    return Reading(vital, value, Quality.NO_SIGNAL if value is None else Quality.GOOD, now)


def _count(answer: bytes | None) -> int:
    return int.from_bytes((answer or b"")[:2], "little")


def _sent(data: bytes) -> list[Event]:
    return [Send(data)] if data else []
