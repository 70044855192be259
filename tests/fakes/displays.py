"""Displays of our own without a monitor: X servers of Xvfb, or of TigerVNC, which can plug them."""

import os
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from subprocess import DEVNULL, Popen, run
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

Box = tuple[int, int, int, int]
"""Left, top, width and height of a display."""
_EIGHT_BYTES: Final = 8
_PATIENCE_S: Final = 60.0
_NO_PASSWORD: Final = 1
_EXTENDED_DESKTOP_SIZE: Final = -308
_SET_ENCODINGS: Final = 2
_SET_DESKTOP_SIZE: Final = 251
"""All of The RFB Protocol, community version 3.8."""


@contextmanager
def _server(program: str, *words: str) -> Iterator[str]:
    if which(program) is None or which("import") is None:
        pytest.skip(f"needs {program} and ImageMagick's import")
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), *words]
    with Popen(command, stdout=DEVNULL, stderr=DEVNULL, pass_fds=(writing,)) as x11:  # noqa: S603 -- a display of our own
        os.close(writing)
        try:
            yield f":{os.read(reading, _EIGHT_BYTES).decode().strip()}"
        finally:
            os.close(reading)
            x11.terminate()


@contextmanager
def one_display(size: str = "800x600x24") -> Iterator[str]:
    """The name of a server with one display."""
    with _server("Xvfb", "-screen", "0", size) as name:
        yield name


class Desk:
    """A server whose displays are plugged in and out."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        """As in DISPLAY."""
        self._path = path

    def plug(self, *displays: Box) -> None:
        """These and no others from now on; returns once the server has them."""
        width = max(left + wide for left, _, wide, _ in displays)
        height = max(top + high for _, top, _, high in displays)
        screens = b"".join(
            struct.pack("!I4HI", number, *box, 0) for number, box in enumerate(displays, start=1)
        )
        with self._viewer() as (viewer, _):
            viewer.sendall(struct.pack("!BxHi", _SET_ENCODINGS, 1, _EXTENDED_DESKTOP_SIZE))
            sized = struct.pack("!BxHHBx", _SET_DESKTOP_SIZE, width, height, len(displays))
            viewer.sendall(sized + screens)
            while self._size() != (width, height):
                pass

    def shot(self, path: Path) -> NDArray[np.uint8]:
        """All displays beside each other as they look now: row, column, colour."""
        return shot(self.name, path)

    def _size(self) -> tuple[int, int]:
        with self._viewer() as (_, size):
            return size

    @contextmanager
    def _viewer(self) -> Iterator[tuple[socket.socket, tuple[int, int]]]:
        with socket.socket(socket.AF_UNIX) as viewer:
            viewer.settimeout(_PATIENCE_S)
            viewer.connect(str(self._path))
            with viewer.makefile("rb") as said:
                viewer.sendall(said.read(12))  # the version it speaks
                said.read(said.read(1)[0])
                viewer.sendall(bytes([_NO_PASSWORD]))
                said.read(4)
                viewer.sendall(b"\x01")  # others may look on
                width, height = struct.unpack("!HH", said.read(4))
                said.read(16)
                said.read(*struct.unpack("!I", said.read(4)))
                yield viewer, (width, height)


@contextmanager
def desk(folder: Path, displays: Sequence[Box]) -> Iterator[Desk]:
    """A server with these displays."""
    path = folder / "viewers"
    words = ("-rfbunixpath", str(path), "-SecurityTypes", "None", "-geometry", "320x200")
    with _server("Xtigervnc", *words, "-AcceptSetDesktopSize=1", "-AlwaysShared=1") as name:
        found = Desk(name, path)
        found.plug(*displays)
        yield found


def shot(display: str, path: Path) -> NDArray[np.uint8]:
    """The whole screen as it looks now: row, column, colour."""
    shooter = which("import")
    assert shooter is not None
    run([shooter, "-display", display, "-window", "root", str(path)], check=True)  # noqa: S603 -- a screenshot of our own display
    return np.asarray(Image.open(path).convert("RGB"))
