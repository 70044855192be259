"""A Nonin Onyx II 9560 in data format 8: four bytes a second."""

from typing import ClassVar, Final

from devices.protocols.nonin import Format
from devices.simulators.instrument import Material
from devices.simulators.nonin import Oximeter

_FIRST: Final = 0x80
_OUT_OF_TRACK: Final = 0x20
_ALARM: Final = 0x08
_LOW_BATTERY: Final = 0x01
_SEVEN_BITS: Final = 0x7F


class Simulator(Oximeter):
    """Streams from the moment it is switched on."""

    FORMAT: ClassVar[Format] = Format.DF8
    PERIOD_S: ClassVar[float] = 1.0

    def __init__(
        self, material: Material, set_to: Format | None = None, *, is_old: bool = False
    ) -> None:
        del material  # there is no wave in this format
        super().__init__(set_to, is_old=is_old, spo2_pct=97, pulse_bpm=172)

    def _message(self, at_s: float) -> bytes:
        spo2, pulse = self._displayed(at_s)
        status = _FIRST | (_OUT_OF_TRACK if self._is_moving else 0) | pulse >> 7
        alarm = _ALARM if self._finger_left_s is not None else 0
        battery = _LOW_BATTERY if self._is_battery_low else 0
        return bytes((status, pulse & _SEVEN_BITS, spo2, alarm | battery))
