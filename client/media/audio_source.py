"""Sound as it is captured: 20 ms of 48 kHz mono; the oldest is lost when nobody takes it."""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from threading import Event
from typing import Final, Protocol

import av
import numpy as np
from numpy.typing import NDArray

from client import clock
from client.media.capture import Capture, SourceState
from client.media.reading import audio_frames, looped, opened, paced
from client.media.sources import MediaAddress, SourceKind

SAMPLES_PER_S: Final = 48_000  # RFC 7587, 4.1: the RTP clock of Opus
FRAME_SAMPLES: Final = 960
"""20 ms."""
QUEUE_FRAMES: Final = 10
"""chosen: 200 ms, room for a 120 ms packet and some jitter; what is older is lost, never late."""

Samples = NDArray[np.int16]


class SoundSource(Protocol):
    """Whatever a voice feed can send."""

    @property
    def state(self) -> SourceState:
        """What the source is doing now."""

    @property
    def waiting(self) -> int:
        """Frames that can be taken now."""

    def take(self) -> Samples | None:
        """The oldest waiting frame of `FRAME_SAMPLES` samples, or `None`."""


class AudioSource:
    """A microphone, or a file or fifo in its place, read by a thread of its own."""

    def __init__(
        self,
        address: MediaAddress,
        *,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
    ) -> None:
        self._address = address
        self._monotonic_s = monotonic_s
        self._queue: deque[Samples] = deque(maxlen=QUEUE_FRAMES)
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

    @property
    def waiting(self) -> int:
        """Frames that can be taken now."""
        return len(self._queue)

    def take(self) -> Samples | None:
        """The oldest waiting frame of `FRAME_SAMPLES` samples, or `None`."""
        try:
            return self._queue.popleft()
        except IndexError:
            return None

    def _put(self, samples: Samples) -> None:
        self.captured += 1
        self.dropped += len(self._queue) == QUEUE_FRAMES
        self._queue.append(samples)

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
