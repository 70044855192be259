"""The window's real process, what it tells, and a picture to show in it."""

from queue import SimpleQueue
from typing import TYPE_CHECKING

import av
import numpy as np

from client.media.window.process import WindowProcess
from client.media.window.scene import WindowState

if TYPE_CHECKING:
    from subprocess import Popen

PATIENCE_S = 60.0


class Told:
    """The states, one after the other."""

    def __init__(self, words: list[str]) -> None:
        self._states: SimpleQueue[WindowState] = SimpleQueue()
        self.window = WindowProcess(words, self._states.put)
        self.window.start()

    def next(self) -> WindowState:
        return self._states.get(timeout=PATIENCE_S)


def process_of(told: Told) -> "Popen[bytes]":
    process = told.window._process
    assert process is not None
    return process


def picture(red: int) -> av.VideoFrame:
    pixels = np.zeros((480, 640, 3), np.uint8)
    pixels[:, :, 0] = red
    return av.VideoFrame.from_ndarray(pixels, format="rgb24")
