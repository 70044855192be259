import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.media.reception.aim import FIRST_S, LEAST_S, MOST_S, TRANSITS_LIMIT, WINDOW_S, Aim

PACE_S = 0.02


def after(aim: Aim, transits_s: list[float], from_s: float = 0.0) -> Aim:
    for number, transit_s in enumerate(transits_s):
        aim.note(transit_s, from_s + number * PACE_S)
    return aim


def test_on_an_even_line_the_aim_is_the_least() -> None:
    assert after(Aim(), [5.0] * 100).aim_s == pytest.approx(5.0 + LEAST_S)


def test_while_little_is_known_the_aim_is_careful() -> None:
    assert after(Aim(), [5.0]).aim_s == pytest.approx(5.0 + FIRST_S)


def test_it_rises_within_a_few_packets_and_falls_after_the_window() -> None:
    aim = after(Aim(), [0.0] * 400)
    after(aim, [0.2] * 6, from_s=8.0)
    assert aim.aim_s == pytest.approx(0.2)
    after(aim, [0.0] * round((WINDOW_S - 1) / PACE_S), from_s=8.2)
    assert aim.aim_s == pytest.approx(0.2), "not forgotten yet"
    after(aim, [0.0] * 100, from_s=8.2 + WINDOW_S)
    assert aim.aim_s == pytest.approx(LEAST_S)


def test_one_packet_of_a_hundred_may_come_too_late() -> None:
    aim = after(Aim(), ([0.0] * 124 + [0.3]) * 4)
    assert aim.aim_s == pytest.approx(LEAST_S)


def test_what_no_aim_could_have_waited_for_teaches_nothing() -> None:
    aim = after(Aim(), [0.0] * 300)
    for number in range(100):
        aim.note(1.99 - PACE_S * number, 8.0)
    after(aim, [0.0] * 100, from_s=8.02)
    assert aim.aim_s == pytest.approx(LEAST_S)


def test_a_line_that_became_longer_than_any_aim_is_followed() -> None:
    aim = after(Aim(), [0.0] * 300 + [0.7] * 150)
    assert aim.aim_s == pytest.approx(0.7 + LEAST_S)


def test_it_follows_clocks_that_drift_apart() -> None:
    drift = [number * PACE_S * 200e-6 for number in range(50_000)]
    aim = after(Aim(), drift)
    assert aim.aim_s == pytest.approx(drift[-1] + LEAST_S, abs=0.003)


def test_sound_may_be_as_late_as_the_newest_packets_are() -> None:
    aim = after(Aim(), [0.0] * 300 + [0.6])
    assert aim.aim_s == pytest.approx(LEAST_S)
    assert aim.ceiling_s == pytest.approx(0.6)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=200))
def test_whatever_comes_the_aim_stays_within_its_bounds(transits_s: list[float]) -> None:
    aim = after(Aim(), transits_s)
    assert LEAST_S - 1e-9 <= aim.aim_s - aim.base_s <= MOST_S + 1e-9
    assert aim.ceiling_s >= aim.aim_s


def test_a_flood_is_forgotten_as_it_comes() -> None:
    aim = Aim()
    for _ in range(2 * TRANSITS_LIMIT):
        aim.note(0.0, 1.0)
    assert len(aim._transits) == TRANSITS_LIMIT


def test_after_it_has_forgotten_a_stall_is_over() -> None:
    aim = after(Aim(), [0.0] * 20 + [1.0])
    aim.forget()
    assert not aim.is_known
    after(aim, [9.0] * 60 + [9.2] * 4, from_s=20.0)
    assert aim.aim_s == pytest.approx(9.2)
