"""A camera as an instrument: whatever the pipe or the file gives, through the driver, unchanged."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue

import av
import numpy as np
import pytest

from client import clock
from client.media.errors import UnknownSourceError
from client.media.instrument_links import open_link
from devices.driver import Request
from devices.drivers.uvc import RAW_COMMENT
from devices.protocols.vc0706 import Size
from devices.readings import Clip, Failed, Identified, Preview, Still
from devices.session import InstrumentEvent, InstrumentSession, Plugged, Unplugged
from devices.simulators.instrument import Material, create
from devices.simulators.pictures import Pictures
from devices.simulators.sound import SimulatedPictures
from devices.simulators.uvc import STUCK

PATIENCE_S = 60.0
NOW = datetime(2027, 1, 2, tzinfo=UTC)
PICTURE = Pictures().take(Size.W160_H120)
on_unix = pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")


class Desk:
    def __init__(self, port: str) -> None:
        self.events: SimpleQueue[InstrumentEvent] = SimpleQueue()
        self.session = InstrumentSession(
            "uvc", port, self.events.put, clock.now, open_link=open_link
        )

    def until(self, kind: type[InstrumentEvent]) -> InstrumentEvent:
        while not isinstance(event := self.events.get(timeout=PATIENCE_S), kind):
            pass
        return event


@contextmanager
def desk(port: str) -> Iterator[Desk]:
    opened = Desk(port)
    opened.session.start()
    try:
        yield opened
    finally:
        opened.session.close()


def test_a_file_of_one_picture_is_a_camera_that_shows_it_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "ear.jpg"
    path.write_bytes(PICTURE)
    with desk(f"file:{path}") as camera:
        identified = camera.until(Identified)
        assert identified == Identified("USB camera (UVC) 160x120")
        camera.session.request(Request.PREVIEW_ON)
        preview = camera.until(Preview)
        assert isinstance(preview, Preview)
        assert preview.jpeg == PICTURE
        camera.session.request(Request.STILL)
        still = camera.until(Still)
        assert isinstance(still, Still)
        assert still.jpeg == PICTURE


def test_pictures_of_a_film_are_taken_out_of_it_undecoded(tmp_path: Path) -> None:
    path = tmp_path / "ear.avi"
    pictures = [Pictures().take(Size.W160_H120) for _ in range(3)]
    with av.open(str(path), "w") as film:
        stream = film.add_stream("mjpeg", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuvj420p"
        for place, jpeg in enumerate(pictures):
            packet = av.Packet(jpeg)
            packet.stream, packet.pts, packet.dts = stream, place, place
            film.mux(packet)
    with desk(f"file:{path}") as camera:
        camera.session.request(Request.STILL)
        still = camera.until(Still)
        assert isinstance(still, Still)
        assert still.jpeg in pictures


def test_raw_pictures_are_encoded_here_and_say_so(tmp_path: Path) -> None:
    path = tmp_path / "raw.y4m"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("rawvideo", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        grey = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 90, np.uint8), "rgb24")
        film.mux(stream.encode(grey))
        film.mux(stream.encode(None))
    with desk(f"file:{path}") as camera:
        assert camera.until(Identified) == Identified("USB camera (UVC) 64x48, raw")
        camera.session.request(Request.STILL)
        still = camera.until(Still)
        assert isinstance(still, Still)
        assert RAW_COMMENT in still.jpeg


@on_unix
def test_a_simulated_camera_is_pulled_out_and_put_back() -> None:
    camera = SimulatedPictures(create("uvc", Material(picture=PICTURE)), clock.monotonic_s)
    try:
        with desk(camera.port) as seen:
            assert seen.until(Identified) == Identified("USB camera (UVC) 160x120")
            camera.fault("unplug")
            seen.until(Unplugged)
            camera.fault("unplug", is_on=False)
            seen.until(Plugged)
            seen.session.request(Request.CLIP)
            clip = seen.until(Clip)
            assert isinstance(clip, Clip)
            assert len(clip.jpegs) > 2
            camera.fault(STUCK)
    finally:
        camera.close()


@on_unix
def test_what_is_no_camera_fails_what_is_asked_of_it(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with desk(f"fifo:{path}") as camera, path.open("wb") as writer:
        writer.write(bytes(100_000))
        writer.flush()
        camera.until(Plugged)
        camera.session.request(Request.STILL)
        assert camera.until(Failed) == Failed("still")


def test_a_name_of_no_source_is_refused() -> None:
    with pytest.raises(UnknownSourceError):
        Desk("ttyUSB0")
