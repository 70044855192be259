"""A simulated instrument on a TCP port is opened and heard like one on a cable."""

from collections.abc import Iterator

import pytest

from client import clock
from devices import link, registry
from devices.driver import SerialSettings
from devices.link import read_slice
from devices.readings import Reading
from devices.simulators.instrument import create
from devices.simulators.sockets import SocketInstrument

SLICES = 2_000
"""Far more than a first value takes; each waits for bytes, not for a time."""


@pytest.fixture
def instrument() -> Iterator[SocketInstrument]:
    plugged = SocketInstrument(create("contec_v5"), clock.monotonic_s)
    yield plugged
    plugged.close()


def first_reading(port: str) -> Reading:
    driver = registry.load("contec_v5")()
    opened = link.open_port(port, SerialSettings(baud=115_200))
    try:
        for _ in range(SLICES):
            for event in driver.receive(read_slice(opened), clock.now()):
                if isinstance(event, Reading) and event.value is not None:
                    return event
    finally:
        opened.close()
    raise AssertionError("no value")


def test_it_is_read_like_a_cable_and_again_after_it_was_let_go(
    instrument: SocketInstrument,
) -> None:
    first = first_reading(instrument.port)
    again = first_reading(instrument.port)
    assert first.vital.ucum == again.vital.ucum


def test_nothing_is_left_of_it(instrument: SocketInstrument) -> None:
    instrument.close()
    with pytest.raises(link.GONE):
        link.open_port(instrument.port, SerialSettings(baud=115_200))
