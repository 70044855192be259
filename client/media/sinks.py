"""The threads behind the speaker: a WAV file in real time, or a device at its own pace."""

import logging
import wave
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from threading import Event, Thread
from typing import BinaryIO, Final, Protocol

import av

from client.media.audio_source import FRAME_SAMPLES, SAMPLES_PER_S, Samples
from client.media.reading import require_format
from client.media.sources import MediaAddress, SourceKind

_log = logging.getLogger(__name__)

_WRITE_S: Final = 0.02  # chosen: how often the file grows, as a device asks
_REOPEN_S: Final = 1.0  # chosen: pause before a speaker that failed is tried again
_LOOK_S: Final = FRAME_SAMPLES / SAMPLES_PER_S / 2
_JOIN_S: Final = 5.0


Played = Callable[[Samples, float], None]
"""Told what the speaker plays and when its first sample is heard; on the sink's thread."""


class SoundQueue(Protocol):
    """Where a sink takes its sound from."""

    @property
    def waiting(self) -> int:
        """Samples that a device should be given now."""

    def take(self, count: int) -> Samples:
        """Exactly `count` samples; silence where there is nothing to hear."""


class SoundSink(Protocol):
    """Plays what a queue holds on a thread of its own."""

    failure: str | None
    """Why it does not play, in English, while it does not."""

    def start(self) -> None:
        """Open it and begin."""

    def close(self) -> None:
        """Stop; returns when the thread has ended and all is released."""


def sink_for(
    address: MediaAddress,
    queue: SoundQueue,
    monotonic_s: Callable[[], float],
    on_played: Played,
) -> SoundSink | None:
    """The sink this address names; `None` for ``none``."""
    if address.kind is SourceKind.NONE:
        return None
    if address.kind is SourceKind.FILE:
        return WavSink(address.where, queue, monotonic_s, on_played)
    require_format(address.device_format, mode="w")
    return DeviceSink(address, queue, monotonic_s, on_played)


class WavSink:
    """A WAV file as long as the time it was open: what did not come is silence."""

    def __init__(
        self,
        path: str,
        queue: SoundQueue,
        monotonic_s: Callable[[], float],
        on_played: Played = lambda *_: None,
    ) -> None:
        self._path = path
        self._queue = queue
        self._monotonic_s = monotonic_s
        self._on_played = on_played
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="speaker file", daemon=True)
        self._raw: BinaryIO | None = None
        self._file: wave.Wave_write | None = None
        self._started_s = 0.0
        self._written = 0
        self.failure: str | None = None

    def start(self) -> None:
        """Make the file; `OSError` if that is not possible."""
        self.open()
        self._thread.start()

    def open(self) -> None:
        """Make the file without a thread; the caller then calls `write_due` itself."""
        # Opened apart: `wave` leaves a half-made object behind when it cannot open a path.
        self._raw = Path(self._path).open("wb")  # noqa: SIM115 - closed by `close`
        self._file = wave.open(self._raw, "wb")  # noqa: SIM115 - same
        self._file.setnchannels(1)
        self._file.setsampwidth(2)
        self._file.setframerate(SAMPLES_PER_S)
        self._started_s = self._monotonic_s()

    def write_due(self) -> None:
        """Write up to now: sound as far as it came, silence for the rest."""
        due = round((self._monotonic_s() - self._started_s) * SAMPLES_PER_S) - self._written
        if due <= 0 or self._file is None or self.failure is not None:
            return
        samples = self._queue.take(due)
        self._on_played(samples, self._started_s + self._written / SAMPLES_PER_S)
        try:
            self._file.writeframes(samples.tobytes())
        except OSError as error:
            self.failure = str(error)
            _log.warning("the speaker's file cannot be written: %s", error)
        self._written += due

    def close(self) -> None:
        """Write the rest and finish the file."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join(_JOIN_S)
        self.write_due()
        if self._file is not None and self._raw is not None:
            self._file.close()
            self._raw.close()
            self._file = self._raw = None

    def _run(self) -> None:
        while not self._stopped.wait(_WRITE_S):
            self.write_due()


class DeviceSink:
    """A speaker through libavdevice, which blocks until the device has room."""

    def __init__(
        self,
        address: MediaAddress,
        queue: SoundQueue,
        monotonic_s: Callable[[], float],
        on_played: Played,
    ) -> None:
        self._address = address
        self._queue = queue
        self._monotonic_s = monotonic_s
        self._on_played = on_played
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="speaker", daemon=True)
        self.failure: str | None = None

    def start(self) -> None:
        """Begin; a speaker that cannot be opened is tried again every second."""
        self._thread.start()

    def close(self) -> None:
        """Stop and release the device."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join(_JOIN_S)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._play()
            except (av.FFmpegError, OSError) as error:
                self.failure = str(error)
                _log.warning("cannot play on %s: %s", self._address.device_format, error)
                self._stopped.wait(_REOPEN_S)

    def _play(self) -> None:
        with av.open(self._address.where, "w", format=self._address.device_format) as container:
            stream = container.add_stream("pcm_s16le", rate=SAMPLES_PER_S, layout="mono")
            free_s = 0.0  # when the device will have played all it was given
            for number, samples in enumerate(self._arriving()):
                frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "s16", "mono")
                frame.sample_rate, frame.pts = SAMPLES_PER_S, number * FRAME_SAMPLES
                frame.time_base = Fraction(1, SAMPLES_PER_S)
                heard_s = max(free_s, self._monotonic_s())
                free_s = heard_s + FRAME_SAMPLES / SAMPLES_PER_S
                self._on_played(samples, heard_s)
                container.mux(stream.encode(frame))
                self.failure = None

    def _arriving(self) -> Iterator[Samples]:
        """Frames of 20 ms as they are due."""
        while not self._stopped.is_set():
            if self._queue.waiting >= FRAME_SAMPLES:
                yield self._queue.take(FRAME_SAMPLES)
            else:
                self._stopped.wait(_LOOK_S)
