"""The thermometer's side of a conversation: model first, and only records that are new."""

from datetime import timedelta

import pytest
from instrument_bench import NOW, Bench, told

import devices.drivers.taidoc
import devices.protocols.taidoc
from devices.driver import Request
from devices.drivers.taidoc import MEASURE_WITHIN, Driver
from devices.protocols.taidoc import Command, frame
from devices.readings import Failed, Identified, Reading, Refused, Send
from devices.simulators.instrument import Material
from devices.simulators.taidoc import Simulator

# shared vectors of the family (glucometerutils, TransafeRx): host frames
WAKE = bytes.fromhex("51220000 0000A316")
MODEL = bytes.fromhex("51240000 0000A318")
NEWEST = bytes.fromhex("51260000 0000A31A")
UNKNOWN = bytes.fromhex("5124834100 00A5DE")  # TD-4183, a glucose meter


def bench() -> Bench:
    return Bench(Driver(), Simulator(Material()))


def readings(bench: Bench) -> list[float | None]:
    return [event.value for event in bench.events if isinstance(event, Reading)]


def test_frames_are_those_of_the_family() -> None:
    assert frame(Command.WAKE) == WAKE
    assert frame(Command.MODEL) == MODEL
    assert frame(Command.RECORD_VALUE) == NEWEST


def test_clearing_the_memory_is_nowhere_in_the_program() -> None:
    assert 0x52 not in set(Command)


def test_the_model_is_asked_before_anything_else() -> None:
    thermometer = bench()
    thermometer.run(1.0)
    assert thermometer.sent[:2] == [WAKE, MODEL]
    assert Identified("TaiDoc TD-1241", "1527402200001357") in thermometer.events


def test_an_unknown_model_is_left_alone() -> None:
    driver = Driver()
    driver.start(NOW)
    driver.receive(frame(Command.WAKE, sender=0xA5), NOW)
    assert Refused("TaiDoc TD-4183") in driver.receive(UNKNOWN, NOW)
    later = [
        event for second in range(60) for event in driver.tick(NOW + timedelta(seconds=second))
    ]
    assert later == []
    assert driver.receive(bytes.fromhex("512672010e01a59e"), NOW) == []
    assert driver.ask(Request.MEASURE, NOW) == [Failed("measure")]


def test_a_record_from_before_is_never_told() -> None:
    thermometer = bench()
    thermometer.run(30.0)
    assert readings(thermometer) == []


def test_a_new_record_is_told_once() -> None:
    thermometer = bench()
    thermometer.run(3.0)
    thermometer.simulator.tell("press", is_on=True, at_s=thermometer.at_s)
    thermometer.run(20.0)
    assert readings(thermometer) == [37.8]


def test_asked_to_measure_it_waits_for_the_persons_hand() -> None:
    thermometer = bench()
    thermometer.run(1.0)
    thermometer.ask(Request.MEASURE)
    thermometer.run(3.5)
    assert readings(thermometer) == []
    thermometer.run(6.0)
    assert readings(thermometer) == [37.8]


def test_asked_while_still_being_introduced_it_wakes_the_instrument_all_the_same() -> None:
    thermometer = bench()
    thermometer.run(1.0, lambda event: isinstance(event, Identified))
    thermometer.ask(Request.MEASURE)
    thermometer.run(6.0)
    assert thermometer.sent.count(WAKE) == 2
    assert readings(thermometer) == [37.8]


def test_a_measurement_that_never_comes_fails_in_time() -> None:
    driver = Driver()
    driver.start(NOW)
    driver.ask(Request.MEASURE, NOW)
    assert Failed("measure") not in driver.tick(NOW + MEASURE_WITHIN / 2)
    assert Failed("measure") in driver.tick(NOW + MEASURE_WITHIN)
    assert Failed("measure") not in driver.tick(NOW + MEASURE_WITHIN * 2)


def test_a_full_memory_still_shows_the_new_record() -> None:
    thermometer = bench()
    thermometer.run(1.0)
    for _ in range(12):
        thermometer.simulator.tell("press", is_on=True, at_s=thermometer.at_s)
    thermometer.run(thermometer.at_s + 120.0)
    before = len(readings(thermometer))
    thermometer.simulator.tell("press", is_on=True, at_s=thermometer.at_s)
    thermometer.run(thermometer.at_s + 5.0)
    assert len(readings(thermometer)) == before + 1


@pytest.mark.parametrize(("loss", "delay_s"), [(0.05, 0.0), (0.0, 1.0)])
def test_a_bad_line_delays_a_reading_and_does_not_repeat_it(loss: float, delay_s: float) -> None:
    thermometer = bench()
    thermometer.line.loss = loss
    thermometer.line.delay_s = delay_s
    thermometer.run(60.0, lambda event: isinstance(event, Identified))
    thermometer.run(thermometer.at_s + 20.0)
    thermometer.simulator.tell("press", is_on=True, at_s=thermometer.at_s)
    thermometer.run(thermometer.at_s + 90.0)
    assert len(readings(thermometer)) == 1


def test_a_sleeping_instrument_is_woken_until_it_answers() -> None:
    driver = Driver()
    sent = [event for event in driver.start(NOW) if isinstance(event, Send)]
    for tenth in range(300):
        now = NOW + timedelta(seconds=tenth / 10)
        sent += [event for event in driver.tick(now) if isinstance(event, Send)]
    assert {event.data for event in sent} == {WAKE, MODEL}
    assert 10 < len(sent) < 80


def test_listening_without_a_model_tells_no_value() -> None:
    # real reply of a FORA IR42 (37.0 degrees)
    assert told(Driver().receive(bytes.fromhex("512672010e01a59e"), NOW)) == []


def test_listening_to_a_named_model_tells_every_value() -> None:
    driver = Driver()
    driver.assume("IR42")
    assert told(driver.receive(bytes.fromhex("512672010e01a59e"), NOW)) == ["TEMPERATURE 37 good"]


def test_an_oximeter_of_the_family_is_read_as_one() -> None:
    driver = Driver()
    driver.assume("O2")
    # real reply of a FORA O2: screen 97 %, 76
    spoken = told(driver.receive(bytes.fromhex("512661003c4ca505"), NOW))
    assert spoken == ["SPO2 97 good", "PULSE 76 good"]


def test_a_memory_cleared_by_hand_is_not_a_measurement() -> None:
    thermometer = bench()
    thermometer.run(1.0)
    thermometer.simulator.tell("press", is_on=True, at_s=thermometer.at_s)
    thermometer.run(5.0)
    simulator = thermometer.simulator
    assert isinstance(simulator, Simulator)
    del simulator._records[0]
    thermometer.run(12.0)
    assert readings(thermometer) == [37.8]


def test_no_source_of_the_family_holds_the_forbidden_byte() -> None:
    for module in (devices.drivers.taidoc, devices.protocols.taidoc):
        assert module.__file__ is not None
        with open(module.__file__, encoding="utf-8") as source:  # noqa: PTH123 - one line
            assert "0x52" not in source.read()
