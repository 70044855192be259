"""Where the peer's decoded picture and voice go; nothing here blocks the event loop."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Final
from zlib import crc32

import av
import numpy as np

from client import clock
from client.media.audio_source import SAMPLES_PER_S, Samples, samples_of
from client.media.capture import STALE_S
from client.media.fitting import Previewer
from client.media.loudness import SILENCE_DBFS, dbfs
from client.media.sinks import JITTER_SAMPLES, Played, SoundSink, sink_for
from client.media.sources import MediaAddress

QUEUE_SAMPLES: Final = SAMPLES_PER_S // 2
"""chosen: half a second of sound waits at most; more would be heard too late to talk."""
_SAMPLE_BYTES: Final = 2
_LEVEL_S: Final = 0.5  # chosen: without sound for this long the level reads silence


class PlayoutQueue:
    """Sound waiting to be played, 48 kHz mono; the oldest is lost when it is full.

    Nothing is given out before `JITTER_SAMPLES` have gathered, at the start and each time it ran
    dry. Safe between the event loop that fills it and the thread that plays it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._bytes = bytearray()
        self._is_flowing = False
        self.lost_samples = 0

    @property
    def waiting(self) -> int:
        """Samples that can be taken now."""
        return len(self._bytes) // _SAMPLE_BYTES

    def put(self, samples: Samples) -> None:
        """Add sound at the end."""
        with self._lock:
            self._bytes += samples.tobytes()
            excess = len(self._bytes) - QUEUE_SAMPLES * _SAMPLE_BYTES
            if excess > 0:
                del self._bytes[:excess]
                self.lost_samples += excess // _SAMPLE_BYTES

    def take(self, count: int) -> Samples:
        """Exactly `count` samples: what waits, then silence."""
        size = count * _SAMPLE_BYTES
        with self._lock:
            self._is_flowing = self._is_flowing or self.waiting >= JITTER_SAMPLES
            taken = bytes(self._bytes[:size]) if self._is_flowing else b""
            del self._bytes[: len(taken)]
            self._is_flowing = len(taken) == size
        return np.frombuffer(taken.ljust(size, b"\0"), np.int16)


class Speaker:
    """The peer's voice, played on a speaker, written to a file or only measured."""

    def __init__(
        self,
        address: MediaAddress,
        *,
        on_played: Played = lambda *_: None,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
    ) -> None:
        """`FormatUnsupportedError` if this machine has no such kind of speaker."""
        self._monotonic_s = monotonic_s
        self._resampler = av.AudioResampler("s16", "mono", SAMPLES_PER_S)
        self._queue = PlayoutQueue()
        self._sink: SoundSink | None = sink_for(address, self._queue, monotonic_s, on_played)
        self._level_dbfs = SILENCE_DBFS
        self._heard_s: float | None = None
        self.frames_played = 0
        """Frames that came in from the network layer."""

    def start(self) -> None:
        """Open the speaker or the file and begin to play; `OSError` if the file cannot be made."""
        if self._sink is not None:
            self._sink.start()

    def play(self, frame: av.AudioFrame) -> None:
        """Take one decoded frame of any rate and layout, in the order they are to be heard."""
        frame.pts = (
            None  # the order is the time: gaps were filled before, or are filled by the sink
        )
        for piece in self._resampler.resample(frame):
            samples = samples_of(piece)
            self._level_dbfs = dbfs(samples)
            if self._sink is not None:
                self._queue.put(samples)
        self._heard_s = self._monotonic_s()
        self.frames_played += 1

    @property
    def level_dbfs(self) -> float:
        """Loudness of the last frame; `SILENCE_DBFS` when nothing came for half a second."""
        if self._heard_s is None or self._monotonic_s() - self._heard_s > _LEVEL_S:
            return SILENCE_DBFS
        return self._level_dbfs

    @property
    def lost_ms(self) -> int:
        """Sound lost because the speaker did not keep up."""
        return self._queue.lost_samples * 1_000 // SAMPLES_PER_S

    @property
    def failure(self) -> str | None:
        """Why the speaker does not play, in English, while it does not."""
        return None if self._sink is None else self._sink.failure

    def close(self) -> None:
        """Finish the file or release the speaker; returns when its thread has ended."""
        if self._sink is not None:
            self._sink.close()


class PictureKeeper:
    """The newest picture of the peer. Call it from the event loop only."""

    def __init__(
        self,
        *,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._monotonic_s = monotonic_s
        self._now = now
        self._previewer = Previewer()
        self._frame: av.VideoFrame | None = None
        self._mark: int | None = None
        self._shown_s: float | None = None
        self.shown_at: datetime | None = None
        """When the newest picture came, UTC."""
        self.frames_decoded = 0
        self.distinct_frames = 0
        """Pictures that differ from the one before: a frozen camera stops this counter."""

    def show(self, frame: av.VideoFrame) -> None:
        """Replace the picture."""
        mark = crc32(bytes(frame.planes[0]))
        self.distinct_frames += mark != self._mark
        self._mark = mark
        self._frame = frame
        self._shown_s, self.shown_at = self._monotonic_s(), self._now()
        self.frames_decoded += 1

    @property
    def is_live(self) -> bool:
        """A picture came within the last two seconds."""
        return self._shown_s is not None and self._monotonic_s() - self._shown_s < STALE_S

    def preview(self, width: int, height: int) -> tuple[bytes, datetime] | None:
        """RGB bytes of the newest picture and when it came; `None` before the first."""
        if self._frame is None or self.shown_at is None:
            return None
        return self._previewer.rgb(self._frame, width, height), self.shown_at
