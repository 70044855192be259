"""A TaiDoc instrument as the host sees it: it answers, and keeps ten records.

By default it is a TD-1241 thermometer; it can be any kind of the family. Its clock was never set,
as in most pharmacies. When the host wakes it a second time, somebody takes it as the sign to
measure: a new record appears a few seconds later. `press` measures at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import ClassVar, Final

from devices.protocols import taidoc
from devices.protocols.taidoc import Command
from devices.protocols.taidoc_models import Family, family_of_number
from devices.simulators.instrument import Material

MEMORY: Final = 10
"""Records it keeps; the oldest goes first."""
MEASURED_AFTER_S: Final = 3.0
"""chosen: to take it in hand and aim."""
PRESS: Final = "press"
FINGER: Final = "finger"
THERMOMETER: Final = "1241"

_SERIAL: Final = (b"\x57\x13\x00\x00", b"\x22\x40\x27\x15")
_UNSET_CLOCK: Final = datetime(2021, 1, 1)  # noqa: DTZ001 - the instrument knows no time zone
_ROOM: Final = (231).to_bytes(2, "little")
"""Ambient temperature in tenths of a degree."""
_PRESSURE_RECORD: Final = 0x80
_GLUCOSE: Final = (108, 91, 134)  # mg/dL
_AFTER_MEAL: Final = 0x80

_VALUES: Final = {
    Family.THERMOMETER: [tenths.to_bytes(2, "little") + _ROOM for tenths in (378, 376, 381, 379)],
    Family.OXIMETER: [bytes((97, 0, 0x3C, 76)), bytes((96, 0, 0x3C, 78))],
    Family.PRESSURE: [bytes((128, 96, 81, 72)), bytes((131, 99, 84, 70))],
    Family.PRESSURE_AND_GLUCOSE: [bytes((128, 96, 81, 72)), bytes((131, 99, 84, 70))],
    Family.GLUCOSE: [bytes((mg_dl, 0, 22, _AFTER_MEAL)) for mg_dl in _GLUCOSE],
    Family.SCALE: [tenths.to_bytes(2, "big") for tenths in (724, 725)],
}
_OLD: Final = {
    Family.THERMOMETER: (364).to_bytes(2, "little") + _ROOM,
    Family.OXIMETER: bytes((94, 0, 0x3C, 61)),
    Family.PRESSURE: bytes((151, 115, 97, 88)),
    Family.PRESSURE_AND_GLUCOSE: bytes((151, 115, 97, 88)),
    Family.GLUCOSE: bytes((210, 0, 22, 0)),
    Family.SCALE: (913).to_bytes(2, "big"),
}
"""Another patient's, in the memory before the host came; no host may show it unasked."""


@dataclass(frozen=True, slots=True)
class _Record:
    taken_at: datetime
    value: bytes


class Simulator:
    """Answers commands from its memory."""

    WORDS: ClassVar[frozenset[str]] = frozenset({PRESS, FINGER})
    """`press`: the button is pressed, the thermometer aimed; `finger`: out of an oximeter."""

    def __init__(self, material: Material, *, model: str = THERMOMETER) -> None:
        """`model` is a number of a known model; `KeyError` for any other."""
        del material  # nothing to play: it has a memory of its own
        family = family_of_number(model)
        if family is None:
            raise KeyError(model)
        self._family = family
        self._model = int(model, 16).to_bytes(4, "little")
        self._frames = taidoc.Frames()
        self._records = [_Record(_UNSET_CLOCK - timedelta(hours=3), _OLD[family])]
        self._values = cycle(_VALUES[family])
        self._is_awake = False
        self._is_finger_out = False
        self._measured_s: float | None = None

    @property
    def baud(self) -> int:
        """The family has one speed."""
        return 19_200

    def receive(self, data: bytes, at_s: float) -> bytes:
        """Answer every command."""
        frames, _ = self._frames.take(data)
        asked = (frame for frame in frames if not frame.is_reply)
        return b"".join(self._answer(frame.command, frame.data, at_s) for frame in asked)

    def tick(self, at_s: float) -> bytes:
        """It never speaks first; somebody may measure."""
        if self._measured_s is not None and at_s >= self._measured_s:
            self._measure(at_s)
        return b""

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """`press`: measure; `finger`: take the finger out of the oximeter."""
        if word == PRESS and is_on:
            self._measure(at_s)
        elif word == FINGER:
            self._is_finger_out = is_on

    def _measure(self, at_s: float) -> None:
        self._measured_s = None
        taken_at = _UNSET_CLOCK + timedelta(seconds=at_s)
        self._records.insert(0, _Record(taken_at, next(self._values)))
        del self._records[MEMORY:]

    def _answer(self, command: int, data: bytes, at_s: float) -> bytes:
        if command == Command.WAKE:
            self._wake(at_s)
        answer = self._said(command, at_s) or self._remembered(command, data)
        return taidoc.frame(command, answer, taidoc.FROM_INSTRUMENT) if answer else b""

    def _said(self, command: int, at_s: float) -> bytes:
        """The answer to what is no record; nothing for what it does not know."""
        is_oximeter = self._family is Family.OXIMETER
        answers = {
            Command.WAKE: bytes(4),
            Command.CLOCK: self._date(_UNSET_CLOCK + timedelta(seconds=at_s)),
            Command.MODEL: self._model,
            Command.SERIAL_LOW: _SERIAL[0],
            Command.SERIAL_HIGH: _SERIAL[1],
            Command.RECORD_COUNT: len(self._records).to_bytes(4, "little"),
            Command.START_PRESSURE: bytes((0, 0, 1, 1)),
            Command.LIVE_SPO2: self._shown_now() if is_oximeter else b"",
        }
        return answers.get(Command(command), b"") if command in set(Command) else b""

    def _remembered(self, command: int, data: bytes) -> bytes:
        index = int.from_bytes(data[:2], "little")
        if index >= len(self._records):
            return b""
        record = self._records[index]
        is_scale = self._family is Family.SCALE
        match command:
            case Command.RECORD_DATE if not is_scale:
                return self._date(record.taken_at)
            case Command.RECORD_VALUE if not is_scale:
                return record.value
            case Command.WEIGHT if is_scale:
                return _weight(record)
            case _:
                return b""

    def _shown_now(self) -> bytes:
        return bytes(4) if self._is_finger_out else _VALUES[Family.OXIMETER][0]

    def _wake(self, at_s: float) -> None:
        if self._is_awake and self._measured_s is None:
            self._measured_s = at_s + MEASURED_AFTER_S
        self._is_awake = True

    def _date(self, moment: datetime) -> bytes:
        """Years since 2000 (7 bits), month (4), day (5); then minute, hour."""
        packed = (moment.year - 2000) << 9 | moment.month << 5 | moment.day
        is_pressure = self._family in (Family.PRESSURE, Family.PRESSURE_AND_GLUCOSE)
        minute = moment.minute | (_PRESSURE_RECORD if is_pressure else 0)
        return packed.to_bytes(2, "little") + bytes((minute, moment.hour))


def _weight(record: _Record) -> bytes:
    """The data of a scale's record: date, a profile nobody set, kilograms and pounds in tenths."""
    at = record.taken_at
    pounds = round(int.from_bytes(record.value, "big") / 0.45359237).to_bytes(2, "big")
    date = bytes((0, at.year - 2000, at.month, at.day, at.hour, at.minute))
    return date + bytes(7) + record.value + pounds + bytes(12)
