"""When a chest is listened to live, and a tape that notices what it missed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.core.adaptation.observation import LineEstimate, LossKind
from client.core.auscultation import (
    LEAST_S,
    MOST_S,
    PLACES,
    NotLive,
    Place,
    Tape,
    why_not_live,
)

NOW = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)
RATE_HZ = 48_000
PIECE = bytes(1_920)
PIECE_S = 0.02
GOOD = LineEstimate(
    capacity_bps=400_000,
    usable_bps=300_000,
    is_known=True,
    is_silent=False,
    queue_s=0.0,
    rtt_s=0.05,
    jitter_s=0.01,
    loss_fraction=0.0,
    loss_kind=LossKind.NONE,
)


@pytest.mark.parametrize("place", PLACES)
def test_a_good_line_lets_every_place_be_heard_live(place: Place) -> None:
    assert why_not_live(place, GOOD) is None


@pytest.mark.parametrize(
    ("line", "heart", "lung"),
    [
        (None, NotLive.UNKNOWN, NotLive.UNKNOWN),
        (replace(GOOD, is_known=False), NotLive.UNKNOWN, NotLive.UNKNOWN),
        (replace(GOOD, is_silent=True), NotLive.UNKNOWN, NotLive.UNKNOWN),
        (replace(GOOD, loss_fraction=0.02), None, None),
        (replace(GOOD, loss_fraction=0.021), None, NotLive.LOSS),
        (replace(GOOD, loss_fraction=0.10), None, NotLive.LOSS),
        (replace(GOOD, loss_fraction=0.101), NotLive.LOSS, NotLive.LOSS),
        (replace(GOOD, jitter_s=0.050), None, None),
        (replace(GOOD, jitter_s=0.051), NotLive.JITTER, NotLive.JITTER),
        (replace(GOOD, usable_bps=100_000), NotLive.NARROW, NotLive.NARROW),
    ],
)
def test_a_line_that_is_not_good_enough_says_why(
    line: LineEstimate | None, heart: NotLive | None, lung: NotLive | None
) -> None:
    assert why_not_live(Place.MITRAL, line) is heart
    assert why_not_live(Place.LEFT_LOWER, line) is lung


def recorded(pieces: int, late_s: Iterator[float]) -> Tape:
    tape = Tape(RATE_HZ)
    for number in range(pieces):
        tape.take(PIECE, NOW + timedelta(seconds=number * PIECE_S + next(late_s)))
    return tape


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32))
def test_uneven_arrival_is_no_gap(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - unevenness, no secret
    finished = recorded(600, iter([chance.uniform(0, 0.04) for _ in range(600)])).finished()
    assert finished is not None
    assert finished.missing_s == 0
    assert finished.length_s == pytest.approx(12)


def test_samples_that_never_came_are_missed() -> None:
    late_s = iter([0.0] * 300 + [0.2] * 300)
    finished = recorded(600, late_s).finished()
    assert finished is not None
    assert finished.missing_s == pytest.approx(0.2, abs=0.001)


def test_a_pause_that_is_caught_up_is_no_gap() -> None:
    late_s = iter([0.0] * 300 + [0.4, 0.3, 0.2, 0.1] + [0.0] * 296)
    finished = recorded(600, late_s).finished()
    assert finished is not None
    assert finished.missing_s == 0


def test_a_tape_is_bounded_and_keeps_its_order() -> None:
    tape = Tape(RATE_HZ)
    for number in range(2_000):
        tape.take(number.to_bytes(2, "little") * 960, NOW + timedelta(seconds=number * PIECE_S))
    finished = tape.finished()
    assert finished is not None
    assert tape.is_full
    assert finished.length_s == MOST_S
    numbers = [
        finished.samples[place : place + 2] for place in range(0, len(finished.samples), 1_920)
    ]
    assert numbers == [number.to_bytes(2, "little") for number in range(len(numbers))]
    assert finished.began_at == NOW


def test_a_tape_can_be_ended_from_ten_seconds_on() -> None:
    tape = Tape(RATE_HZ)
    assert tape.finished() is None
    tape.take(bytes(2 * round((LEAST_S - 0.1) * RATE_HZ)), NOW)
    assert not tape.is_long_enough
    tape.take(bytes(2 * round(0.2 * RATE_HZ)), NOW)
    assert tape.is_long_enough
