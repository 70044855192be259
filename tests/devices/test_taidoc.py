"""The thermometer's side of a conversation: model first, and only records that are new."""

from datetime import timedelta

import pytest
from instrument_bench import NOW, Bench, told

from devices.driver import Request
from devices.drivers import taidoc as driver_module
from devices.drivers.taidoc import MEASURE_WITHIN, Driver
from devices.protocols import taidoc, taidoc_memory, taidoc_models, taidoc_records
from devices.protocols.taidoc import Command, frame
from devices.readings import Failed, Identified, Kind, Origin, Progress, Reading, Refused, Send
from devices.simulators.instrument import Material
from devices.simulators.taidoc import THERMOMETER, Simulator

STORED = Origin.STORED
PRESSURE = ["SYSTOLIC 128 good", "MEAN_PRESSURE 96 good", "DIASTOLIC 81 good", "PULSE 72 good"]

# shared vectors of the family (glucometerutils, TransafeRx): host frames
WAKE = bytes.fromhex("51220000 0000A316")
MODEL = bytes.fromhex("51240000 0000A318")
NEWEST = bytes.fromhex("51260000 0000A31A")
UNKNOWN = bytes.fromhex("5124017300 00A58E")  # TD-7301, which measures breath
TD_4183 = bytes.fromhex("5124834100 00A5DE")  # real answer of a FORA 6 Connect
IR42 = bytes.fromhex("512672010e01a59e")  # real answer of a FORA IR42: 37.0 degrees
O2 = bytes.fromhex("512661003c4ca505")  # real answer of a FORA O2: screen 97 %, 76


def bench(model: str = THERMOMETER) -> Bench:
    return Bench(Driver(), Simulator(Material(), model=model))


def measured(bench: Bench) -> list[str]:
    return [line for line in told(bench.events) if not line.startswith("IDENTIFIED")]


def reply(command: int, data: bytes) -> bytes:
    return frame(command, data, sender=0xA5)


def listening(model: str) -> Driver:
    driver = Driver()
    driver.assume(model)
    return driver


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
    assert (
        Identified("TaiDoc TD-1241", "1527402200001357", kind=Kind.THERMOMETER)
        in thermometer.events
    )


def test_an_unknown_model_is_left_alone() -> None:
    driver = Driver()
    driver.start(NOW)
    driver.receive(frame(Command.WAKE, sender=0xA5), NOW)
    assert Refused("TaiDoc TD-7301") in driver.receive(UNKNOWN, NOW)
    later = [
        event for second in range(60) for event in driver.tick(NOW + timedelta(seconds=second))
    ]
    assert later == []
    assert driver.receive(IR42, NOW) == []
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
    assert told(Driver().receive(IR42, NOW)) == []


def test_listening_to_a_named_model_tells_every_value() -> None:
    spoken = told(listening("IR42").receive(IR42, NOW))
    assert spoken == ["TEMPERATURE 37 good stored#1"]


def test_an_oximeter_of_the_family_is_read_as_one() -> None:
    spoken = told(listening("O2").receive(O2, NOW))
    assert spoken == ["SPO2 97 good stored#1", "PULSE 76 good stored#1"]


def test_the_model_in_the_recording_wins_over_the_one_assumed() -> None:
    driver = listening("IR42")
    driver.receive(TD_4183, NOW)
    assert told(driver.receive(reply(0x26, bytes((107, 0, 23, 0))), NOW)) == [
        "GLUCOSE 107 good stored#1"
    ]


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


@pytest.mark.parametrize(
    ("packed", "expected"),
    # shared vectors of TD-42xx
    [("21240e15", "2018-01-01T21:14:00"), ("21260e15", "2019-01-01T21:14:00"),
     ("0427250d", "2019-08-04T13:37:00")],
)  # fmt: skip
def test_dates_are_those_of_the_family(packed: str, expected: str) -> None:
    stream = reply(0x25, bytes.fromhex(packed)) + reply(0x26, bytes((107, 0, 23, 0)))
    assert told(listening("TD4277").receive(stream, NOW)) == [
        f"GLUCOSE 107 good stored#1 @{expected}"
    ]


FIRST, SECOND = bytes((5, 0x35, 5, 12)), bytes((5, 0x35, 6, 13))
HIGH, LOW = bytes((200, 0, 23, 0)), bytes((70, 0, 23, 0))


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (
            reply(0x26, HIGH) + reply(0x26, LOW),
            ["GLUCOSE 200 good stored#1", "GLUCOSE 70 good stored#2"],
        ),
        (
            reply(0x25, FIRST) + reply(0x26, HIGH) + reply(0x26, LOW),
            ["GLUCOSE 200 good stored#1 @2026-08-05T12:05:00", "GLUCOSE 70 good stored#2"],
        ),
        (
            reply(0x25, FIRST) + reply(0x25, FIRST) + reply(0x26, HIGH),
            ["GLUCOSE 200 good stored#1 @2026-08-05T12:05:00"],
        ),
        (
            reply(0x25, FIRST) + reply(0x25, SECOND) + reply(0x26, HIGH) + reply(0x26, LOW),
            ["GLUCOSE 200 good stored#1", "GLUCOSE 70 good stored#2"],
        ),
        (
            reply(0x25, FIRST) + reply(0x26, HIGH)[:5] + reply(0x25, SECOND)[4:] + reply(0x26, LOW),
            ["GLUCOSE 70 good stored#1"],
        ),
    ],
    ids=["no dates", "one date", "asked again", "dates first", "a piece lost"],
)  # fmt: skip
def test_a_value_has_its_own_date_or_none(stream: bytes, expected: list[str]) -> None:
    assert told(listening("TD4277").receive(stream, NOW)) == expected


def test_a_record_of_either_kind_without_its_date_is_not_guessed() -> None:
    assert told(listening("D40").receive(reply(0x26, bytes((114, 85, 71, 78))), NOW)) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2a00 1718", "LAB HCT 42 % good stored#1"),
        ("3600 1720", "LAB UA 5.4 mg/dL good stored#1"),
        ("3600 17e0", "LAB UA 5.4 mg/dL good stored#1"),
        ("ffff 1720", "LAB UA - mg/dL no_signal stored#1"),
        ("3600 1740", "GLUCOSE 54 good stored#1 before_meal"),
        ("ff00 1700", "GLUCOSE - no_signal stored#1"),
    ],
)
def test_what_a_drop_of_blood_gives(value: str, expected: str) -> None:
    assert told(listening("MD6").receive(reply(0x26, bytes.fromhex(value)), NOW)) == [expected]


@pytest.mark.parametrize("parameter", [7, 9, 11, 12, 13, 1])
def test_a_parameter_without_an_agreed_scale_is_left_out(parameter: int) -> None:
    value = bytes((128, 0, 23, parameter << 2))
    assert told(listening("MD6").receive(reply(0x26, value), NOW)) == []


def test_a_scale_tells_its_weight_with_its_date() -> None:
    # layout agreed on by four public programs: date at 4, kilograms at 16, pounds at 18
    record = bytes.fromhex("00 18 01 02 07 2D 00 00 A4 00 00 25 00 02D4 063C 00F0") + bytes(10)
    spoken = told(listening("W550").receive(frame(0x71, record, sender=0xA5), NOW))
    assert len(record) == 34 - 5
    assert spoken == ["WEIGHT 72.4 good stored#1 @2024-01-02T07:45:00"]


def test_a_scale_is_asked_with_the_seven_bytes_of_the_family() -> None:
    assert frame(Command.WEIGHT, b"\0\0") == bytes.fromhex("5171020000A367")


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("1241", ["TEMPERATURE 37.8 good"]),
        ("3128", PRESSURE),
        ("3261", PRESSURE),
        ("4277", ["GLUCOSE 108 good"]),
        ("2551", ["WEIGHT 72.4 good"]),
    ],
)  # fmt: skip
def test_every_kind_tells_what_appears_while_it_is_watched(model: str, expected: list[str]) -> None:
    instrument = bench(model)
    instrument.run(3.0)
    assert measured(instrument) == []
    instrument.simulator.tell("press", is_on=True, at_s=instrument.at_s)
    instrument.run(8.0)
    said = [line.split(" spot#1 @2021-01-01T00:00:00")[0] for line in measured(instrument)]
    assert said == expected


def test_a_cuff_is_inflated_only_when_asked_and_only_once() -> None:
    monitor = bench("3128")
    monitor.run(5.0)
    start = bytes.fromhex("514300000101A339")  # shared vector: start a blood pressure
    assert start not in monitor.sent
    monitor.ask(Request.MEASURE)
    monitor.run(20.0)
    assert monitor.sent.count(start) == 1
    assert len(measured(monitor)) == 4


def test_an_oximeter_shows_what_it_measures_now() -> None:
    oximeter = bench("8255")
    oximeter.run(3.0)
    assert set(measured(oximeter)) == {"SPO2 97 good", "PULSE 76 good"}
    oximeter.ask(Request.MEASURE)
    oximeter.run(200.0)
    assert Failed("measure") not in oximeter.events
    oximeter.simulator.tell("finger", is_on=True, at_s=oximeter.at_s)
    happened = told(oximeter.run(oximeter.at_s + 2.0))
    assert happened[-2:] == ["SPO2 - no_signal", "PULSE - no_signal"]


@pytest.mark.parametrize("model", ["1241", "3261", "2555"])
def test_the_whole_memory_is_told_on_request(model: str) -> None:
    instrument = bench(model)
    instrument.run(3.0)
    for _ in range(3):
        instrument.simulator.tell("press", is_on=True, at_s=instrument.at_s)
    instrument.ask(Request.FETCH_STORED)
    events = instrument.run(12.0)
    stored = [event for event in events if isinstance(event, Reading) and event.origin is STORED]
    assert [event.record for event in stored] == sorted(event.record or 0 for event in stored)
    assert len({event.record for event in stored}) == 4
    assert [event for event in events if isinstance(event, Progress)][-1] == Progress(4, 4)


def test_a_memory_that_moves_while_it_is_read_loses_and_repeats_nothing() -> None:
    instrument = bench()
    for at_s in (60.0, 120.0, 180.0):
        instrument.simulator.tell("press", is_on=True, at_s=at_s)
    instrument.run(3.0)
    instrument.ask(Request.FETCH_STORED)
    instrument.run(12.0, lambda event: isinstance(event, Reading))
    instrument.simulator.tell("press", is_on=True, at_s=240.0)
    instrument.run(12.0)
    stored = [e for e in instrument.events if isinstance(e, Reading) and e.origin is STORED]
    assert [event.value for event in stored] == [38.1, 37.6, 37.8, 36.4]


def test_a_memory_is_not_asked_of_one_that_sleeps_for_ever() -> None:
    instrument = bench()
    instrument.run(3.0)
    instrument.line.loss = 1.0
    instrument.ask(Request.FETCH_STORED)
    assert Failed("fetch_stored") in instrument.run(20.0)


def test_the_first_record_of_an_empty_memory_is_new() -> None:
    instrument = bench()
    simulator = instrument.simulator
    assert isinstance(simulator, Simulator)
    simulator._records.clear()
    instrument.run(6.0)
    simulator.tell("press", is_on=True, at_s=instrument.at_s)
    instrument.run(12.0)
    assert readings(instrument) == [37.8]


def test_only_known_models_can_be_named() -> None:
    with pytest.raises(KeyError):
        Driver().assume("FT95")
    for name in Driver.MODELS:
        Driver().assume(name)


def test_no_source_of_the_family_holds_the_forbidden_byte() -> None:
    for module in (driver_module, taidoc, taidoc_memory, taidoc_models, taidoc_records):
        assert module.__file__ is not None
        with open(module.__file__, encoding="utf-8") as source:  # noqa: PTH123 - one line
            assert "0x52" not in source.read()
