"""What is said of numbers, ages and the line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes.site_story import NOW as STORY_NOW
from fakes.site_story import STATES
from hypothesis import given
from hypothesis import strategies as st

from client.catalogue import Catalogue
from client.core.adaptation.snapshot import WeakSide
from client.core.consultation import LinkState
from client.session.snapshot import ExchangeLine, LineKind, LinkView
from client.ui.link_story import TOLD_S, LinkStory
from client.ui.phrases import age, freshness, link_sentence, plain, plain_lines, quantity
from client.ui.view_finder import preview_title
from client.ui.widgets.banner import held_back
from client.ui.widgets.exchanges import described
from devices.readings import Vital

FRENCH = Catalogue("fr")
ENGLISH = Catalogue("en")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def french(sentence: str) -> str:
    return sentence.replace("\N{NO-BREAK SPACE}", " ")


def test_the_decimal_sign_is_the_languages_own() -> None:
    assert quantity(FRENCH, Vital.TEMPERATURE, 37.8) == "37,8"
    assert quantity(ENGLISH, Vital.TEMPERATURE, 37.8) == "37.8"
    assert quantity(FRENCH, Vital.SPO2, 97) == "97"


def test_no_value_is_never_a_number() -> None:
    assert quantity(FRENCH, Vital.SPO2, None) == "--"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "il y a 0 s"),
        (59.9, "il y a 59 s"),
        (60, "il y a 1 min"),
        (3_599, "il y a 59 min"),
        (3_600, "il y a 1 h"),
        (86_400, "il y a 1 j"),
        (-5, "il y a 0 s"),
    ],
)
def test_ages(seconds: float, said: str) -> None:
    assert french(age(FRENCH, ago(seconds), NOW)) == said


@given(st.floats(min_value=3, max_value=1e6))
def test_nothing_old_is_called_live(seconds: float) -> None:
    assert freshness(FRENCH, ago(seconds), NOW, is_live=True) != "en direct"


def test_only_a_sending_instrument_is_live() -> None:
    assert freshness(FRENCH, ago(1), NOW, is_live=True) == "en direct"
    assert freshness(FRENCH, ago(1), NOW, is_live=False) != "en direct"


@given(st.text())
def test_plain_text_is_one_harmless_line(text: str) -> None:
    assert plain(text).isprintable()
    assert "\n" not in plain(text)


def test_a_summary_keeps_its_lines() -> None:
    assert plain_lines("a\r\nb\x1b[2J\n\nc") == "a\nb [2J\n\nc"


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (LinkView(), "En attente du médecin"),
        (LinkView(LinkState.CONNECTING), "Connexion"),
        (LinkView(LinkState.UP, gp_hears=True), "vous entend."),
        (LinkView(LinkState.UP), "ne vous entend pas"),
        (LinkView(LinkState.UP, is_sealed=False), "chiffrées par DTLS seulement"),
        (LinkView(LinkState.CUT, ago(43)), "COUPÉE depuis 43 s"),
        (LinkView(LinkState.CUT, ago(4), waiting=1), "Un envoi attend"),
        (LinkView(LinkState.CUT, ago(4), waiting=2), "2 envois attendent"),
    ],
)
def test_the_line_in_one_sentence(link: LinkView, said: str) -> None:
    sentence = link_sentence(FRENCH, replace(STATES["connected"], link=link), NOW)
    assert said in french(sentence)


def test_a_browser_that_cannot_show_the_picture_is_named_before_any_weak_line() -> None:
    known = STATES["connected"].link
    assert known.engine is not None
    for weak in WeakSide:
        engine = replace(known.engine, weak=weak)
        link = replace(known, engine=engine, gp_can_see=False)
        sentence = link_sentence(FRENCH, replace(STATES["connected"], link=link), NOW)
        assert "le navigateur du médecin ne sait pas afficher" in french(sentence)


@pytest.mark.parametrize("is_sealed", [None, True])
def test_only_what_is_missing_of_the_encryption_is_said(*, is_sealed: bool | None) -> None:
    link = LinkView(LinkState.UP, gp_hears=True, is_sealed=is_sealed)
    assert "DTLS" not in link_sentence(FRENCH, replace(STATES["connected"], link=link), NOW)


@pytest.mark.parametrize("held", ["is_muted", "is_paused"])
def test_a_muted_voice_is_never_called_heard(held: str) -> None:
    snapshot = replace(STATES["connected"], **{held: True})  # type: ignore[arg-type]  # a flag's name
    assert "vous entend" not in link_sentence(FRENCH, snapshot, NOW)


def test_the_return_of_the_line_is_told_for_a_while() -> None:
    cut = LinkView(LinkState.CUT, ago(9), waiting=2)
    up = LinkView(LinkState.UP)
    story = LinkStory().after(cut, NOW).after(replace(cut, waiting=5), NOW).after(up, NOW)
    assert story.is_back
    assert story.waited == 5
    later = story.after(up, NOW + timedelta(seconds=TOLD_S - 1))
    assert later.is_back
    assert later.after(up, NOW + timedelta(seconds=TOLD_S)) == LinkStory()


def test_a_first_connection_is_no_return() -> None:
    connecting = LinkStory().after(LinkView(LinkState.CONNECTING), NOW)
    assert not connecting.after(LinkView(LinkState.UP), NOW).is_back


def test_each_cut_counts_anew() -> None:
    cut = LinkView(LinkState.CUT, ago(9), waiting=4)
    story = LinkStory().after(cut, NOW).after(LinkView(LinkState.UP), NOW)
    assert story.after(replace(cut, waiting=1), NOW).waited == 1


@pytest.mark.parametrize("state", ["paused", "camera_off"])
def test_what_does_not_leave_is_never_said_to_be_seen(state: str) -> None:
    assert "NON TRANSMISE" in preview_title(FRENCH, STATES[state], STORY_NOW)


def test_while_paused_the_otoscope_is_not_seen_either() -> None:
    paused = replace(STATES["aiming"], is_paused=True)
    assert "NON TRANSMIS" in preview_title(FRENCH, paused, STORY_NOW)


def test_nothing_is_held_back_once_it_is_over() -> None:
    assert held_back(replace(STATES["connected"], is_paused=True)) == ["paused"]
    assert held_back(replace(STATES["ended_by_gp"], is_paused=True)) == []


@pytest.mark.parametrize(
    ("outcome", "said"), [("done", "fait"), ("not_possible", "pas possible ici")]
)
def test_an_answer_says_what_was_answered(outcome: str, said: str) -> None:
    line = ExchangeLine(NOW, LineKind.ASK_ANSWERED, outcome, "", is_acknowledged=False)
    assert french(described(FRENCH, line)) == f"Réponse : {said}"
