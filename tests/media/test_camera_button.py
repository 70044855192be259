"""The button of a USB camera, with a pipe in place of the input device."""

import os
import struct
import sys
from pathlib import Path
from queue import SimpleQueue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.media.camera_button import CameraButton, Presses, button_of

on_unix = pytest.mark.skipif(sys.platform == "win32", reason="no input devices")


def event(kind: int, code: int, value: int) -> bytes:
    """struct input_event of linux/input.h."""
    return struct.pack("@llHHi", 1_795_000_000, 5, kind, code, value)


PRESS = event(1, 212, 1) + event(0, 0, 0)
HELD = event(1, 212, 2) + event(0, 0, 0)
RELEASE = event(1, 212, 0) + event(0, 0, 0)
OTHER_KEY = event(1, 30, 1)


@given(st.data())
def test_a_press_counts_once_however_long_it_is_held(data: st.DataObject) -> None:
    stream = OTHER_KEY + PRESS + HELD + RELEASE + PRESS + RELEASE
    cut = data.draw(st.integers(0, len(stream)))
    presses = Presses()
    assert presses.take(stream[:cut]) + presses.take(stream[cut:]) == 2


@on_unix
def test_the_button_of_a_camera_is_found_beside_it(tmp_path: Path) -> None:
    usb = tmp_path / "devices" / "1-2"
    (usb / "1-2:1.0").mkdir(parents=True)
    (usb / "input" / "input7" / "event3").mkdir(parents=True)
    cameras = tmp_path / "class"
    for name in ("video0", "video9"):
        (cameras / name).mkdir(parents=True)
    (cameras / "video0" / "device").symlink_to(usb / "1-2:1.0")
    assert button_of("/dev/video0", cameras, tmp_path) == tmp_path / "event3"
    assert button_of("/dev/video9", cameras, tmp_path) is None
    assert button_of("/dev/video5", cameras, tmp_path) is None


@on_unix
def test_each_press_is_told_until_the_button_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "event3"
    os.mkfifo(path)
    pressed: SimpleQueue[None] = SimpleQueue()
    keep_open = os.open(path, os.O_RDWR)
    button = CameraButton(path, lambda: pressed.put(None))
    button.start()
    os.write(keep_open, PRESS + RELEASE + PRESS)
    for _ in range(2):
        pressed.get(timeout=60)
    button.close()
    os.close(keep_open)
    assert pressed.empty()


@on_unix
def test_a_button_that_may_not_be_read_is_none(tmp_path: Path) -> None:
    button = CameraButton(tmp_path / "event4", lambda: None)
    button.start()
    button.close()
