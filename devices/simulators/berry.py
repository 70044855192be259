"""A Berry oximeter as the host sees it: it streams 100 packets a second and hears nothing."""

from itertools import cycle
from typing import ClassVar, Final

from devices.simulators.contec_five import FINGER, INVALID, Clock, Finger, packet, recorded
from devices.simulators.instrument import Material

RATE_HZ: Final = 100
WAVE_TOP: Final = 100  # BCI protocol V1.2
UNPLUG_PROBE: Final = "probe"

_PROBE_UNPLUGGED: Final = 0x20  # byte 1
_NO_FINGER: Final = 0x10  # byte 3
_SEARCHING: Final = 0x20  # byte 3


class Simulator:
    """Streams; replays a recorded stream if given one."""

    WORDS: ClassVar[frozenset[str]] = frozenset({FINGER, UNPLUG_PROBE})
    """`finger`: the finger is out of the probe. `probe`: the probe is unplugged."""

    def __init__(self, material: Material, *, spo2_pct: int = 97, pulse_bpm: int = 72) -> None:
        self._recorded = cycle(recorded(material.capture)) if material.capture else None
        self._finger = Finger(RATE_HZ, WAVE_TOP, spo2_pct=spo2_pct, pulse_bpm=pulse_bpm)
        self._clock = Clock(RATE_HZ)
        self._is_unplugged = False

    @property
    def baud(self) -> int:
        """The protocol has one speed."""
        return 115_200

    def receive(self, data: bytes, at_s: float) -> bytes:
        """It has no ears."""
        del data, at_s
        return b""

    def tick(self, at_s: float) -> bytes:
        """The packets due by now."""
        return b"".join(self._packet(moment) for moment in self._clock.due(at_s))

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """`finger`: take it out or put it back; `probe`: unplug the probe or plug it in."""
        if word == FINGER:
            self._finger.move(is_out=is_on, at_s=at_s)
        if word == UNPLUG_PROBE:
            self._is_unplugged = is_on

    def _packet(self, at_s: float) -> bytes:
        if self._is_unplugged:
            return packet(_PROBE_UNPLUGGED, 0, 0, *INVALID)
        if self._finger.is_out():
            return packet(0, 0, _NO_FINGER, *INVALID)
        if self._finger.is_searched(at_s):
            return packet(0, 0, _SEARCHING, *INVALID)
        return next(self._recorded) if self._recorded else self._finger.drawn(at_s)
