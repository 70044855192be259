"""Delay far above the line's own ends an overload, whatever a model makes of it."""

import math

from hypothesis import given
from hypothesis import strategies as st

from client.core.adaptation.estimator.overload import LATE_S, LEAST_BPS, Overload

OWN_S = 100.0 + 0.15  # of an unknown offset


def standing(overload: Overload, queue_s: float, begin_s: float, seconds: float) -> float:
    """Feedback ten times a second while such a queue stands; sends what it may."""
    steps = round(seconds * 10)
    for step in range(steps):
        sending_bps = min(overload.ceiling_bps, 400_000)
        overload.note(OWN_S + queue_s, sending_bps, begin_s + step / 10)
    return overload.ceiling_bps


def test_nothing_is_held_back_on_a_line_without_a_queue() -> None:
    assert standing(Overload(), 0.05, 0, 60) == math.inf


def test_a_full_queue_is_answered_at_once_and_again() -> None:
    overload = Overload()
    standing(overload, 0, 0, 5)
    assert standing(overload, 0.7, 5, 0.5) < 0.65 * 400_000
    assert standing(overload, 0.7, 5.5, 5) < 0.1 * 400_000


def test_comes_back_within_seconds_once_the_queue_is_gone() -> None:
    overload = Overload()
    standing(overload, 0, 0, 5)
    low_bps = standing(overload, 0.7, 5, 2)
    assert standing(overload, 0.02, 7, 1) > 1.2 * low_bps
    assert standing(overload, 0.02, 8, 20) > 300_000


def test_is_forgotten_when_the_line_comes_back_after_an_hour() -> None:
    overload = Overload()
    standing(overload, 0, 0, 5)
    assert standing(overload, 0.7, 5, 2) < math.inf
    overload.note(OWN_S, 100_000, 3_600)
    assert overload.ceiling_bps == math.inf


def test_a_delay_that_stays_whatever_is_sent_is_the_lines_own() -> None:
    overload = Overload()
    standing(overload, 0, 0, 5)
    standing(overload, 0.6, 5, 10)
    assert standing(overload, 0.6, 15, 20) == math.inf


@given(
    st.lists(st.tuples(st.floats(0, 5), st.floats(0, 10**7)), max_size=200),
)
def test_never_asks_for_less_than_a_voice(seen: list[tuple[float, float]]) -> None:
    overload = Overload()
    for step, (queue_s, sending_bps) in enumerate(seen):
        overload.note(queue_s, sending_bps, step * LATE_S)
        assert overload.ceiling_bps >= LEAST_BPS
