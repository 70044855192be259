"""Which TaiDoc and FORA models are known, and what their records hold.

Source: the first digits as the maker's own program reads them, for the models whose records public
projects decoded (advmeds-bluetooth-lib, glucometerutils td42xx, pico-vitals-gateway,
home-assistant-fora6-connect, drivers of the TD-2551).
"""

from enum import Enum
from typing import Final

from devices.readings import Kind


class Family(Enum):
    """What the records of a model hold."""

    THERMOMETER = "thermometer"
    OXIMETER = "oximeter"
    PRESSURE = "blood pressure"
    PRESSURE_AND_GLUCOSE = "blood pressure and glucose"
    GLUCOSE = "glucose"
    SCALE = "scale"

    @property
    def kind(self) -> Kind:
        """What the instrument is to the person who holds it."""
        return _KINDS[self]


_KINDS: Final = {
    Family.THERMOMETER: Kind.THERMOMETER,
    Family.OXIMETER: Kind.OXIMETER,
    Family.PRESSURE: Kind.BLOOD_PRESSURE,
    Family.PRESSURE_AND_GLUCOSE: Kind.BLOOD_PRESSURE,
    Family.GLUCOSE: Kind.GLUCOMETER,
    Family.SCALE: Kind.SCALE,
}

_NUMBERS: Final = {
    "1035": Family.THERMOMETER,
    "1107": Family.THERMOMETER,
    "1241": Family.THERMOMETER,
    "1261": Family.THERMOMETER,
    "2551": Family.SCALE,
    "2552": Family.SCALE,
    "2555": Family.SCALE,
    "4127": Family.GLUCOSE,
    "4141": Family.GLUCOSE,
    "4183": Family.GLUCOSE,
}
"""Models of ranges that also hold others."""

_RANGES: Final = {
    "31": Family.PRESSURE,
    "32": Family.PRESSURE_AND_GLUCOSE,
    "42": Family.GLUCOSE,
    "82": Family.OXIMETER,
}
"""Ranges all of whose models have the same records, by their first two digits."""

_PRINTED: Final = {
    "IR20": Family.THERMOMETER,
    "IR40": Family.THERMOMETER,
    "IR42": Family.THERMOMETER,
    "O2": Family.OXIMETER,
    "P20": Family.PRESSURE,
    "P30": Family.PRESSURE,
    "P80": Family.PRESSURE,
    "D40": Family.PRESSURE_AND_GLUCOSE,
    "GD40": Family.GLUCOSE,
    "MD6": Family.GLUCOSE,
    "W550": Family.SCALE,
}
"""Names that FORA prints instead of the number."""

_RANGE_MODELS: Final = (
    *("3124", "3128", "3129", "3132", "3140"),
    *("3223", "3250", "3252", "3258", "3261", "3280"),
    *("4206", "4216", "4230", "4235", "4240", "4255", "4256", "4257"),
    *("4272", "4277", "4279", "4282", "4283"),
    *("8201", "8255"),
)
"""Models of the ranges that the maker's programs name."""

NAMES: Final = (*_PRINTED, *(f"TD{number}" for number in (*_NUMBERS, *_RANGE_MODELS)))
"""As printed on the instruments, without the hyphen."""


def family_of_number(number: str) -> Family | None:
    """The family of a model number's four digits; `None` when the model is not known."""
    if not number.isdecimal():
        return None
    return _NUMBERS.get(number) or _RANGES.get(number[:2])


def family_of_name(name: str) -> Family:
    """The family of one of `NAMES`; `KeyError` for any other name."""
    if name not in NAMES:
        raise KeyError(name)
    return _PRINTED.get(name) or _family_of_known(name.removeprefix("TD"))


def _family_of_known(number: str) -> Family:
    return _NUMBERS.get(number) or _RANGES[number[:2]]
