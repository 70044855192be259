"""The names and numbers of IEEE 11073, and the configurations that agents need not describe.

Source: ISO/IEEE 11073-10101 (codes), -10404, -10407, -10408, -10415 and -10417 (configurations), as
public implementations give them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from devices.readings import Kind


class Attribute(IntEnum):
    """The attributes that are understood (partition OBJ)."""

    MODEL = 2344
    PHYSIO = 2347
    PRODUCTION = 2349
    TYPE = 2351
    STATUS = 2375
    COMPOUND_VALUE = 2379
    VALUE = 2384
    TIME = 2448
    UNIT = 2454
    METRIC_SPEC = 2630
    BASIC_VALUE = 2636
    LAYOUT = 2645
    SIMPLE_VALUE = 2646
    COMPOUND_SIMPLE_VALUE = 2676
    COMPOUND_BASIC_VALUE = 2677
    PHYSIO_LIST = 2678


class Code(IntEnum):
    """What is measured (partition SCADA)."""

    SPO2 = 19384
    PERFUSION = 19416
    PULSE_OXIMETER = 18458
    PULSE_CUFF = 18474
    PRESSURE = 18948
    SYSTOLIC = 18949
    DIASTOLIC = 18950
    MEAN_PRESSURE = 18951
    TEMPERATURE = 19292
    TEMPERATURE_TYMPANIC = 19320
    TEMPERATURE_RECTAL = 57348
    TEMPERATURE_ORAL = 57352
    TEMPERATURE_EAR = 57356
    TEMPERATURE_FINGER = 57360
    TEMPERATURE_AXILLA = 57380
    MASS = 57664
    LENGTH = 57668
    BMI = 57680
    GLUCOSE_WHOLE_BLOOD = 29112
    GLUCOSE_PLASMA = 29116
    GLUCOSE_CONTROL = 29136


class Unit(IntEnum):
    """In which unit (partition DIM)."""

    PERCENT = 544
    METRE = 1280
    CENTIMETRE = 1297
    INCH = 1376
    GRAM = 1728
    KILOGRAM = 1731
    POUND = 1760
    BMI = 1952
    MG_PER_DL = 2130
    PER_MINUTE = 2720
    KILOPASCAL = 3843
    MMHG = 3872
    FAHRENHEIT = 4416
    MMOL_PER_L = 4722
    CELSIUS = 6048


Layout = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Metric:
    """One object of a configuration."""

    codes: tuple[int, ...] = ()
    """What its values are, in their order; empty when it is not said."""
    unit: int | None = None
    layout: Layout = ()
    """Attribute and length of each part of a report of fixed format."""
    is_intermittent: bool = True
    """It measures now and then, rather than all the time."""


Configuration = Mapping[int, Metric]
"""The objects by their handles."""

_TIMED: Final = (Attribute.TIME, 8)
_BASIC: Final = (Attribute.BASIC_VALUE, 2)
_SIMPLE: Final = (Attribute.SIMPLE_VALUE, 4)
_OF_ONE_NUMBER: Final[Mapping[int, Layout]] = {
    2: (_BASIC,), 4: (_SIMPLE,), 10: (_BASIC, _TIMED), 12: (_SIMPLE, _TIMED),
}  # fmt: skip
"""By their lengths, which leave no doubt."""
_THREE_BASIC: Final = (Attribute.COMPOUND_BASIC_VALUE, 10)

PRESSURES: Final[tuple[int, ...]] = (Code.SYSTOLIC, Code.DIASTOLIC, Code.MEAN_PRESSURE)
BLOOD_PRESSURE: Final[Configuration] = {
    1: Metric(PRESSURES, Unit.MMHG, (_THREE_BASIC, _TIMED)),
    2: Metric((Code.PULSE_CUFF,), Unit.PER_MINUTE, (_BASIC, _TIMED)),
}
OXIMETER: Final[Configuration] = {
    1: Metric((Code.SPO2,), Unit.PERCENT, (_BASIC,), is_intermittent=False),
    10: Metric((Code.PULSE_OXIMETER,), Unit.PER_MINUTE, (_BASIC,), is_intermittent=False),
}
TIMED_OXIMETER: Final[Configuration] = {
    handle: replace(metric, layout=(_BASIC, _TIMED)) for handle, metric in OXIMETER.items()
}
STANDARD: Final[Mapping[int, Configuration]] = {
    0x0190: OXIMETER,
    0x0191: OXIMETER,
    0x02BC: BLOOD_PRESSURE,
    0x0320: {1: Metric((Code.TEMPERATURE,), Unit.CELSIUS, (_BASIC, _TIMED))},
    0x05DC: {1: Metric((Code.MASS,), Unit.KILOGRAM, (_SIMPLE, _TIMED))},
    0x06A4: {1: Metric((Code.GLUCOSE_WHOLE_BLOOD,), Unit.MG_PER_DL, (_BASIC, _TIMED))},
}
"""Configurations that need no report, by their numbers."""

TEMPERATURES: Final = (
    Code.TEMPERATURE,
    Code.TEMPERATURE_TYMPANIC,
    Code.TEMPERATURE_RECTAL,
    Code.TEMPERATURE_ORAL,
    Code.TEMPERATURE_EAR,
    Code.TEMPERATURE_FINGER,
    Code.TEMPERATURE_AXILLA,
)
_KINDS: Final[Mapping[int, Kind]] = {
    Code.SPO2: Kind.OXIMETER,
    Code.SYSTOLIC: Kind.BLOOD_PRESSURE,
    Code.MASS: Kind.SCALE,
    Code.GLUCOSE_WHOLE_BLOOD: Kind.GLUCOMETER,
    Code.GLUCOSE_PLASMA: Kind.GLUCOMETER,
    **dict.fromkeys(TEMPERATURES, Kind.THERMOMETER),
}
_CODES_OF_UNITS: Final[Mapping[tuple[int | None, int], tuple[int, ...]]] = {
    (Unit.MMHG, 3): PRESSURES,
    (Unit.KILOPASCAL, 3): PRESSURES,
    (Unit.KILOGRAM, 1): (Code.MASS,),
    (Unit.POUND, 1): (Code.MASS,),
    (Unit.CELSIUS, 1): (Code.TEMPERATURE,),
    (Unit.FAHRENHEIT, 1): (Code.TEMPERATURE,),
}


def kind_of(configuration: Configuration) -> Kind | None:
    """What an instrument with these objects is to the person who holds it."""
    codes = (code for metric in configuration.values() for code in metric.codes)
    return next((_KINDS[code] for code in codes if code in _KINDS), None)


def codes_of(unit: int | None, count: int) -> tuple[int, ...]:
    """What so many values can only be when nothing but their unit is known; empty when unclear."""
    return _CODES_OF_UNITS.get((unit, count), ())


def fitting_layout(metric: Metric, length: int) -> Layout:
    """What lies in a report of fixed format of this length; empty when it cannot be told.

    Agents with a standard configuration were seen to send the time besides, or the longer of the
    two kinds of number (Antidote's): one number tells itself by its length.
    """
    if sum(size for _, size in metric.layout) == length:
        return metric.layout
    return _OF_ONE_NUMBER.get(length, ()) if metric.layout in _OF_ONE_NUMBER.values() else ()


def only_configuration(pattern: set[tuple[int, int]]) -> Configuration:
    """The one that objects of these handles and lengths belong to; empty when unclear.

    A single object 1 of 10 or 12 bytes is unclear: thermometers, scales, glucose meters and
    oximeters all send such.
    """
    if pattern and pattern <= {(1, 18), (2, 10)}:
        return BLOOD_PRESSURE
    if pattern == {(1, 10), (10, 10)}:
        return TIMED_OXIMETER
    if pattern == {(1, 2), (10, 2)}:
        return OXIMETER
    return {}
