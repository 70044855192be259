"""What the patient reads, and that nothing old is ever drawn as if it were live."""

from dataclasses import replace

import pytest

from client.catalogue import Catalogue
from client.media import capture
from client.media.window import words
from client.media.window.board import Board, View
from client.media.window.scene import CHAT_LIMIT, Kind, Line, Pixels, Scene

SAY = Catalogue("fr")
FACE, ROOM = Pixels(1, 1, b"abc"), Pixels(1, 1, b"def")


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def seen(scene: Scene, *, after_s: float = 0.0, silent_s: float = 0.0) -> View:
    """The window, so long after the last picture and scene."""
    clock = Clock()
    board = Board(clock)
    board.put((Kind.SCENE, scene))
    board.put((Kind.DOCTOR, FACE))
    board.put((Kind.OWN, ROOM))
    clock.now_s += after_s
    board.put((Kind.SCENE, scene))
    clock.now_s += silent_s
    return board.view(SAY)


def test_it_calls_stale_what_the_session_calls_stale() -> None:
    assert words.STALE_S == capture.STALE_S


def test_a_live_picture_has_no_stamp() -> None:
    view = seen(Scene(Line.UP))
    assert (view.captions.stamp, view.doctor, view.own) == ("", FACE, ROOM)


def test_an_old_picture_is_stamped_as_frozen() -> None:
    assert seen(Scene(Line.UP), after_s=12.5).captions.stamp == "Image figée depuis 12 s"


def test_a_line_that_is_cut_is_told_with_its_seconds() -> None:
    view = seen(Scene(Line.CUT), after_s=43)
    assert view.captions.stamp == "Liaison coupée depuis 43 s"
    assert view.own is None


def test_a_session_that_says_nothing_shows_nothing_as_live() -> None:
    view = seen(Scene(Line.UP), silent_s=words.SILENT_S + 0.1)
    assert view.captions.stamp == "Liaison coupée"


@pytest.mark.parametrize("line", [Line.NONE, Line.OVER])
def test_nobodys_face_stays_before_and_after_a_consultation(line: Line) -> None:
    clock = Clock()
    board = Board(clock)
    board.put((Kind.SCENE, Scene(Line.UP)))
    board.put((Kind.DOCTOR, FACE))
    board.put((Kind.SCENE, Scene(line)))
    assert board.view(SAY).doctor is None
    assert board.view(SAY).captions.stamp


@pytest.mark.parametrize(
    ("change", "badges"),
    [
        ({"is_muted": True}, ("Micro coupé",)),
        ({"is_camera_off": True}, ("Caméra coupée",)),
        ({"is_paused": True, "is_muted": True}, ("Pause\u202f: ni image ni son ne partent",)),
        ({"is_training": True}, ("FORMATION\u202f: rien de ceci n’est réel",)),  # noqa: RUF001 -- French
    ],
)
def test_what_is_switched_off_is_told(change: dict[str, bool], badges: tuple[str, ...]) -> None:
    view = seen(replace(Scene(Line.UP), **change))
    assert view.captions.badges == badges
    assert (view.own is None) == ("is_camera_off" in change or "is_paused" in change)


@pytest.mark.parametrize(
    ("asked", "text", "step"),
    [
        ("temperature", "", "Le médecin demande\u202f: température"),
        ("pressure", "bras gauche", "Le médecin demande\u202f: tension (bras gauche)"),
        ("text", "dites «\u202fa\u202f»", "Le médecin demande\u202f: dites « a »"),
        ("unheard_of", "asseyez-vous", "Le médecin demande\u202f: asseyez-vous"),
    ],
)
def test_the_step_is_in_words(asked: str, text: str, step: str) -> None:
    shown = seen(Scene(Line.UP, asked, text)).captions.step
    assert shown.replace("\u202f", " ") == step.replace("\u202f", " ")


def test_a_peers_text_is_one_line_of_bounded_length() -> None:
    shown = seen(Scene(Line.UP, chat="a\n\x1b[31m" + "b" * 5_000)).captions.chat
    assert "\x1b" not in shown
    assert "\n" not in shown
    assert len(shown) < CHAT_LIMIT + 40
