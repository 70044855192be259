"""A TaiDoc TD-1241 thermometer as the host sees it: it answers, and keeps ten records.

Its clock was never set, as in most pharmacies. When the host wakes it a second time, somebody takes
it as the sign to measure: a new record appears a few seconds later. `press` measures at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import ClassVar, Final

from devices.protocols import taidoc
from devices.protocols.taidoc import Command
from devices.simulators.instrument import Material

MEMORY: Final = 10
"""Records it keeps; the oldest goes first."""
MEASURED_AFTER_S: Final = 3.0
"""chosen: to take it in hand and aim."""
PRESS: Final = "press"

_MODEL: Final = b"\x41\x12\x00\x00"
_SERIAL: Final = (b"\x57\x13\x00\x00", b"\x22\x40\x27\x15")
_UNSET_CLOCK: Final = datetime(2021, 1, 1)  # noqa: DTZ001 - the instrument knows no time zone
_TEMPERATURES: Final = (37.8, 37.6, 38.1, 37.9)
_OLD_TEMPERATURE: Final = 36.4
"""Another patient's, in the memory before the host came; no host may show it."""
_ROOM: Final = 231
"""Ambient temperature in tenths of a degree."""


@dataclass(frozen=True, slots=True)
class _Record:
    taken_at: datetime
    tenths: int


class Simulator:
    """Answers commands from its memory."""

    WORDS: ClassVar[frozenset[str]] = frozenset({PRESS})
    """`press`: the button is pressed, the thermometer aimed."""

    def __init__(self, material: Material) -> None:
        del material  # nothing to play: it has a memory of its own
        self._frames = taidoc.Frames()
        self._records = [_Record(_UNSET_CLOCK - timedelta(hours=3), round(_OLD_TEMPERATURE * 10))]
        self._temperatures = cycle(_TEMPERATURES)
        self._is_awake = False
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
        """`press`: measure."""
        if word == PRESS and is_on:
            self._measure(at_s)

    def _measure(self, at_s: float) -> None:
        self._measured_s = None
        taken_at = _UNSET_CLOCK + timedelta(seconds=at_s)
        self._records.insert(0, _Record(taken_at, round(next(self._temperatures) * 10)))
        del self._records[MEMORY:]

    def _answer(self, command: int, data: bytes, at_s: float) -> bytes:
        index = int.from_bytes(data[:2], "little")
        record = self._records[min(index, len(self._records) - 1)]
        match command:
            case Command.WAKE:
                answer = self._woken(at_s)
            case Command.CLOCK:
                answer = _date(_UNSET_CLOCK + timedelta(seconds=at_s))
            case Command.MODEL:
                answer = _MODEL
            case Command.SERIAL_LOW:
                answer = _SERIAL[0]
            case Command.SERIAL_HIGH:
                answer = _SERIAL[1]
            case Command.RECORD_COUNT:
                answer = len(self._records).to_bytes(4, "little")
            case Command.RECORD_DATE:
                answer = _date(record.taken_at)
            case Command.RECORD_VALUE:
                answer = record.tenths.to_bytes(2, "little") + _ROOM.to_bytes(2, "little")
            case _:
                return b""
        return taidoc.frame(command, answer, taidoc.FROM_INSTRUMENT)

    def _woken(self, at_s: float) -> bytes:
        if self._is_awake and self._measured_s is None:
            self._measured_s = at_s + MEASURED_AFTER_S
        self._is_awake = True
        return bytes(4)


def _date(moment: datetime) -> bytes:
    """Years since 2000 (7 bits), month (4), day (5); then minute, hour."""
    packed = (moment.year - 2000) << 9 | moment.month << 5 | moment.day
    return packed.to_bytes(2, "little") + bytes((moment.minute, moment.hour))
