"""What the records of TaiDoc and FORA instruments say.

Source: the descriptions named in `devices.protocols.taidoc` and `devices.protocols.taidoc_models`;
the bits of a blood pressure and of a meal as read in the maker's program by pico-vitals-gateway.
Leaves out, because public descriptions give no scale that two of them share: ketone, cholesterol,
haemoglobin, lactate and triglycerides. Such a record tells nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from devices.protocols.taidoc_models import Family
from devices.readings import LabResult, Mark, Origin, Quality, Reading, Vital

_MINUTE: Final = 0x3F
_HOUR: Final = 0x1F
_IS_PRESSURE: Final = 0x80  # minute
_IS_ARRHYTHMIC: Final = 0x40  # minute
_IRREGULAR_BEATS: Final = 0x60  # hour
_IS_AVERAGE: Final = 0x80  # hour

_VALUE_BITS: Final = 0x0FFF
_HUNDREDTHS_FROM: Final = 1000  # some TD12xx send hundredths; 100.0 degrees is no body
_SPO2_INVALID: Final = (0, 0x7F, 0xFF, _VALUE_BITS)
_BYTE_INVALID: Final = (0, 0xFF)
_GLUCOSE_INVALID: Final = (0, 0x00FF, 0xFFFF)

_MEALS: Final = {0x40: Mark.BEFORE_MEAL, 0x80: Mark.AFTER_MEAL, 0xC0: Mark.CONTROL}  # d3, b6-7
_MEAL: Final = 0xC0
_PARAMETER: Final = 0x3C  # d3
_GLUCOSE: Final = 0
_LABORATORY: Final = {6: ("HCT", 0, "%"), 8: ("UA", 1, "mg/dL")}
"""Parameter: the maker's name of the test, digits after the decimal point, unit."""
_LABORATORY_INVALID: Final = 0xFFFF

_VALUE_BYTES: Final = 4
_WEIGHT_DATE: Final = slice(1, 6)  # year since 2000, month, day, hour, minute
_WEIGHT: Final = slice(13, 15)  # tenths of a kilogram, the high byte first


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a record besides its bytes."""

    taken_at: datetime
    origin: Origin
    record: int | None


Values = list[Reading | LabResult]


def of_record(family: Family, date: bytes | None, value: bytes, how: Circumstances) -> Values:
    """What a record says, from its answers to commands 25 and 26; nothing when that is not sure.

    Without its date an instrument of two kinds does not say which kind a record is of. A scale's
    record is its answer to command 71, and has its date inside.
    """
    if (len(value) == _VALUE_BYTES) is (family is Family.SCALE):
        return []
    if family is Family.PRESSURE_AND_GLUCOSE:
        if date is None:
            return []
        family = Family.PRESSURE if date[2] & _IS_PRESSURE else Family.GLUCOSE
    return _DECODERS[family](date, value, how)


def saturation(date: bytes | None, value: bytes, how: Circumstances) -> Values:
    """An oximeter's record, or its answer to command 49, which has no date."""
    spo2 = int.from_bytes(value[:2], "little") & _VALUE_BITS
    told = _teller(how, _moment(date))
    return [
        told(Vital.SPO2, None if spo2 in _SPO2_INVALID else spo2),
        told(Vital.PULSE, _byte(value[3])),
    ]


def _weight(date: bytes | None, data: bytes, how: Circumstances) -> Values:
    del date  # it is in the data
    if len(data) < _WEIGHT.stop:
        return []
    year, month, day, hour, minute = data[_WEIGHT_DATE]
    tenths = int.from_bytes(data[_WEIGHT], "big")
    told = _teller(how, _possible(2000 + year, month, day, hour, minute))
    return [told(Vital.WEIGHT, tenths / 10 or None)]


def _temperature(date: bytes | None, value: bytes, how: Circumstances) -> Values:
    raw = int.from_bytes(value[:2], "little") & _VALUE_BITS
    celsius = raw / 100 if raw >= _HUNDREDTHS_FROM else raw / 10
    is_missing = raw in (0, _VALUE_BITS)
    return [_teller(how, _moment(date))(Vital.TEMPERATURE, None if is_missing else celsius)]


def _pressure(date: bytes | None, value: bytes, how: Circumstances) -> Values:
    told = _teller(how, _moment(date), _pressure_marks(date))
    vitals = (Vital.SYSTOLIC, Vital.MEAN_PRESSURE, Vital.DIASTOLIC, Vital.PULSE)
    return [told(vital, _byte(byte)) for vital, byte in zip(vitals, value, strict=True)]


def _pressure_marks(date: bytes | None) -> frozenset[Mark]:
    if date is None:
        return frozenset()
    marks = set()
    if date[2] & _IS_ARRHYTHMIC or date[3] & _IRREGULAR_BEATS:
        marks.add(Mark.IRREGULAR_PULSE)
    if date[3] & _IS_AVERAGE:
        marks.add(Mark.AVERAGE)
    return frozenset(marks)


def _drop_of_blood(date: bytes | None, value: bytes, how: Circumstances) -> Values:
    raw = int.from_bytes(value[:2], "little")
    parameter = (value[3] & _PARAMETER) >> 2
    if parameter != _GLUCOSE:
        return _laboratory(parameter, raw, _moment(date), how)
    meal = _MEALS.get(value[3] & _MEAL)
    told = _teller(how, _moment(date), frozenset({meal} if meal is not None else ()))
    return [told(Vital.GLUCOSE, None if raw in _GLUCOSE_INVALID else raw)]


def _laboratory(
    parameter: int, raw: int, measured_at: datetime | None, how: Circumstances
) -> Values:
    """Another parameter than glucose; its meal bits are known to mean nothing reliable."""
    if parameter not in _LABORATORY:
        return []
    test, decimals, unit = _LABORATORY[parameter]
    is_valid = raw != _LABORATORY_INVALID
    return [
        LabResult(
            test,
            f"{raw / 10**decimals:.{decimals}f}" if is_valid else None,
            unit,
            Quality.GOOD if is_valid else Quality.NO_SIGNAL,
            how.taken_at,
            origin=how.origin,
            record=how.record,
            measured_at=measured_at,
        )
    ]


def _teller(
    how: Circumstances, measured_at: datetime | None, marks: frozenset[Mark] = frozenset()
) -> Callable[[Vital, float | None], Reading]:
    def told(vital: Vital, value: float | None) -> Reading:
        return Reading(
            vital,
            value,
            Quality.NO_SIGNAL if value is None else Quality.GOOD,
            how.taken_at,
            how.origin,
            how.record,
            measured_at,
            marks,
        )

    return told


def _byte(value: int) -> int | None:
    return None if value in _BYTE_INVALID else value


def _moment(date: bytes | None) -> datetime | None:
    """Years since 2000 (7 bits), month (4), day (5), low byte first; then minute, hour."""
    if date is None:
        return None
    packed = int.from_bytes(date[:2], "little")
    year, month, day = 2000 + (packed >> 9), packed >> 5 & 0x0F, packed & 0x1F
    return _possible(year, month, day, date[3] & _HOUR, date[2] & _MINUTE)


def _possible(year: int, month: int, day: int, hour: int, minute: int) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - it knows no time zone
    except ValueError:
        return None


_DECODERS: Final[dict[Family, Callable[[bytes | None, bytes, Circumstances], Values]]] = {
    Family.THERMOMETER: _temperature,
    Family.OXIMETER: saturation,
    Family.PRESSURE: _pressure,
    Family.GLUCOSE: _drop_of_blood,
    Family.SCALE: _weight,
}
