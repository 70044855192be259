"""Who is at this port? Listens first, then asks only what changes nothing.

The cable's own USB name is never believed: the same adapters serve many instruments.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from devices import registry
from devices.driver import Driver, Identifiable, SerialSettings
from devices.link import Port, open_port, read_slice
from devices.readings import Event, Identified, Reading, Refused

LISTEN_FOR: Final = timedelta(seconds=1.2)
"""chosen: Contec allows one second for a reply; a stream shows itself at once."""


@dataclass(frozen=True, slots=True)
class Found:
    """An instrument that spoke in a way only its driver understands."""

    driver: str
    model: str
    """What it said of itself, or the driver's own name for it."""
    is_refused: bool
    """It speaks this protocol, but is a model the driver leaves alone."""


def probe(
    port: str, now: Callable[[], datetime], drivers: Sequence[str] | None = None
) -> Found | None:
    """Who answers at the port; raises what `devices.link.open_port` raises."""
    for settings, names in _by_settings(drivers or registry.names()).items():
        opened = open_port(port, settings)
        try:
            found = _listened(opened, names, now) or _asked(opened, names, now)
        finally:
            opened.close()
        if found is not None:
            return found
    return None


def _by_settings(names: Sequence[str]) -> dict[SerialSettings, list[str]]:
    groups: dict[SerialSettings, list[str]] = {}
    for name in names:
        line = registry.load(name).LINE
        if isinstance(line, SerialSettings):
            groups.setdefault(line, []).append(name)
    return groups


def _listened(port: Port, names: Sequence[str], now: Callable[[], datetime]) -> Found | None:
    return _heard(port, {name: registry.load(name)() for name in names}, now)


def _asked(port: Port, names: Sequence[str], now: Callable[[], datetime]) -> Found | None:
    for name in names:
        driver = registry.load(name)()
        if isinstance(driver, Identifiable):
            port.write(driver.identify())
            found = _heard(port, {name: driver}, now)
            if found is not None:
                return found
    return None


def _heard(port: Port, drivers: dict[str, Driver], now: Callable[[], datetime]) -> Found | None:
    until = now() + LISTEN_FOR
    while (moment := now()) < until:
        data = read_slice(port)
        for name, driver in drivers.items():
            events = driver.receive(data, moment) if data else []
            found = _told(name, driver, [*events, *driver.tick(moment)])
            if found is not None:
                return found
    return None


def _told(name: str, driver: Driver, events: list[Event]) -> Found | None:
    for event in events:
        if isinstance(event, Identified | Refused):
            return Found(name, event.model, is_refused=isinstance(event, Refused))
        if isinstance(event, Reading):
            return Found(name, driver.MODEL, is_refused=False)
    return None
