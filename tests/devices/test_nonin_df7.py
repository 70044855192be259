"""Nonin's data format 7: as format 2, without a start byte and with a wave of sixteen bits."""

import pytest
from instrument_bench import Bench, Capture, heard, told

from devices.drivers.nonin_df7 import Driver
from devices.protocols.nonin import Format
from devices.readings import Identified, Quality, Reading, WaveBlock
from devices.simulators.instrument import Material
from devices.simulators.nonin_df7 import Simulator

QUESTIONS = bytes.fromhex("027402020203 027402050503 02730003")
SET_FORMAT_7 = bytes.fromhex("02 70 04 02 07 00 7D 03")


def test_it_streams_and_says_who_it_is() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.run(5.0)
    assert oximeter.sent == [QUESTIONS]
    assert Identified("Nonin 9560", "501493201", "152") in oximeter.events
    values = [line for line in told(oximeter.events) if "IDENTIFIED" not in line]
    assert set(values) == {"SPO2 97 good", "PULSE 72 good"}


def test_an_instrument_left_in_another_format_is_set() -> None:
    oximeter = Bench(Driver(), Simulator(Material(), Format.DF8))
    oximeter.run(6.0)
    assert oximeter.sent == [QUESTIONS, SET_FORMAT_7]
    assert "SPO2 97 good" in told(oximeter.events)


def test_the_wave_keeps_the_upper_byte() -> None:
    wave = [
        event.samples
        for event in heard("nonin_df7", [Capture.read("nonin_df7").received])
        if isinstance(event, WaveBlock)
    ]
    assert wave[0][:3] == bytes((100, 107, 114))  # 64 00, 6B 25, 72 4A in the capture


def test_a_finger_that_left_is_no_signal() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.run(2.0)
    oximeter.simulator.tell("finger", is_on=True, at_s=oximeter.at_s)
    oximeter.run(2.8)
    out = [event for event in oximeter.run(15.0) if isinstance(event, Reading)]
    assert {(reading.value, reading.quality) for reading in out} == {(None, Quality.NO_SIGNAL)}


def test_a_bad_contact_costs_packets_and_invents_no_value() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.line.loss = 0.01
    oximeter.run(60.0)
    readings = [event for event in oximeter.events if isinstance(event, Reading)]
    assert {reading.value for reading in readings} == {97, 72}


@pytest.mark.parametrize("name", ["nonin_df2", "nonin_df8", "nonin_df13", "nonin_ascii"])
def test_no_other_format_takes_it_for_its_own(name: str) -> None:
    spoken = told(heard(name, [Capture.read("nonin_df7").received * 10]))
    assert [line for line in spoken if not line.startswith("IDENTIFIED")] == []


def test_frames_of_format_2_whose_sums_fit_make_no_packet() -> None:
    # 98 + 68 = 100 hex: the sum of a frame of format 2 is then the byte that format 7 adds up to
    frame = bytes((0x01, 0x98, 0x68, 0x00, 0x01))
    first = bytes((0x01, 0x99, 0x68, 0x00, 0x02))
    stream = (first + frame * 24) * 20
    assert told(heard("nonin_df7", [stream])) == []
    assert told(heard("nonin_df2", [stream]))[-2:] == ["SPO2 - no_signal", "PULSE - no_signal"]
