"""Where the peer's decoded picture and voice go; nothing here blocks the event loop."""

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock
from typing import Final
from zlib import crc32

import av
import numpy as np

from client import clock
from client.media.audio_source import SAMPLES_PER_S, Samples
from client.media.capture import STALE_S
from client.media.fitting import Previewer
from client.media.reception.tally import VoiceQuality
from client.media.reception.voice import VoiceReception
from client.media.sinks import Played, SoundSink, sink_for
from client.media.sources import MediaAddress

CUSHION_SAMPLES: Final = SAMPLES_PER_S * 60 // 1_000
"""chosen: three frames of 20 ms; a thread of a busy machine may be late by two."""
_BEHIND_SAMPLES: Final = SAMPLES_PER_S // 2
"""chosen: a device that asked for nothing for so long was gone; it has nothing to catch up."""


_NOTHING: Final = np.zeros(0, np.int16)
_FULL_SCALE: Final = 32_767


class VoiceQueue:
    """The peer's packets, played as evenly as they let it; sound is made when it is asked for.

    A device is given `CUSHION_SAMPLES` more than the clock says it has played. Safe between the
    event loop that fills it and the thread that plays it.
    """

    def __init__(self, monotonic_s: Callable[[], float]) -> None:
        self._lock = Lock()
        self._monotonic_s = monotonic_s
        self._voice = VoiceReception()
        self._began_s: float | None = None
        self._taken = 0
        self._local = _NOTHING

    def play(self, samples: Samples) -> None:
        """Let this be heard over the peer's voice from now on, in place of what was so before."""
        with self._lock:
            self._local = samples

    @property
    def is_playing(self) -> bool:
        """Something given to `play` is not over."""
        return len(self._local) > 0

    def hear(self, blocks: Sequence[tuple[int, bytes]]) -> None:
        """One packet has come: see `VoiceReception.receive`."""
        with self._lock:
            self._voice.receive(blocks, self._monotonic_s())

    @property
    def waiting(self) -> int:
        """Samples that are due to a device, by the clock."""
        now_s = self._monotonic_s()
        if self._began_s is None or self._due(now_s) > _BEHIND_SAMPLES:
            self._began_s, self._taken = now_s, 0
        return self._due(now_s)

    def take(self, count: int) -> Samples:
        """Exactly `count` samples."""
        with self._lock:
            self._taken += count
            return self._mixed(self._voice.take(count, self._monotonic_s()))

    def _mixed(self, voice: Samples) -> Samples:
        if len(self._local) == 0:
            return voice
        local, self._local = self._local[: len(voice)], self._local[len(voice) :]
        both = voice.astype(np.int32)
        both[: len(local)] += local
        return np.clip(both, -_FULL_SCALE - 1, _FULL_SCALE).astype(np.int16)

    @property
    def quality(self) -> VoiceQuality:
        """How the peer is heard."""
        with self._lock:
            return self._voice.quality

    def _due(self, now_s: float) -> int:
        elapsed_s = now_s - (self._began_s or 0.0)
        return round(elapsed_s * SAMPLES_PER_S) + CUSHION_SAMPLES - self._taken


class Speaker:
    """The peer's voice, played on a speaker or written to a file."""

    def __init__(
        self,
        address: MediaAddress,
        *,
        on_played: Played = lambda *_: None,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
    ) -> None:
        """`FormatUnsupportedError` if this machine has no such kind of speaker."""
        self._queue = VoiceQueue(monotonic_s)
        self._sink: SoundSink | None = sink_for(address, self._queue, monotonic_s, on_played)

    def start(self) -> None:
        """Open the speaker or the file and begin to play; `OSError` if the file cannot be made."""
        if self._sink is not None:
            self._sink.start()

    def hear(self, blocks: Sequence[tuple[int, bytes]]) -> None:
        """Take one packet of the peer's voice as it came: timestamp and Opus packet of each block.

        Call it in the order of arrival; late ones, copies and nonsense do no harm.
        """
        if self._sink is not None:
            self._queue.hear(blocks)

    def play(self, samples: Samples) -> None:
        """Play a recording of ours over the peer's voice, now; an empty one ends the last."""
        if self._sink is not None:
            self._queue.play(samples)

    @property
    def is_playing(self) -> bool:
        """A recording of ours is heard."""
        return self._queue.is_playing

    @property
    def quality(self) -> VoiceQuality:
        """How the peer is heard here; nothing is, without a speaker."""
        return self._queue.quality

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
    def newest(self) -> av.VideoFrame | None:
        """The newest picture, however old; a new object for each."""
        return self._frame

    @property
    def is_live(self) -> bool:
        """A picture came within the last two seconds."""
        return self._shown_s is not None and self._monotonic_s() - self._shown_s < STALE_S

    def preview(self, width: int, height: int) -> tuple[bytes, datetime] | None:
        """RGB bytes of the newest picture and when it came; `None` before the first."""
        if self._frame is None or self.shown_at is None:
            return None
        return self._previewer.rgb(self._frame, width, height), self.shown_at
