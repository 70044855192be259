"""A Berry PM6750 on a quiet adult: silent until its outputs are switched on, then waves and values.

Its ECG is drawn from five bumps a beat, seen from six directions and the chest; breathing moves the
zero line. `MEASURE` fills the cuff, lets it down in steps and tells a pressure.
"""

from math import sin, tau
from typing import ClassVar, Final

from devices.protocols import pm6750
from devices.protocols.pm6750 import Command, CuffState, Type
from devices.simulators.heart import leads, pleth
from devices.simulators.instrument import Material

ECG_HZ: Final = 250
SLOW_HZ: Final = 50
VERSION: Final = b"V1.02"
FILL_MMHG: Final = 160
FILL_S: Final = 4.0
DEFLATE_S: Final = 16.0
"""chosen: about what an upper arm takes."""
RESULT: Final = (122, 94, 79)
"""Systolic, mean and diastolic pressure in mmHg."""
FINGER: Final = "finger"
LEAD: Final = "lead"
PROBE: Final = "probe"
CUFF: Final = "cuff"

_BREATHS_PER_MIN: Final = 15
_SPO2_PCT: Final = 97
_TEMPERATURES: Final = (36, 8, 36, 5)
_LATE_S: Final = 0.5
"""A machine that slept gets no more than this at once."""
_STATUS: Final = 0x18  # gain 1, monitor
_WEAK_LEAD_OFF: Final = 0x03
_NO_FINGER: Final = 0x02
_SECOND_PROBE_OFF: Final = 0x02
_CUFF_LOOSE: Final = 4
_PRESSURE_HZ: Final = 2
_ADULT: Final = 1


class Simulator:
    """Answers commands and streams what was switched on."""

    WORDS: ClassVar[frozenset[str]] = frozenset({FINGER, LEAD, PROBE, CUFF})
    """What is off: the finger, an electrode, the second temperature probe; the cuff is loose."""

    def __init__(self, material: Material, *, pulse_bpm: int = 72) -> None:
        del material  # nothing to play: it draws a person
        self._frames = pm6750.Frames()
        self._pulse_bpm = pulse_bpm
        self._on: set[int] = set()
        self._off: set[str] = set()
        self._steps = 0
        """Samples of the ECG so far: the module's own clock."""
        self._beats = 0.0
        self._measuring_since: int | None = None

    @property
    def baud(self) -> int:
        """The module has one speed."""
        return 115_200

    def receive(self, data: bytes, at_s: float) -> bytes:
        """Obey commands; ask for the version."""
        del at_s
        frames, _ = self._frames.take(data)
        return b"".join(self._answer(frame.type, frame.data[0]) for frame in frames if frame.data)

    def tick(self, at_s: float) -> bytes:
        """The frames due by now."""
        self._steps = max(self._steps, int((at_s - _LATE_S) * ECG_HZ))
        due = bytearray()
        while self._steps < at_s * ECG_HZ:
            self._steps += 1
            self._beats += self._pulse_bpm / 60 / ECG_HZ
            due += self._waves() + self._values() + self._pressure()
        return bytes(due)

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """Take something off the person, or put it back."""
        del at_s
        (self._off.add if is_on else self._off.discard)(word)

    def _answer(self, command: int, argument: int) -> bytes:
        if command == Command.VERSION:
            return pm6750.frame(Type.VERSION, VERSION)
        if command == Command.PRESSURE:
            self._measuring_since = self._steps if argument else None
            stopped = (CuffState.STOPPED << 2 | _ADULT, 0, 0, 0, 0)
            return b"" if argument else pm6750.frame(Type.PRESSURE, stopped)
        (self._on.add if argument else self._on.discard)(command)
        return b""

    def _waves(self) -> bytes:
        frames = b""
        if Command.ECG in self._on:
            flat = LEAD in self._off
            samples = (128,) * 7 if flat else leads(self._beats % 1, self._breath())
            frames += pm6750.frame(Type.ECG_WAVE, samples)
        if self._steps % (ECG_HZ // SLOW_HZ):
            return frames
        if Command.OXIMETER_WAVE in self._on:
            wave = 0 if FINGER in self._off else pleth(self._beats % 1)
            frames += pm6750.frame(Type.OXIMETER_WAVE, (wave,))
        if Command.RESPIRATION_WAVE in self._on:
            frames += pm6750.frame(Type.RESPIRATION_WAVE, (round(128 + 90 * self._breath()),))
        return frames

    def _values(self) -> bytes:
        """Once a second."""
        if self._steps % ECG_HZ:
            return b""
        frames = b""
        if Command.ECG in self._on:
            is_off = LEAD in self._off
            values = (0, 0) if is_off else (self._pulse_bpm, _BREATHS_PER_MIN)
            status = _STATUS | (_WEAK_LEAD_OFF if is_off else 0)
            frames += pm6750.frame(Type.ECG, (status, *values, 0, 1))
        if Command.OXIMETER in self._on:
            finger = (0, _SPO2_PCT, self._pulse_bpm)
            out = (_NO_FINGER, 0x7F, 0xFF)
            frames += pm6750.frame(Type.OXIMETER, out if FINGER in self._off else finger)
        if Command.TEMPERATURE in self._on:
            status = _SECOND_PROBE_OFF if PROBE in self._off else 0
            degrees = (*_TEMPERATURES[:2], 0, 0) if status else _TEMPERATURES
            frames += pm6750.frame(Type.TEMPERATURE, (status, *degrees))
        return frames

    def _pressure(self) -> bytes:
        """Twice a second while it measures, then the result."""
        if self._measuring_since is None or self._steps % (ECG_HZ // _PRESSURE_HZ):
            return b""
        passed_s = (self._steps - self._measuring_since) / ECG_HZ
        state, cuff_mmhg, result = CuffState.MEASURING.value, self._cuff_mmhg(passed_s), (0, 0, 0)
        if passed_s >= FILL_S and CUFF in self._off:
            state = _CUFF_LOOSE
        elif passed_s >= FILL_S + DEFLATE_S:
            state, result = CuffState.FINISHED.value, RESULT
        if state != CuffState.MEASURING:
            self._measuring_since, cuff_mmhg = None, 0
        return pm6750.frame(Type.PRESSURE, (state << 2 | _ADULT, cuff_mmhg // 2, *result))

    @staticmethod
    def _cuff_mmhg(passed_s: float) -> int:
        filling = FILL_MMHG * passed_s / FILL_S
        emptying = FILL_MMHG * (1 - 0.8 * (passed_s - FILL_S) / DEFLATE_S)
        return round(min(filling, emptying))

    def _breath(self) -> float:
        """Where in a breath, -1..1."""
        return sin(tau * self._steps / ECG_HZ * _BREATHS_PER_MIN / 60)
