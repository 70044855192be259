"""What the flow says of dates, waiting, pointing and earlier values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes.site_story import FILLED, NOW, STATES
from fakes.site_terminal import terminal

from client.catalogue import Catalogue
from client.core.dossier.file import Dossier
from client.core.wire import Pointed, Waiting
from client.session.flow_views import EarlierValue
from client.ui.identity_fields import BirthDateError, iso_date, shown_date
from client.ui.pointer_words import pointer_sentence
from client.ui.waiting_words import waiting_sentence
from devices.readings import Vital

SAY = Catalogue("fr")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12/03/1948", "1948-03-12"),
        ("12031948", "1948-03-12"),
        ("03/1948", "1948-03"),
        ("1948", "1948"),
        ("", ""),
    ],
)
def test_a_birth_date_is_kept_as_far_as_it_is_known(typed: str, kept: str) -> None:
    assert iso_date(typed) == kept
    assert iso_date(shown_date(kept)) == kept


@pytest.mark.parametrize("typed", ["31/02/1948", "hier", "48", "12/03/48"])
def test_what_is_no_date_is_refused_and_explained(typed: str) -> None:
    with pytest.raises(BirthDateError) as raised:
        iso_date(typed)
    assert "JJ/MM/AAAA" in " ".join(SAY.explain(raised.value))


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1_000)


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        (None, ""),
        (Waiting(None, "", is_redirected=False, at_ms=_ms(NOW)), "patienter"),
        (Waiting(5, "", is_redirected=False, at_ms=_ms(NOW)), "dans 5"),
        (Waiting(5, "", is_redirected=False, at_ms=_ms(NOW - timedelta(minutes=4))), "une minute"),
        (Waiting(5, "", is_redirected=False, at_ms=_ms(NOW - timedelta(hours=1))), "instant"),
        (Waiting(None, "", is_redirected=True, at_ms=_ms(NOW)), "ne pourra pas"),
    ],
)
def test_the_doctors_delay_is_never_told_too_precisely(waiting: Waiting | None, said: str) -> None:
    told = waiting_sentence(SAY, replace(STATES["invitation"], gp_waiting=waiting), NOW)
    assert said in told
    assert bool(told) is (waiting is not None)


@pytest.mark.parametrize(
    ("left", "top", "said"),
    [
        (100, 500, "plus à gauche."),
        (900, 500, "plus à droite."),
        (500, 100, "plus haut."),
        (900, 900, "plus à droite et plus bas."),
        (500, 500, "milieu"),
    ],
)
def test_a_pointer_is_told_as_which_way(left: int, top: int, said: str) -> None:
    assert said in pointer_sentence(SAY, Pointed(0, left, top, is_shown=True))
    assert pointer_sentence(SAY, Pointed(0, left, top, is_shown=False)) == ""


async def test_earlier_values_are_never_taken_for_present_ones() -> None:
    then = datetime(2026, 11, 11, 9, 0, tzinfo=UTC)
    earlier = (EarlierValue(Vital.SPO2, 94, then, "CMS50D+"),)
    async with terminal(replace(STATES["connected_bare"], earlier=earlier)) as seen:
        assert "94" not in seen.text
        await seen.press("w")
        assert "CONSULTATIONS PRÉCÉDENTES" in seen.text
        assert "SpO2 94 %, il y a 12 j CMS50D+" in seen.text


async def test_training_is_told_on_every_screen() -> None:
    for state in ("start", "connected", "ended_by_gp"):
        snapshot = replace(STATES[state], dossier=Dossier(FILLED.operator, is_training=True))
        async with terminal(snapshot) as seen:
            assert "FORMATION" in seen.lines[0], state
