"""The session's end of the patient's window: starts the process, feeds it, sees it end.

Of the scene and of each picture only the newest is kept for the process: what it has no time for
is replaced, never queued. All of it is converted and written on a thread of its own.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import IO, Final

import av
from av.video.reformatter import VideoReformatter

from client import clock
from client.media.window.scene import (
    Kind,
    Pixels,
    Said,
    Scene,
    WindowState,
    picture_message,
    scene_message,
)

STUCK_S: Final = 5.0
"""chosen: a window that takes or draws nothing for so long shows an old picture; it is ended."""
DOCTOR_SIZE: Final = (640, 480)
OWN_SIZE: Final = (240, 180)
"""chosen: what a thin line gives, and a fifth of a wide display; larger ones are shrunk."""
SECOND: Final = 2
"""The display that is the patient's unless another is named; the first is the terminal's."""
_END_S: Final = 2.0
_WORD_BYTES: Final = 64
_NO_PICTURE: Final = Pixels(0, 0, b"")
_NAMES: Final = (
    *("PATH", "HOME", "LANG", "LC_ALL", "DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY"),
    *("XDG_RUNTIME_DIR", "XDG_SESSION_TYPE", "SDL_VIDEODRIVER", "SYSTEMROOT", "TEMP", "TMP"),
    *("USERPROFILE", "APPDATA", "LOCALAPPDATA", "VIRTUAL_ENV", "PYTHONPATH"),
)
"""Of the environment: what a graphical program needs, none of our secrets."""


def has_screen(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """A window could be opened here."""
    if platform in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def command(language: str, *, display: int = SECOND, own_only: bool = False) -> list[str]:
    """The window's program; nothing about a patient. `display` counts from one."""
    words = [sys.executable, "-m", "client.media.window", "--language", language]
    words += ["--display", str(display)]
    return [*words, "--own-display-only"] if own_only else words


class WindowProcess:
    """One run of the window's process. Call it from the event loop only; nothing blocks."""

    def __init__(
        self,
        words: Sequence[str],
        on_state: Callable[[WindowState], None],
        *,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
    ) -> None:
        """`on_state` is told on a thread of this object's."""
        self._words = words
        self._on_state = on_state
        self._monotonic_s = monotonic_s
        self._lock = Lock()
        self._newest: dict[Kind, Scene | av.VideoFrame | None] = {}
        self._wake = Event()
        self._is_closing = False
        self._is_over = False
        self._is_dismissed = False
        self._writing_since_s: float | None = None
        self._drawn_s: float | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._reformatters = {Kind.DOCTOR: VideoReformatter(), Kind.OWN: VideoReformatter()}
        self._thread = Thread(target=self._run, name="patient window", daemon=True)

    def start(self) -> None:
        """Begin; the states follow."""
        self._thread.start()

    def show(self, scene: Scene) -> None:
        """Replace what is written."""
        self._put(Kind.SCENE, scene)

    def show_doctor(self, frame: av.VideoFrame) -> None:
        """Replace the GP's picture."""
        self._put(Kind.DOCTOR, frame)

    def show_own(self, frame: av.VideoFrame | None) -> None:
        """Replace the picture of this room; `None` takes it away."""
        self._put(Kind.OWN, frame)

    def look(self) -> None:
        """End a window that takes or draws nothing any more: what it shows is old."""
        process, now_s = self._process, self._monotonic_s()
        since_s = (self._writing_since_s, self._drawn_s)
        is_stuck = any(one is not None and now_s - one > STUCK_S for one in since_s)
        if is_stuck and process is not None:
            process.kill()

    def close(self) -> None:
        """Close the window; `join` waits for it."""
        self._is_closing = True
        self._wake.set()

    def join(self) -> None:
        """Return when the process has ended; blocks, at most some seconds."""
        self._thread.join(2 * _END_S)
        process = self._process
        if self._thread.is_alive() and process is not None:
            process.kill()
            self._thread.join(_END_S)

    def _put(self, kind: Kind, what: Scene | av.VideoFrame | None) -> None:
        with self._lock:
            self._newest[kind] = what
        self._wake.set()

    def _run(self) -> None:
        try:
            process = self._started()
        except OSError:
            self._on_state(WindowState.FAILED)
            return
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 -- both are pipes
        listener = Thread(target=self._listen, args=(process.stdout,), daemon=True)
        listener.start()
        with suppress(OSError):  # it has ended; how, its exit code says
            self._feed(process.stdin)
        code = _ended(process)
        listener.join(_END_S)
        process.stdout.close()
        self._on_state(self._state_after(code))

    def _state_after(self, code: int) -> WindowState:
        if self._is_closing:
            return WindowState.CLOSED
        if self._is_dismissed:
            return WindowState.DISMISSED
        return WindowState.CLOSED if code == 0 else WindowState.FAILED

    def _started(self) -> "subprocess.Popen[bytes]":
        self._process = subprocess.Popen(  # noqa: S603 -- our own program
            self._words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={name: os.environ[name] for name in _NAMES if name in os.environ},
            start_new_session=True,  # Ctrl-C in the terminal is not for it
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        return self._process

    def _listen(self, pipe: IO[bytes]) -> None:
        """Its words, then its end, which wakes the writer."""
        while word := pipe.readline(_WORD_BYTES):
            said = word.decode("ascii", "replace").strip()
            if said in (Said.OPEN, Said.DRAWN):
                self._drawn_s = self._monotonic_s()
            self._is_dismissed = self._is_dismissed or said == Said.DISMISSED
            if said == Said.OPEN and not self._is_closing:
                self._on_state(WindowState.OPEN)
        self._is_over = True
        self._wake.set()

    def _feed(self, pipe: IO[bytes]) -> None:
        with pipe:
            while not (self._is_closing or self._is_over):
                self._wake.wait()
                self._wake.clear()
                with self._lock:
                    newest, self._newest = self._newest, {}
                for kind, what in newest.items():
                    self._write(pipe, self._message(kind, what))

    def _write(self, pipe: IO[bytes], message: bytes) -> None:
        self._writing_since_s = self._monotonic_s()
        rest = memoryview(message)
        while rest:  # unbuffered: a signal may cut a write short
            rest = rest[pipe.write(rest) :]
        self._writing_since_s = None

    def _message(self, kind: Kind, what: Scene | av.VideoFrame | None) -> bytes:
        if isinstance(what, Scene):
            return scene_message(what)
        if what is None:
            return picture_message(kind, _NO_PICTURE)
        return picture_message(kind, self._pixels(kind, what))

    def _pixels(self, kind: Kind, frame: av.VideoFrame) -> Pixels:
        most = DOCTOR_SIZE if kind is Kind.DOCTOR else OWN_SIZE
        scale = min(1.0, most[0] / frame.width, most[1] / frame.height)
        width, height = max(2, round(frame.width * scale)), max(2, round(frame.height * scale))
        fitted = self._reformatters[kind].reformat(frame, width, height, "rgb24")
        return Pixels(width, height, fitted.to_ndarray().tobytes())


def _ended(process: "subprocess.Popen[bytes]") -> int:
    """Its pipe is closed, so it leaves; if it does not it is ended."""
    try:
        return process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
