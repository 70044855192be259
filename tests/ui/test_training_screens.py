"""Training at the screen: choosing, the card, what was forgotten, and never a real look."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes.site_requests import FakeSiteRequests
from fakes.site_story import NOW, STATES
from fakes.site_terminal import terminal
from textual.app import App

from client.catalogue import LANGUAGES, Catalogue
from client.core.training.scenario import scenarios
from client.media.window.scene import WindowState
from client.printing import SaveFailedError
from client.ui.screens.training import Next, Result, choosing, showing
from client.ui.screens.training_site import TrainingSiteApp
from client.ui.themes import THEMES, TRAINING
from client.ui.wishes import TrainingWanted

SAY = Catalogue("fr")
SIZES = [(80, 24), (200, 60)]
LINES = ((True, "Noter le motif"), (False, "Ouvrir la salle"))


def text_of(app: App[object]) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.replace("\N{NO-BREAK SPACE}", " ") for strip in strips)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_scenario_tells_its_story_and_its_card(
    size: tuple[int, int], language: str
) -> None:
    app = choosing(Catalogue(language), scenarios(language))
    async with app.run_test(size=size) as pilot:
        for one in scenarios(language):
            await pilot.pause()
            seen = text_of(app)
            assert one.patient.matricule in seen
            assert one.story.split()[1] in seen
            assert app.theme == TRAINING.name
            await pilot.press("down")


async def test_enter_plays_the_scenario_that_is_marked() -> None:
    app = choosing(SAY, scenarios("fr"))
    async with app.run_test() as pilot:
        await pilot.press("down", "enter")
    assert app.return_value == scenarios("fr")[1].name


async def test_leaving_chooses_nothing() -> None:
    app = choosing(SAY, scenarios("fr"))
    async with app.run_test() as pilot:
        await pilot.press("q")
    assert app.return_value is None


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_forgotten_comes_first_and_in_words(size: tuple[int, int]) -> None:
    app = showing(SAY, Result("Angine", LINES, None))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        seen = text_of(app)
        assert "1 sur 2" in seen
        assert seen.index("oublié") < seen.index("Noter le motif")
        assert "FORMATION" in seen
        await pilot.press("a")
        assert "rien à attester" in text_of(app)
        await pilot.press("n")
    assert app.return_value == Next.AGAIN


async def test_the_attestation_tells_where_it_is_or_why_it_is_not(tmp_path: Path) -> None:
    def fails() -> Path:
        raise SaveFailedError("no room")

    for save, told in ((lambda: tmp_path / "a.pdf", "a.pdf"), (fails, SAY.explain(_failed())[0])):
        app = showing(SAY, Result("Angine", LINES, save))
        async with app.run_test(size=(200, 60)) as pilot:
            await pilot.press("a")
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert told in text_of(app)


def _failed() -> Exception:
    return SaveFailedError("no room")


async def test_the_site_in_training_has_its_own_look_and_the_card_at_hand() -> None:
    one = scenarios("fr")[0]
    app = TrainingSiteApp(FakeSiteRequests(STATES["start_open"]), SAY, lambda: NOW, one)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.theme == TRAINING.name
        await pilot.press("f3")
        assert app.theme == TRAINING.name
        await pilot.press("f6")
        await pilot.pause()
        assert one.patient.matricule in text_of(app)
        await pilot.press("f6")
        await pilot.pause()
        assert one.patient.matricule not in text_of(app)


async def test_the_help_and_the_list_of_steps_tell_the_cards_key_in_training_alone() -> None:
    one = scenarios("fr")[0]
    app = TrainingSiteApp(FakeSiteRequests(STATES["start_open"]), SAY, lambda: NOW, one)
    async with app.run_test() as pilot:
        await pilot.pause()
        named = [command.title for command in app.get_system_commands(app.screen)]
        assert "carte du patient (F6)" in named
        await pilot.press("question_mark")
        await pilot.pause()
        assert SAY("site.help.card") in text_of(app)
    async with terminal(STATES["start_open"]) as seen:
        named = [command.title for command in seen.app.get_system_commands(seen.app.screen)]
        assert not [title for title in named if "F6" in title]


async def test_the_patients_window_keeps_its_key_in_training() -> None:
    requests = FakeSiteRequests(replace(STATES["connected"], window=WindowState.CLOSED))
    app = TrainingSiteApp(requests, SAY, lambda: NOW, scenarios("fr")[0])
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("f4")
        assert requests.asked == [("open_window", True)]


def test_no_real_session_looks_like_training() -> None:
    assert TRAINING.name not in {theme.name for theme in THEMES}
    assert TRAINING.background not in {theme.background for theme in THEMES}


async def test_the_start_leads_to_training() -> None:
    async with terminal(STATES["start_open"]) as seen:
        assert "f formation" in seen.text
        await seen.press("f")
    assert seen.app.return_value == TrainingWanted()


async def test_settings_are_told_to_stay_as_they_are_in_training() -> None:
    training = replace(STATES["start_open"].dossier, is_training=True)
    async with terminal(replace(STATES["start_open"], dossier=training)) as seen:
        assert "s réglages" in seen.text
        await seen.press("s")
        assert seen.app.is_running
        told = [one.message for one in seen.app._notifications]
        assert told == [SAY("training.plain.no_settings")]
