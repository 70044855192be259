import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.adaptation.ladder import EncoderLimit
from client.media.cpu_guard import CpuGuard, Load

CALM = Load(encoder_share=0.2, process_share=0.4, loop_lag_s=0.01)
FAIR = Load(encoder_share=0.5, process_share=0.6, loop_lag_s=0.03)
ENCODER_LATE = Load(encoder_share=0.7, process_share=0.6, loop_lag_s=0.01)
LOOP_LATE = Load(encoder_share=0.1, process_share=0.5, loop_lag_s=0.1)
CORE_FULL = Load(encoder_share=0.1, process_share=0.95, loop_lag_s=0.01)


def after(load: Load, seconds: int, guard: CpuGuard | None = None, begin_s: int = 10) -> CpuGuard:
    guard = guard or CpuGuard()
    for second in range(seconds):
        guard.observe(load, begin_s + second)
    return guard


@pytest.mark.parametrize("load", [ENCODER_LATE, LOOP_LATE, CORE_FULL])
def test_any_bound_makes_it_step_down_at_once(load: Load) -> None:
    assert after(load, 1).factor < 0.8


def test_a_machine_that_others_keep_busy_is_not_ours_to_relieve() -> None:
    loaded = Load(encoder_share=0.2, process_share=0.2, loop_lag_s=0.3)
    assert after(loaded, 60).factor == 1


def test_one_step_is_given_time_to_show() -> None:
    assert after(ENCODER_LATE, 2).factor == after(ENCODER_LATE, 1).factor
    assert after(ENCODER_LATE, 5).factor < after(ENCODER_LATE, 1).factor


def test_a_fair_load_changes_nothing() -> None:
    assert after(FAIR, 300).factor == 1
    down = after(ENCODER_LATE, 1)
    before = down.factor
    assert after(FAIR, 300, down, 100).factor == before


def test_comes_back_slowly_and_to_twice_what_was_probed_at_most() -> None:
    guard = after(ENCODER_LATE, 1)
    low = guard.factor
    assert after(CALM, 7, guard, 20).factor == low
    assert low < after(CALM, 6, guard, 27).factor < 1
    assert after(CALM, 300, guard, 60).factor == 2


def test_goes_beyond_what_was_probed_only_where_nothing_is_late() -> None:
    late = Load(encoder_share=0.1, process_share=0.3, loop_lag_s=0.07)
    assert after(late, 300, after(ENCODER_LATE, 1), 20).factor == pytest.approx(1, abs=0.2)


def test_limits_every_encoder_alike() -> None:
    guard = after(ENCODER_LATE, 1)
    limits = guard.limited((EncoderLimit("av1", 9, 1_000_000), EncoderLimit("vp8", None, 10)))
    assert [limit.pixels_per_s for limit in limits] == pytest.approx([700_000, 7])


loads = st.builds(Load, st.floats(0, 5), st.floats(0, 8), st.floats(0, 3))


@given(st.lists(loads, max_size=200))
def test_always_leaves_something_and_promises_no_more(seen: list[Load]) -> None:
    guard = CpuGuard()
    for second, load in enumerate(seen):
        guard.observe(load, second)
        assert 0.1 < guard.factor <= 2
