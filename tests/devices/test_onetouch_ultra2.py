"""The OneTouch Ultra2: lines of text, each with a sum; its whole memory or nothing."""

from datetime import datetime, timedelta

import pytest
from instrument_bench import NOW, Bench, told

from devices.driver import Request
from devices.drivers import onetouch_ultra2
from devices.drivers.onetouch_ultra2 import MEMORY_ENDS_AFTER, Driver
from devices.protocols import onetouch_lines
from devices.protocols.onetouch_lines import LONGEST_BYTES, Lines, Other, Record, sealed
from devices.readings import Failed, Identified, Kind, Mark, Progress, Quality, Resynced, Send
from devices.simulators.instrument import Material
from devices.simulators.onetouch_ultra2 import SERIAL, Simulator

# a real meter's lines, quoted by Tidepool Uploader (BSD-2-Clause)
HEADER = b'P 003,"GMF600DCY","MG/DL " 05A6\r\n'
FIRST = b'P "SAT","03/21/15","16:45:24   ","  081 ","N","03", 00 09B6\r\n'
SECOND = b'P "SAT","03/21/15","16:42:11   ","  105 ","B","02", 00 099F\r\n'
# quoted by glucometerutils (MIT), from the sheet
CLOCK = b'T "SAT","08/03/13","22:12:00   " 0608\r\n'


def bench() -> Bench:
    return Bench(Driver(), Simulator(Material()))


def record(result: str, rest: str = ',"N","00", 00', time: str = "07:02:00   ") -> object:
    line = sealed(f'P "FRI","03/20/15","{time}","{result}"{rest}')
    (found,), dropped = Lines().take(line)
    assert dropped == 0
    return found


def test_sums_are_those_of_real_meters() -> None:
    for line in (HEADER, FIRST, SECOND, CLOCK):
        assert sealed(line[:-7].decode()) == line


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("  081 ", (81, Quality.GOOD, set())),
        ("C 121 ", (121, Quality.GOOD, {Mark.CONTROL})),
        (" HIGH ", (None, Quality.TOO_HIGH, set())),
        ("CHIGH ", (None, Quality.TOO_HIGH, {Mark.CONTROL})),
        ("  LOW ", (None, Quality.TOO_LOW, set())),
        ("  099?", (None, Quality.NO_SIGNAL, set())),
    ],
)
def test_results(result: str, expected: tuple[int | None, Quality, set[Mark]]) -> None:
    mg_dl, quality, marks = expected
    at = datetime(2015, 3, 20, 7, 2)  # noqa: DTZ001 - the meter knows no time zone
    assert record(result) == Record(mg_dl, quality, at, frozenset(marks))


@pytest.mark.parametrize("result", [" 05.8 ", "  ABC ", "      ", "  0810"])
def test_a_result_nobody_described_is_not_guessed(result: str) -> None:
    assert record(result) == Other()


def test_an_older_meter_sends_neither_meal_nor_comment() -> None:
    found = record("  106 ", ", 00")
    assert isinstance(found, Record)
    assert found.mg_dl == 106


def test_an_impossible_time_is_none() -> None:
    found = record("  106 ", time="27:02:00   ")
    assert isinstance(found, Record)
    assert (found.mg_dl, found.measured_at) == (106, None)


@pytest.mark.parametrize("at", range(len(FIRST) - 7))
def test_a_wrong_character_costs_the_line_and_is_counted(at: int) -> None:
    wrong = FIRST[:at] + bytes((FIRST[at] ^ 1,)) + FIRST[at + 1 :]
    driver = Driver()
    events = driver.receive(HEADER + wrong + SECOND, NOW)
    assert told(events)[1:] == [
        "GLUCOSE 105 good stored#1 @2015-03-21T16:42:11 before_meal",
    ]
    assert sum(event.dropped for event in events if isinstance(event, Resynced)) >= len(FIRST) - 3


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r\n"])
@pytest.mark.parametrize("before", [b"", b"\x11\r", b"DMP\r\n", b"nois", b"\x00\xff"])
def test_ends_of_lines_and_what_comes_before_do_not_matter(before: bytes, end: bytes) -> None:
    spoken = told(Driver().receive(before + FIRST.strip() + end, NOW))
    assert spoken == ["GLUCOSE 81 good stored#1 @2015-03-21T16:45:24"]


def test_a_last_line_without_its_end_is_believed_after_a_quiet() -> None:
    driver = Driver()
    assert told(driver.receive(FIRST.strip(), NOW)) == []
    assert told(driver.tick(NOW + timedelta(seconds=1))) == [
        "GLUCOSE 81 good stored#1 @2015-03-21T16:45:24"
    ]


def test_an_endless_line_is_not_kept() -> None:
    lines = Lines()
    assert lines.take(b"P" * 1000) == ([], 1000 - LONGEST_BYTES)
    assert len(lines._buffer) == LONGEST_BYTES


def test_it_introduces_itself_and_tells_its_memory_only_when_asked() -> None:
    meter = bench()
    meter.run(5.0)
    assert (
        meter.events.count(
            Identified("LifeScan OneTouch Ultra2", SERIAL, "P02.00.00 30/08/06", Kind.GLUCOMETER)
        )
        == 1
    )
    assert all("GLUCOSE" not in line for line in told(meter.events))
    meter.ask(Request.FETCH_STORED)
    happened = meter.run(12.0)
    assert [line for line in told(happened) if line.startswith("GLUCOSE")] == [
        "GLUCOSE 112 good stored#1 @2024-06-10T08:12:30 before_meal",
        "GLUCOSE 186 good stored#2 @2024-06-09T13:40:05 after_meal",
        "GLUCOSE 121 good stored#3 @2024-06-09T13:31:44 control",
        "GLUCOSE - too_high stored#4 @2024-06-09T07:55:10",
        "GLUCOSE 98 good stored#5 @2024-06-08T22:02:51",
    ]
    assert [event for event in happened if isinstance(event, Progress)] == [
        Progress(received, 5) for received in range(6)
    ]


def test_commands_are_typed_a_character_at_a_time() -> None:
    meter = bench()
    meter.run(1.0)
    assert {len(data) for data in meter.sent} == {1}
    assert b"".join(meter.sent).startswith(b"\x11\rDM@\r")


def test_a_memory_with_lines_lost_on_the_way_is_said_to_be_incomplete() -> None:
    driver = Driver()
    driver.start(NOW)
    driver.ask(Request.FETCH_STORED, NOW)
    driver.receive(sealed('@ "GMF600DCY"'), NOW)
    at, typed = NOW, b""
    while not typed.endswith(b"DMP\r"):
        at += timedelta(milliseconds=20)
        typed += b"".join(event.data for event in driver.tick(at) if isinstance(event, Send))
    driver.receive(HEADER + FIRST, at)
    assert Failed("fetch_stored") in driver.tick(at + MEMORY_ENDS_AFTER)


def test_a_silent_meter_fails_the_request_and_is_asked_again() -> None:
    meter = bench()
    meter.run(3.0)
    meter.line.loss = 1.0
    meter.ask(Request.FETCH_STORED)
    assert Failed("fetch_stored") in meter.run(20.0)
    meter.line.loss = 0.0
    meter.ask(Request.FETCH_STORED)
    assert any("GLUCOSE 112" in line for line in told(meter.run(40.0)))


def test_no_command_clears_or_sets_anything() -> None:
    for module in (onetouch_ultra2, onetouch_lines):
        assert module.__file__ is not None
        with open(module.__file__, encoding="utf-8") as source:  # noqa: PTH123 - one line
            assert "DMZ" not in (text := source.read())
            assert "DMT" not in text
