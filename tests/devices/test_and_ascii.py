"""A&D scales: the standard format as the manuals print it, and a streaming scale."""

import pytest
from instrument_bench import NOW, Bench, heard, told

from devices.driver import Request
from devices.drivers.and_ascii import ASK_EVERY, MEASURE_WITHIN, Driver
from devices.readings import Failed, Resynced, Send
from devices.simulators.and_ascii import Simulator
from devices.simulators.instrument import Material


def bench() -> Bench:
    return Bench(Driver(), Simulator(Material()))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # EK-L and GC manuals, data format (the unit takes three places)
        ("ST,+001234.5  g", ["WEIGHT 1.2345 good spot#1 (1234.5 g)"]),
        ("ST,+0001.234 kg", ["WEIGHT 1.234 good spot#1"]),
        ("ST,OK,+0001.234 kg", ["WEIGHT 1.234 good spot#1"]),
        ("QT,+00012345 PC", []),
        ("OL,+999999.9  g", ["WEIGHT - too_high"]),
        # AD-4400 series
        ("ST,GS,+0072.50kg", ["WEIGHT 72.5 good spot#1"]),
        ("US,NT,+  72.5kg", ["WEIGHT 72.5 unstable net"]),
        ("ST,TR,+0014.20kg", []),
        ("ST,GS,+00160.0lb", ["WEIGHT 72.5748 good spot#1 (160.0 lb)"]),
    ],
)
def test_lines_of_the_manuals(line: str, expected: list[str]) -> None:
    events = heard("and_ascii", [line.encode("ascii") + b"\r\n"])
    assert told(events) == expected
    assert not any(isinstance(event, Resynced) for event in events)


@pytest.mark.parametrize(
    "line", ["ST,GS,+07 2.50 kg", "ST,GS,+072.50", "ST,GS,072.50 st", "ST;GS;+072.50 kg", "hello"]
)
def test_other_lines_are_noise(line: str) -> None:
    events = heard("and_ascii", [line.encode("ascii") + b"\r\n"])
    assert events == [Resynced(len(line))]


def test_a_person_is_weighed_while_swaying_and_once_when_steady() -> None:
    scale = bench()
    scale.run(1.0)
    scale.simulator.tell("step", is_on=True, at_s=scale.at_s)
    lines = told(scale.run(10.0))
    assert lines[-1] == "WEIGHT 72.5 good spot#1"
    assert all(line.endswith("unstable") for line in lines[:-1])
    assert scale.sent == [b"Q\r\n"]


def test_asked_to_measure_it_tells_the_same_weight_again() -> None:
    scale = bench()
    scale.simulator.tell("step", is_on=True, at_s=0.0)
    scale.run(5.0)
    scale.ask(Request.MEASURE)
    assert told(scale.run(6.0)) == ["WEIGHT 72.5 good spot#2"]
    assert scale.sent[-1] == b"S\r\n"


def test_a_silent_scale_is_asked_and_a_recording_is_not() -> None:
    driver = Driver()
    driver.start(NOW)
    assert driver.tick(NOW + ASK_EVERY) == [Send(b"Q\r\n")]
    assert driver.tick(NOW + ASK_EVERY) == []
    assert Driver().tick(NOW + ASK_EVERY) == []


def test_a_measurement_that_never_comes_fails() -> None:
    driver = Driver()
    driver.ask(Request.MEASURE, NOW)
    assert driver.tick(NOW + MEASURE_WITHIN / 2) == []
    assert driver.tick(NOW + MEASURE_WITHIN) == [Failed("measure")]


def test_an_overload_is_told_without_a_value() -> None:
    scale = bench()
    scale.run(1.0)
    scale.simulator.tell("overload", is_on=True, at_s=scale.at_s)
    assert told(scale.run(3.0)) == ["WEIGHT - too_high"]


def test_a_single_weight_before_an_overload_is_told_before_it() -> None:
    lines = told(heard("and_ascii", [b"ST,GS,+072.50 kg\r\nOL,GS,+999.99 kg\r\n"]))
    assert lines == ["WEIGHT 72.5 good spot#1", "WEIGHT - too_high"]
