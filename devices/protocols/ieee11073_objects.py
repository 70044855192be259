"""What an IEEE 11073 agent says of itself and of its measurements.

Source: ISO/IEEE 11073-20601 as public implementations give it. A configuration says for each object
(by its handle) what it measures, in which unit, and which attributes lie one behind the other in a
report of fixed format; a report of variable format names each attribute.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import Final

from devices.protocols.ieee11073 import (
    DamagedError,
    Reader,
    absolute_time,
    long_float,
    sfloat,
)
from devices.protocols.ieee11073_nomenclature import (
    Attribute,
    Code,
    Configuration,
    Metric,
    codes_of,
    fitting_layout,
    only_configuration,
)
from devices.readings import Quality


class Report(IntEnum):
    """The events that an agent reports (partition ACT)."""

    CONFIGURATION = 3356
    FIXED = 3357
    VARIABLE = 3358
    FIXED_PERSONS = 3359
    VARIABLE_PERSONS = 3360
    SCANNED_VARIABLE = 3362
    SCANNED_FIXED = 3363
    SCANNED_VARIABLE_PERSONS = 3365
    SCANNED_FIXED_PERSONS = 3366


_OF_PERSONS: Final = {
    Report.FIXED_PERSONS,
    Report.VARIABLE_PERSONS,
    Report.SCANNED_FIXED_PERSONS,
    Report.SCANNED_VARIABLE_PERSONS,
}
_OF_FIXED_FORMAT: Final = {
    Report.FIXED,
    Report.FIXED_PERSONS,
    Report.SCANNED_FIXED,
    Report.SCANNED_FIXED_PERSONS,
}
_NUMERIC: Final = 6  # object class MDC_MOC_VMO_METRIC_NU
_SCADA: Final = 2  # partition
_ATTRIBUTES: Final = range(2320, 2700)
_OF_MAKERS: Final = 0xF000
"""Numbers outside mean lost bytes, with the next APDU in their place."""
REPORTS: Final = frozenset(Report) - {Report.CONFIGURATION}
"""The events that hold measurements."""
_INTERMITTENT: Final = 0x8000  # 20601, MetricSpecSmall


@dataclass(frozen=True, slots=True)
class Value:
    """One number of an observation."""

    code: int
    unit: int
    number: Decimal | Quality
    """With its decimals as sent, or why there is none."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one object measured once."""

    values: tuple[Value, ...]
    status: int
    """20601, MeasurementStatus."""
    measured_at: datetime | None
    is_timed: bool
    """The agent keeps the time of it, whether its clock was set or not."""
    is_intermittent: bool


def parse_configuration(info: bytes) -> tuple[int, Configuration]:
    """A configuration report: its number, its numeric objects; `DamagedError`."""
    reader = Reader(info)
    number = reader.u16()
    count, objects = reader.items()
    configuration = {}
    for _ in range(count):
        object_class, handle = objects.u16(), objects.u16()
        attributes = parse_attributes(objects)
        if object_class == _NUMERIC:
            configuration[handle] = _described(Metric(), attributes)
    return number, configuration


def parse_attributes(reader: Reader) -> dict[int, bytes]:
    """A list of attributes; `DamagedError`."""
    count, listed = reader.items()
    attributes = {}
    for _ in range(count):
        attribute = listed.u16()
        if attribute not in _ATTRIBUTES and attribute < _OF_MAKERS:
            raise DamagedError
        attributes[attribute] = listed.block()
    listed.finish()
    return attributes


def parse_report(kind: int, info: bytes, known: Configuration | None) -> list[Observation]:
    """The measurements that an event report holds; `DamagedError`.

    `known` is the agent's configuration; without one, a fixed format is understood when only one
    kind of instrument can have sent it, and a variable one as far as it describes itself.
    """
    reader = Reader(info)
    reader.take(4)  # who asked for it, and a running number
    entries: list[tuple[int, bytes | dict[int, bytes]]] = []
    for scan in _scans(reader, of_persons=kind in _OF_PERSONS):
        count, listed = scan
        for _ in range(count):
            handle = listed.u16()
            is_fixed = kind in _OF_FIXED_FORMAT
            entries.append((handle, listed.block() if is_fixed else parse_attributes(listed)))
        listed.finish()
    if known is None:
        known = only_configuration(
            {(handle, len(data)) for handle, data in entries if isinstance(data, bytes)}
        )
    return [seen for handle, data in entries if (seen := _observed(known.get(handle), data))]


def _scans(reader: Reader, *, of_persons: bool) -> list[tuple[int, Reader]]:
    if not of_persons:
        return [reader.items()]
    count, persons = reader.items()
    scans = []
    for _ in range(count):
        persons.u16()  # the number of a person within the instrument
        scans.append(persons.items())
    persons.finish()
    return scans


def _observed(metric: Metric | None, data: bytes | dict[int, bytes]) -> Observation | None:
    """The observation in one entry of a report, or none that can be understood."""
    if isinstance(data, bytes):
        layout = fitting_layout(metric, len(data)) if metric is not None else ()
        if metric is None or not layout:
            return None
        reader = Reader(data)
        attributes = {attribute: reader.take(length) for attribute, length in layout}
    else:
        attributes = data
        metric = _described(metric or Metric(), attributes)
    values = _values(metric, attributes)
    if not values:
        return None
    time = attributes.get(Attribute.TIME)
    return Observation(
        values=values,
        status=int.from_bytes(attributes.get(Attribute.STATUS, b""), "big"),
        measured_at=None if time is None else absolute_time(time),
        is_timed=time is not None,
        is_intermittent=metric.is_intermittent,
    )


def _described(metric: Metric, attributes: Mapping[int, bytes]) -> Metric:
    """The object with everything that these attributes say of it."""
    for attribute, data in attributes.items():
        if (understand := _DESCRIPTIONS.get(attribute)) is not None:
            metric = understand(metric, Reader(data))
    return metric


def _with_type(metric: Metric, reader: Reader) -> Metric:
    partition, code = reader.u16(), reader.u16()
    is_value = partition == _SCADA and code != Code.PRESSURE
    return replace(metric, codes=(code,)) if is_value else metric


def _with_codes(metric: Metric, reader: Reader) -> Metric:
    count, listed = reader.items()
    return replace(metric, codes=tuple(listed.u16() for _ in range(count)))


def _with_layout(metric: Metric, reader: Reader) -> Metric:
    count, listed = reader.items()
    return replace(metric, layout=tuple((listed.u16(), listed.u16()) for _ in range(count)))


_DESCRIPTIONS: Final[Mapping[int, Callable[[Metric, Reader], Metric]]] = {
    Attribute.TYPE: _with_type,
    Attribute.PHYSIO: lambda metric, reader: replace(metric, codes=(reader.u16(),)),
    Attribute.PHYSIO_LIST: _with_codes,
    Attribute.UNIT: lambda metric, reader: replace(metric, unit=reader.u16()),
    Attribute.METRIC_SPEC: lambda metric, reader: replace(
        metric, is_intermittent=bool(reader.u16() & _INTERMITTENT)
    ),
    Attribute.LAYOUT: _with_layout,
}


def _values(metric: Metric, attributes: Mapping[int, bytes]) -> tuple[Value, ...]:
    for attribute, data in attributes.items():
        if attribute == Attribute.VALUE:
            return (_whole_value(Reader(data)),)
        if attribute == Attribute.COMPOUND_VALUE:
            count, listed = Reader(data).items()
            return tuple(_whole_value(listed) for _ in range(count))
        if attribute in _NUMBERS:
            return _numbers_named(metric, _NUMBERS[attribute](Reader(data)))
    return ()


def _numbers_named(metric: Metric, numbers: list[Decimal | Quality]) -> tuple[Value, ...]:
    unit = metric.unit
    codes = metric.codes or codes_of(unit, len(numbers))
    if unit is None or len(codes) != len(numbers):
        return ()
    return tuple(Value(code, unit, number) for code, number in zip(codes, numbers, strict=True))


def _compound_basic(reader: Reader) -> list[Decimal | Quality]:
    count, listed = reader.items()
    return [sfloat(listed.take(2)) for _ in range(count)]


def _compound_simple(reader: Reader) -> list[Decimal | Quality]:
    count, listed = reader.items()
    return [long_float(listed.take(4)) for _ in range(count)]


_NUMBERS: Final[Mapping[int, Callable[[Reader], list[Decimal | Quality]]]] = {
    Attribute.BASIC_VALUE: lambda reader: [sfloat(reader.take(2))],
    Attribute.SIMPLE_VALUE: lambda reader: [long_float(reader.take(4))],
    Attribute.COMPOUND_BASIC_VALUE: _compound_basic,
    Attribute.COMPOUND_SIMPLE_VALUE: _compound_simple,
}


def _whole_value(reader: Reader) -> Value:
    """20601, NuObsValue: what, status, unit, number."""
    code, _, unit = reader.u16(), reader.u16(), reader.u16()
    return Value(code, unit, long_float(reader.take(4)))
