"""A microphone as an instrument's port: every sample, in order, with no processing of any kind.

One thread reads the device and may block in it as long as the device likes; the other one talks to
the listener, so that time passes for it even while nothing comes.
"""

import logging
from collections.abc import Callable, Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Final

import av
import numpy as np

from client import clock
from client.errors import ChevetError
from client.media.reading import audio_frames, looped, opened, paced
from client.media.sources import MediaAddress, SourceKind, parse_source
from devices.driver import SoundStream
from devices.link import READ_TIMEOUT_S, REOPEN_AFTER_S, Listener

_log = logging.getLogger(__name__)

PIECE_S: Final = 0.02
WAITING_LIMIT: Final = 500
"""Pieces of `PIECE_S` read and not yet heard; then the device waits. chosen: ten seconds, longer
than any machine stands still."""
STALLED_S: Final = 1.5
"""Open and nothing comes for so long: it was pulled out; some systems say nothing of it."""
_JOIN_S: Final = 5.0
"""A device that does not let go by then is left to its daemon thread."""
_FAILURES: Final = (av.FFmpegError, OSError, IndexError, ChevetError)
"""IndexError: the source holds no sound at all."""


class SoundLink:
    """Keeps one microphone, file or fifo open, and opens it again when it comes back.

    Implements `devices.link.Link`. What it gives is `SoundStream`: s16le at its rate.
    """

    def __init__(
        self,
        port: str,
        stream: SoundStream,
        listener: Listener,
        wait: Callable[[float], bool] | None = None,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
    ) -> None:
        """`UnknownSourceError` when `port` names no source; `wait` is as `SerialLink`'s."""
        self._address = parse_source(port)
        self._stream = stream
        self._listener = listener
        self._monotonic_s = monotonic_s
        self._ended = Event()
        self._wait = wait or self._ended.wait
        self._thread = Thread(target=self._run, name=f"link {self._address.kind}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End both threads and release the device."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(_JOIN_S)

    def write(self, data: bytes) -> bool:
        """A microphone takes nothing."""
        del data
        return False

    def set_baud(self, baud: int) -> bool:
        """A microphone has no speed of this kind."""
        del baud
        return False

    def _run(self) -> None:
        is_lost, attempt = False, 0
        while not self._ended.is_set():
            reader = _Reader(self._address, self._stream, self._monotonic_s)
            reader.start()
            has_opened, reason = self._converse(reader)
            reader.stop()
            if self._ended.is_set():
                reader.join()
                return
            attempt = 0 if has_opened else attempt + 1
            if has_opened or not is_lost:
                _log.info("the sound of an instrument is gone: %s", reason)
                self._listener.lost(reason)
            is_lost = True
            reader.join()
            self._wait(REOPEN_AFTER_S[min(attempt, len(REOPEN_AFTER_S) - 1)])
            self._listener.ticked()

    def _converse(self, reader: "_Reader") -> tuple[bool, str]:
        """Pass on what is read until it ends: whether anything was, and why it ended."""
        has_opened, heard_s = False, self._monotonic_s()
        while not self._ended.is_set():
            try:
                piece = reader.pieces.get(timeout=READ_TIMEOUT_S)
            except Empty:
                self._listener.ticked()
                if has_opened and self._monotonic_s() - heard_s > STALLED_S:
                    return True, "nothing comes"
                continue
            heard_s = self._monotonic_s()
            if isinstance(piece, str):
                return has_opened, piece
            if not has_opened:
                has_opened = True
                self._listener.opened()
            self._listener.received(piece)
            self._listener.ticked()
        return has_opened, ""


class _Reader:
    """Reads one source from its opening to its end."""

    def __init__(
        self,
        address: MediaAddress,
        stream: SoundStream,
        monotonic_s: Callable[[], float],
    ) -> None:
        self._address = address
        self._stream = stream
        self._monotonic_s = monotonic_s
        self._ended = Event()
        self.pieces: Queue[bytes | str] = Queue(WAITING_LIMIT)
        """Samples; at the end, why it ended."""
        self._thread = Thread(target=self._read, name=f"sound {address.kind}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()

    def join(self) -> None:
        self._thread.join(_JOIN_S)

    def _read(self) -> None:
        reason = "end"
        try:
            with opened(self._address, self._ended, is_video=False) as container:
                for frame in self._frames(container):
                    samples = np.asarray(frame.to_ndarray(), "<i2")
                    if not self._put(samples.tobytes()):
                        return
        except _FAILURES as error:
            reason = str(error) or type(error).__name__
        self._put(reason)

    def _frames(self, container: av.container.InputContainer) -> Iterator[av.AudioFrame]:
        if self._address.kind is not SourceKind.FILE:
            return self._cut(audio_frames(container))

        def once() -> Iterator[av.AudioFrame]:
            container.seek(0)
            return self._cut(audio_frames(container))

        return paced(looped(once), self._monotonic_s, self._ended.wait)

    def _cut(self, frames: Iterator[av.AudioFrame]) -> Iterator[av.AudioFrame]:
        """Pieces of `PIECE_S`; samples that are as wanted already pass through untouched."""
        rate_hz = self._stream.rate_hz
        size = round(rate_hz * PIECE_S)
        layout = "mono" if self._stream.channels == 1 else "stereo"
        resampler = av.AudioResampler("s16", layout, rate_hz, frame_size=size)
        pts = 0
        for frame in frames:
            for piece in resampler.resample(frame):
                piece.pts = pts
                pts += piece.samples
                yield piece

    def _put(self, piece: bytes | str) -> bool:
        """False when nobody will ever take it."""
        while not self._ended.is_set():
            try:
                self.pieces.put(piece, timeout=READ_TIMEOUT_S)
            except Full:
                continue
            return True
        return False
