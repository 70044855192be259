"""A real window on real displays, seen as a camera before them would: screenshots."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes.displays import Desk, desk, one_display, shot
from fakes.patient_window import PATIENCE_S, Told, picture, process_of
from numpy.typing import NDArray

from client.media.window.process import command
from client.media.window.scene import Line, Scene, WindowState

TERMINALS = (0, 0, 640, 400)
PATIENTS = (640, 0, 320, 240)
"""Four to three, as the picture: it fills the display."""


@pytest.fixture(autouse=True)
def _x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with one_display() as name:
        monkeypatch.setenv("DISPLAY", name)
        yield name


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk(tmp_path, [TERMINALS, PATIENTS]) as found:
        monkeypatch.setenv("DISPLAY", found.name)
        yield found


def is_red(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Nearly the red of `picture`."""
    found: NDArray[np.bool_] = (
        (pixels[..., 0] > 150) & (pixels[..., 1] < 60) & (pixels[..., 2] < 60)
    )
    return found


def shows(
    told: Told, look: Callable[[], NDArray[np.uint8]], wanted: Callable[[NDArray[np.bool_]], bool]
) -> None:
    """Feed the window until the screen is as wanted."""
    end_s = time.monotonic() + PATIENCE_S
    while True:
        told.window.show(Scene(Line.UP))
        told.window.show_doctor(picture(200))
        red = is_red(look())
        if wanted(red):
            return
        assert time.monotonic() < end_s, f"{red.sum()} of {red.size} pixels are the picture's"


def is_whole_on_the_patients(red: NDArray[np.bool_]) -> bool:
    return bool(red[:240, 640:].all() and not red[:, :640].any())


def is_part_of_the_terminals(red: NDArray[np.bool_]) -> bool:
    return red.shape[1] == TERMINALS[2] and bool(0.05 < red.mean() < 0.5)


def closed(told: Told) -> None:
    told.window.close()
    told.window.join()
    assert told.next() is WindowState.CLOSED


def test_it_shows_the_doctor_and_grey_once_frozen(display: str, tmp_path: Path) -> None:
    told = Told(command("fr"))
    assert told.next() is WindowState.OPEN
    path = tmp_path / "shot.png"
    shows(told, lambda: shot(display, path), lambda red: bool(red.sum() > 10_000))
    end_s = time.monotonic() + PATIENCE_S
    while is_red(shot(display, path)).any():  # no picture comes any more: none stays as it was
        told.window.show(Scene(Line.UP))
        assert time.monotonic() < end_s
    closed(told)


def test_on_one_display_it_leaves_the_terminal_in_reach(display: str, tmp_path: Path) -> None:
    told = Told(command("fr"))
    assert told.next() is WindowState.OPEN
    shows(
        told, lambda: shot(display, tmp_path / "shot.png"), lambda red: bool(0.1 < red.mean() < 0.5)
    )
    closed(told)


@pytest.mark.usefixtures("display")
def test_on_one_display_it_does_not_open_by_itself() -> None:
    told = Told(command("fr", own_only=True))
    assert told.next() is WindowState.CLOSED
    told.window.join()


def test_on_two_it_covers_the_patients_and_leaves_the_terminals_alone(
    two: Desk, tmp_path: Path
) -> None:
    told = Told(command("fr", own_only=True))
    assert told.next() is WindowState.OPEN
    shows(told, lambda: two.shot(tmp_path / "shot.png"), is_whole_on_the_patients)
    closed(told)


def test_it_moves_when_the_patients_display_is_unplugged_and_back(
    two: Desk, tmp_path: Path
) -> None:
    told = Told(command("fr", own_only=True))
    assert told.next() is WindowState.OPEN
    process = process_of(told)
    look = lambda: two.shot(tmp_path / "shot.png")  # noqa: E731 -- the camera
    shows(told, look, is_whole_on_the_patients)
    two.plug(TERMINALS)
    shows(told, look, is_part_of_the_terminals)
    two.plug(TERMINALS, PATIENTS)
    shows(told, look, is_whole_on_the_patients)
    assert process_of(told) is process
    assert process.poll() is None
    closed(told)


def test_another_display_than_the_second_can_be_the_patients(two: Desk, tmp_path: Path) -> None:
    told = Told(command("fr", display=1, own_only=True))
    assert told.next() is WindowState.OPEN

    def is_on_the_first(red: NDArray[np.bool_]) -> bool:
        return bool(red[10:390, 60:580].all() and not red[:, 640:].any())

    shows(told, lambda: two.shot(tmp_path / "shot.png"), is_on_the_first)
    closed(told)
