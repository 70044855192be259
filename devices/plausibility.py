"""The last guard between an instrument and a person: a number that cannot be is not shown."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from devices.readings import Event, Quality, Reading, Vital

_PRESSURES: Final = (Vital.SYSTOLIC, Vital.DIASTOLIC)


def vouched(event: Event) -> Event:
    """The event itself, or for an impossible value the same reading without its value."""
    if (
        isinstance(event, Reading)
        and event.value is not None
        and not event.vital.is_possible(event.value)
    ):
        return _without_value(event)
    return event


def vouched_together(events: Iterable[Event]) -> list[Event]:
    """Each event `vouched`, and neither pressure of a measurement whose upper is not the higher.

    Takes what a driver told at once: values measured together come together.
    """
    told = [vouched(event) for event in events]
    pressures: dict[object, dict[Vital, float]] = {}
    for event in told:
        if isinstance(event, Reading) and event.vital in _PRESSURES and event.value is not None:
            pressures.setdefault(_measurement(event), {})[event.vital] = event.value
    swapped = {
        measurement
        for measurement, values in pressures.items()
        if len(values) == len(_PRESSURES) and values[Vital.SYSTOLIC] <= values[Vital.DIASTOLIC]
    }
    return [
        _without_value(event)
        if isinstance(event, Reading)
        and event.vital in _PRESSURES
        and _measurement(event) in swapped
        else event
        for event in told
    ]


def _measurement(reading: Reading) -> object:
    """What the values of one measurement share."""
    return reading.origin, reading.record or reading.taken_at


def _without_value(reading: Reading) -> Reading:
    return replace(reading, value=None, quality=Quality.OUT_OF_RANGE)
