"""A stethoscope in the microphone's place: its samples as they are, to a voice feed."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np

from client import clock
from client.media.audio_clock import CaptureClock
from client.media.audio_source import FRAME_S, FRAME_SAMPLES, QUEUE_FRAMES, Sound
from client.media.capture import STALE_S, SourceState

_FRAME_BYTES: Final = 2 * FRAME_SAMPLES


class LiveSound:
    """A `SoundSource` that is fed by hand. On the event loop only."""

    def __init__(self, monotonic_s: Callable[[], float] = clock.monotonic_s) -> None:
        self._monotonic_s = monotonic_s
        self._clock = CaptureClock()
        self._piece = bytearray()
        self._queue: deque[Sound] = deque(maxlen=QUEUE_FRAMES)
        self._heard_s: float | None = None
        self._woken = asyncio.Event()

    def push(self, samples: bytes) -> None:
        """48 kHz, s16le, one channel, just captured."""
        self._heard_s = self._monotonic_s()
        self._piece += samples
        while len(self._piece) >= _FRAME_BYTES:
            frame = np.frombuffer(bytes(self._piece[:_FRAME_BYTES]), "<i2").astype(np.int16)
            del self._piece[:_FRAME_BYTES]
            self._queue.append(Sound(frame, self._clock.began_s(self._heard_s, FRAME_S)))
        self._woken.set()

    def take(self) -> Sound | None:
        """The oldest waiting frame, or `None`."""
        return self._queue.popleft() if self._queue else None

    async def heard(self, timeout_s: float) -> None:
        """Return as soon as a frame is waiting, or after `timeout_s`. For one caller at a time."""
        if self._queue:
            return
        self._woken.clear()
        try:
            async with asyncio.timeout(timeout_s):
                await self._woken.wait()
        except TimeoutError:
            return

    @property
    def state(self) -> SourceState:
        """What it is doing now."""
        if self._heard_s is None:
            return SourceState.STARTING
        is_live = self._monotonic_s() - self._heard_s < STALE_S
        return SourceState.LIVE if is_live else SourceState.STALE
