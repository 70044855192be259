"""Pictures as they are captured; only the newest is kept."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock
from typing import Protocol

import av

from client import clock
from client.media.capture import Capture, SourceState
from client.media.reading import looped, opened, paced, video_frames
from client.media.sources import MediaAddress, SourceKind


@dataclass(frozen=True, slots=True)
class Picture:
    """One captured picture and when it was taken."""

    frame: av.VideoFrame
    taken_s: float
    """On the monotonic clock."""
    taken_at: datetime
    """UTC."""


class PictureSource(Protocol):
    """Whatever a camera feed can show."""

    @property
    def state(self) -> SourceState:
        """What the source is doing now."""

    @property
    def newest(self) -> Picture | None:
        """The newest picture, however old."""

    @property
    def captured(self) -> int:
        """Pictures that came in."""

    @property
    def dropped(self) -> int:
        """Pictures replaced by a newer one before anyone took them."""

    def take(self) -> Picture | None:
        """The newest picture if it was not taken yet: one picture is never sent twice as live."""

    def close(self) -> None:
        """Release the source; returns when its thread has ended."""


class NewestPicture:
    """A shelf for one picture: a newer one replaces it. Safe between two threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._fresh: Picture | None = None
        self.newest: Picture | None = None
        self.captured = 0
        self.dropped = 0

    def put(self, picture: Picture) -> None:
        """Replace whatever is there."""
        with self._lock:
            self.captured += 1
            self.dropped += self._fresh is not None
            self._fresh = self.newest = picture

    def take(self) -> Picture | None:
        """The picture, once."""
        with self._lock:
            picture, self._fresh = self._fresh, None
            return picture


class VideoSource:
    """A camera, or a file or fifo in its place, read by a thread of its own."""

    def __init__(
        self,
        address: MediaAddress,
        *,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._address = address
        self._monotonic_s = monotonic_s
        self._now = now
        self._shelf = NewestPicture()
        self._capture = Capture(address, self._read, monotonic_s)

    def start(self) -> None:
        """Begin to capture; `SourceMissingError` if a file or fifo is not there."""
        self._capture.start()

    def close(self) -> None:
        """Release the source; returns when its thread has ended."""
        self._capture.close()

    @property
    def state(self) -> SourceState:
        """What the camera is doing now."""
        return self._capture.state

    @property
    def failure(self) -> str | None:
        """Why it cannot be read, in English, while it cannot."""
        return self._capture.failure

    @property
    def newest(self) -> Picture | None:
        """The newest picture, however old."""
        return self._shelf.newest

    @property
    def captured(self) -> int:
        """Pictures that came in."""
        return self._shelf.captured

    @property
    def dropped(self) -> int:
        """Pictures replaced by a newer one before anyone took them."""
        return self._shelf.dropped

    def take(self) -> Picture | None:
        """The newest picture if it was not taken yet."""
        return self._shelf.take()

    def _read(self, stopped: Event) -> Iterator[None]:
        with (
            opened(self._address, stopped, is_video=True) as container,
            closing(self._frames(container, stopped)) as frames,
        ):
            for frame in frames:
                self._shelf.put(Picture(frame, self._monotonic_s(), self._now()))
                yield

    def _frames(
        self, container: av.container.InputContainer, stopped: Event
    ) -> Generator[av.VideoFrame]:
        if self._address.kind is not SourceKind.FILE:
            return video_frames(container)

        def once() -> Iterator[av.VideoFrame]:
            container.seek(0)
            return video_frames(container)

        return paced(looped(once), self._monotonic_s, stopped.wait)
