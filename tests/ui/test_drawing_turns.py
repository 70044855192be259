"""The hand that writes goes first, but never so that a value is a second late."""

from fakes.site_story import STATES
from fakes.site_terminal import terminal

from client.ui.drawing_turns import LONGEST, TYPING, DrawingTurns


def test_without_typing_every_beat_draws() -> None:
    turns = DrawingTurns()
    assert all(turns.may_draw() for _ in range(10))


def test_after_a_letter_the_rest_waits_for_the_hand_to_rest() -> None:
    turns = DrawingTurns()
    turns.letter()
    assert [turns.may_draw() for _ in range(TYPING + 1)] == [False] * TYPING + [True]


def test_who_types_without_a_rest_sees_everything_once_a_second() -> None:
    turns, drawn = DrawingTurns(), []
    for _ in range(2 * LONGEST):
        turns.letter()
        may = turns.may_draw()
        drawn.append(may)
        if may:
            turns.drawn()
    assert drawn == ([False] * (LONGEST - 1) + [True]) * 2


async def test_nothing_is_drawn_on_screens_that_are_taken_apart() -> None:
    async with terminal(STATES["connected"]) as seen:
        assert seen.app.is_running
    seen.app._is_due = True
    seen.app._beat()
