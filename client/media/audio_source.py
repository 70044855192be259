"""Sound as it is captured: 20 ms of 48 kHz mono; the oldest is lost when nobody takes it."""

import asyncio
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Final, Protocol

import av
import numpy as np
from numpy.typing import NDArray

from client import clock
from client.media.audio_clock import CaptureClock
from client.media.capture import Capture, SourceState
from client.media.reading import audio_frames, looped, opened, paced
from client.media.sources import MediaAddress, SourceKind

if TYPE_CHECKING:
    from client.media.audio_processing import SoundProcessing

SAMPLES_PER_S: Final = 48_000  # RFC 7587, 4.1: the RTP clock of Opus
FRAME_SAMPLES: Final = 960
"""20 ms."""
FRAME_S: Final = FRAME_SAMPLES / SAMPLES_PER_S
QUEUE_FRAMES: Final = 10
"""chosen: 200 ms, as late as an event loop may be; what is older is lost, never late."""

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Sound:
    """One frame of a microphone."""

    samples: Samples
    """`FRAME_SAMPLES` of them."""
    captured_s: float
    """When the first one was captured, on the monotonic clock."""


class SoundSource(Protocol):
    """Whatever a voice feed can send."""

    @property
    def state(self) -> SourceState:
        """What the source is doing now."""

    def take(self) -> Sound | None:
        """The oldest waiting frame, or `None`."""

    async def heard(self, timeout_s: float) -> None:
        """Return as soon as a frame is waiting, or after `timeout_s`. For one caller at a time."""


class AudioSource:
    """A microphone, or a file or fifo in its place, read by a thread of its own."""

    def __init__(
        self,
        address: MediaAddress,
        *,
        processing: "SoundProcessing | None" = None,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
    ) -> None:
        """`processing` is applied on the source's own thread; it stays the caller's to close."""
        self._address = address
        self._processing = processing
        self._monotonic_s = monotonic_s
        self._clock = CaptureClock()
        self._queue: deque[Sound] = deque(maxlen=QUEUE_FRAMES)
        self._wake: Callable[[], object] | None = None
        self._capture = Capture(address, self._read, monotonic_s)
        self.captured = 0
        """Frames of 20 ms that came in."""
        self.dropped = 0
        """Frames lost because nobody took them in time."""

    def start(self) -> None:
        """Begin to capture; `SourceMissingError` if a file or fifo is not there."""
        self._capture.start()

    def close(self) -> None:
        """Release the source; returns when its thread has ended."""
        self._capture.close()

    @property
    def state(self) -> SourceState:
        """What the microphone is doing now."""
        return self._capture.state

    @property
    def failure(self) -> str | None:
        """Why it cannot be read, in English, while it cannot."""
        return self._capture.failure

    def take(self) -> Sound | None:
        """The oldest waiting frame, or `None`."""
        try:
            return self._queue.popleft()
        except IndexError:
            return None

    async def heard(self, timeout_s: float) -> None:
        """Return as soon as a frame is waiting, or after `timeout_s`. For one caller at a time."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()
        self._wake = lambda: loop.call_soon_threadsafe(woken.set)
        try:
            if not self._queue:  # looked at after `_wake` is set: no frame slips in between
                async with asyncio.timeout(timeout_s):
                    await woken.wait()
        except TimeoutError:
            return
        finally:
            self._wake = None

    def _put(self, samples: Samples) -> None:
        captured_s = self._clock.began_s(self._monotonic_s(), FRAME_S)
        if self._processing is not None:
            samples = self._processing.process(samples, captured_s)
            captured_s -= self._processing.delay_s
        self.captured += 1
        self.dropped += len(self._queue) == QUEUE_FRAMES
        self._queue.append(Sound(samples, captured_s))
        wake = self._wake
        if wake is not None:
            with suppress(RuntimeError):  # the loop that waited has been closed since
                wake()

    def _read(self, stopped: Event) -> Iterator[None]:
        with opened(self._address, stopped, is_video=False) as container:
            if self._address.kind is SourceKind.FILE:
                frames = paced(looped(lambda: _once(container)), self._monotonic_s, stopped.wait)
            else:
                frames = cut(audio_frames(container))
            with closing(frames):
                for frame in frames:
                    self._put(samples_of(frame))
                    yield


def samples_of(frame: av.AudioFrame) -> Samples:
    """The samples of a mono s16 frame."""
    return np.asarray(frame.to_ndarray(), np.int16).reshape(-1)


def _once(container: av.container.InputContainer) -> Generator[av.AudioFrame]:
    container.seek(0)
    return cut(audio_frames(container))


def cut(frames: Iterator[av.AudioFrame]) -> Generator[av.AudioFrame]:
    """Any sound as whole 20 ms frames of 48 kHz mono, timed from 0; a shorter rest is left out."""
    resampler = av.AudioResampler("s16", "mono", SAMPLES_PER_S, frame_size=FRAME_SAMPLES)
    pts = 0
    for frame in frames:
        for piece in resampler.resample(frame):
            if piece.samples == FRAME_SAMPLES:
                piece.pts = pts
                pts += FRAME_SAMPLES
                yield piece
