"""What drivers of continuous streams share: when a vital sign is news, and waves in blocks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from devices.readings import Quality, Reading, Vital, Wave, WaveBlock

FLUSH_AFTER: Final = timedelta(milliseconds=500)
"""chosen: twice the time of the longest block; an older sample waits for no other."""


class LiveVitals:
    """Tells the vital signs of a message when one of them is news, and again after a while."""

    def __init__(self, repeat_after: int) -> None:
        """`repeat_after`: messages after which unchanged vital signs are told again."""
        self._repeat_after = repeat_after
        self._told: dict[Vital, tuple[float | None, Quality]] = {}
        self._messages_since = 0

    def forget(self) -> None:
        """Tell everything again with the next message."""
        self._told.clear()

    def told(self, readings: Sequence[Reading]) -> Sequence[Reading]:
        """All of them, as they travel together, if one is news; otherwise none."""
        seen = {reading.vital: _shown(reading) for reading in readings}
        self._messages_since += 1
        if seen == self._told and self._messages_since < self._repeat_after:
            return ()
        self._told = seen
        self._messages_since = 0
        return readings


class WaveBlocks:
    """Collects the samples of one waveform; no sample is lost."""

    def __init__(self, wave: Wave, rate_hz: int, block_samples: int) -> None:
        self._wave = wave
        self._rate_hz = rate_hz
        self._block_samples = block_samples
        self._samples = bytearray()
        self._started_at: datetime | None = None

    def add(self, sample: int, now: datetime) -> list[WaveBlock]:
        """Take one sample, 0..255; the block it completed."""
        if self._started_at is None:
            self._started_at = now
        self._samples.append(sample)
        return self.flushed() if len(self._samples) == self._block_samples else []

    def tick(self, now: datetime) -> list[WaveBlock]:
        """The block that has waited for `FLUSH_AFTER`."""
        is_old = self._started_at is not None and now - self._started_at >= FLUSH_AFTER
        return self.flushed() if is_old else []

    def flushed(self) -> list[WaveBlock]:
        """What waits, as a shorter block."""
        if self._started_at is None:
            return []
        block = WaveBlock(self._wave, bytes(self._samples), self._rate_hz, self._started_at)
        self._samples.clear()
        self._started_at = None
        return [block]


def _shown(reading: Reading) -> tuple[float | None, Quality]:
    value = reading.value
    return None if value is None else round(value, reading.vital.decimals), reading.quality
