"""A known GP is called by choosing a line; what cannot be called cannot be chosen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fakes.site_story import FILLED, STATES
from fakes.site_terminal import terminal

from client.core.consultation import State
from client.session.profession import ProfessionView
from client.session.snapshot import ContactView
from client.ui.screens.calling import CallScreen
from client.ui.screens.contacts import ContactsBox
from client.ui.screens.start import StartScreen

MARTIN = ContactView(
    *(b"m" * 32, "Dr Martin", "médecin généraliste", None),
    datetime(2027, 1, 2, 12, tzinfo=UTC),
    can_be_called=True,
    is_revoked=False,
)
DURAND = replace(MARTIN, public=b"d" * 32, name="Dr Durand [bold]x[/bold]", can_be_called=False)
ADAM = replace(MARTIN, public=b"a" * 32, name="Dr Adam", is_revoked=True)


async def test_a_known_gp_is_called_with_two_keys() -> None:
    filed = replace(STATES["start"], dossier=FILLED, contacts=(DURAND, ADAM, MARTIN))
    async with terminal(filed) as seen:
        await seen.press("c")
        assert isinstance(seen.app.screen, ContactsBox)
        assert "[bold]x[/bold]" in seen.text  # a name is never markup
        assert "révoqué" in seen.text
        await seen.press("enter", "down", "enter")  # two that cannot be called
        assert not [asked for asked in seen.requests.asked if asked[0] == "call"]
        told = [one.message for one in seen.app._notifications]
        assert [("expiré" in one, "révoqué" in one) for one in told] == [
            *((True, False), (False, True)),
        ]
        await seen.press("down", "enter")
        assert [asked for asked in seen.requests.asked if asked[0] == "call"] == [
            ("call", MARTIN.public)
        ]
        assert isinstance(seen.app.screen, StartScreen)


async def test_a_call_before_its_time_says_what_is_to_be_done_first() -> None:
    begun = replace(FILLED, consent=None)
    async with terminal(replace(STATES["start_open"], dossier=begun, contacts=(MARTIN,))) as seen:
        await seen.press("c", "enter")
        assert seen.requests.asked == []
        assert isinstance(seen.app.screen, ContactsBox)
        told = [one.message for one in seen.app._notifications]
        assert ["Accord" in one for one in told] == [True]


async def test_at_the_call_itself_those_who_cannot_be_called_come_last_and_say_why() -> None:
    filed = replace(STATES["start_open"], dossier=FILLED, contacts=(DURAND, ADAM))
    async with terminal(filed) as seen:
        await seen.press("n")
        assert isinstance(seen.app.screen, CallScreen)
        await seen.press("enter", "down", "enter")
        assert seen.requests.asked == []
        told = [one.message for one in seen.app._notifications]
        assert [("expiré" in one, "révoqué" in one) for one in told] == [
            *((True, False), (False, True)),
        ]
    async with terminal(replace(filed, contacts=(DURAND, ADAM, MARTIN))) as seen:
        await seen.press("n", "enter")
        assert seen.requests.asked == [("call", MARTIN.public)]


async def test_an_empty_book_says_how_it_fills_and_escape_goes_back() -> None:
    async with terminal(STATES["start"]) as seen:
        await seen.press("c")
        assert "Personne encore" in seen.text
        await seen.press("enter")
        assert seen.requests.asked == []
        await seen.press("escape")
        assert isinstance(seen.app.screen, StartScreen)


@pytest.mark.parametrize(("key", "act"), [("r", "revoke_contact"), ("f", "forget_contact")])
async def test_a_contact_is_given_up_at_the_second_press_alone(key: str, act: str) -> None:
    durand = replace(DURAND, name="Dr Durand", rpps="10001234567")
    async with terminal(replace(STATES["start"], contacts=(durand, MARTIN))) as seen:
        await seen.press("c")
        assert "RPPS 10001234567 (déclaré)" in seen.text
        await seen.press(key)
        assert "Dr Durand\N{NARROW NO-BREAK SPACE}?" in seen.text
        await seen.press("down", key)  # somebody else: asked again
        assert "Dr Martin\N{NARROW NO-BREAK SPACE}?" in seen.text
        assert not [asked for asked in seen.requests.asked if asked[0] == act]
        await seen.press(key)
        assert (act, MARTIN.public) in seen.requests.asked


async def test_a_proved_profession_is_shown_with_who_vouches_for_it() -> None:
    proved = ProfessionView(
        *("Hélène MARTIN", "10001234567", "https://login.example"),
        datetime(2027, 1, 2, 12, tzinfo=UTC),
    )
    async with terminal(replace(STATES["connected"], gp_profession=proved)) as seen:
        assert "Hélène MARTIN (profession vérifiée)" in seen.text
        await seen.press("i")
        assert "Profession vérifiée par login.example le" in seen.text
        assert "10001234567" in seen.text


async def test_the_wait_for_a_known_gp_shows_no_link_to_give() -> None:
    calling = replace(
        STATES["start"], state=State.INVITING, calling=MARTIN, is_waiting_for_page=True
    )
    async with terminal(calling) as seen:
        assert "Dr Martin est appelé" in seen.text
        assert "ni lien" in seen.text


async def test_a_namesake_by_another_key_is_told_beside_the_words() -> None:
    async with terminal(replace(STATES["words"], has_namesake=True)) as seen:
        assert "nouvelle clé" in seen.text
