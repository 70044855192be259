"""The window's real process, with SDL's dummy display."""

import os
import signal
import sys
from pathlib import Path
from queue import SimpleQueue
from subprocess import PIPE, Popen

import pytest
from fakes.patient_window import PATIENCE_S, Told, picture, process_of

from client.media.window.process import STUCK_S, WindowProcess, command, has_screen
from client.media.window.scene import Line, Scene, WindowState


@pytest.fixture
def _dummy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")


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
