"""The button on a USB camera, where the system tells of it: on Linux, as a key of an input device.

Source: linux/input.h (struct input_event), linux/input-event-codes.h (KEY_CAMERA); the uvcvideo
driver hangs the input device on the same USB device as the camera. Windows and macOS tell only
programs that take the picture through them; there, and where the input device may not be read, the
key of the keyboard remains.
"""

import os
import select
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Final

_EVENT: Final = struct.Struct("@llHHi")
"""Seconds, microseconds, type, code, value."""
_KEY: Final = 1
_CAMERA: Final = 212
_PRESSED: Final = 1
_LOOK_S: Final = 0.1
"""chosen: how soon the thread notices that it should stop."""
_CAMERAS: Final = Path("/sys/class/video4linux")
_INPUTS: Final = Path("/dev/input")


class Presses:
    """Finds presses of the camera's key among input events."""

    def __init__(self) -> None:
        self._rest = b""

    def take(self, data: bytes) -> int:
        """How often it was pressed in this slice; holding it down is one press."""
        data = self._rest + data
        whole = len(data) - len(data) % _EVENT.size
        self._rest = data[whole:]
        events = _EVENT.iter_unpack(data[:whole])
        return sum(event[2:] == (_KEY, _CAMERA, _PRESSED) for event in events)


def button_of(camera: str, cameras: Path = _CAMERAS, inputs: Path = _INPUTS) -> Path | None:
    """The input device of this camera (``/dev/video0``); `None` when it has none."""
    interface = cameras / Path(camera).resolve().name / "device"
    if not interface.exists():
        return None
    usb_device = interface.resolve().parent
    found = sorted(usb_device.glob("input/input*/event*"))
    return inputs / found[0].name if found else None


class CameraButton:
    """Calls somebody at each press, on a thread of its own, for as long as the button is there."""

    def __init__(self, device: Path, on_press: Callable[[], object]) -> None:
        self._device = device
        self._on_press = on_press
        self._ended = Event()
        self._thread = Thread(target=self._run, name=f"button {device.name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End the thread and give the device back."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        if sys.platform == "win32":
            return
        try:
            descriptor = os.open(self._device, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            return  # not for this user, or gone: the keyboard's key remains
        try:
            self._listen(descriptor)
        except OSError:
            return  # unplugged
        finally:
            os.close(descriptor)

    def _listen(self, descriptor: int) -> None:
        presses = Presses()
        while not self._ended.is_set():
            if not select.select([descriptor], [], [], _LOOK_S)[0]:
                continue
            data = os.read(descriptor, 64 * _EVENT.size)
            if not data:
                return
            for _ in range(presses.take(data)):
                self._on_press()
