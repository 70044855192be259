"""What instruments vouched for, grouped as it was measured; what they did not, said as such."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from client.core.record import moment
from client.core.wire import LabResult, Measured
from client.exports.documents.report import (
    Analysis,
    Instrument,
    Live,
    Measurement,
    NoValue,
    Value,
)
from devices.readings import Mark, Origin, Quality, Vital

_ORDER: Final = (
    *(Vital.SYSTOLIC, Vital.DIASTOLIC, Vital.MEAN_PRESSURE),
    *(Vital.HEART_RATE, Vital.PULSE, Vital.SPO2, Vital.PERFUSION_INDEX, Vital.RESPIRATION),
    *(Vital.TEMPERATURE, Vital.TEMPERATURE_2, Vital.GLUCOSE, Vital.GLUCOSE_MOLAR),
    *(Vital.WEIGHT, Vital.HEIGHT, Vital.BMI),
)


def measurements_in(said: Sequence[Measured]) -> tuple[Measurement, ...]:
    """Every spot and stored measurement, and of each live value the last with its course."""
    firmware = _firmware(said)
    groups: dict[tuple[object, ...], list[Measured]] = {}
    for reading in _vouched(said):
        groups.setdefault(_group(reading), []).append(reading)
    made = [
        _live(group, firmware) if group[0].origin == Origin.LIVE else _together(group, firmware)
        for group in groups.values()
    ]
    return tuple(sorted(made, key=_place))


def without_value(said: Sequence[Measured]) -> tuple[NoValue, ...]:
    """What was tried and never gave a value, by instrument."""
    firmware = _firmware(said)
    given = {_series(reading) for reading in said if reading.value is not None}
    missing = {_series(one): one for one in said if _is_known(one) and _series(one) not in given}
    return tuple(
        NoValue(
            vital=Vital.from_code(reading.vital),
            instrument=_instrument(reading, firmware),
            quality=Quality(reading.quality),
            at=moment(reading.taken_ms),
        )
        for reading in missing.values()
    )


def analyses_in(said: Iterable[LabResult]) -> tuple[Analysis, ...]:
    """Every result the analyser gave a value for; a control solution is no patient's."""
    return tuple(
        Analysis(
            test=result.test,
            value=result.value,
            unit=result.unit,
            reference_range=result.reference_range,
            flags=result.flags,
            loinc=result.loinc,
            instrument=Instrument(result.model, result.serial, result.firmware),
            origin=Origin(result.origin),
            received_at=moment(result.taken_ms),
            measured_at=result.measured_at,
        )
        for result in said
        if result.value is not None and Mark.CONTROL not in result.marks
    )


Firmware = dict[tuple[str, str | None], str | None]


def _firmware(said: Iterable[Measured]) -> Firmware:
    """A stream tells its firmware once, with its first value."""
    told: Firmware = {}
    for reading in said:
        if reading.firmware is not None:
            told[(reading.model, reading.serial)] = reading.firmware
    return told


def _vouched(said: Iterable[Measured]) -> list[Measured]:
    """Values a patient was measured with; a control solution says nothing of one."""
    return [
        reading
        for reading in said
        if _is_known(reading) and reading.value is not None and Mark.CONTROL not in reading.marks
    ]


def _is_known(reading: Measured) -> bool:
    return any(vital.code == reading.vital for vital in Vital)


def _series(reading: Measured) -> tuple[object, ...]:
    return (reading.vital, reading.model, reading.serial)


def _group(reading: Measured) -> tuple[object, ...]:
    """What was measured together has one record number; a live value stands by itself."""
    source = (reading.origin, reading.model, reading.serial)
    if reading.origin == Origin.LIVE or reading.record is None:
        return (*source, reading.vital, reading.taken_ms * (reading.origin != Origin.LIVE))
    return (*source, reading.record, reading.measured_at)


def _together(group: Sequence[Measured], firmware: Firmware) -> Measurement:
    last = {reading.vital: reading for reading in group}
    values = sorted(map(_value, last.values()), key=lambda value: _ORDER.index(value.vital))
    return Measurement(
        values=tuple(values),
        instrument=_instrument(group[0], firmware),
        origin=Origin(group[0].origin),
        received_at=_received(group),
        measured_at=group[0].measured_at,
        marks=_marks(group),
    )


def _live(group: Sequence[Measured], firmware: Firmware) -> Measurement:
    ordered = sorted(group, key=lambda reading: reading.taken_ms)
    numbers = [reading.value for reading in ordered if reading.value is not None]
    last = ordered[-1]
    return Measurement(
        values=(_value(last),),
        instrument=_instrument(last, firmware),
        origin=Origin.LIVE,
        received_at=moment(last.taken_ms),
        measured_at=last.measured_at,
        marks=_marks([last]),
        live=Live(len(numbers), moment(ordered[0].taken_ms), min(numbers), max(numbers)),
    )


def _received(group: Sequence[Measured]) -> datetime:
    return moment(max(reading.taken_ms for reading in group))


def _value(reading: Measured) -> Value:
    if reading.value is None:
        raise ValueError("a value no instrument vouched for")
    return Value(
        vital=Vital.from_code(reading.vital),
        number=reading.value,
        quality=Quality(reading.quality),
        sent_as=reading.sent_as,
    )


def _instrument(reading: Measured, firmware: Firmware) -> Instrument:
    source = (reading.model, reading.serial)
    return Instrument(*source, firmware.get(source))


def _marks(group: Iterable[Measured]) -> tuple[Mark, ...]:
    told = {mark for reading in group for mark in reading.marks}
    return tuple(mark for mark in Mark if mark in told)


def _place(made: Measurement) -> tuple[int, datetime]:
    return _ORDER.index(made.values[0].vital), made.received_at
