"""IEEE 11073: numbers, times, units, qualities and records."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from instrument_bench import NOW, told

from devices.protocols import ieee11073 as wire
from devices.protocols.ieee11073 import DamagedError, absolute_time
from devices.protocols.ieee11073_measurements import MAX_TIMES, Measurements
from devices.protocols.ieee11073_nomenclature import Code, Unit
from devices.protocols.ieee11073_objects import Observation, Value
from devices.readings import Mark, Origin, Quality


@pytest.mark.parametrize(
    ("encoded", "number"),
    [
        ("007E", Decimal(126)), ("F16C", Decimal("36.4")), ("FFFF", Decimal("-0.1")),
        ("07FF", Quality.NO_SIGNAL), ("0800", Quality.NO_SIGNAL), ("0801", Quality.NO_SIGNAL),
        ("07FE", Quality.TOO_HIGH), ("0802", Quality.TOO_LOW),
        ("FF0002FA", Decimal("76.2")), ("FB387520", Decimal("37.00000")),
        ("FE001C48", Decimal("72.40")), ("007FFFFF", Quality.NO_SIGNAL),
        ("00800000", Quality.NO_SIGNAL), ("00800001", Quality.NO_SIGNAL),
        ("007FFFFE", Quality.TOO_HIGH), ("00800002", Quality.TOO_LOW),
    ],
)  # fmt: skip
def test_numbers_and_what_stands_for_none(encoded: str, number: Decimal | Quality) -> None:
    data = bytes.fromhex(encoded)
    assert (wire.sfloat(data) if len(data) == 2 else wire.long_float(data)) == number


def test_a_time_is_bcd_and_an_impossible_one_is_none() -> None:
    expected = datetime(2013, 2, 25, 22, 34, 25)  # noqa: DTZ001 -- the device's own
    assert absolute_time(bytes.fromhex("2013022522342500")) == expected
    assert absolute_time(bytes(8)) is None
    assert absolute_time(bytes.fromhex("2013023022342500")) is None
    with pytest.raises(DamagedError):
        absolute_time(bytes.fromhex("201302252234E700"))


def observed(code: int, unit: int, number: Decimal | Quality, status: int = 0) -> Observation:
    return Observation((Value(code, unit, number),), status, None, is_timed=True,
                       is_intermittent=True)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "unit", "number", "line"),
    [
        (Code.MASS, Unit.POUND, "159.4", "WEIGHT 72.3026 good stored#1 (159.4 lb)"),
        (Code.TEMPERATURE_EAR, Unit.FAHRENHEIT, "98.6", "TEMPERATURE 37 good stored#1 (98.6 °F)"),
        (Code.SYSTOLIC, Unit.KILOPASCAL, "16.0", "SYSTOLIC 120.01 good stored#1 (16.0 kPa)"),
        (Code.GLUCOSE_PLASMA, Unit.MMOL_PER_L, "5.6", "GLUCOSE_MOLAR 5.6 good stored#1"),
        (Code.GLUCOSE_WHOLE_BLOOD, Unit.MG_PER_DL, "101", "GLUCOSE 101 good stored#1"),
        (Code.GLUCOSE_CONTROL, Unit.MG_PER_DL, "101", "GLUCOSE 101 good stored#1 control"),
    ],
)
def test_units_are_converted_exactly_or_kept(code: int, unit: int, number: str, line: str) -> None:
    assert told(Measurements().told([observed(code, unit, Decimal(number))], NOW)) == [line]


def test_an_unknown_unit_or_quantity_is_not_told() -> None:
    strange = [observed(Code.MASS, Unit.MMHG, Decimal(70)), observed(1, Unit.POUND, Decimal(70))]
    assert Measurements().told(strange, NOW) == []


@pytest.mark.parametrize(
    ("status", "quality"),
    [
        (0x8000, Quality.NO_SIGNAL), (0x4000, Quality.WEAK), (0x2000, Quality.NO_SIGNAL),
        (0x1000, Quality.NO_SIGNAL), (0x0800, Quality.NO_SIGNAL), (0x0400, Quality.NO_SIGNAL),
        (0x0080, Quality.GOOD), (0x0040, Quality.UNSTABLE), (0x0020, Quality.UNSTABLE),
    ],
)  # fmt: skip
def test_the_agents_doubts_become_qualities(status: int, quality: Quality) -> None:
    seen = observed(Code.SPO2, Unit.PERCENT, Decimal(97), status)
    (reading,) = Measurements().told([seen], NOW)
    assert reading.quality is quality
    assert (reading.value is None) == (quality is Quality.NO_SIGNAL)


def test_what_has_no_time_is_live_or_a_spot_check() -> None:
    seen = replace(observed(Code.SPO2, Unit.PERCENT, Decimal(97)), is_timed=False)
    (spot,) = Measurements().told([seen], NOW)
    assert (spot.origin, spot.record) == (Origin.SPOT, 1)
    (live,) = Measurements().told([replace(seen, is_intermittent=False)], NOW)
    assert (live.origin, live.record) == (Origin.LIVE, None)


def test_equal_times_do_not_make_one_record_of_two_weights() -> None:
    weights = [observed(Code.MASS, Unit.KILOGRAM, Decimal(kg)) for kg in (70, 71)]
    assert [reading.record for reading in Measurements().told(weights, NOW)] == [1, 2]


def test_control_solution_is_set_apart() -> None:
    (reading,) = Measurements().told(
        [observed(Code.GLUCOSE_CONTROL, Unit.MG_PER_DL, Decimal(110))], NOW
    )
    assert Mark.CONTROL in reading.marks


def test_remembered_times_are_bounded() -> None:
    measurements = Measurements()
    seen = observed(Code.MASS, Unit.KILOGRAM, Decimal(70))
    for hour in range(MAX_TIMES + 10):
        at = NOW.replace(tzinfo=None) + timedelta(hours=hour)
        measurements.told([replace(seen, measured_at=at)], NOW)
    assert len(measurements._of_times) <= MAX_TIMES
