"""The patient's window and its session: what it shows, how it opens, fails and ends."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest
from fakes.site_story import STATES

from client import clock
from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG
from client.core.consultation import LinkState, State
from client.core.site_settings.values import PATIENT_WINDOWS
from client.media.sources import parse_sink, parse_source
from client.media.window.scene import Line, WindowState
from client.session.media import EndMedia
from client.session.patient_window import (
    COMEBACKS,
    STEADY_S,
    PatientWindow,
    WindowWish,
    scene_of,
)

PATIENCE_S = 60.0
CONNECTED = STATES["connected"]


@pytest.fixture
def _screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A graphical screen, one, on which SDL's dummy driver draws."""
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")


@pytest.fixture
def _no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@asynccontextmanager
async def running(
    wish: WindowWish, monotonic_s: Callable[[], float] = clock.monotonic_s
) -> AsyncIterator[PatientWindow]:
    none = parse_source("none")
    media = EndMedia(none, none, parse_sink("none"), DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG)
    window = PatientWindow(
        *(media, lambda: CONNECTED), wish=wish, language="fr", monotonic_s=monotonic_s
    )
    task = asyncio.create_task(window.run())
    try:
        yield window
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(window: PatientWindow, state: WindowState) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while window.state is not state:
            await asyncio.sleep(0.01)


async def until_another(window: PatientWindow, crashed: int) -> None:
    """A later process than the one that crashed draws."""
    async with asyncio.timeout(PATIENCE_S):
        while window.state is not WindowState.OPEN or pid_of(window) == crashed:
            await asyncio.sleep(0.01)


def pid_of(window: PatientWindow) -> int:
    assert window._process is not None
    assert window._process._process is not None
    return window._process._process.pid


def test_the_settings_know_every_wish() -> None:
    assert set(PATIENT_WINDOWS) == {wish.value for wish in WindowWish}


def test_nothing_of_the_consultation_is_shown_before_the_words_were_compared() -> None:
    scene = scene_of(replace(CONNECTED, state=State.COMPARING))
    assert (scene.line, scene.chat, scene.asked, scene.asked_text) == (Line.NONE, "", "", "")


@pytest.mark.parametrize("state", [State.ENDED, State.REFUSED])
def test_after_the_end_it_says_so_and_nothing_else(state: State) -> None:
    scene = scene_of(replace(CONNECTED, state=state))
    assert (scene.line, scene.chat, scene.asked) == (Line.OVER, "", "")


@pytest.mark.parametrize(
    ("state", "line"),
    [(LinkState.UP, Line.UP), (LinkState.CUT, Line.CUT), (LinkState.NONE, Line.NONE)],
)
def test_the_line_is_told_as_the_session_has_it(state: LinkState, line: Line) -> None:
    link = replace(CONNECTED.link, state=state)
    assert scene_of(replace(CONNECTED, link=link)).line is line


def test_what_is_switched_off_here_is_told() -> None:
    off = replace(CONNECTED, is_muted=True, is_camera_off=True, is_paused=True)
    scene = scene_of(off)
    assert (scene.is_muted, scene.is_camera_off, scene.is_paused) == (True, True, True)


@pytest.mark.usefixtures("_no_screen")
async def test_without_a_graphical_screen_nothing_is_started_even_when_asked() -> None:
    async with running(WindowWish.ON) as window:
        window.open(on=True)
        await asyncio.sleep(0)
        assert window.state is WindowState.UNAVAILABLE
        assert window._process is None


@pytest.mark.usefixtures("_screen")
async def test_by_wish_it_stays_closed_until_the_key_and_closes_by_it() -> None:
    async with running(WindowWish.OFF) as window:
        await asyncio.sleep(0)
        assert window.state is WindowState.CLOSED
        window.open(on=True)
        await until(window, WindowState.OPEN)
        window.open(on=False)
        await until(window, WindowState.CLOSED)


@pytest.mark.usefixtures("_screen")
async def test_with_one_display_it_does_not_take_it_by_itself() -> None:
    async with running(WindowWish.SECOND) as window:
        await until(window, WindowState.OPENING)
        await until(window, WindowState.CLOSED)


@pytest.mark.usefixtures("_screen")
async def test_one_that_crashes_comes_back_by_itself_but_not_for_ever() -> None:
    async with running(WindowWish.ON) as window:
        for _ in range(COMEBACKS):
            await until(window, WindowState.OPEN)
            crashed = pid_of(window)
            os.kill(crashed, signal.SIGKILL)
            await until_another(window, crashed)
        await until(window, WindowState.OPEN)
        os.kill(pid_of(window), signal.SIGKILL)
        await until(window, WindowState.FAILED)
        window.open(on=True)
        await until(window, WindowState.OPEN)
        again = pid_of(window)
    with pytest.raises(ProcessLookupError):
        os.kill(again, 0)


@pytest.mark.usefixtures("_screen")
async def test_one_that_held_for_a_while_may_crash_as_often_again() -> None:
    now = [0.0]
    async with running(WindowWish.ON, lambda: now[0]) as window:
        for _ in range(COMEBACKS + 1):
            await until(window, WindowState.OPEN)
            now[0] += STEADY_S
            crashed = pid_of(window)
            os.kill(crashed, signal.SIGKILL)
            await until_another(window, crashed)
        await until(window, WindowState.OPEN)


async def test_one_that_cannot_open_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("SDL_VIDEODRIVER", "no such driver")
    async with running(WindowWish.ON) as window:
        await until(window, WindowState.FAILED)
        assert window._comebacks == 0
