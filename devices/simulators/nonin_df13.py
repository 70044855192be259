"""A Nonin Onyx II 9560 in data format 13: one measurement per finger, and a few from before.

When somebody connects it first sends what it measured out of reach, and forgets it. `press` is a
finger put in: a measurement follows. Left in another format it streams, and this one is silent.
"""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from devices.protocols.nonin import Format
from devices.simulators.instrument import Material
from devices.simulators.nonin import BATTERY, Oximeter
from devices.simulators.nonin_df8 import Simulator as OtherStream

PRESS: Final = "press"
MEASURED_AFTER_S: Final = 5.0
"""chosen: the oximeter allows itself forty; a demonstration does not."""
_STARTED_AT: Final = datetime(2007, 10, 1)  # noqa: DTZ001 -- its clock, never set, has no zone
_EARLIER: Final = (timedelta(hours=-9), 93, 104), (timedelta(hours=-2), 95, 96)
_SMART_POINT: Final = 0x02
_FROM_MEMORY: Final = 0x10
_LOW_BATTERY: Final = 0x01


class Simulator(Oximeter):
    """Sends its memory once, then a measurement for every finger."""

    WORDS: ClassVar[frozenset[str]] = frozenset({PRESS, BATTERY})
    """`press`: a finger is put in; `battery`: it is low."""

    FORMAT: ClassVar[Format] = Format.DF13
    PERIOD_S: ClassVar[float] = 0.1

    def __init__(
        self, material: Material, set_to: Format | None = None, *, is_old: bool = False
    ) -> None:
        del material  # nothing to play: it measures by itself
        super().__init__(set_to, is_old=is_old, spo2_pct=97, pulse_bpm=72)
        self._due_s: list[float] = [MEASURED_AFTER_S]
        self._memory = [
            self._packet(_STARTED_AT + ago, spo2, pulse, _FROM_MEMORY)
            for ago, spo2, pulse in _EARLIER
        ]
        self._other = OtherStream(Material())

    def tick(self, at_s: float) -> bytes:
        """Measurements, or the stream of the format it was left in."""
        other = self._other.tick(at_s)
        own = super().tick(at_s)
        return other if self._set_to is Format.DF8 else own

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """Put a finger in, or wear the battery down."""
        super().tell(word, is_on=is_on, at_s=at_s)
        if word == PRESS and is_on:
            self._due_s.append(at_s + MEASURED_AFTER_S)

    def _message(self, at_s: float) -> bytes:
        if self._set_to is not self.FORMAT:
            return b""
        packets = b"".join(self._memory)
        self._memory = []
        while self._due_s and self._due_s[0] <= at_s:
            taken_at = _STARTED_AT + timedelta(seconds=int(self._due_s.pop(0)))
            packets += self._packet(taken_at, self._spo2_pct, self._pulse_bpm, 0)
        return packets

    def _packet(self, taken_at: datetime, spo2: int, pulse: int, status: int) -> bytes:
        status |= _LOW_BATTERY if self._is_battery_low else 0
        time = bytes.fromhex(taken_at.strftime("%Y%m%d%H%M%S"))
        values = bytes((_SMART_POINT, status, pulse >> 8, pulse & 0xFF, 0, spo2))
        data = time + b"\0" + values
        size = len(data).to_bytes(2, "big")
        return b"\x00\x02\x00\x0d" + size + data + bytes((sum(data) & 0xFF, 0x03))
