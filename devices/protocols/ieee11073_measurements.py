"""From what an IEEE 11073 agent observed to readings: vital signs, units, qualities, records."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from devices.protocols.ieee11073_nomenclature import TEMPERATURES, Code, Unit
from devices.protocols.ieee11073_objects import Observation, Value
from devices.readings import Mark, Origin, Quality, Reading, Vital

_VITALS: Final[Mapping[int, Vital]] = {
    Code.SPO2: Vital.SPO2,
    Code.PERFUSION: Vital.PERFUSION_INDEX,
    Code.PULSE_OXIMETER: Vital.PULSE,
    Code.PULSE_CUFF: Vital.PULSE,
    Code.SYSTOLIC: Vital.SYSTOLIC,
    Code.DIASTOLIC: Vital.DIASTOLIC,
    Code.MEAN_PRESSURE: Vital.MEAN_PRESSURE,
    Code.MASS: Vital.WEIGHT,
    Code.LENGTH: Vital.HEIGHT,
    Code.BMI: Vital.BMI,
    Code.GLUCOSE_WHOLE_BLOOD: Vital.GLUCOSE,
    Code.GLUCOSE_PLASMA: Vital.GLUCOSE,
    Code.GLUCOSE_CONTROL: Vital.GLUCOSE,
    **dict.fromkeys(TEMPERATURES, Vital.TEMPERATURE),
}
_OWN_UNITS: Final[Mapping[Vital, int]] = {
    Vital.SPO2: Unit.PERCENT,
    Vital.PERFUSION_INDEX: Unit.PERCENT,
    Vital.PULSE: Unit.PER_MINUTE,
    Vital.SYSTOLIC: Unit.MMHG,
    Vital.DIASTOLIC: Unit.MMHG,
    Vital.MEAN_PRESSURE: Unit.MMHG,
    Vital.WEIGHT: Unit.KILOGRAM,
    Vital.HEIGHT: Unit.CENTIMETRE,
    Vital.BMI: Unit.BMI,
    Vital.TEMPERATURE: Unit.CELSIUS,
    Vital.GLUCOSE: Unit.MG_PER_DL,
    Vital.GLUCOSE_MOLAR: Unit.MMOL_PER_L,
}
_MMHG_PER_KPA: Final = Decimal(1000) / Decimal("133.322387415")
_OTHER_UNITS: Final[Mapping[tuple[Vital, int], tuple[Decimal, Decimal, str]]] = {
    (Vital.WEIGHT, Unit.POUND): (Decimal(0), Decimal("0.45359237"), "lb"),
    (Vital.WEIGHT, Unit.GRAM): (Decimal(0), Decimal("0.001"), "g"),
    (Vital.HEIGHT, Unit.METRE): (Decimal(0), Decimal(100), "m"),
    (Vital.HEIGHT, Unit.INCH): (Decimal(0), Decimal("2.54"), "in"),
    (Vital.TEMPERATURE, Unit.FAHRENHEIT): (Decimal(32), 1 / Decimal("1.8"), "°F"),
    **{
        (vital, Unit.KILOPASCAL): (Decimal(0), _MMHG_PER_KPA, "kPa")
        for vital in (Vital.SYSTOLIC, Vital.DIASTOLIC, Vital.MEAN_PRESSURE)
    },
}
"""What to take off, and then to multiply by; and how the unit is written."""

# 20601, MeasurementStatus; a test or a demonstration is nobody's value.
_NO_VALUE: Final = 0x8000 | 0x2000 | 0x1000 | 0x0800 | 0x0400
"""Invalid, not available, calibrating, test, demonstration."""
_STILL_MOVING: Final = 0x0040 | 0x0020
"""An early estimate, measurement under way."""
_QUESTIONABLE: Final = 0x4000


MAX_TIMES: Final = 256
"""chosen: more measurements than such an instrument keeps; more are counted anew."""


class Measurements:
    """Groups observations into records and counts these over a connection.

    What was measured at one time is one record, though its pulse may come in a later report.
    """

    def __init__(self) -> None:
        self._count = 0
        self._of_times: dict[datetime, tuple[int, frozenset[Vital]]] = {}
        """By the device's time: the record, and what was told of it."""

    def told(self, observations: Iterable[Observation], now: datetime) -> list[Reading]:
        """The readings of one report: oldest first by the device's time, undated ones before."""
        readings: list[Reading] = []
        for group in _groups(observations):
            told = [_reading(*pair, now) for pair in _pairs(group)]
            known = [reading for reading in told if reading is not None]
            if known:
                readings += self._recorded(known)
        return readings

    def _recorded(self, readings: list[Reading]) -> list[Reading]:
        if readings[0].origin is Origin.LIVE:
            return readings
        time = readings[0].measured_at
        vitals = frozenset(reading.vital for reading in readings)
        number, before = self._of_times.get(time, (0, vitals)) if time else (0, vitals)
        if before & vitals:
            self._count += 1
            number, before = self._count, frozenset()
        if time is not None:
            if len(self._of_times) >= MAX_TIMES:
                self._of_times.clear()
            self._of_times[time] = number, before | vitals
        return [replace(reading, record=number) for reading in readings]


def _groups(observations: Iterable[Observation]) -> list[list[Observation]]:
    """What was measured together: at one time, and no quantity twice."""
    groups: list[list[Observation]] = []
    for observation in sorted(observations, key=_age):
        codes = {value.code for value in observation.values}
        last = groups[-1] if groups else []
        is_same_time = bool(last) and last[0].measured_at == observation.measured_at
        if is_same_time and not codes & {value.code for value in _all_values(last)}:
            last.append(observation)
        else:
            groups.append([observation])
    return groups


def _age(observation: Observation) -> str:
    """Sorts: the undated first, then by the device's time."""
    return observation.measured_at.isoformat() if observation.measured_at else ""


def _all_values(group: Iterable[Observation]) -> list[Value]:
    return [value for observation in group for value in observation.values]


def _pairs(group: Iterable[Observation]) -> list[tuple[Observation, Value]]:
    return [(observation, value) for observation in group for value in observation.values]


def _reading(observation: Observation, value: Value, now: datetime) -> Reading | None:
    """One value as a reading, or none for a quantity or a unit that is not known."""
    vital = _VITALS.get(value.code)
    if vital is Vital.GLUCOSE and value.unit == Unit.MMOL_PER_L:
        vital = Vital.GLUCOSE_MOLAR
    if vital is None:
        return None
    number: float | None = None
    sent_as = None
    quality = _quality(observation.status, value.number)
    if isinstance(value.number, Decimal):
        if value.unit == _OWN_UNITS[vital]:
            number = float(value.number)
        elif (vital, value.unit) in _OTHER_UNITS:
            offset, factor, unit = _OTHER_UNITS[vital, value.unit]
            number = float((value.number - offset) * factor)
            sent_as = f"{value.number:f} {unit}"
        else:
            return None
    return Reading(
        vital=vital,
        value=number if quality in _GIVEN else None,
        quality=quality,
        taken_at=now,
        origin=_origin(observation),
        measured_at=observation.measured_at,
        marks=frozenset({Mark.CONTROL} if value.code == Code.GLUCOSE_CONTROL else ()),
        sent_as=sent_as if quality in _GIVEN else None,
    )


def _origin(observation: Observation) -> Origin:
    if observation.is_timed:
        return Origin.STORED
    return Origin.SPOT if observation.is_intermittent else Origin.LIVE


_GIVEN: Final = (Quality.GOOD, Quality.WEAK, Quality.UNSTABLE)


def _quality(status: int, number: Decimal | Quality) -> Quality:
    if isinstance(number, Quality):
        return number
    if status & _NO_VALUE:
        return Quality.NO_SIGNAL
    if status & _STILL_MOVING:
        return Quality.UNSTABLE
    return Quality.WEAK if status & _QUESTIONABLE else Quality.GOOD
