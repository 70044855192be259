"""Time that moves only when asked, and cameras and microphones without hardware."""

import math
from collections import deque
from datetime import UTC, datetime, timedelta

import av
import numpy as np

from client.media.audio_source import FRAME_S, FRAME_SAMPLES, Samples, Sound
from client.media.capture import SourceState
from client.media.video_source import NewestPicture, Picture

ROUNDING_S = 1e-9
START = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


class FakeClock:
    """A monotonic and a wall clock that advance by waiting."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic_s(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def wait(self, seconds: float) -> None:
        self.seconds += seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def picture(number: int, width: int = 640, height: int = 480) -> av.VideoFrame:
    """Soft shapes that move with the number, about as hard to encode as a face."""
    y, x = np.mgrid[0:height, 0:width]
    waves = np.sin((x + 3 * number) / 23) * np.cos((y - 2 * number) / 17) + np.sin(x * y / 9_000)
    grey = (128 + 60 * waves).clip(0, 255).astype(np.uint8)
    return av.VideoFrame.from_ndarray(np.stack([grey, grey, 255 - grey], axis=2), "rgb24")


class FakeCamera:
    """A `PictureSource` that takes a new picture whenever its clock has moved a frame on."""

    def __init__(self, clock: FakeClock, frames_per_s: int = 15) -> None:
        self._clock = clock
        self._frames_per_s = frames_per_s
        self._shelf = NewestPicture()
        self._number = 0
        self.state = SourceState.LIVE
        self.is_paused = False

    def _capture(self) -> None:
        while self._number <= self._clock.seconds * self._frames_per_s and not self.is_paused:
            taken_s = self._number / self._frames_per_s
            taken_at = START + timedelta(seconds=taken_s)
            self._shelf.put(Picture(picture(self._number), taken_s, taken_at))
            self._number += 1

    @property
    def newest(self) -> Picture | None:
        self._capture()
        return self._shelf.newest

    @property
    def captured(self) -> int:
        return self._shelf.captured

    @property
    def dropped(self) -> int:
        return self._shelf.dropped

    def take(self) -> Picture | None:
        self._capture()
        return self._shelf.take()

    def close(self) -> None:
        """Nothing to release."""


class FakeMicrophone:
    """A `SoundSource` that captures what a test lets it hear, as its clock goes on."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._frames: deque[Sound] = deque()
        self._end_s = clock.seconds
        self.state = SourceState.LIVE
        self.delay_s = 0.0
        """How much later than captured a frame is there."""
        self.frame_s = FRAME_S
        """How long a frame lasts on our clock."""

    def hear(self, samples: Samples) -> None:
        """Sound that begins where the last ended, or now if that is over; in whole frames."""
        self._end_s = max(self._end_s, self._clock.seconds)
        for frame in samples.reshape(-1, FRAME_SAMPLES):
            self._frames.append(Sound(frame, self._end_s))
            self._end_s += self.frame_s

    def _wait_s(self) -> float:
        """Until the next frame is there."""
        if not self._frames:
            return math.inf
        there_s = self._frames[0].captured_s + self.frame_s + self.delay_s
        return max(0.0, there_s - self._clock.seconds - ROUNDING_S)

    def take(self) -> Sound | None:
        return self._frames.popleft() if self._wait_s() == 0 else None

    async def heard(self, timeout_s: float) -> None:
        wait_s = self._wait_s()
        self._clock.wait(min(timeout_s, wait_s + ROUNDING_S))


def tone(seconds: float, hz: float = 300.0, amplitude: float = 8_000.0) -> Samples:
    """A sine at 48 kHz."""
    times = np.arange(round(seconds * 48_000)) / 48_000
    return (amplitude * np.sin(2 * np.pi * hz * times)).astype(np.int16)


def sound_frame(samples: Samples) -> av.AudioFrame:
    """The same as a decoder gives it."""
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "s16", "mono")
    frame.sample_rate = 48_000
    return frame
