"""Where nothing prints, the documents are saved as files."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes.site_story import STATES
from fakes.site_terminal import terminal

from client.session.flow_views import PrintState
from client.ui.screens.ending import EndingScreen

ENDED = STATES["ended_complete"]


@pytest.mark.parametrize(
    ("key", "printing"), [("p", PrintState.UNAVAILABLE), ("f", PrintState.READY)]
)
async def test_the_folder_is_asked_and_remembered(key: str, printing: PrintState) -> None:
    async with terminal(replace(ENDED, printing=printing)) as seen:
        await seen.press(key, "ctrl+u", "slash", *"srv", "enter")
        assert seen.requests.asked[1:] == [("save_documents", Path("/srv"))]
        assert isinstance(seen.app.screen, EndingScreen)
        await seen.press("f")
        assert "/srv" in seen.text


@pytest.mark.parametrize("keys", [("p",), ("f", "enter")])
async def test_a_paper_says_what_the_record_says_once_it_is_handed_over(
    keys: tuple[str, ...],
) -> None:
    async with terminal(replace(ENDED, printing=PrintState.READY)) as seen:
        await seen.press(*keys)
        printed = seen.requests.snapshot.dossier.ending
        assert seen.requests.asked[0] == ("enter", printed)
        await seen.press("o")
        ending = seen.requests.snapshot.dossier.ending
        assert printed is not None
        assert printed.destinations
        assert ending == replace(printed, handed_over=True)


async def test_nothing_is_saved_without_a_folder() -> None:
    async with terminal(ENDED) as seen:
        await seen.press("f", "ctrl+u", "enter", "escape")
        assert seen.requests.asked == []
