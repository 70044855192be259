import os
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Semaphore, current_thread, main_thread

import numpy as np
import pytest
from fakes.media import FakeClock

from client.media.capture import STALE_S, SourceState
from client.media.errors import NotAFifoError, SourceMissingError
from client.media.sources import parse_source
from client.media.video_source import VideoSource

PATIENCE_S = 20.0
HEADER = b"YUV4MPEG2 W64 H48 F15:1 Ip A1:1 C420jpeg\n"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFO files")


class _Fifo:
    """A camera on a FIFO, and a way to know when a picture has arrived."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self.clock = FakeClock()
        self.arrived = Semaphore(0)
        self.source = VideoSource(
            parse_source(f"fifo:{path}"), monotonic_s=self._monotonic_s, now=self.clock.now
        )

    def _monotonic_s(self) -> float:
        """The capture thread asks twice a picture: when it was taken, and after shelving it."""
        seconds = self.clock.monotonic_s()
        if current_thread() is not main_thread():
            self.arrived.release()
        return seconds

    def wait_for_pictures(self, count: int) -> None:
        for _ in range(2 * count):
            assert self.arrived.acquire(timeout=PATIENCE_S)


@pytest.fixture
def fifo(tmp_path: Path) -> Iterator[_Fifo]:
    fifo = _Fifo(tmp_path / "camera")
    fifo.source.start()
    yield fifo
    fifo.source.close()
    assert not fifo.source._capture.is_running


def _grey(level: int) -> bytes:
    return b"FRAME\n" + bytes([level]) * (64 * 48) + b"\x80" * (64 * 48 // 2)


def _newest_level(source: VideoSource) -> int | None:
    picture = source.take()
    return None if picture is None else int(np.asarray(picture.frame.to_ndarray())[0, 0])


def test_without_a_writer_it_waits_and_still_closes(fifo: _Fifo) -> None:
    assert fifo.source.state is SourceState.STARTING
    assert fifo.source.take() is None


def test_only_the_newest_picture_is_kept_and_given_once(fifo: _Fifo) -> None:
    with fifo.path.open("wb", buffering=0) as writer:
        writer.write(HEADER + b"".join(_grey(level) for level in (50, 100, 150, 200)))
        fifo.wait_for_pictures(4)
        assert fifo.source.state is SourceState.LIVE
        assert _newest_level(fifo.source) == 200
        assert _newest_level(fifo.source) is None
        assert (fifo.source.captured, fifo.source.dropped) == (4, 3)


def test_a_paused_fifo_is_stale_and_its_last_picture_is_not_sent_again(fifo: _Fifo) -> None:
    with fifo.path.open("wb", buffering=0) as writer:
        writer.write(HEADER + _grey(50) + _grey(60))
        fifo.wait_for_pictures(2)
        assert fifo.source.take() is not None
        fifo.clock.wait(STALE_S)
        assert fifo.source.state is SourceState.STALE
        assert fifo.source.take() is None
        assert fifo.source.newest is not None


def test_the_end_of_one_writer_is_followed_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "camera"
    os.mkfifo(path)
    source = VideoSource(parse_source(f"fifo:{path}"))
    for level in (50, 90):
        # Open both ways, or this test would wait for its own reader.
        writer = os.open(path, os.O_RDWR)
        os.write(writer, HEADER + _grey(level))
        pictures = source._read(Event())
        next(pictures)
        assert _newest_level(source) == level
        os.close(writer)
        assert list(pictures) == []


def test_a_path_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceMissingError, match="there is no"):
        VideoSource(parse_source(f"fifo:{tmp_path / 'none'}")).start()


def test_a_plain_file_is_no_fifo(tmp_path: Path) -> None:
    path = tmp_path / "camera.y4m"
    path.write_bytes(HEADER + _grey(50))
    with pytest.raises(NotAFifoError, match="is not a fifo"):
        next(VideoSource(parse_source(f"fifo:{path}"))._read(Event()))


def test_no_camera_is_a_source_too() -> None:
    source = VideoSource(parse_source("none"))
    source.start()
    assert source.state is SourceState.ABSENT
    assert source.take() is None
    source.close()
