"""Nonin's data format 8: four bytes a second and no checksum."""

from datetime import timedelta

import pytest
from instrument_bench import NOW, Bench, Capture, heard, told

from devices.drivers.nonin_df8 import Driver
from devices.protocols.nonin import Format
from devices.readings import Event, Reading
from devices.recording import decode
from devices.simulators.instrument import Material
from devices.simulators.nonin_df8 import Simulator

QUESTIONS = bytes.fromhex("027402020203 027402050503 02730003")
SET_FORMAT_8 = bytes.fromhex("02 70 04 02 08 00 7E 03")
GOOD = bytes.fromhex("80 39 62 00")

# The test vectors of OpenTele, which is under Apache-2.0
VECTORS = [
    ("80 39 62 20", "SPO2 98 good", "PULSE 57 good"),
    ("80 39 62 00", "SPO2 98 good", "PULSE 57 good"),
    ("90 39 62 00", "SPO2 98 weak", "PULSE 57 weak"),
    ("88 39 62 00", "SPO2 98 weak", "PULSE 57 weak"),
    ("8B 7F 62 00", "SPO2 98 weak", "PULSE - no_signal"),
    ("89 6B 62 00", "SPO2 98 weak", "PULSE 235 weak"),
    ("8A 62 62 00", "SPO2 98 weak", "PULSE - out_of_range"),  # 354
    ("80 39 62 08", "SPO2 - no_signal", "PULSE - no_signal"),
    ("80 39 62 01", "SPO2 98 good low_battery", "PULSE 57 good low_battery"),
    ("A0 39 62 01", "SPO2 - searching low_battery", "PULSE - searching low_battery"),
    ("84 39 62 01", "SPO2 98 weak low_battery", "PULSE 57 weak low_battery"),
    ("80 39 7F 08", "SPO2 - no_signal", "PULSE - no_signal"),
]


def listened(*timed: tuple[float, bytes]) -> list[Event]:
    """What a driver hears of bytes at these seconds, with a tick every 50 ms."""
    driver = Driver()
    events: list[Event] = []
    waiting = list(timed)
    for step in range(round(20 * (timed[-1][0] + 2))):
        now = NOW + timedelta(seconds=step / 20)
        while waiting and waiting[0][0] <= step / 20:
            events += driver.receive(waiting.pop(0)[1], now)
        events += driver.tick(now)
    return events


@pytest.mark.parametrize(("packet", "spo2", "pulse"), VECTORS)
def test_a_vector_alone(packet: str, spo2: str, pulse: str) -> None:
    assert told(heard("nonin_df8", [bytes.fromhex(packet)])) == [spo2, pulse]


def test_all_vectors_in_a_row() -> None:
    stream = b"".join(bytes.fromhex(packet) for packet, *_ in VECTORS)
    expected = [line for _, *lines in VECTORS for line in lines]
    assert told(heard("nonin_df8", [stream])) == expected
    assert told(decode("nonin_df8", stream, NOW)) == expected


def test_383_is_not_the_missing_code() -> None:
    # OpenTele takes 01 7F for missing; the maker says 511
    assert told(heard("nonin_df8", [b"\x82\x7f\x62\x00"]))[1] == "PULSE - out_of_range"


def test_it_is_believed_at_once_on_a_live_line() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.run(0.5)
    assert oximeter.sent == [QUESTIONS]
    assert told(oximeter.events)[-2:] == ["SPO2 97 good", "PULSE 172 good"]


def test_every_second_is_told() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.run(9.5)
    assert len([event for event in oximeter.events if isinstance(event, Reading)]) == 20


def test_an_instrument_left_in_another_format_is_set() -> None:
    oximeter = Bench(Driver(), Simulator(Material(), Format.DF2))
    oximeter.run(6.0)
    assert oximeter.sent == [QUESTIONS, SET_FORMAT_8]
    assert "SPO2 97 good" in told(oximeter.events)


def test_a_finger_that_left_is_no_signal_and_comes_back() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.run(2.5)
    oximeter.simulator.tell("finger", is_on=True, at_s=oximeter.at_s)
    assert set(told(oximeter.run(16.5))) == {"SPO2 - no_signal", "PULSE - no_signal"}
    oximeter.simulator.tell("finger", is_on=False, at_s=oximeter.at_s)
    assert set(told(oximeter.run(18.5))) == {"SPO2 97 good", "PULSE 172 good"}


def test_halves_of_two_packets_are_not_joined_across_a_second() -> None:
    events = listened((0.0, b"\x81\x39"), (1.0, b"\x62\x00"), (2.0, GOOD))
    assert told(events) == ["SPO2 98 good", "PULSE 57 good"]


def test_a_packet_split_by_a_late_adapter_is_one() -> None:
    assert told(listened((0.0, GOOD[:2]), (0.2, GOOD[2:]))) == ["SPO2 98 good", "PULSE 57 good"]


def test_two_packets_in_a_busy_stream_are_no_evidence() -> None:
    # No silence, no third packet: another instrument at another speed
    assert (
        told(listened((0.0, GOOD * 2 + b"\x00"), *((at / 20, b"\x55") for at in range(60)))) == []
    )


def test_what_follows_a_gap_is_not_believed() -> None:
    # The byte that was lost may as well be the packet's own first one
    assert told(heard("nonin_df8", [GOOD * 3 + b"\x39" + b"\x83\x39\x62\x00" + GOOD * 3])) == [
        *("SPO2 98 good", "PULSE 57 good") * 4
    ]


@pytest.mark.parametrize("name", ["nonin_df2", "nonin_df7", "nonin_df13", "nonin_ascii"])
def test_no_other_format_takes_it_for_its_own(name: str) -> None:
    spoken = told(heard(name, [Capture.read("nonin_df8").received * 10]))
    assert [line for line in spoken if not line.startswith("IDENTIFIED")] == []
