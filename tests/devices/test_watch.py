"""Ports that come and go; probing is played, the list of ports too."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Queue

import pytest

from devices.evidence import Introduction
from devices.ports import PortInfo
from devices.probe import Outcome, Undecided
from devices.watch import (
    MAX_PORTS,
    Appeared,
    PortWatch,
    Recognised,
    Unrecognised,
    Vanished,
    WatchEvent,
)

PATIENCE_S = 30.0
LEFT = PortInfo("left", usb_id="10C4:EA60", cable_serial="0001", location="1-1")
RIGHT = PortInfo("right", usb_id="10C4:EA60", cable_serial="0001", location="1-2")
OXIMETER = Introduction("contec_v7", "CMS50E")


class Machine:
    """Sockets somebody plugs into."""

    def __init__(self, look: Callable[[str, Callable[[], bool]], Outcome]) -> None:
        self.plugged: set[PortInfo] = set()
        self.events: Queue[WatchEvent] = Queue()
        self.watch = PortWatch(lambda: sorted(self.plugged, key=str), self.events.put, look)

    def next(self) -> WatchEvent:
        return self.events.get(timeout=PATIENCE_S)


@contextmanager
def watched(look: Callable[[str, Callable[[], bool]], Outcome]) -> Iterator[Machine]:
    before = threading.active_count()
    machine = Machine(look)
    machine.watch.start()
    try:
        yield machine
    finally:
        machine.watch.close()
    assert threading.active_count() == before


def test_what_is_plugged_is_recognised_and_what_is_pulled_is_told() -> None:
    with watched(lambda _port, _given_up: OXIMETER) as machine:
        machine.plugged = {LEFT}
        assert machine.next() == Appeared(LEFT)
        assert machine.next() == Recognised(LEFT, OXIMETER)
        machine.plugged = set()
        assert machine.next() == Vanished(LEFT)


def test_two_identical_cables_are_two_ports() -> None:
    with watched(lambda _port, _given_up: OXIMETER) as machine:
        machine.plugged = {LEFT, RIGHT}
        told = [machine.next() for _ in range(4)]
        assert {event.port for event in told if isinstance(event, Recognised)} == {LEFT, RIGHT}


@pytest.mark.parametrize(("outcome", "drivers"), [(None, ()), (Undecided(("a", "b")), ("a", "b"))])
def test_whom_nobody_can_name_is_told_once_and_given_up_when_pulled(
    outcome: Outcome, drivers: tuple[str, ...]
) -> None:
    with watched(lambda _port, _given_up: outcome) as machine:
        machine.plugged = {LEFT}
        assert [machine.next(), machine.next()] == [Appeared(LEFT), Unrecognised(LEFT, drivers)]
        machine.plugged = set()
        assert machine.next() == Vanished(LEFT)


def test_a_port_that_cannot_be_opened_is_not_recognised() -> None:
    def look(_port: str, _given_up: Callable[[], bool]) -> Outcome:
        raise PermissionError

    with watched(look) as machine:
        machine.plugged = {LEFT}
        assert [machine.next(), machine.next()] == [Appeared(LEFT), Unrecognised(LEFT)]


def test_pulling_a_port_gives_its_probe_up() -> None:
    given_up = threading.Event()

    def look(_port: str, is_given_up: Callable[[], bool]) -> Outcome:
        pause = threading.Event()
        while not is_given_up():
            pause.wait(0.01)
        given_up.set()
        return OXIMETER  # too late: nobody hears of it

    with watched(look) as machine:
        machine.plugged = {LEFT}
        assert machine.next() == Appeared(LEFT)
        machine.plugged = set()
        assert machine.next() == Vanished(LEFT)
        assert given_up.wait(PATIENCE_S)
    assert machine.events.empty()


def test_a_forgotten_port_is_looked_at_anew() -> None:
    with watched(lambda _port, _given_up: OXIMETER) as machine:
        machine.plugged = {LEFT}
        assert [machine.next(), machine.next()] == [Appeared(LEFT), Recognised(LEFT, OXIMETER)]
        machine.watch.forget(LEFT)
        assert [machine.next(), machine.next()] == [Appeared(LEFT), Recognised(LEFT, OXIMETER)]


def test_no_more_ports_are_looked_at_than_anybody_has() -> None:
    with watched(lambda _port, _given_up: None) as machine:
        machine.plugged = {PortInfo(f"{number:02}") for number in range(MAX_PORTS + 4)}
        appeared = [machine.next() for _ in range(2 * MAX_PORTS)]
        assert sum(isinstance(event, Appeared) for event in appeared) == MAX_PORTS
    assert machine.events.empty()
