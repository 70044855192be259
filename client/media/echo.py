"""What the loudspeaker played while the microphone listened, sample for sample."""

from threading import Lock
from typing import Final

import numpy as np

from client.media.audio_source import SAMPLES_PER_S, Samples

HELD_SAMPLES: Final = 4 * SAMPLES_PER_S
"""chosen: what a device was given and has not played yet, and as much already played."""
_SEAM_SAMPLES: Final = SAMPLES_PER_S // 500
"""chosen: 2 ms; sound that begins this close to the end of the last goes on from it."""
_SHIFT_SAMPLES: Final = SAMPLES_PER_S // 50
"""chosen: 20 ms; the two clocks may drift apart so far before played sound is cut to fit.

In silence they are brought together at once. libwebrtc finds a delay by itself, but loses some
sound to it whenever the delay jumps.
"""


class EchoReference:
    """Played sound by the moment it is heard, read in step with the microphone.

    Filled on the speaker's thread, read on the microphone's. Bounded: the oldest is forgotten.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._ring = np.zeros(HELD_SAMPLES, np.int16)
        self._end = 0
        """Number of the first sample not held, counted from the clock's zero, as are the next."""
        self._read: int | None = None

    def put(self, samples: Samples, heard_s: float) -> None:
        """Sound whose first sample is heard at `heard_s`; where nothing was put is silence."""
        with self._lock:
            start = round(heard_s * SAMPLES_PER_S)
            if abs(start - self._end) <= _SEAM_SAMPLES:
                start = self._end
            elif start > self._end:
                self._write(max(self._end, start - HELD_SAMPLES), start, None)
            self._write(start, start + len(samples), samples[-HELD_SAMPLES:])
            self._end = start + len(samples)

    def during(self, captured_s: float, count: int) -> Samples:
        """The `count` samples heard from `captured_s` on; successive calls join without a seam."""
        with self._lock:
            wanted = round(captured_s * SAMPLES_PER_S)
            if self._read is None or self._may_move(wanted, count):
                self._read = wanted
            start, self._read = self._read, self._read + count
            return self._held(start, count)

    def _may_move(self, wanted: int, count: int) -> bool:
        assert self._read is not None  # noqa: S101 -- asked only then
        is_far = abs(wanted - self._read) > _SHIFT_SAMPLES
        return is_far or not (
            self._held(self._read, count).any() or self._held(wanted, count).any()
        )

    def _held(self, start: int, count: int) -> Samples:
        numbers = np.arange(start, start + count)
        is_held = (numbers >= self._end - HELD_SAMPLES) & (numbers < self._end)
        return np.where(is_held, self._ring[numbers % HELD_SAMPLES], np.int16(0))

    def _write(self, start: int, end: int, samples: Samples | None) -> None:
        """Sound, or silence, before `end`; no longer than what is held."""
        numbers = np.arange(max(start, end - HELD_SAMPLES), end) % HELD_SAMPLES
        self._ring[numbers] = 0 if samples is None else samples[-len(numbers) or None :]
