"""A Masimo Rad-8 set to "ASCII 1" as the host sees it: a line a second, and a trend on its menu."""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from devices.simulators.instrument import Material
from devices.simulators.text_oximeter import BATTERY, FINGER, TextOximeter

TREND: Final = "trend"
_STARTED_AT: Final = datetime(2016, 2, 22, 22, 47, 45)  # noqa: DTZ001 -- its clock has no zone
_TREND: Final = (
    "02/22/16 21:10:08 SpO2=000 PR=000 PI=00.00 EXC=820:OffPat,SET",
    "02/22/16 21:10:10 SpO2=096 PR=074 PI=02.28 EXC=C00:LowSigIQ,SET",
    "02/22/16 21:10:12 SpO2=098 PR=078 PI=03.64 EXC=800:SET",
)
_SENSOR_OFF: Final = 0x20
_SET: Final = 0x800
_LOW_BATTERY: Final = 0x40


class Simulator(TextOximeter):
    """Prints its lines from the moment it is switched on."""

    WORDS: ClassVar[frozenset[str]] = frozenset({FINGER, BATTERY, TREND})
    """`finger`: the sensor is off; `battery`: it is low; `trend`: somebody downloads the trend."""

    def __init__(self, material: Material) -> None:
        del material  # lines have no wave to play
        super().__init__()
        self._is_trend_wanted = False

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """The finger, the battery, or the trend."""
        super().tell(word, is_on=is_on, at_s=at_s)
        if word == TREND:
            self._is_trend_wanted = is_on

    def _line(self, second: int) -> str:
        if self._is_trend_wanted:
            self._is_trend_wanted = False
            return "\r\n".join(_TREND)
        at = (_STARTED_AT + timedelta(seconds=second)).strftime("%m/%d/%y %H:%M:%S")
        values = "SPO2=098% BPM=097 PI=03.60%"
        exceptions = _SET | (_SENSOR_OFF if self._is_finger_out else 0)
        alarms = _LOW_BATTERY if self._is_battery_low else 0
        return (
            f"{at} SN=0000056661 {values} SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- "
            f"ALARM={alarms:04X} EXC={exceptions:06X}"
        )
