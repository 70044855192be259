"""An instrument's waveform on its way to the GP: a second of it at a time, and only where it fits.

It is the first to give way: the GP decides by the values, which always travel.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from client.core.record import milliseconds
from client.core.wire import WaveSamples
from devices.readings import Wave, WaveBlock

HELD_BELOW_BPS: Final = 48_000
"""Of what the line is sent in all; chosen: the curve with its packet's share is 1 kbit/s, which is
a sixth of what such a line leaves to a picture."""
SENT_FROM_BPS: Final = 56_000
"""chosen: an estimate that sways does not switch the curve on and off."""
_WITH_READING_S: Final = 0.5
"""A reading takes along so much of the curve, or more."""
_ALONE_S: Final = 1.25
"""So much of it waits for no reading; chosen: readings come once a second."""
HELD_WITH_READING_S: Final = 2.5
"""A reading takes along, so long after the last time, that the curve is held back."""
HELD_ALONE_S: Final = 4.0
"""How long that waits for no reading; the page believes it for half as long again."""
_GAP: Final = timedelta(seconds=0.5)
"""Samples so far apart do not belong to one block; chosen: some blocks of any instrument."""


class Curve:
    """Gathers the blocks of one waveform; takes its time from them."""

    def __init__(
        self,
        send_bps: Callable[[], int | None],
        *,
        held_below_bps: int = HELD_BELOW_BPS,
        sent_from_bps: int = SENT_FROM_BPS,
    ) -> None:
        """`send_bps` is what the line is sent in all; `None` while nothing is known of it."""
        self._send_bps = send_bps
        self._held_below_bps = held_below_bps
        self._sent_from_bps = sent_from_bps
        self._is_held = False
        self._head: WaveBlock | None = None
        self._samples = bytearray()

    def add(self, block: WaveBlock) -> list[WaveSamples]:
        """What is to be sent now that the instrument has drawn this."""
        before = [] if self._continues(block) else self._taken()
        self._head = self._head or block
        self._samples += block.samples
        self._look_at_line()
        limit_s = HELD_ALONE_S if self._is_held else _ALONE_S
        return before + (self._taken() if self._waiting_s >= limit_s else [])

    def beside_reading(self) -> list[WaveSamples]:
        """What may travel with a reading that leaves now."""
        limit_s = HELD_WITH_READING_S if self._is_held else _WITH_READING_S
        return self._taken() if self._waiting_s >= limit_s else []

    def _look_at_line(self) -> None:
        """Samples that waited when the line became too weak are told of as held back."""
        send_bps = self._send_bps()
        limit_bps = self._sent_from_bps if self._is_held else self._held_below_bps
        self._is_held = send_bps is not None and send_bps < limit_bps

    @property
    def _waiting_s(self) -> float:
        return len(self._samples) / self._head.rate_hz if self._head else 0.0

    def _continues(self, block: WaveBlock) -> bool:
        if self._head is None:
            return True
        is_same = _kind(block) == _kind(self._head)
        end_at = self._head.started_at + timedelta(seconds=self._waiting_s)
        return is_same and abs(block.started_at - end_at) < _GAP

    def _taken(self) -> list[WaveSamples]:
        head, samples = self._head, bytes(self._samples)
        self._head = None
        self._samples.clear()
        return [] if head is None else [_message(head, b"" if self._is_held else samples)]


def _kind(block: WaveBlock) -> tuple[Wave, int]:
    return block.wave, block.rate_hz


def _message(head: WaveBlock, samples: bytes) -> WaveSamples:
    return WaveSamples(head.wave.value, samples, head.rate_hz, milliseconds(head.started_at))
