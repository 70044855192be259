"""Sound with the time of each of its samples."""

import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE_HZ: Final = 48_000
_SMOOTHED_CHUNKS: Final = 101
"""chosen: a second of 10 ms chunks; within it a sound card's clock is even, a browser's is not."""

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples that followed each other, in chunks with the time of each chunk's first sample."""

    samples: Samples
    chunk_samples: NDArray[np.int64]
    """Length of each chunk."""
    chunk_ms: NDArray[np.float64]
    """When each chunk's first sample was spoken or heard, on the machine's wall clock."""
    rate_hz: int = RATE_HZ

    @property
    def origin_ms(self) -> NDArray[np.float64]:
        """For each chunk, when sample 0 would have been, smoothed over about a second."""
        raw = self.chunk_ms - self._starts() * 1000 / self.rate_hz
        if len(raw) < _SMOOTHED_CHUNKS:
            return np.full_like(raw, np.median(raw)) if len(raw) else raw
        half = _SMOOTHED_CHUNKS // 2
        padded = np.pad(raw, half, mode="edge")
        windows = np.lib.stride_tricks.sliding_window_view(padded, _SMOOTHED_CHUNKS)
        return np.asarray(np.median(windows, axis=1), np.float64)

    def times_ms(self, at_samples: NDArray[np.int64]) -> NDArray[np.float64]:
        """When these samples were spoken or heard."""
        chunks = np.searchsorted(self._starts(), at_samples, side="right") - 1
        origins = self.origin_ms
        return np.asarray(origins[chunks] + at_samples * 1000 / self.rate_hz, np.float64)

    def _starts(self) -> NDArray[np.int64]:
        return np.cumsum(self.chunk_samples) - self.chunk_samples


def even(samples: Samples, began_ms: float, rate_hz: int = RATE_HZ) -> Sound:
    """Sound without a gap, from its first sample's time on."""
    return Sound(
        samples, np.array([len(samples)], np.int64), np.array([began_ms], np.float64), rate_hz
    )


def read_wav(path: Path) -> Samples:
    """The samples of a 16-bit mono file."""
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def write_wav(path: Path, sound: Sound) -> None:
    """Keep it for listening; gaps between chunks are lost."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate_hz)
        file.writeframes(sound.samples.tobytes())
