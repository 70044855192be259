import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.media.audio_clock import CaptureClock
from client.media.audio_source import FRAME_S, FRAME_SAMPLES
from client.media.echo import HELD_SAMPLES, EchoReference


def _count(start: int, length: int) -> np.ndarray:
    return (np.arange(start, start + length) % 30_000 + 1).astype(np.int16)


def test_what_is_played_is_read_at_the_moment_it_is_heard() -> None:
    played = EchoReference()
    played.put(_count(0, 4_800), heard_s=1_000.0)
    assert not played.during(999.98, FRAME_SAMPLES).any()
    assert played.during(1_000.0, FRAME_SAMPLES).tolist() == _count(0, 960).tolist()
    assert played.during(1_000.02, FRAME_SAMPLES).tolist() == _count(960, 960).tolist()


def test_where_nothing_was_played_is_silence() -> None:
    played = EchoReference()
    played.put(_count(0, 960), heard_s=5.0)
    played.put(_count(960, 960), heard_s=5.1)
    heard = np.concatenate([played.during(5.0 + n * FRAME_S, FRAME_SAMPLES) for n in range(7)])
    assert heard[:960].tolist() == _count(0, 960).tolist()
    assert not heard[960:4_800].any()
    assert heard[4_800:5_760].tolist() == _count(960, 960).tolist()
    assert not heard[5_760:].any()


@settings(max_examples=30)
@given(st.integers(0, 1_000_000))
def test_jitter_of_either_clock_cuts_no_sample(seed: int) -> None:
    rng = np.random.default_rng(seed)
    played = EchoReference()
    for n, late_s in enumerate(rng.uniform(-0.001, 0.001, 50)):
        played.put(_count(n * 960, 960), 10.0 + n * FRAME_S + late_s)
    moments_s = 10.2 + np.arange(20) * FRAME_S + rng.uniform(-0.008, 0.008, 20)
    read = [played.during(moment_s, FRAME_SAMPLES) for moment_s in moments_s]
    steps = np.diff(np.concatenate(read).astype(int)) % 30_000
    assert set(steps.tolist()) == {1}


def test_clocks_that_drift_apart_are_brought_together_in_the_first_silence() -> None:
    played = EchoReference()
    played.put(_count(0, 48_000), heard_s=10.0)
    played.put(_count(0, 48_000), heard_s=12.0)
    drift_s = 0.01
    played.during(10.0, FRAME_SAMPLES)
    played.during(10.02 + drift_s, FRAME_SAMPLES)
    assert played.during(10.04 + drift_s, FRAME_SAMPLES)[0] == 2 * 960 + 1, "not while it sounds"
    for n in range(60):
        played.during(11.0 + drift_s + n * FRAME_S, FRAME_SAMPLES)
    assert played.during(12.2 + drift_s, FRAME_SAMPLES)[0] == 0.21 * 48_000 + 1


def test_a_jump_of_the_clock_is_followed_at_once() -> None:
    played = EchoReference()
    played.put(_count(0, 96_000), heard_s=10.0)
    played.during(10.0, FRAME_SAMPLES)
    assert played.during(11.0, FRAME_SAMPLES)[0] == 48_000 % 30_000 + 1


@pytest.mark.parametrize("length", [HELD_SAMPLES * 3, HELD_SAMPLES + 1])
def test_what_the_speaker_leaves_behind_is_bounded(length: int) -> None:
    played = EchoReference()
    played.put(_count(0, length), heard_s=10.0)
    end_s = 10.0 + length / 48_000
    oldest_s = end_s - HELD_SAMPLES / 48_000
    assert not played.during(oldest_s - 1.0, FRAME_SAMPLES).any()
    assert played.during(oldest_s, FRAME_SAMPLES).all()
    assert played.during(end_s - FRAME_S, FRAME_SAMPLES).all()
    played.put(_count(0, 960), heard_s=end_s + 3_600)
    assert not played.during(end_s - FRAME_S, FRAME_SAMPLES).any()


@settings(max_examples=30)
@given(st.lists(st.floats(0, 0.05), min_size=200, max_size=300), st.floats(0.9995, 1.0005))
def test_the_capture_clock_sees_through_late_arrivals(late_s: list[float], speed: float) -> None:
    """As soon as one frame came without delay, all that follow are told truly."""
    clock, errors_s = CaptureClock(), []
    late_s[10] = late_s[100] = 0.0
    for n, delay_s in enumerate(late_s):
        began_s = 100 + n * FRAME_S * speed
        told_s = clock.began_s(began_s + FRAME_S * speed + delay_s, FRAME_S)
        errors_s.append(told_s - began_s)
    assert all(-0.0001 <= error_s <= 0.0035 for error_s in errors_s[10:])
    assert errors_s[100] == pytest.approx(0, abs=2e-5)


def test_frames_that_a_device_hands_over_together_are_told_apart() -> None:
    clock = CaptureClock()
    told_s = [clock.began_s(100.1 + n // 5 * 0.1, FRAME_S) for n in range(50)]
    assert np.diff(told_s[4:]) == pytest.approx([FRAME_S] * 45, abs=1e-4)


def test_after_a_gap_the_capture_clock_begins_anew() -> None:
    clock = CaptureClock()
    clock.began_s(100.0, FRAME_S)
    assert clock.began_s(103.0, FRAME_S) == pytest.approx(102.98)
