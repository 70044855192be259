import pytest

from client.media.probe import PROBE_S, probe


class SteppingClock:
    """Time that moves on by as much whenever it is looked at."""

    def __init__(self, step_s: float) -> None:
        self.step_s = step_s
        self.now_s = 0.0

    def monotonic_s(self) -> float:
        self.now_s += self.step_s
        return self.now_s


def test_a_fast_machine_has_every_preset_and_codec() -> None:
    found = probe(("av1", "vp8"), SteppingClock(0.01).monotonic_s)
    tried = [(limit.codec, limit.preset) for limit in found]
    assert tried == [("av1", 11), ("av1", 10), ("av1", 9), ("av1", 8), ("vp8", None)]
    # Five frames in 10 ms at two fifths of a core.
    assert all(limit.pixels_per_s == pytest.approx(640 * 480 * 200) for limit in found)


def test_a_better_preset_than_one_too_slow_is_not_tried() -> None:
    found = probe(("av1",), SteppingClock(0.25).monotonic_s)  # 20 frames a second, 8 to be used
    assert [limit.preset for limit in found] == [11]


def test_presets_there_is_no_time_to_try_are_not_used_and_no_codec_waits_for_them() -> None:
    clock = SteppingClock(0.12)
    found = probe(("av1", "vp9", "vp8"), clock.monotonic_s)
    tried = [limit.codec for limit in found]
    assert 1 <= tried.count("av1") < 4
    assert tried.count("vp9") == tried.count("vp8") == 1
    assert clock.now_s < 3 * PROBE_S


def test_is_done_once_in_a_run() -> None:
    clock = SteppingClock(0.5)
    first = probe(("vp8",), clock.monotonic_s)
    assert clock.now_s > 0
    before_s = clock.now_s
    assert probe(("vp8",), clock.monotonic_s) is first or clock.now_s == before_s


def test_an_unknown_codec_is_left_out() -> None:
    assert probe(("h265",), SteppingClock(0.01).monotonic_s) == ()
