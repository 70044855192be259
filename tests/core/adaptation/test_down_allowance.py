"""The GP's face goes when answers come late, and comes back carefully."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.adaptation.down_allowance import (
    BEGIN_BPS,
    LEAST_BPS,
    MOST_BPS,
    DownAllowance,
)

RTT_S = 0.4


def after(allowance: DownAllowance, seconds: int, answer_s: float, begin_s: int = 0) -> int:
    for second in range(seconds):
        allowance.note(min(64_000, allowance.bps), answer_s, begin_s + second)
    return allowance.bps


def test_begins_with_voice_alone() -> None:
    assert DownAllowance().bps == BEGIN_BPS


def test_a_line_that_answers_in_time_gets_a_face_within_seconds() -> None:
    assert after(DownAllowance(), 5, RTT_S) > 90_000
    assert after(DownAllowance(), 600, RTT_S) == MOST_BPS


def test_late_answers_take_it_away_at_once() -> None:
    allowance = DownAllowance()
    after(allowance, 5, RTT_S)
    allowance.note(64_000, RTT_S + 0.4, 5)
    assert allowance.bps == pytest.approx(64_000 * 0.7, rel=0.01)


def test_a_queue_is_given_time_to_drain() -> None:
    allowance = DownAllowance()
    after(allowance, 5, RTT_S)
    allowance.note(64_000, RTT_S + 0.4, 5)
    cut_bps = allowance.bps
    allowance.note(30_000, RTT_S + 0.3, 6)
    assert allowance.bps == cut_bps


def test_every_failure_makes_the_next_try_later() -> None:
    allowance = DownAllowance()
    tries = []
    last_bps = allowance.bps
    for second in range(400):
        is_too_much = allowance.bps > 64_000
        allowance.note(min(64_000, allowance.bps), RTT_S + 0.5 * is_too_much, second)
        if allowance.bps < last_bps:
            tries.append(second)
        last_bps = allowance.bps
    gaps = [later - earlier for earlier, later in pairwise(tries)]
    assert gaps == sorted(gaps)
    assert gaps[-1] >= 80


def test_a_measured_downlink_is_never_overfilled() -> None:
    allowance = DownAllowance(known_bps=48_000)
    assert after(allowance, 600, RTT_S) == 48_000


@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.none() | st.floats(0, 60)), max_size=300),
    st.none() | st.integers(1, 10**8),
)
def test_stays_within_its_bounds(seen: list[tuple[int, float | None]], known: int | None) -> None:
    allowance = DownAllowance(known)
    for second, (received_bps, answer_s) in enumerate(seen):
        allowance.note(received_bps, answer_s, second)
        assert LEAST_BPS <= allowance.bps <= MOST_BPS
