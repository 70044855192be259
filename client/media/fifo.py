"""A named pipe as a file that can be closed at any moment, whoever is or is not writing."""

import os
import select
import stat
import sys
from pathlib import Path
from threading import Event
from typing import Final, Self

from client.media.errors import FormatUnsupportedError, NotAFifoError

_LOOK_S: Final = 0.1  # chosen: how soon a reader notices that it should stop


class FifoReader:
    """Reads a FIFO until its writer leaves or `stopped` is set; both read as the end."""

    def __init__(self, path: str, stopped: Event) -> None:
        self._path = path
        self._stopped = stopped
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        if sys.platform == "win32":
            raise FormatUnsupportedError("fifo")
        if not stat.S_ISFIFO(Path(self._path).stat().st_mode):
            # A plain file would be read as fast as it goes, again and again.
            raise NotAFifoError(self._path)
        # Non-blocking, or the open would hang until someone opens the other end.
        self._descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK)
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def read(self, size: int) -> bytes:
        """Up to `size` bytes as soon as there are some; empty at the end."""
        while self._descriptor is not None and not self._stopped.is_set():
            if select.select([self._descriptor], [], [], _LOOK_S)[0]:
                return os.read(self._descriptor, size)
        return b""
