"""Each key asks the session for exactly one thing."""

from dataclasses import replace

import pytest
from fakes.site_story import STATES
from fakes.site_terminal import terminal
from textual.command import CommandPalette

from client.core.adaptation.plan import Preference
from client.core.consultation import State
from client.session.flow_views import Wish
from client.session.snapshot import StillState, StillView
from client.ui.screens.confirmation import ConfirmationBox
from client.ui.screens.consultation import ConsultationScreen
from client.ui.screens.ending import EndingScreen
from client.ui.screens.refusal import RefusalScreen
from client.ui.screens.writing import WritingBox
from devices.readings import Kind, Vital

ONE_KEY = [
    ("words", "o", ("compare_words", True)),
    ("words", "x", ("compare_words", False)),
    ("connected", "t", ("measure", Kind.THERMOMETER)),
    ("connected", "x", ("measure", Kind.OXIMETER)),
    ("instruments", "u", ("measure", Kind.BLOOD_PRESSURE)),
    ("inflating", "t", ("measure", Kind.BLOOD_PRESSURE)),
    ("inflating", "b", ("stop_measuring", Kind.BLOOD_PRESSURE)),
    ("connected", "o", ("aim", True)),
    ("aiming", "o", ("aim", False)),
    ("aiming", "f", ("take_still", "oreille droite")),
    ("aiming", "k", ("take_clip", "oreille droite")),
    ("asked_temperature", "c", ("answer_ask", True)),
    ("asked_temperature", "n", ("answer_ask", False)),
    ("connected", "m", ("mute", True)),
    ("muted", "m", ("mute", False)),
    ("connected", "v", ("turn_camera_off", True)),
    ("camera_off", "v", ("turn_camera_off", False)),
    ("connected", "p", ("pause", True)),
    ("paused", "p", ("pause", False)),
]


@pytest.mark.parametrize(("state", "key", "asked"), ONE_KEY)
async def test_one_key_asks_one_thing(state: str, key: str, asked: tuple[object, ...]) -> None:
    async with terminal(STATES[state]) as seen:
        await seen.press(key)
        assert seen.requests.asked == [asked]


@pytest.mark.parametrize("key", ["c", "n"])
async def test_nothing_is_answered_when_nothing_is_asked(key: str) -> None:
    async with terminal(STATES["connected"]) as seen:
        await seen.press(key)
        assert seen.requests.asked == []
        assert "Rien pour l" in seen.text


@pytest.mark.parametrize(
    ("key", "missing"), [("t", "thermomètre"), ("x", "oxymètre"), ("o", "oto")]
)
async def test_a_missing_instrument_is_told_and_not_asked(key: str, missing: str) -> None:
    async with terminal(replace(STATES["connected"], instruments=())) as seen:
        await seen.press(key)
        assert seen.requests.asked == []
        assert f"Aucun {missing}" in seen.text


async def test_no_cuff_is_stopped_that_does_not_inflate() -> None:
    async with terminal(STATES["connected"]) as seen:
        await seen.press("b")
        assert seen.requests.asked == []
        assert "Aucun brassard" in seen.text


async def test_a_memory_is_read_only_after_a_question() -> None:
    async with terminal(STATES["instruments"]) as seen:
        await seen.press("w", "3")
        assert "autre personne" in seen.text
        assert "OneTouch Ultra 2" in seen.text
        assert seen.requests.asked == []
        await seen.press("escape", "3", "o")
        assert seen.requests.asked == [("fetch_stored", Kind.GLUCOMETER)]


async def test_no_digit_reads_a_memory_that_is_not_there() -> None:
    async with terminal(replace(STATES["connected"], instruments=())) as seen:
        await seen.press("w", "1")
        assert "Lire une" not in seen.text
        assert seen.requests.asked == []


async def test_the_key_for_more_lists_every_key() -> None:
    async with terminal(STATES["connected"], size=(200, 60)) as seen:
        await seen.press("a")
        await seen.settle()
        assert isinstance(seen.app.screen, CommandPalette)
        names = [
            command.title for command in seen.app.get_system_commands(seen.app.screen_stack[1])
        ]
        for key in "btouxlfkjgecnwyz":
            assert any(f"({key})" in name for name in names), key


async def test_the_label_of_the_next_still_is_chosen_beforehand() -> None:
    async with terminal(STATES["aiming"]) as seen:
        await seen.press("l")
        assert "oreille gauche" in seen.text
        await seen.press("f")
        assert seen.requests.asked == [("take_still", "oreille gauche")]


async def test_a_doubtful_still_is_explained_and_can_be_sent_anyway() -> None:
    doubtful = StillView("oreille droite", StillState.DOUBTFUL, 46_812, 46_812, "blurred")
    async with terminal(replace(STATES["aiming"], still=doubtful)) as seen:
        assert "Trop flou" in seen.text
        await seen.press("j")
        assert seen.requests.asked == [("send_anyway",)]


async def test_words_cannot_be_confirmed_before_they_are_there() -> None:
    async with terminal(replace(STATES["words"], words=())) as seen:
        await seen.press("o")
        assert seen.requests.asked == []


async def test_a_live_consultation_ends_with_two_keys() -> None:
    async with terminal(STATES["connected"]) as seen:
        await seen.press("q")
        assert isinstance(seen.app.screen, ConfirmationBox)
        assert seen.requests.asked == []
        await seen.press("o")
        assert seen.requests.asked == [("end", "finished")]
        assert isinstance(seen.app.screen, EndingScreen)


async def test_the_same_key_twice_ends_nothing() -> None:
    async with terminal(STATES["connected"]) as seen:
        await seen.press("q", "q", "q")
        assert seen.requests.asked == []
        await seen.press("escape")
        assert isinstance(seen.app.screen, ConsultationScreen)


@pytest.mark.parametrize("state", ["start", "ended_by_gp", "refused"])
async def test_q_quits_at_once_where_nothing_is_live(state: str) -> None:
    async with terminal(STATES[state]) as seen:
        await seen.pilot.press("q")
        assert seen.app._exit
        assert seen.requests.asked == []


@pytest.mark.parametrize(
    ("state", "wish"), [("ended_by_gp", Wish()), ("refused", Wish(keeps_patient=True))]
)
async def test_n_leaves_for_another_consultation(state: str, wish: Wish) -> None:
    """Of the same patient, where the one before came to nothing."""
    async with terminal(STATES[state]) as seen:
        await seen.pilot.press("n")
        assert seen.app.return_value == wish
        assert seen.requests.asked == []


async def test_leaving_an_invitation_withdraws_it() -> None:
    async with terminal(STATES["invitation"]) as seen:
        await seen.pilot.press("q")
        assert seen.requests.asked == [("end", "finished")]
        assert seen.app._exit


async def test_ctrl_c_asks_first_and_leaves_the_second_time() -> None:
    async with terminal(STATES["connected"]) as seen:
        await seen.press("ctrl+c")
        assert isinstance(seen.app.screen, ConfirmationBox)
        assert seen.requests.asked == []
        await seen.pilot.press("ctrl+c")
        assert seen.requests.asked == [("end", "finished")]
        assert seen.app._exit


async def test_ctrl_c_works_while_typing() -> None:
    async with terminal(STATES["connected"]) as seen:
        await seen.press("d", "x", "ctrl+c")
        assert isinstance(seen.app.screen, ConfirmationBox)


async def test_the_link_is_copied_whole() -> None:
    async with terminal(STATES["invitation"]) as seen:
        await seen.press("c")
        invitation = STATES["invitation"].invitation
        assert invitation is not None
        assert seen.app.clipboard == invitation.url


async def test_a_line_is_written_and_what_is_not_sent_is_kept() -> None:
    async with terminal(STATES["connected"]) as seen:
        await seen.press("d", *"oui", "escape")
        await seen.press("d")
        assert isinstance(seen.app.screen, WritingBox)
        await seen.press("space", *"hier", "enter")
        assert seen.requests.asked == [("write", "oui hier")]
        assert isinstance(seen.app.screen, ConsultationScreen)
        await seen.press("d", "enter")
        assert len(seen.requests.asked) == 1, "an empty line is not sent"


@pytest.mark.parametrize("state", [State.ENDED, State.REFUSED])
async def test_an_end_is_shown_at_once_whatever_is_open(state: State) -> None:
    async with terminal(STATES["connected"]) as seen:
        await seen.press("d", *"abc")
        await seen.show(replace(STATES["connected"], state=state, ended="finished"))
        wanted = EndingScreen if state is State.ENDED else RefusalScreen
        assert isinstance(seen.app.screen, wanted)
        assert len(seen.app.screen_stack) == 2


async def test_a_refusal_leaves_nothing_but_a_new_start() -> None:
    async with terminal(STATES["refused"]) as seen:
        await seen.press("o", "x", "m", "d", "f", "t", "i")
        assert seen.requests.asked == []
        assert isinstance(seen.app.screen, RefusalScreen)


async def test_help_lists_every_key_of_the_screen_and_goes_away() -> None:
    async with terminal(STATES["connected"], size=(100, 40)) as seen:
        await seen.press("question_mark")
        assert "Couper le micro, ou le rétablir." in seen.text
        assert "Écrire une ligne au médecin, ou" in seen.text
        await seen.press("escape")
        assert isinstance(seen.app.screen, ConsultationScreen)


async def test_help_says_what_the_short_names_of_the_vitals_stand_for() -> None:
    taken = STATES["connected"].vitals[0]
    wanted = (Vital.HEART_RATE, Vital.RESPIRATION, Vital.PERFUSION_INDEX)
    vitals = tuple(replace(taken, vital=vital) for vital in wanted)
    async with terminal(replace(STATES["connected"], vitals=vitals), size=(100, 60)) as seen:
        await seen.press("question_mark", "end")
        said = " ".join(seen.text.split())
        for line in (
            "F.C. Fréquence cardiaque",
            "F.R. Fréquence respiratoire",
            "I.P. Indice de perfusion",
        ):
            assert line in said


async def test_the_palette_does_what_the_keys_do() -> None:
    async with terminal(STATES["connected"]) as seen:
        commands = list(seen.app.get_system_commands(seen.app.screen))
        rows = (*ConsultationScreen.ROWS, *ConsultationScreen.MORE)
        keys = [binding for row in rows for binding in row]
        assert next(command.title for command in commands) == "mesurer (t)"
        assert len(commands) == len(keys)
        assert any("(F3)" in command.title for command in commands)
        commands[[binding.key for binding in keys].index("m")].callback()
        await seen.settle()
        assert seen.requests.asked == [("mute", True)]


async def test_the_app_stops_listening_when_it_ends() -> None:
    async with terminal(STATES["start"]) as seen:
        assert seen.requests.listeners == 1
        await seen.pilot.press("q")
    assert seen.requests.listeners == 0


async def test_one_key_takes_the_picture_through_all_choices_and_back() -> None:
    async with terminal(STATES["picture_wished"]) as seen:
        assert "image nette : souhait du médecin" in seen.text
        for choice, shown in (
            (Preference.SHARP, "image nette : choix d"),
            (Preference.SMOOTH, "mouvement fluide : choix d"),
            (Preference.STILL_FIRST, "abord : choix d"),
            (None, "image nette : souhait du médecin"),
        ):
            await seen.press("g")
            assert seen.requests.asked[-1] == ("choose_picture", choice)
            assert shown in seen.text
