"""Electronic stethoscopes that are a microphone to the operating system (USB audio class).

Source: USB Device Class Definition for Audio Devices 1.0, 2.2.5 (type I PCM); the operating system
    does that part, so what comes here are bare samples.
Reads: the sound itself and its outline for drawing (lowest and highest sample of every 10 ms).
Leaves out: the keys, filters and memory that a maker puts behind commands of its own.

The sound itself is told only between `MEASURE` and `STOP`, every sample of it; the outline always.
Both bytes of an outline are unsigned, 128 is silence, and on a square-root scale: heart sounds are
a hundredth of full scale and would be a flat line on an even one.
"""

import sys
from array import array
from datetime import datetime
from math import isqrt
from typing import ClassVar, Final

from devices.driver import Request, SoundStream
from devices.readings import Event, Identified, Kind, Sound, Vital, Wave, WaveBlock

OUTLINE_MS: Final = 10
"""One lowest and one highest sample for so long; chosen: a heart sound lasts 50 to 150 ms."""
OUTLINE_RATE_HZ: Final = 2 * 1_000 // OUTLINE_MS
"""Bytes of outline a second: lowest, highest, lowest..."""
BLOCK_BYTES: Final = 2 * 10
"""chosen: ten blocks of outline a second draw smoothly and cost little."""
SOUND_MS: Final = 20
"""chosen: as much as one frame of live sound takes."""

_SILENCE: Final = 128
_SAMPLE_BYTES: Final = 2


class Driver:
    """Cuts the stream of samples; asks nothing of the instrument."""

    MODEL: ClassVar[str] = "USB stethoscope"
    KIND: ClassVar[Kind] = Kind.STETHOSCOPE
    LINE: ClassVar[SoundStream] = SoundStream()
    VITALS: ClassVar[tuple[Vital, ...]] = ()
    REQUESTS: ClassVar[frozenset[Request]] = frozenset({Request.MEASURE, Request.STOP})
    BYTES_PER_S: ClassVar[int] = LINE.rate_hz * _SAMPLE_BYTES

    def __init__(self) -> None:
        self._piece = bytearray()
        """Less than the samples of one `OUTLINE_MS`."""
        self._outline = bytearray()
        self._outline_at: datetime | None = None
        self._sound = bytearray()
        self._is_wanted = False
        """The sound itself was asked for."""
        self._is_identified = False

    def start(self, now: datetime) -> list[Event]:
        """Nothing is sent: the stream comes by itself."""
        del now
        return []

    def identify(self) -> bytes:
        """There is nothing to ask."""
        return b""

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        self._piece += data
        size = self.BYTES_PER_S * OUTLINE_MS // 1_000
        end = len(self._piece) - len(self._piece) % size
        events: list[Event] = []
        for start in range(0, end, size):
            events += self._hear(bytes(self._piece[start : start + size]), now)
        del self._piece[:end]
        return events

    def tick(self, now: datetime) -> list[Event]:
        """A stream that pauses says so by its absence."""
        del now
        return []

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`MEASURE`: tell the sound from now on. `STOP`: tell the rest of it, then no more."""
        self._is_wanted = request is Request.MEASURE
        return [] if self._is_wanted else self._told(now)

    def _hear(self, piece: bytes, now: datetime) -> list[Event]:
        # A microphone says nothing of itself: that it is there shows once sound has come.
        events: list[Event] = [] if self._is_identified else [Identified(self.MODEL)]
        self._is_identified = True
        if self._is_wanted:
            self._sound += piece
            if len(self._sound) >= self.BYTES_PER_S * SOUND_MS // 1_000:
                events += self._told(now)
        self._outline_at = self._outline_at or now
        self._outline += _outlined(piece)
        if len(self._outline) == BLOCK_BYTES:
            events += self._drawn(self._outline_at)
        return events

    def _drawn(self, started_at: datetime) -> list[Event]:
        block = WaveBlock(Wave.AUSCULTATION, bytes(self._outline), OUTLINE_RATE_HZ, started_at)
        self._outline.clear()
        self._outline_at = None
        return [block]

    def _told(self, now: datetime) -> list[Event]:
        if not self._sound:
            return []
        sound = Sound(bytes(self._sound), self.LINE.rate_hz, now)
        self._sound.clear()
        return [sound]


def _outlined(piece: bytes) -> bytes:
    samples = array("h", piece)
    if sys.byteorder == "big":
        samples.byteswap()
    return bytes((_drawn_level(min(samples)), _drawn_level(max(samples))))


def _drawn_level(sample: int) -> int:
    """0..255 on a square-root scale, 128 for silence."""
    height = isqrt(abs(sample) * (_SILENCE - 1) ** 2 // (1 << 15))
    return _SILENCE + (height if sample >= 0 else -height)
