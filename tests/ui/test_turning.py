"""Turning to another GP while one is awaited: one key, and whoever is awaited stays until then."""

from dataclasses import replace

from fakes.site_requests import FakeSiteRequests
from fakes.site_story import FILLED, GPS, NOW, STATES
from fakes.site_terminal import terminal
from fakes.typed_lines import TypedLines

from client.catalogue import Catalogue
from client.core.consultation import State
from client.core.handshake import CallDeclinedError
from client.session.flow_views import Wish
from client.ui.attention import Standing, standing
from client.ui.desk import Desk, Drafts
from client.ui.plain import PlainSite
from client.ui.plain_news import news
from client.ui.screens.calling import CallScreen, OtherGpScreen
from client.ui.screens.invitation import InvitationScreen
from client.ui.screens.words import WordsScreen

SAY = Catalogue("fr")
AWAITED = replace(STATES["invitation"], dossier=FILLED, contacts=GPS)
DEFERRED = replace(AWAITED, dossier=replace(FILLED, is_deferred=True, question="Que faire ?"))
NOT_TAKEN = replace(
    AWAITED,
    state=State.READY,
    invitation=None,
    room=STATES["start_open"].room,
    call_failure=CallDeclinedError(),
)


async def test_another_gp_is_one_key_away_and_then_whom() -> None:
    async with terminal(AWAITED) as seen:
        assert "autre médecin" in seen.text
        await seen.press("a")
        assert isinstance(seen.app.screen, OtherGpScreen)
        assert "Échap continue" in seen.text
        assert "d pose une question" not in seen.text
        assert seen.requests.asked == [], "whoever is awaited is awaited until another is chosen"
        await seen.press("escape")
        assert isinstance(seen.app.screen, InvitationScreen)
        await seen.press("a", "d", "enter")
        assert seen.requests.asked == [("turn_to", GPS[0].public)]
        assert isinstance(seen.app.screen, InvitationScreen)
        await seen.press("a", "n")
        assert seen.requests.asked[1:] == [("turn_to", None)]


async def test_a_gp_who_comes_while_another_is_chosen_is_a_known_key_away() -> None:
    async with terminal(AWAITED) as seen:
        await seen.press("a")
        await seen.show(replace(STATES["words"], dossier=FILLED, contacts=GPS))
        assert isinstance(seen.app.screen, OtherGpScreen)
        assert "ARRIVÉ : revenez (Échap)" in seen.text
        assert "F2" not in seen.text
        await seen.press("escape")
        assert isinstance(seen.app.screen, WordsScreen)


async def test_the_palette_turns_to_another_gp_too() -> None:
    async with terminal(AWAITED) as seen:
        titles = [command.title for command in seen.app.get_system_commands(seen.app.screen)]
        assert "autre médecin (a)" in titles


async def test_a_question_without_meeting_stays_with_its_gp() -> None:
    async with terminal(DEFERRED) as seen:
        await seen.press("a")
        assert isinstance(seen.app.screen, InvitationScreen)
        assert any("répondra" in one.message for one in seen.app._notifications)


async def test_a_call_that_is_not_taken_says_why_and_whom_one_may_call() -> None:
    async with terminal(replace(AWAITED, invitation=None, calling=GPS[0])) as seen:
        await seen.show(NOT_TAKEN)
        assert isinstance(seen.app.screen, CallScreen)
        assert SAY("error.CallDeclinedError") in seen.text
        await seen.press("n")
        assert seen.requests.asked == [("invite",)]


async def test_after_an_end_the_same_patient_is_taken_to_another_gp_by_one_key() -> None:
    async with terminal(STATES["ended_complete"]) as seen:
        titles = [command.title for command in seen.app.get_system_commands(seen.app.screen)]
        assert "autre médecin, même patient (a)" in titles
        await seen.press("a")
    assert seen.app.return_value == Wish(keeps_patient=True)


async def test_without_a_screen_the_same_patient_is_taken_to_another_gp_too() -> None:
    person = TypedLines("a")
    requests = FakeSiteRequests(STATES["ended_complete"])
    wish = await PlainSite(Desk(requests, SAY, lambda: NOW, Drafts()), person).run()
    assert wish == Wish(keeps_patient=True)
    assert any("a autre médecin, même patient" in line for line in person.told)


def test_whoever_serves_the_counter_is_called_back_for_a_call_that_is_not_taken() -> None:
    assert standing(AWAITED, NOW) is Standing.QUIET
    assert standing(NOT_TAKEN, NOW) is Standing.OVER


def test_without_a_screen_it_is_told_why_nobody_comes() -> None:
    told = list(news(SAY, AWAITED, NOT_TAKEN, NOW))
    assert any(SAY("error.CallDeclinedError.hint") in line for line in told)
    assert list(news(SAY, NOT_TAKEN, NOT_TAKEN, NOW)) == []


async def led(requests: FakeSiteRequests, *lines: str) -> list[str]:
    """What is told while these lines are typed."""
    person = TypedLines(*lines)
    await PlainSite(Desk(requests, SAY, lambda: NOW, Drafts()), person).run()
    return person.told


async def test_without_a_screen_another_gp_is_one_key_and_a_number() -> None:
    requests = FakeSiteRequests(AWAITED)
    told = await led(requests, "a", "1")
    assert requests.asked[0] == ("turn_to", GPS[0].public)
    assert any("a autre médecin" in line for line in told)
    requests = FakeSiteRequests(AWAITED)
    await led(requests, "a", "")
    assert requests.asked[0] == ("turn_to", None)
    requests = FakeSiteRequests(AWAITED)
    await led(requests, "a", ".")
    assert ("turn_to", None) not in requests.asked


async def test_without_a_screen_nor_contacts_it_is_asked_before_an_invitation_is_withdrawn() -> (
    None
):
    requests = FakeSiteRequests(replace(AWAITED, contacts=()))
    await led(requests, "a", "")
    assert ("turn_to", None) not in requests.asked
    requests = FakeSiteRequests(replace(AWAITED, contacts=()))
    await led(requests, "a", "o")
    assert requests.asked[0] == ("turn_to", None)


async def test_without_a_screen_a_question_without_meeting_stays_with_its_gp() -> None:
    requests = FakeSiteRequests(DEFERRED)
    told = await led(requests, "a")
    assert any("répondra" in line for line in told)
    assert ("turn_to", None) not in requests.asked
