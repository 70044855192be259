"""What simulated Nonin oximeters share: questions, the format, a finger, a battery.

Nonin, "9560 OEM specification and technical information": the oximeter streams in the format it was
last set to. When the finger leaves, the sensor alarm is set at once, the values for recording are
missing at once, and those for display stay for ten seconds.
"""

from abc import ABC, abstractmethod
from math import exp
from typing import ClassVar, Final

from devices.protocols import nonin
from devices.protocols.nonin import MISSING_PULSE, MISSING_SPO2, Format

FINGER: Final = "finger"
MOTION: Final = "motion"
BATTERY: Final = "battery"
DISPLAYED_FOR_S: Final = 10.0
"""9560: the display keeps the last values for so long after the finger has left."""

_SERIAL: Final = "501493201"
_MODEL: Final = "9560"
_REVISIONS: Final = (152, 6)
_QUESTIONS: Final = {
    nonin.ASK_SERIAL: nonin.serial_reply(_SERIAL),
    nonin.ASK_MODEL: nonin.model_reply(_MODEL),
    nonin.ASK_REVISION: nonin.revision_reply(*_REVISIONS),
}
_AROUND: Final = 4
"""Bytes of a command besides those its size counts."""
_LATE_S: Final = 0.5
"""A machine that slept does not get more than so much at once."""


class Oximeter(ABC):
    """Answers questions, and streams in the one format that its subclass knows."""

    WORDS: ClassVar[frozenset[str]] = frozenset({FINGER, MOTION, BATTERY})
    """`finger`: the finger is out; `motion`: no good pulses in a row; `battery`: it is low."""

    FORMAT: ClassVar[Format]
    PERIOD_S: ClassVar[float]

    def __init__(
        self, set_to: Format | None = None, *, is_old: bool = False, spo2_pct: int, pulse_bpm: int
    ) -> None:
        """`set_to`: the format it was left in. `is_old`: it knows the short command only."""
        self._set_to = self.FORMAT if set_to is None else set_to
        self._is_old = is_old
        self._spo2_pct = spo2_pct
        self._pulse_bpm = pulse_bpm
        self._asked = bytearray()
        self._next_s = 0.0
        self._finger_left_s: float | None = None
        self._is_moving = False
        self._is_battery_low = False

    @property
    def baud(self) -> int:
        """It has one speed."""
        return nonin.BAUD

    def receive(self, data: bytes, at_s: float) -> bytes:
        """Answer every command."""
        del at_s
        self._asked += data
        answers = b""
        while (length := self._command_length()) and length <= len(self._asked):
            answers += self._answer(bytes(self._asked[:length]))
            del self._asked[:length]
        return answers

    def tick(self, at_s: float) -> bytes:
        """The messages due by now."""
        self._next_s = max(self._next_s, at_s - _LATE_S)
        due = b""
        while self._next_s <= at_s:
            message = self._message(self._next_s)
            due += message if self._set_to is self.FORMAT else b""
            self._next_s += self.PERIOD_S
        return due

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """Take the finger out or put it back, move it, wear the battery down."""
        if word == FINGER:
            self._finger_left_s = at_s if is_on else None
        elif word == MOTION:
            self._is_moving = is_on
        elif word == BATTERY:
            self._is_battery_low = is_on

    @abstractmethod
    def _message(self, at_s: float) -> bytes:
        """The next message of the stream."""

    def _displayed(self, at_s: float) -> tuple[int, int]:
        """SpO2 and pulse as its display shows them."""
        left_s = self._finger_left_s
        if left_s is not None and at_s - left_s >= DISPLAYED_FOR_S:
            return MISSING_SPO2, MISSING_PULSE
        return self._spo2_pct, self._pulse_bpm

    def _beat(self, at_s: float) -> float:
        """The pulse wave, 0..1."""
        phase = at_s * self._pulse_bpm / 60 % 1
        return exp(-(((phase - 0.2) / 0.1) ** 2)) + 0.35 * exp(-(((phase - 0.5) / 0.12) ** 2))

    def _command_length(self) -> int:
        """Of the command that begins the buffer; 0 as long as it does not tell."""
        while self._asked and self._asked[0] != nonin.STX:
            del self._asked[0]
        size_at = 2
        return self._asked[size_at] + _AROUND if len(self._asked) > size_at else 0

    def _answer(self, command: bytes) -> bytes:
        if command in _QUESTIONS:
            return _QUESTIONS[command]
        for form in Format:
            if command == nonin.set_format_shortly(form) or (
                command == nonin.set_format(form) and not self._is_old
            ):
                self._set_to = form
                return bytes((nonin.ACK,))
        return bytes((nonin.NAK,))
