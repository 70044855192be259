"""Nonin's printed lines: exact or nothing."""

import pytest
from instrument_bench import NOW, Bench, heard, told

from devices.driver import Request
from devices.drivers.nonin_ascii import MOST_BYTES, Driver
from devices.readings import Resynced
from devices.simulators.instrument import Material
from devices.simulators.nonin_ascii import Simulator


def test_it_only_listens_and_tells_every_second() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.run(4.5)
    assert oximeter.sent == []
    assert Driver().identify() == b""
    assert Driver().ask(Request.MEASURE, NOW) == []
    assert told(oximeter.events) == ["SPO2 97 good", "PULSE 72 good"] * 5


def test_the_heading_is_counted_and_left_out() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.run(0.5)
    assert [type(event) for event in oximeter.events[:1]] == [Resynced]


def test_dashes_are_no_value_and_the_event_key_is_a_mark() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.simulator.tell("event", is_on=True, at_s=0.0)
    oximeter.run(0.5)
    assert told(oximeter.events) == ["SPO2 97 good event", "PULSE 72 good event"]
    oximeter.simulator.tell("finger", is_on=True, at_s=0.0)
    assert told(oximeter.run(1.5)) == ["SPO2 - no_signal event", "PULSE - no_signal event"]


@pytest.mark.parametrize(
    "line",
    [
        "SPO2=98 HR=072",
        "SPO2=098 HR=72",
        "SPO2=098 HR=0720",
        "SPO2=098 HR=",
        "SPO2=098",
        "HR=072",
        "SPO2=0 8 HR=072",
        "SPO2=09- HR=072",
        "SPO2=098HR=072",
        "xSPO2=098 HR=072",
        "SPO2=098 HR=072 SPO2=097 HR=071",
        "SPO2=098 HR=072\x80",
        "SPO2=\N{ARABIC-INDIC DIGIT ZERO}98 HR=072",
    ],
)
def test_a_line_that_is_not_exact_yields_nothing(line: str) -> None:
    data = line.encode("utf-8") + b"\r\n"
    events = heard("nonin_ascii", [data])
    assert {type(event) for event in events} == {Resynced}
    after = told(heard("nonin_ascii", [data + b"SPO2=098 HR=072\r\n"]))
    assert after == ["SPO2 98 good", "PULSE 72 good"]


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n", b"\n\r"])
def test_lines_end_as_they_like(end: bytes) -> None:
    data = (b"SPO2=098 HR=072" + end) * 2
    assert told(heard("nonin_ascii", [data])) == ["SPO2 98 good", "PULSE 72 good"] * 2


def test_missing_one_value_only() -> None:
    data = b"SPO2=--- HR=072\r\n"
    assert told(heard("nonin_ascii", [data])) == ["SPO2 - no_signal", "PULSE 72 good"]


def test_a_line_without_end_is_bounded() -> None:
    driver = Driver()
    events = driver.receive(b"S" * 10_000, NOW)
    dropped = sum(event.dropped for event in events if isinstance(event, Resynced))
    assert dropped == 10_000
    driver.receive(b"\r\n" + b"S" * MOST_BYTES, NOW)
    assert driver.receive(b"S", NOW) == [Resynced(MOST_BYTES + 1)]
