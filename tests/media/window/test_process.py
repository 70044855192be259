"""The window's real process, with SDL's dummy display, and a real window where Xvfb is there."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from shutil import which
from subprocess import DEVNULL, PIPE, Popen, run

import av
import numpy as np
import pytest
from PIL import Image

from client.media.window.process import STUCK_S, WindowProcess, command, has_screen
from client.media.window.scene import Line, Scene, WindowState

PATIENCE_S = 60.0
EIGHT_BYTES = 8


@pytest.fixture
def _dummy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")


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


@pytest.mark.usefixtures("_dummy")
def test_it_opens_and_closes_when_asked() -> None:
    told = Told(command("fr"))
    assert told.next() is WindowState.OPEN
    told.window.show(Scene(Line.UP, chat="bonjour"))
    told.window.show_doctor(picture(200))
    told.window.close()
    told.window.join()
    assert told.next() is WindowState.CLOSED
    assert process_of(told).poll() == 0


@pytest.mark.usefixtures("_dummy")
def test_without_a_second_display_it_does_not_open_by_itself() -> None:
    told = Told(command("fr", own_only=True))
    assert told.next() is WindowState.CLOSED
    told.window.join()


@pytest.mark.usefixtures("_dummy")
def test_a_crash_is_told_and_another_window_can_be_opened() -> None:
    told = Told(command("fr"))
    assert told.next() is WindowState.OPEN
    os.kill(process_of(told).pid, signal.SIGKILL)
    assert told.next() is WindowState.FAILED
    told.window.show_doctor(picture(1))  # to nobody: no harm
    told.window.join()
    again = Told(command("fr"))
    assert again.next() is WindowState.OPEN
    again.window.close()
    again.window.join()


def test_a_program_that_cannot_start_has_failed() -> None:
    told = Told(["/nonexistent/window"])
    assert told.next() is WindowState.FAILED


def test_a_window_that_takes_nothing_is_ended() -> None:
    now = [0.0]
    states: SimpleQueue[WindowState] = SimpleQueue()
    stuck = "import sys,time; print('open',flush=True); time.sleep(600)"
    window = WindowProcess([sys.executable, "-c", stuck], states.put, monotonic_s=lambda: now[0])
    window.start()
    assert states.get(timeout=PATIENCE_S) is WindowState.OPEN
    window.show_doctor(picture(9))  # more than a pipe holds
    process = window._process
    assert process is not None
    while window._writing_since_s is None:
        pass
    window.look()
    assert process.poll() is None, "it was given no time"
    now[0] = STUCK_S + 1
    window.look()
    assert states.get(timeout=PATIENCE_S) is WindowState.FAILED
    window.join()


def test_a_window_that_reads_and_draws_no_more_is_ended() -> None:
    now = [0.0]
    states: SimpleQueue[WindowState] = SimpleQueue()
    stuck = "import sys; print('open',flush=True); sys.stdin.buffer.read()"
    window = WindowProcess([sys.executable, "-c", stuck], states.put, monotonic_s=lambda: now[0])
    window.start()
    assert states.get(timeout=PATIENCE_S) is WindowState.OPEN
    now[0] = STUCK_S - 1
    window.look()
    process = window._process
    assert process is not None
    assert process.poll() is None, "it was given no time"
    now[0] = STUCK_S + 1
    window.look()
    assert states.get(timeout=PATIENCE_S) is WindowState.FAILED
    window.join()


@pytest.mark.usefixtures("_dummy")
def test_a_window_that_draws_says_so_again_and_again() -> None:
    now, states = [0.0], SimpleQueue[WindowState]()
    window = WindowProcess(command("fr"), states.put, monotonic_s=lambda: now[0])
    window.start()
    assert states.get(timeout=PATIENCE_S) is WindowState.OPEN
    now[0] = 100.0
    while window._drawn_s != now[0]:
        pass
    window.look()
    window.close()
    window.join()
    assert states.get(timeout=PATIENCE_S) is WindowState.CLOSED


@pytest.mark.usefixtures("_dummy")
def test_when_the_session_dies_the_window_closes_by_itself() -> None:
    parent = (
        "import os,sys\n"
        "from client.media.window.process import WindowProcess, command\n"
        "def told(s):\n"
        "    print(w._process.pid, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
        "w = WindowProcess(command('fr'), told)\n"
        "w.start(); w._thread.join()\n"
    )
    # The window inherits this pipe's writing end: it is at its end once both have gone.
    reading, writing = os.pipe()
    with Popen([sys.executable, "-c", parent], stdout=PIPE, pass_fds=(writing,)) as session:  # noqa: S603 -- ourselves
        os.close(writing)
        assert session.stdout is not None
        pid = int(session.stdout.readline())
    os.close(reading)
    while _is_alive(pid):
        pass


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@contextmanager
def server(*screens: str) -> Iterator[str]:
    """A display of our own with these screens; SDL takes each for a display."""
    if which("Xvfb") is None or which("import") is None:
        pytest.skip("needs Xvfb and ImageMagick's import")
    reading, writing = os.pipe()
    words = [which("Xvfb") or "", "-displayfd", str(writing)]
    for number, screen in enumerate(screens):
        words += ["-screen", str(number), screen]
    with Popen(words, stdout=DEVNULL, stderr=DEVNULL, pass_fds=(writing,)) as x11:  # noqa: S603 -- a display of our own
        os.close(writing)
        yield f":{os.read(reading, EIGHT_BYTES).decode().strip()}"
        os.close(reading)
        x11.terminate()


@pytest.fixture
def display() -> Iterator[str]:
    with server("800x600x24") as name:
        yield name


@pytest.fixture
def two_displays() -> Iterator[str]:
    with server("800x600x24", "640x400x24") as name:
        yield name


def red_pixels(display: str, path: Path) -> int:
    """How many pixels of the whole screen are the red of `picture`, nearly."""
    shooter = which("import")
    assert shooter is not None
    run([shooter, "-display", display, "-window", "root", str(path)], check=True)  # noqa: S603 -- a screenshot of our own display
    pixels = np.asarray(Image.open(path).convert("RGB")).reshape(-1, 3)
    return int(((pixels[:, 0] > 150) & (pixels[:, 1] < 60) & (pixels[:, 2] < 60)).sum())


def test_a_real_window_shows_the_doctor_and_grey_once_frozen(
    display: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    told = Told(command("fr"))
    assert told.next() is WindowState.OPEN
    shot, seen = tmp_path / "shot.png", 0
    while seen < 10_000:
        told.window.show(Scene(Line.UP))
        told.window.show_doctor(picture(200))
        seen = red_pixels(display, shot)
    while seen:  # no picture comes any more: none of it may stay as it was
        told.window.show(Scene(Line.UP))
        seen = red_pixels(display, shot)
    told.window.close()
    told.window.join()


def test_with_two_displays_it_opens_by_itself(
    two_displays: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it then stands is not shown here: SDL puts both of Xvfb's screens at one place."""
    monkeypatch.setenv("DISPLAY", two_displays)
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    told = Told(command("fr", own_only=True))
    assert told.next() is WindowState.OPEN
    told.window.close()
    told.window.join()


def test_with_one_real_display_it_does_not_open_by_itself(
    display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    told = Told(command("fr", own_only=True))
    assert told.next() is WindowState.CLOSED
    told.window.join()


@pytest.mark.parametrize(
    ("environment", "platform", "has"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_whether_there_is_a_screen(
    environment: dict[str, str], platform: str, *, has: bool
) -> None:
    assert has_screen(environment, platform) is has
