"""A Contec CMS50 of the first series as the host sees it: it streams, and keeps one session.

``F5 F5`` makes it send the session, ``F6 F6 F6`` return to the live stream.
"""

from itertools import cycle
from typing import ClassVar, Final

from devices.protocols import contec_five
from devices.protocols.contec_memory import FETCH, PREAMBLE, RESUME
from devices.simulators.contec_five import FINGER, INVALID, Clock, Finger, packet, recorded
from devices.simulators.instrument import Material

RATE_HZ: Final = 60
SESSION_S: Final = 150
"""Length of the session in its memory, one sample a second."""
PREAMBLES: Final = 3
FINGER_LATE_S: Final = 6
"""The session begins without a finger, as in the public recording."""

_WAVE_TOP: Final = 120
_FLAT: Final = 0x40
_PROBE_ERROR: Final = 0x10  # byte 3
_SEARCHING: Final = 0x20  # byte 3
_SAMPLES_PER_S: Final = 600
"""chosen: about what 19200 baud carry."""


class Simulator:
    """Streams, and tells its memory when asked."""

    WORDS: ClassVar[frozenset[str]] = frozenset({FINGER})
    """`finger`: the finger is out of the probe."""

    def __init__(self, material: Material, *, spo2_pct: int = 97, pulse_bpm: int = 72) -> None:
        self._recorded = cycle(recorded(material.capture)) if material.capture else None
        self._finger = Finger(RATE_HZ, _WAVE_TOP, spo2_pct=spo2_pct, pulse_bpm=pulse_bpm)
        self._live_clock = Clock(RATE_HZ)
        self._memory_clock = Clock(_SAMPLES_PER_S)
        self._heard = b""
        self._told_s: int | None = None
        """Seconds of the session told so far; `None` while it streams live."""

    @property
    def baud(self) -> int:
        """V5.0A has one speed."""
        return 19_200

    def receive(self, data: bytes, at_s: float) -> bytes:
        """`FETCH` and `RESUME`."""
        self._heard = (self._heard + data)[-len(RESUME) :]
        if self._heard.endswith(RESUME):
            self._told_s = None
        elif self._heard.endswith(FETCH) and self._told_s is None:
            self._memory_clock.due(at_s)
            self._told_s = 0
            length = SESSION_S * contec_five.TRIPLE_BYTES - 1
            return PREAMBLE * PREAMBLES + bytes(
                (0x80 | length >> 14, 0x80 | length >> 7 & 0x7F, length & 0x7F)
            )
        return b""

    def tick(self, at_s: float) -> bytes:
        """The packets due by now, or the next seconds of the session."""
        live = self._live_clock.due(at_s)
        if self._told_s is None:
            return b"".join(self._packet(moment) for moment in live)
        begin = self._told_s
        self._told_s = min(SESSION_S, begin + len(self._memory_clock.due(at_s)))
        return b"".join(stored(second) for second in range(begin, self._told_s))

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """`finger`: take the finger out, or put it back and let the probe search."""
        if word == FINGER:
            self._finger.move(is_out=is_on, at_s=at_s)

    def _packet(self, at_s: float) -> bytes:
        if self._finger.is_out():
            return packet(0, _FLAT, _PROBE_ERROR, *INVALID)
        if self._finger.is_searched(at_s):
            return packet(0, _FLAT, _SEARCHING, *INVALID)
        return next(self._recorded) if self._recorded else self._finger.drawn(at_s)


def stored(second: int) -> bytes:
    """One sample of the session: a slow dip in the middle of it."""
    if second < FINGER_LATE_S:
        return bytes((0xF0, 0x80, 0))
    dip = max(0, 5 - abs(second - SESSION_S // 2) // 6)
    pulse_bpm = 66 + 15 * dip
    return bytes((0xF0 | pulse_bpm >> 7, 0x80 | pulse_bpm & 0x7F, 96 - dip))
