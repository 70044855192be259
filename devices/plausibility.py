"""The last guard between an instrument and a person: a number that cannot be is not shown."""

from dataclasses import replace

from devices.readings import Event, Quality, Reading


def vouched(event: Event) -> Event:
    """The event itself, or for an impossible value the same reading without its value."""
    if (
        isinstance(event, Reading)
        and event.value is not None
        and not event.vital.is_possible(event.value)
    ):
        return replace(event, value=None, quality=Quality.OUT_OF_RANGE)
    return event
