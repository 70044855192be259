"""By lines: each key, each form, each event once."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fakes.site_requests import FakeSiteRequests
from fakes.site_story import NOW, STATES

from client.catalogue import LANGUAGES, Catalogue
from client.core.consultation import State
from client.core.dossier.consent import Item
from client.core.dossier.ending import Ending, StopReason
from client.session.flow_views import Wish
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk, Drafts
from client.ui.plain import _KEYS, PlainSite
from client.ui.plain_news import news, vitals
from devices.readings import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SAY = Catalogue("fr")


async def led(snapshot: SiteSnapshot, *lines: str) -> tuple[FakeSiteRequests, list[str]]:
    """What these lines ask for, and what is told; then nobody types any more."""
    requests = FakeSiteRequests(snapshot)
    told: list[str] = []
    typed: Iterator[str] = iter(lines)

    async def next_line() -> str | None:
        return next(typed, None)

    await PlainSite(Desk(requests, SAY, lambda: NOW, Drafts()), told.append, next_line).run()
    return requests, told


def kinds(requests: FakeSiteRequests) -> list[object]:
    return [asked[0] for asked in requests.asked]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(STATES))
def test_every_state_can_be_told(name: str, language: str) -> None:
    told = list(news(Catalogue(language), None, STATES[name], NOW))
    if STATES[name].state is not State.COMPARING:
        assert any(told)
    assert list(news(Catalogue(language), STATES[name], STATES[name], NOW)) == []


def test_what_has_come_is_told_once() -> None:
    after = STATES["connected"]
    bare = replace(after, exchanges=after.exchanges[:-2], asked=None)
    told = list(news(SAY, bare, after, NOW))
    assert len(told) == 2
    assert "Depuis hier soir." in told[1]


def test_a_request_is_told_with_how_to_do_it() -> None:
    told = list(news(SAY, STATES["connected"], STATES["asked_temperature"], NOW))
    assert len(told) >= 2
    assert "température" in told[0].lower()


def test_a_value_without_signal_is_no_value() -> None:
    told = "\n".join(vitals(SAY, STATES["finger_out"], NOW))
    assert "97" not in told
    assert "--" in told
    assert list(vitals(SAY, STATES["start_open"], NOW)) == [SAY("training.plain.no_value")]


async def test_the_keys_ask_what_the_screens_keys_ask() -> None:
    keys = ("t", "x", "o", "m", "v", "p", "j", "c", "d", "bonjour")
    requests, _ = await led(STATES["asked_temperature"], *keys)
    assert kinds(requests)[:8] == [
        *("measure", "measure", "aim", "mute", "turn_camera_off", "pause"),
        *("send_anyway", "answer_ask"),
    ]
    assert requests.asked[0] == ("measure", Kind.THERMOMETER)
    assert requests.asked[8] == ("write", "bonjour")
    assert requests.asked[-1] == ("end", "finished")  # nobody types any more


async def test_no_photo_is_taken_of_who_refused() -> None:
    snapshot = STATES["connected"]
    consent = _filed().dossier.consent
    assert consent is not None
    refused = replace(_filed().dossier, consent=replace(consent, refused=(Item.PICTURES,)))
    requests, told = await led(replace(snapshot, dossier=refused), "f")
    assert "take_still" not in kinds(requests)
    assert SAY("dossier.pictures_off.short") in told
    agreed, _ = await led(replace(snapshot, dossier=_filed().dossier), "f")
    assert "take_still" in kinds(agreed)


def _filed() -> SiteSnapshot:
    return next(one for one in STATES.values() if one.dossier.consent is not None)


async def test_stopping_asks_why_and_may_be_left() -> None:
    requests, _ = await led(STATES["connected"], "s", "7", "4", "douleur")
    assert requests.asked[0] == ("stop", StopReason.EMERGENCY, "douleur")
    left, told = await led(STATES["connected"], "s", ".")
    assert "stop" not in kinds(left)
    assert SAY("training.plain.later") in told


async def test_a_wrong_number_is_told_and_asked_again() -> None:
    state = STATES["start_open"]
    typed = ("n", "DURAND", "Jeanne", "31/31/1948", "f", "", "2 rue du Lac", "01 99", *[""] * 4)
    requests, told = await led(state, *typed, "", "", "24/03/1948", *[""] * 8)
    assert any("date" in line.lower() for line in told)
    assert kinds(requests)[:2] == ["enter", "enter"]


async def test_after_the_end_documents_are_handed_over() -> None:
    requests, _ = await led(STATES["ended_by_gp"], "o", "p")
    entered = [asked[1] for asked in requests.asked if asked[0] == "enter"]
    assert entered == [Ending(handed_over=True)]
    assert ("print_documents",) in requests.asked


async def test_the_next_patient_takes_another_session() -> None:
    requests = FakeSiteRequests(STATES["ended_by_gp"])
    told: list[str] = []

    async def next_line() -> str | None:
        return "n"

    site = PlainSite(Desk(requests, SAY, lambda: NOW, Drafts()), told.append, next_line)
    assert await site.run() == Wish()
    assert requests.listeners == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_its_words(language: str) -> None:
    say = Catalogue(language)
    names: Iterable[str] = {name for keys in _KEYS.values() for name in keys.values()}
    assert all(say(f"site.do.{name}") for name in names)
