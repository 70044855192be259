"""Earlier consultations are found by what is typed, and read with Enter."""

from dataclasses import replace
from pathlib import Path

from fakes.site_requests import FakeSiteRequests
from fakes.site_story import FILLED, NOW, STATES
from fakes.site_terminal import terminal
from fakes.typed_lines import TypedLines

from client.catalogue import Catalogue
from client.core.dossier.ending import Destination
from client.printing import PrintFailedError
from client.session.flow_views import PrintState, RecordsView, RecordView
from client.store.errors import StorageFailedError
from client.ui.desk import Desk, Drafts
from client.ui.plain import PlainSite
from client.ui.screens.closing import ClosingBox
from client.ui.screens.past import PastScreen
from client.ui.screens.start import StartScreen
from client.ui.widgets.pane import Sentence

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


async def test_what_is_read_is_printed_by_a_key_and_says_so() -> None:
    async with terminal(replace(PAST, printing=PrintState.READY)) as seen:
        await seen.press("d", "f2")
        assert ("print_record", 12) not in seen.requests.asked, "nothing is read yet"
        await seen.press("enter", "f2")
        assert seen.requests.asked[-1] == ("print_record", 12)
        assert "Impression en cours" in seen.text
        assert "Repos." in seen.text
        failed = replace(
            seen.requests.snapshot.records,
            printing=PrintState.FAILED,
            print_failure=PrintFailedError(3),
        )
        await seen.show(replace(seen.requests.snapshot, records=failed))
        assert "ÉCHEC (F2" in seen.text


async def test_where_nothing_prints_it_is_saved_in_a_folder() -> None:
    async with terminal(replace(PAST, printing=PrintState.UNAVAILABLE)) as seen:
        await seen.press("d", "enter", "f2", "ctrl+u", "slash", *"srv", "enter")
        assert seen.requests.asked[-1] == ("save_record", 12, Path("/srv"))
        assert isinstance(seen.app.screen, PastScreen)
        assert "Enregistrement en cours" in seen.text
        await seen.press("f5")
        assert "/srv" in seen.text


async def test_what_was_erased_is_neither_printed_nor_saved() -> None:
    erased = RecordsView("", ROWS, read=3)
    async with terminal(replace(PAST, records=erased, printing=PrintState.READY)) as seen:
        await seen.press("d", "f2", "f5")
        assert seen.requests.asked == [("find_records", "")]
        assert isinstance(seen.app.screen, PastScreen)


async def test_an_end_that_was_left_open_says_so_and_is_chosen_by_its_own_keys() -> None:
    dossier = replace(FILLED, ending=None)
    read = RecordsView("", ROWS, 12, "Repos.", dossier)
    async with terminal(replace(PAST, records=read)) as seen:
        await seen.press("d")
        assert "Ni destination ni acte" in seen.text
        await seen.press("f7")
        assert isinstance(seen.app.screen, ClosingBox)
        paper = str(list(Destination).index(Destination.PATIENT) + 1)
        await seen.press(paper, "o", "escape")
        closed = [asked[1:] for asked in seen.requests.asked if asked[0] == "close_record"]
        assert [(number, ending.is_chosen) for number, ending in closed] == [(12, True)] * 2
        assert [Destination.PATIENT in ending.destinations for _, ending in closed] == [False] * 2
        assert [ending.handed_over for _, ending in closed] == [False, True]
        assert isinstance(seen.app.screen, PastScreen)
        assert "Ni destination ni acte" not in seen.text


async def test_nothing_is_chosen_of_another_one_that_came_to_be_read_late() -> None:
    read = RecordsView("", ROWS, 12, "Repos.", replace(FILLED, ending=None))
    async with terminal(replace(PAST, records=read)) as seen:
        await seen.press("d", "f7")
        for late in (replace(read, read=7), RecordsView("", ROWS)):
            await seen.show(replace(seen.requests.snapshot, records=late))
            await seen.press("1", "b", "o")
        assert isinstance(seen.app.screen, ClosingBox)
        assert not [asked for asked in seen.requests.asked if asked[0] == "close_record"]
        failed = replace(read, failure=StorageFailedError("SQLITE_FULL"))
        await seen.show(replace(seen.requests.snapshot, records=failed))
        kept = str(seen.app.screen.query_one("#kept", Sentence).render())
        assert Catalogue("fr")("error.StorageFailedError") in kept


async def test_what_is_not_over_has_no_end_to_choose() -> None:
    async with terminal(replace(PAST, records=RecordsView("", ROWS, 9, "Repos."))) as seen:
        await seen.press("d", "f7")
        assert isinstance(seen.app.screen, PastScreen)


async def test_without_a_screen_an_end_that_was_left_open_is_chosen_by_lines() -> None:
    dossier = replace(FILLED, ending=None)
    requests = FakeSiteRequests(replace(PAST, printing=PrintState.UNAVAILABLE))
    requests.find_records = lambda text: requests.change(  # type: ignore[method-assign] # as read
        records=RecordsView(text, ROWS)
    )
    requests.read_record = lambda number: requests.change(  # type: ignore[method-assign] # as read
        records=RecordsView("", ROWS, number, "Repos.", dossier)
    )
    paper = str(list(Destination).index(Destination.PATIENT) + 1)
    person = TypedLines("d", "", "1", "2", paper, "o", "")
    await PlainSite(Desk(requests, Catalogue("fr"), lambda: NOW, Drafts()), person).run()
    closed = [asked[1:] for asked in requests.asked if asked[0] == "close_record"]
    assert [number for number, _ in closed] == [12, 12]
    assert [Destination.PATIENT in ending.destinations for _, ending in closed] == [False] * 2
    assert [ending.handed_over for _, ending in closed] == [False, True]
    assert any("Ni destination ni acte" in line for line in person.told)
