"""Numbers that cannot be lose their value, and nothing else does."""

from datetime import UTC, datetime

import pytest

from devices.plausibility import vouched_together
from devices.readings import Origin, Quality, Reading, Vital

NOW = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)


def spot(vital: Vital, value: float | None, record: int = 1) -> Reading:
    return Reading(vital, value, Quality.GOOD, NOW, Origin.SPOT, record)


def values(*readings: Reading) -> list[float | None]:
    told = vouched_together(readings)
    assert all(isinstance(event, Reading) for event in told)
    return [event.value for event in told if isinstance(event, Reading)]


@pytest.mark.parametrize(("systolic", "diastolic"), [(80, 120), (90, 90)])
def test_pressures_the_wrong_way_round_are_both_taken_back(
    systolic: float, diastolic: float
) -> None:
    told = vouched_together(
        [
            spot(Vital.SYSTOLIC, systolic),
            spot(Vital.DIASTOLIC, diastolic),
            spot(Vital.PULSE, 70),
        ]
    )
    assert told[:2] == [
        Reading(vital, None, Quality.OUT_OF_RANGE, NOW, Origin.SPOT, 1)
        for vital in (Vital.SYSTOLIC, Vital.DIASTOLIC)
    ]
    assert told[2] == spot(Vital.PULSE, 70)


def test_pressures_the_right_way_round_stand() -> None:
    assert values(spot(Vital.DIASTOLIC, 71), spot(Vital.SYSTOLIC, 114)) == [71, 114]


def test_pressures_of_two_measurements_are_not_compared() -> None:
    high, low = spot(Vital.DIASTOLIC, 110, record=1), spot(Vital.SYSTOLIC, 100, record=2)
    assert values(high, low) == [110, 100]


def test_half_a_measurement_stands() -> None:
    assert values(spot(Vital.SYSTOLIC, 114), spot(Vital.DIASTOLIC, None)) == [114, None]


def test_a_number_no_instrument_can_rightly_give_is_taken_back() -> None:
    assert values(spot(Vital.SYSTOLIC, 900), spot(Vital.DIASTOLIC, 80)) == [None, 80]
