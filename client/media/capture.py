"""The thread behind every camera and microphone: open, read, say how it goes, open again."""

import logging
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from threading import Event, Thread
from typing import Final

import av

from client.errors import ChevetError
from client.media.errors import SourceMissingError
from client.media.sources import MediaAddress, SourceKind

_log = logging.getLogger(__name__)

STALE_S: Final = 2.0
"""chosen: without anything new for this long, what was last seen or heard is not live any more."""
_REOPEN_S: Final = 1.0  # chosen: pause before a source that failed or was empty is tried again
_JOIN_S: Final = 5.0  # chosen: a device that does not let go is left to its daemon thread


class SourceState(StrEnum):
    """What a camera or microphone is doing."""

    ABSENT = "absent"
    """There is none: the source is ``none``."""
    STARTING = "starting"
    LIVE = "live"
    STALE = "stale"
    """It was live and nothing new has come for `STALE_S`: paused, ended or unplugged."""
    FAILED = "failed"
    """It could not be opened or read; it is tried again."""


class Capture:
    """Runs `read` again and again on a thread of its own until closed."""

    def __init__(
        self,
        address: MediaAddress,
        read: Callable[[Event], Iterator[None]],
        monotonic_s: Callable[[], float],
    ) -> None:
        self._address = address
        self._read = read
        self._monotonic_s = monotonic_s
        self._stopped = Event()
        self._heard_s: float | None = None
        self.failure: str | None = None
        """The last reason why it could not be read, in English, for the log and `chevet check`."""
        self._thread = Thread(target=self._run, name=f"capture {address.kind}", daemon=True)

    def start(self) -> None:
        """Begin to read; `SourceMissingError` if a file or fifo is not there."""
        kind = self._address.kind
        # A device may be plugged in later; a path that is not there is a slip of the keyboard.
        if kind in (SourceKind.FILE, SourceKind.FIFO) and not Path(self._address.where).exists():
            raise SourceMissingError(self._address.where)
        if kind is not SourceKind.NONE:
            self._thread.start()

    def close(self) -> None:
        """Stop reading and wait until the source is released."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join(_JOIN_S)

    @property
    def is_running(self) -> bool:
        """The thread lives."""
        return self._thread.is_alive()

    @property
    def state(self) -> SourceState:
        """What the source is doing now."""
        if self._address.kind is SourceKind.NONE:
            return SourceState.ABSENT
        if self._heard_s is not None and self._monotonic_s() - self._heard_s < STALE_S:
            return SourceState.LIVE
        if self.failure is not None:
            return SourceState.FAILED
        return SourceState.STARTING if self._heard_s is None else SourceState.STALE

    def _run(self) -> None:
        while not self._stopped.is_set():
            has_read = False
            try:
                has_read = self._read_to_end()
            except (av.FFmpegError, OSError, IndexError, ChevetError) as error:
                # IndexError: the container holds no stream of the kind wanted.
                if not self._stopped.is_set():  # being closed cuts a fifo short
                    self.failure = str(error) or type(error).__name__
                    _log.warning("cannot read %s: %s", self._address.kind, self.failure)
            if not has_read:
                self._stopped.wait(_REOPEN_S)

    def _read_to_end(self) -> bool:
        """True if anything came before the end."""
        has_read = False
        for _ in self._read(self._stopped):
            has_read = True
            self._heard_s = self._monotonic_s()
            self.failure = None
            if self._stopped.is_set():
                break
        return has_read
