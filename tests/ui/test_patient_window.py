"""The patient's window from the terminal: its key, and what is said when it fails."""

from dataclasses import replace

import pytest
from fakes.site_story import STATES
from fakes.site_terminal import terminal

from client.media.window.scene import WindowState

CONNECTED = replace(STATES["connected"], window=WindowState.CLOSED)


async def test_the_same_key_opens_and_closes_it() -> None:
    async with terminal(CONNECTED) as seen:
        await seen.press("f4")
        await seen.press("f4")
        assert seen.requests.asked == [("open_window", True), ("open_window", False)]


async def test_without_a_graphical_screen_the_key_says_so_and_asks_nothing() -> None:
    async with terminal(replace(CONNECTED, window=WindowState.UNAVAILABLE)) as seen:
        await seen.press("f4")
        assert seen.requests.asked == []
        assert [note.message for note in seen.app._notifications] == [
            seen.app.desk.say("site.window.unavailable")
        ]


@pytest.mark.parametrize("lost", [WindowState.FAILED, WindowState.DISMISSED])
async def test_a_window_that_goes_by_itself_is_told_once_and_can_be_opened_again(
    lost: WindowState,
) -> None:
    async with terminal(replace(CONNECTED, window=WindowState.OPEN)) as seen:
        await seen.show(replace(CONNECTED, window=lost))
        await seen.show(replace(CONNECTED, window=lost, is_muted=True))
        told = [note.message for note in seen.app._notifications]
        assert told == [seen.app.desk.say(f"site.window.{lost}")]
        await seen.press("f4")
        assert seen.requests.asked == [("open_window", True)]
