from dataclasses import replace

import pytest

from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG
from client.media.pacing import FRESH_S, IDLE_S, Pace, PaceMeter

RUNG = replace(DEFAULT_PICTURE_RUNG, frames_per_s=10, bitrate_bps=80_000)
FAIR_BYTES = 1_000  # a tenth of a second of the rung


def turns(pace: Pace, sizes: list[int], *, late_s: float = 0.0) -> list[float]:
    """When each picture is taken by a reader that wakes this late."""
    taken: list[float] = []
    now_s = 0.0
    for size in sizes:
        now_s = max(now_s, pace.next_s(RUNG)) + late_s
        pace.take(RUNG, now_s)
        pace.spend(size, RUNG, now_s)
        taken.append(now_s)
    return taken


def test_a_late_wake_up_does_not_slow_the_pace() -> None:
    taken = turns(Pace(), [FAIR_BYTES] * 21, late_s=0.03)
    assert taken[-1] - taken[0] == pytest.approx(2.0, abs=0.04)


def test_a_frame_far_too_large_is_made_up_for() -> None:
    taken = turns(Pace(), [FAIR_BYTES, 10 * FAIR_BYTES, *[FAIR_BYTES] * 18])
    assert taken[2] - taken[1] == pytest.approx(0.8, abs=0.05)
    bits = 8 * FAIR_BYTES * 29
    assert bits / RUNG.bitrate_bps - (taken[-1] - taken[0]) < 0.35


def test_small_frames_earn_no_credit_for_a_burst() -> None:
    taken = turns(Pace(), [*[100] * 20, *[FAIR_BYTES * 2] * 10])
    assert taken[-1] - taken[20] > 1.5


def test_a_new_rung_counts_at_once_whatever_was_owed() -> None:
    pace = Pace()
    pace.take(RUNG, 0.0)
    pace.spend(60_000, RUNG, 0.0)
    assert pace.next_s(RUNG) > 5
    assert pace.next_s(replace(RUNG, bitrate_bps=2_000_000)) < 0.2


def test_without_a_rung_it_looks_again_soon() -> None:
    pace = Pace()
    pace.take(None, 1.0)
    assert pace.next_s(None) == pytest.approx(1.0 + IDLE_S)


def test_with_nothing_new_to_show_it_looks_again_sooner() -> None:
    pace = Pace()
    pace.take(RUNG, 1.0)
    pace.give_back(RUNG, 1.0)
    assert pace.next_s(RUNG) == pytest.approx(1.0 + FRESH_S)


def test_a_source_is_counted_for_two_seconds() -> None:
    meter = PaceMeter()
    for number in range(48):
        meter.look(number, number / 24)
        assert meter.frames_per_s is None
    meter.look(48, 2.0)
    assert meter.frames_per_s == pytest.approx(24)
