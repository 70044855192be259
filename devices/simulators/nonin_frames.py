"""A Nonin oximeter that sends 75 frames a second, in data format 2 or 7."""

from abc import abstractmethod
from typing import ClassVar, Final

from devices.protocols import nonin_frames
from devices.protocols.nonin import MISSING_PULSE, MISSING_SPO2
from devices.protocols.nonin_frames import ALARM, GREEN, OUT_OF_TRACK, PACKET_FRAMES, RATE_HZ, SYNC
from devices.simulators.nonin import Oximeter

_REVISION: Final = 48
_BEAT_SHOWN_S: Final = 0.16
"""9560: the colour of a pulse is shown for twelve frames."""
_SEVEN_BITS: Final = 0x7F


class FrameOximeter(Oximeter):
    """Everything but the shape of a frame."""

    PERIOD_S: ClassVar[float] = 1 / RATE_HZ

    def _message(self, at_s: float) -> bytes:
        place = round(at_s * RATE_HZ) % PACKET_FRAMES
        return self._frame(self._status(place, at_s), self._beat(at_s), self._slots(at_s)[place])

    @abstractmethod
    def _frame(self, status: int, height: float, slot: int) -> bytes:
        """One frame; the pulse wave's `height` is 0..1."""

    def _status(self, place: int, at_s: float) -> int:
        status = SYNC if place == 0 else 0
        if self._finger_left_s is not None:
            return status | ALARM | OUT_OF_TRACK
        is_beat = at_s * self._pulse_bpm / 60 % 1 < _BEAT_SHOWN_S * self._pulse_bpm / 60
        return status | (OUT_OF_TRACK if self._is_moving else GREEN if is_beat else 0)

    def _slots(self, at_s: float) -> bytes:
        """The 25 bytes of the packet that is being sent."""
        is_out = self._finger_left_s is not None
        spo2, pulse = (MISSING_SPO2, MISSING_PULSE) if is_out else (self._spo2_pct, self._pulse_bpm)
        shown_spo2, shown_pulse = self._displayed(at_s)
        slots = bytearray(PACKET_FRAMES)
        slots[nonin_frames.SPO2] = spo2
        slots[nonin_frames.SPO2_DISPLAY] = shown_spo2
        slots[nonin_frames.REVISION] = _REVISION
        slots[nonin_frames.STATUS_2] = nonin_frames.LOW_BATTERY if self._is_battery_low else 0
        for places, value in (
            (nonin_frames.PULSE, pulse),
            (nonin_frames.PULSE_DISPLAY, shown_pulse),
        ):
            high, low = places
            slots[high] = value >> 7
            slots[low] = value & _SEVEN_BITS
        return bytes(slots)
