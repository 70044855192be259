"""Kern scales: who it is, every weight, and a steady one on request."""

from datetime import timedelta

from instrument_bench import NOW, Bench, told

from devices.driver import Request
from devices.drivers.kern import MEASURE_WITHIN, REPLY_WITHIN, STREAM_LOST_AFTER, Driver
from devices.readings import Failed, Identified, Send
from devices.simulators.instrument import Material
from devices.simulators.kern import Simulator


def bench() -> Bench:
    return Bench(Driver(), Simulator(Material()))


def test_it_asks_who_is_there_and_then_for_every_weight() -> None:
    scale = bench()
    scale.run(1.0)
    assert scale.sent == [b"I2\r\n", b"I4\r\n", b"SIR\r\n"]
    assert Identified("Kern MPE 250K100HM", "WX12000034") in scale.events


def test_a_person_is_weighed_while_swaying_and_once_when_steady() -> None:
    scale = bench()
    scale.run(1.0)
    scale.simulator.tell("step", is_on=True, at_s=scale.at_s)
    lines = told(scale.run(10.0))
    assert lines[-1] == "WEIGHT 72.5 good spot#1"
    assert len(lines) > 2
    assert all(line.endswith("unstable") for line in lines[:-1])


def test_asked_to_measure_it_tells_the_same_weight_again() -> None:
    scale = bench()
    scale.simulator.tell("step", is_on=True, at_s=0.0)
    scale.run(5.0)
    scale.ask(Request.MEASURE)
    assert told(scale.run(7.0)) == ["WEIGHT 72.5 good spot#2"]
    assert scale.sent[-2:] == [b"S\r\n", b"SIR\r\n"]


def test_an_overload_is_told_without_a_value() -> None:
    scale = bench()
    scale.run(1.0)
    scale.simulator.tell("overload", is_on=True, at_s=scale.at_s)
    assert told(scale.run(3.0)) == ["WEIGHT - too_high"]


def test_a_scale_that_does_not_say_who_it_is_is_weighed_with_all_the_same() -> None:
    driver = Driver()
    driver.start(NOW)
    assert driver.tick(NOW + REPLY_WITHIN) == [Send(b"I4\r\n")]
    assert driver.tick(NOW + 2 * REPLY_WITHIN) == [Send(b"SIR\r\n")]
    assert driver.tick(NOW + 3 * REPLY_WITHIN) == []
    lost_at = NOW + 2 * REPLY_WITHIN + STREAM_LOST_AFTER
    assert driver.tick(lost_at) == [Send(b"SIR\r\n")]
    assert driver.tick(lost_at) == []


def test_a_measurement_that_is_refused_or_never_comes_fails() -> None:
    driver = Driver()
    driver.ask(Request.MEASURE, NOW)
    assert Failed("measure") in driver.receive(b"S I\r\n", NOW)
    driver.ask(Request.MEASURE, NOW)
    assert Failed("measure") not in driver.tick(NOW + MEASURE_WITHIN / 2)
    assert Failed("measure") in driver.tick(NOW + MEASURE_WITHIN)
    assert driver.tick(NOW + MEASURE_WITHIN + timedelta(seconds=1)) == []


def test_a_measurement_ends_with_an_overload_and_the_weights_go_on() -> None:
    driver = Driver()
    driver.ask(Request.MEASURE, NOW)
    events = driver.receive(b"S +\r\n", NOW)
    assert told(events) == ["WEIGHT - too_high"]
    assert events[-2:] == [Failed("measure"), Send(b"SIR\r\n")]


def test_a_refusal_nobody_asked_for_is_no_failure() -> None:
    assert Failed("measure") not in Driver().receive(b"ES\r\nS -\r\n", NOW)


def test_a_bad_line_invents_no_weight() -> None:
    scale = bench()
    scale.line.loss = 0.01
    scale.run(1.0)
    scale.simulator.tell("step", is_on=True, at_s=scale.at_s)
    scale.run(3.5)
    assert set(told(scale.run(30.0))) <= {"WEIGHT 72.5 good spot#1"}
