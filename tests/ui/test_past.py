"""Earlier consultations are found by what is typed, and read with Enter."""

from dataclasses import replace

from fakes.site_story import NOW, STATES
from fakes.site_terminal import terminal

from client.session.flow_views import RecordsView, RecordView
from client.ui.screens.start import StartScreen

ROWS = (
    RecordView(12, NOW, "DURAND JEANNE", "mal de gorge"),
    RecordView(9, NOW, "PETIT PAUL", "plaie", is_over=False),
    RecordView(3, NOW, is_erased=True),
)
PAST = replace(STATES["start"], records=RecordsView("", ROWS))


async def test_each_word_narrows_the_list_and_enter_reads_the_chosen_one() -> None:
    async with terminal(PAST) as seen:
        await seen.press("d", *"du", "down", "enter")
        assert seen.requests.asked == [
            *(("find_records", ""), ("find_records", "d"), ("find_records", "du")),
            ("read_record", 9),
        ]
        assert "Repos." in seen.text
        assert "mal de gorge" in seen.text
        await seen.press("escape")
        assert isinstance(seen.app.screen, StartScreen)


async def test_what_was_erased_or_left_says_so() -> None:
    async with terminal(PAST) as seen:
        await seen.press("d")
        assert "données effacées" in seen.text
        assert "non terminée" in seen.text


async def test_nothing_found_is_said() -> None:
    async with terminal(replace(PAST, records=RecordsView("zzz"))) as seen:
        await seen.press("d", "enter")
        assert "Aucune consultation" in seen.text
        assert ("read_record", 9) not in seen.requests.asked
