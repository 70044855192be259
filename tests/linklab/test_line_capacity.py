"""Curves of what a line could have carried."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linklab.capacity import (
    Capacity,
    CapacityPlan,
    InterruptedCapacity,
    Outage,
    SteppedCapacity,
    Steps,
    Wandering,
    constant,
)
from linklab.lots import lots_of
from linklab.traces import Trace

CURVES: dict[str, CapacityPlan] = {
    "constant": constant(1000),
    "steps": Steps(((0, 1000), (2, 0), (3, 500), (4.5, 4000))),
    "wandering": Wandering(60_000, 200_000, hold_s=(2, 5), dips=((3, 6, 24_000),)),
    "trace": Trace((0, 3, 3, 50, 200)),
}
every_curve = pytest.mark.parametrize("name", CURVES)


def laid_out(name: str) -> Capacity:
    return CURVES[name].laid_out(lots_of(3))


@every_curve
@given(now_s=st.floats(-5, 50), later_s=st.floats(0, 10))
def test_a_curve_only_rises(name: str, now_s: float, later_s: float) -> None:
    curve = laid_out(name)
    assert curve.bits_by(now_s) <= curve.bits_by(now_s + later_s)


@every_curve
@given(now_s=st.floats(-5, 50), bits=st.floats(1, 200_000))
def test_a_height_is_reached_when_the_curve_is_there_and_no_sooner(
    name: str, now_s: float, bits: float
) -> None:
    curve = laid_out(name)
    height = curve.bits_by(now_s) + bits
    reached_s = curve.reached_s(height)
    assert reached_s >= now_s
    assert curve.bits_by(reached_s + 1e-6) >= height - 1e-3
    assert curve.bits_by(reached_s - 1e-6) <= height + 1e-3


@every_curve
@given(now_s=st.floats(-5, 50), bits=st.floats(1, 200_000))
def test_a_cut_carries_nothing_and_delays_the_rest(name: str, now_s: float, bits: float) -> None:
    whole = laid_out(name)
    curve = InterruptedCapacity(whole, [Outage(20, 22), Outage(1, 4)])
    assert curve.bits_by(1) == pytest.approx(curve.bits_by(4))
    assert curve.bits_by(20) == pytest.approx(curve.bits_by(22))
    height = curve.bits_by(now_s) + bits
    assert curve.bits_by(curve.reached_s(height) + 1e-6) >= height - 1e-3
    assert curve.reached_s(height) >= whole.reached_s(height)


def test_steps_are_the_rates_they_say() -> None:
    curve = laid_out("steps")
    assert [curve.bps_at(at_s) for at_s in (-1, 0, 1.9, 2, 3, 4.4, 4.5, 99)] == [
        *(1000, 1000, 1000, 0, 500, 500, 4000, 4000)
    ]
    assert curve.nominal_bps_at(2.5) == 1000
    assert curve.bits_by(4.5) == 2750
    assert curve.reached_s(2000) == 2
    assert curve.reached_s(2001) == pytest.approx(3.002)


def test_wandering_stays_in_its_bounds_and_dips_when_told() -> None:
    curve = Wandering(60_000, 200_000, (2, 5), ((30, 33, 24_000),)).laid_out(lots_of(1))
    rates = [curve.bps_at(tenth / 10) for tenth in range(600)]
    outside = [tenth for tenth, bps in enumerate(rates) if not 60_000 <= bps <= 200_000]
    assert outside == list(range(300, 330))
    assert {rates[tenth] for tenth in outside} == {24_000}
    assert 12 <= len(set(rates)) <= 32


@pytest.mark.parametrize("first", [(1.0, 5.0), (0.0, 0.0)])
def test_a_capacity_has_a_beginning(first: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="begins at 0 s"):
        SteppedCapacity(iter([first]))
