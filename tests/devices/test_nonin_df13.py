"""Nonin's data format 13: one measurement a packet, with the oximeter's own time."""

from datetime import datetime, timedelta

import pytest
from instrument_bench import NOW, Bench, Capture, heard, told

from devices.driver import Request
from devices.drivers.nonin_df13 import MOST_DATA, Driver
from devices.protocols import nonin
from devices.protocols.nonin import Format
from devices.readings import Failed, Identified, Origin, Reading, Resynced, Send
from devices.simulators.instrument import Material
from devices.simulators.nonin_df13 import Simulator

QUESTIONS = bytes.fromhex("027402020203 027402050503 02730003")
# 9560 OEM specification, 4.5.1: the two examples
SET_FORMAT_13 = bytes.fromhex("02 70 04 02 0D 00 83 03")
SET_FORMAT_13_WITH_SERIAL = bytes.fromhex("02 70 04 02 0D 01 84 03")
FRESH = bytes.fromhex("00 02 00 0D 00 0E 20 07 10 01 00 00 54 00 02 00 00 3C 00 63 2D 03")
FROM_MEMORY = bytes.fromhex("00 02 00 0D 00 0E 20 07 10 01 18 48 21 00 02 10 00 34 00 63 62 03")
SERIAL_REPLY = bytes.fromhex("02 F4 0B 02 35 30 31 34 39 33 32 30 30 CA 03")


def packet(data: str, more: bytes = b"") -> bytes:
    content = bytes.fromhex(data) + more
    header = b"\x00\x02\x00\x0d" + len(content).to_bytes(2, "big")
    return header + content + bytes((sum(content) & 0xFF, 3))


def test_the_makers_examples() -> None:
    assert nonin.set_format(Format.DF13) == SET_FORMAT_13
    assert nonin.set_format(Format.DF13, 1) == SET_FORMAT_13_WITH_SERIAL


def test_what_was_measured_before_is_stored_and_what_is_measured_now_is_a_spot_check() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.run(7.0)
    assert oximeter.sent == [QUESTIONS]
    assert Identified("Nonin 9560", "501493201", "152") in oximeter.events
    readings = [event for event in oximeter.events if isinstance(event, Reading)]
    assert [(r.value, r.origin, r.record) for r in readings] == [
        (93, Origin.STORED, 1),
        (104, Origin.STORED, 1),
        (95, Origin.STORED, 2),
        (96, Origin.STORED, 2),
        (97, Origin.SPOT, 3),
        (72, Origin.SPOT, 3),
    ]
    assert readings[-1].measured_at == datetime(2007, 10, 1, 0, 0, 5)  # noqa: DTZ001 -- naive
    assert {r.taken_at.date() for r in readings} == {NOW.date()}


def test_nothing_acknowledges_a_packet() -> None:
    driver = Driver()
    driver.start(NOW)
    assert not [event for event in driver.receive(FRESH, NOW) if isinstance(event, Send)]


def test_another_finger_is_another_record() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.run(7.0)
    oximeter.simulator.tell("press", is_on=True, at_s=oximeter.at_s)
    oximeter.simulator.tell("battery", is_on=True, at_s=oximeter.at_s)
    assert told(oximeter.run(13.0)) == [
        "SPO2 97 good spot#4 @2007-10-01T00:00:12 low_battery",
        "PULSE 72 good spot#4 @2007-10-01T00:00:12 low_battery",
    ]


def test_a_measurement_asked_for_is_awaited_and_given_up() -> None:
    driver = Driver()
    assert driver.ask(Request.MEASURE, NOW) == []
    driver.receive(FROM_MEMORY, NOW)
    assert driver.tick(NOW + timedelta(seconds=89)) == []
    assert driver.tick(NOW + timedelta(seconds=90)) == [Failed("measure")]
    assert driver.tick(NOW + timedelta(seconds=200)) == []
    driver.ask(Request.MEASURE, NOW)
    driver.receive(FRESH, NOW)
    assert driver.tick(NOW + timedelta(seconds=90)) == []


def test_silence_is_no_reason_to_set_the_format() -> None:
    driver = Driver()
    driver.start(NOW)
    assert [driver.tick(NOW + timedelta(seconds=s)) for s in range(60)] == [[]] * 60


@pytest.mark.parametrize("is_old", [False, True])
def test_a_foreign_stream_is(is_old: bool) -> None:  # noqa: FBT001 -- pytest names it
    oximeter = Bench(Driver(), Simulator(Material(), Format.DF8, is_old=is_old))
    oximeter.run(8.0)
    short = [bytes.fromhex("02 70 02 02 0D 03")]
    assert oximeter.sent == [QUESTIONS, SET_FORMAT_13, *(short if is_old else [])]
    assert "SPO2 97 good spot#3 @2007-10-01T00:00:05" in told(oximeter.events)


@pytest.mark.parametrize(
    ("data", "spo2", "pulse"),
    [
        # reserved bits set: they are nobody's business
        ("20 26 01 31 08 00 07 00 FE EE FE 3C FF E3", "99 good spot#1", "60 good spot#1"),
        ("20 26 01 31 08 00 07 00 02 00 01 FF 00 7F", "- no_signal spot#1", "- no_signal spot#1"),
        ("20 26 01 31 08 00 07 00 02 00 00 3C 00 7F", "- no_signal spot#1", "60 good spot#1"),
        ("20 26 01 31 08 00 07 00 02 00 01 7F 00 63", "99 good spot#1", "- out_of_range spot#1"),
        ("20 26 01 31 08 00 07 00 03 00 00 3C 00 63", "- no_signal spot#1", "- no_signal spot#1"),
        ("20 26 01 31 08 00 07 00 00 00 00 3C 00 63", "99 weak spot#1", "60 weak spot#1"),
    ],
)
def test_the_status_comes_before_any_value(data: str, spo2: str, pulse: str) -> None:
    lines = told(heard("nonin_df13", [packet(data)]))
    at = "@2026-01-31T08:00:07"
    told_after_identity = [line.replace(f" {at}", "") for line in lines]
    marked = [line.replace(" low_battery", "") for line in told_after_identity]
    assert marked == [f"SPO2 {spo2}", f"PULSE {pulse}"]
    assert all(at in line for line in lines)


@pytest.mark.parametrize(
    "clock",
    [
        "00 00 00 00 00 00 00",
        "20 26 02 30 08 00 00",
        "20 26 13 01 08 00 00",
        "20 26 01 31 24 00 00",
        "20 26 01 31 08 60 00",
        "20 26 0A 31 08 00 00",
    ],
)
def test_an_impossible_time_is_none(clock: str) -> None:
    lines = told(heard("nonin_df13", [packet(f"{clock} 00 02 00 00 3C 00 63")]))
    assert lines[-2:] == ["SPO2 99 good spot#1", "PULSE 60 good spot#1"]


def test_the_serial_number_may_come_with_the_packet() -> None:
    data = "20 07 10 01 00 00 54 00 02 00 00 3C 00 63"
    events = heard("nonin_df13", [packet(data, b"501493200")])
    assert Identified("Nonin", "501493200") in events
    assert told(events)[1:] == told(heard("nonin_df13", [FRESH]))


def test_a_packet_that_grew_is_read_and_one_without_measure_is_noise() -> None:
    data = "20 07 10 01 00 00 54 00 02 00 00 3C 00 63"
    grown = packet(data, b"501493200" + bytes(MOST_DATA - 14 - 9))
    assert told(heard("nonin_df13", [grown]))[1:] == told(heard("nonin_df13", [FRESH]))
    endless = packet(data, bytes(MOST_DATA))
    assert told(heard("nonin_df13", [endless])) == []


@pytest.mark.parametrize("place", range(6, 22))
def test_a_changed_byte_voids_the_packet(place: int) -> None:
    damaged = bytearray(FRESH)
    damaged[place] ^= 0x04
    assert told(heard("nonin_df13", [bytes(damaged)])) == []


def test_a_lost_zero_before_it_does_no_harm() -> None:
    assert told(heard("nonin_df13", [FRESH[1:]])) == told(heard("nonin_df13", [FRESH]))


def test_half_a_packet_is_given_up() -> None:
    driver = Driver()
    driver.receive(FRESH[:15], NOW)
    assert driver.tick(NOW + timedelta(seconds=1)) == [Resynced(15)]


def test_a_serial_number_alone_says_who_it_is() -> None:
    assert Driver().identify() == QUESTIONS
    assert Identified("Nonin", "501493200") in heard("nonin_df13", [SERIAL_REPLY])


@pytest.mark.parametrize("name", ["nonin_df2", "nonin_df7", "nonin_df8", "nonin_ascii"])
def test_no_other_format_takes_it_for_its_own(name: str) -> None:
    spoken = told(heard(name, [Capture.read("nonin_df13").received * 10]))
    assert [line for line in spoken if not line.startswith("IDENTIFIED")] == []
