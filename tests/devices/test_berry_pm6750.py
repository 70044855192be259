"""The multi-parameter module against its simulator and the frames its manual prints."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from instrument_bench import NOW, Bench, told

from devices.driver import Request
from devices.drivers import berry_pm6750
from devices.drivers.berry_pm6750 import Driver
from devices.protocols import pm6750, pm6750_cuff
from devices.protocols.pm6750 import Type
from devices.readings import (
    Alive,
    CuffPressure,
    Event,
    Failed,
    Identified,
    Kind,
    Quality,
    Reading,
    Resynced,
    Send,
    Vital,
    Wave,
    WaveBlock,
)
from devices.simulators import heart
from devices.simulators.berry_pm6750 import Simulator
from devices.simulators.instrument import Material

# The manual, page 12: seven leads on the zero line
EXAMPLE = bytes.fromhex("55AA0A018080808080808074")
# 55 AA 04 A1 A2 SUM, sums by hand: ~(04 + A1 + A2)
VERSION = bytes.fromhex("55AA04FC00FF")
OUTPUTS = [bytes.fromhex(f"55AA04{command}")
           for command in ("0101F9", "0301F7", "0401F6", "FE01FC", "FF01FB")]  # fmt: skip
MEASURE = bytes.fromhex("55AA040201F8")
STOP = bytes.fromhex("55AA040200F9")
FACTORY = (0x0B, 0x0C, 0x0D, 0x0E, 0x10)
MEASURING = pm6750.frame(Type.PRESSURE, (0x05, 60, 0, 0, 0))
FINISHED = pm6750.frame(Type.PRESSURE, (0x01, 0, 122, 94, 79))


def bench() -> Bench:
    return Bench(Driver(), Simulator(Material()))


def waves(events: list[Event]) -> dict[Wave, bytes]:
    drawn: dict[Wave, bytes] = {}
    for event in events:
        if isinstance(event, WaveBlock):
            drawn[event.wave] = drawn.get(event.wave, b"") + event.samples
    return drawn


def of(events: list[Event], *vitals: Vital) -> list[Reading]:
    return [event for event in events if isinstance(event, Reading) and event.vital in vitals]


def test_every_output_is_switched_on_and_no_cuff_is_filled() -> None:
    assert [event.data for event in Driver().start(NOW) if isinstance(event, Send)] == [
        VERSION, *OUTPUTS,
    ]  # fmt: skip


def test_it_says_who_it_is_and_gives_everything_within_seconds() -> None:
    monitor = bench()
    monitor.run(3.0)
    assert Identified("Berry PM6750", firmware="V1.02") in monitor.events
    told_vitals = {event.vital for event in monitor.events if isinstance(event, Reading)}
    assert told_vitals == set(Driver.VITALS) - {
        Vital.SYSTOLIC, Vital.MEAN_PRESSURE, Vital.DIASTOLIC,
    }  # fmt: skip
    drawn = waves(monitor.events)
    assert set(drawn) == {Wave.PLETH, Wave.RESPIRATION, *berry_pm6750._LEADS}
    assert 2.5 * 250 < len(drawn[Wave.ECG_II]) <= 3 * 250
    assert 2.5 * 50 < len(drawn[Wave.PLETH]) <= 3 * 50


def test_the_leads_keep_their_order() -> None:
    driver = Driver()
    driver.receive(pm6750.frame(Type.ECG_WAVE, range(1, 8)), NOW)
    drawn = waves(driver.tick(NOW + timedelta(seconds=1)))
    assert drawn == {
        Wave.ECG_I: b"\1", Wave.ECG_II: b"\2", Wave.ECG_III: b"\3", Wave.ECG_AVR: b"\4",
        Wave.ECG_AVL: b"\5", Wave.ECG_AVF: b"\6", Wave.ECG_V: b"\7",
    }  # fmt: skip


def test_the_manuals_own_frame() -> None:
    frames, dropped = pm6750.Frames().take(EXAMPLE)
    assert (frames, dropped) == ([pm6750.Frame(Type.ECG_WAVE, b"\x80" * 7)], 0)
    assert pm6750.frame(Type.ECG_WAVE, b"\x80" * 7) == EXAMPLE


@given(place=st.integers(0, len(EXAMPLE) - 1), bit=st.integers(0, 7))
def test_one_wrong_bit_is_no_frame(place: int, bit: int) -> None:
    damaged = bytearray(EXAMPLE)
    damaged[place] ^= 1 << bit
    assert pm6750.Frames().take(bytes(damaged))[0] == []


def test_the_buffer_has_a_bound() -> None:
    frames = pm6750.Frames()
    longest = 0
    for byte in bytes.fromhex("55AA20") + bytes(100) + b"\x55\xaa" * 50 + b"\x55" * 50:
        frames.take(bytes([byte]))
        longest = max(longest, len(frames))
    assert longest < pm6750.LONGEST


@pytest.mark.parametrize(
    ("word", "vitals"),
    [
        ("finger", (Vital.SPO2, Vital.PULSE)),
        ("lead", (Vital.HEART_RATE, Vital.RESPIRATION)),
        ("probe", (Vital.TEMPERATURE_2,)),
    ],
)
def test_what_is_off_has_no_value_and_the_rest_goes_on(
    word: str, vitals: tuple[Vital, ...]
) -> None:
    monitor = bench()
    monitor.run(2.0)
    monitor.simulator.tell(word, is_on=True, at_s=monitor.at_s)
    monitor.run(3.1)
    off = monitor.run(6.0)
    assert {(reading.value, reading.quality) for reading in of(off, *vitals)} == {
        (None, Quality.NO_SIGNAL)
    }
    rest = set(Vital) - set(vitals)
    assert all(reading.quality is Quality.GOOD for reading in of(off, *rest))
    assert of(off, *rest)


def test_a_blood_pressure_is_measured_when_asked_and_told_once_together() -> None:
    monitor = bench()
    monitor.run(1.0)
    monitor.ask(Request.MEASURE)
    monitor.ask(Request.MEASURE)
    assert monitor.sent[-1:] == [MEASURE]
    assert monitor.sent.count(MEASURE) == 1
    measured = monitor.run(30.0)
    cuff = [event.mmhg for event in measured if isinstance(event, CuffPressure)]
    assert max(cuff) > 120 > cuff[-1]
    assert [line for line in told(measured) if "spot" in line] == [
        "SYSTOLIC 122 good spot#1", "MEAN_PRESSURE 94 good spot#1", "DIASTOLIC 79 good spot#1",
    ]  # fmt: skip
    assert not [event for event in measured if isinstance(event, Failed)]
    assert monitor.sent.count(STOP) == 0


def test_a_second_measurement_is_another_record_even_with_the_same_result() -> None:
    monitor = bench()
    for _ in range(2):
        monitor.ask(Request.MEASURE)
        monitor.run(monitor.at_s + 25.0)
    records = [reading.record for reading in of(monitor.events, Vital.SYSTOLIC)]
    assert records == [1, 2]


def test_stopped_the_cuff_is_emptied_and_nothing_is_told() -> None:
    monitor = bench()
    monitor.ask(Request.MEASURE)
    monitor.run(6.0)
    monitor.ask(Request.STOP)
    assert monitor.sent[-1] == STOP
    after = monitor.run(140.0)
    assert not [event for event in after if isinstance(event, CuffPressure | Failed)]
    assert not of(after, Vital.SYSTOLIC)


def test_a_loose_cuff_fails() -> None:
    monitor = bench()
    monitor.simulator.tell("cuff", is_on=True, at_s=0.0)
    monitor.ask(Request.MEASURE)
    assert Failed("measure") in monitor.run(8.0)


def test_a_measurement_that_never_begins_fails_and_the_cuff_is_emptied() -> None:
    driver = Driver()
    driver.start(NOW)
    driver.ask(Request.MEASURE, NOW)
    assert Failed("measure") not in driver.tick(NOW + pm6750_cuff.BEGUN_WITHIN * 0.99)
    assert driver.tick(NOW + pm6750_cuff.BEGUN_WITHIN)[-2:] == [Send(STOP), Failed("measure")]


def test_a_measurement_that_never_ends_fails_and_the_cuff_is_emptied() -> None:
    driver = Driver()
    driver.start(NOW)
    driver.ask(Request.MEASURE, NOW)
    driver.receive(MEASURING, NOW)
    assert Failed("measure") not in driver.tick(NOW + timedelta(seconds=119))
    assert driver.tick(NOW + timedelta(seconds=120))[-2:] == [Send(STOP), Failed("measure")]


def test_the_result_it_shows_from_before_is_not_told_to_a_host() -> None:
    driver = Driver()
    driver.start(NOW)
    assert told(driver.receive(FINISHED, NOW)) == []
    driver.ask(Request.MEASURE, NOW)
    assert told(driver.receive(FINISHED, NOW)) == []
    assert len(told(driver.receive(MEASURING + FINISHED, NOW))) == 3
    assert told(driver.receive(FINISHED, NOW)) == []


def test_only_listening_a_result_it_did_not_see_measured_is_stored() -> None:
    driver = Driver()
    before = told(driver.receive(FINISHED * 3, NOW))
    assert len(before) == 3
    assert all("stored#1" in line for line in before)
    measured = told(driver.receive(MEASURING + FINISHED, NOW))
    assert len(measured) == 3
    assert all("spot#2" in line for line in measured)


def test_what_it_shows_after_a_stop_is_not_the_measurement_that_was_stopped() -> None:
    driver = Driver()
    driver.start(NOW)
    driver.ask(Request.MEASURE, NOW)
    driver.receive(MEASURING, NOW)
    driver.ask(Request.STOP, NOW)
    assert told(driver.receive(MEASURING + FINISHED, NOW)) == []
    assert len(told(driver.receive(MEASURING + FINISHED, NOW))) == 3


def test_a_result_of_zeros_is_none() -> None:
    empty = pm6750.frame(Type.PRESSURE, (0x01, 0, 0, 0, 0))
    assert told(Driver().receive(empty, NOW)) == []
    assert told(Driver().receive(MEASURING + empty, NOW)) == [
        "SYSTOLIC - no_signal spot#1", "MEAN_PRESSURE - no_signal spot#1",
        "DIASTOLIC - no_signal spot#1",
    ]  # fmt: skip


def test_a_stream_that_dies_is_switched_on_again() -> None:
    driver = Driver()
    driver.start(NOW)
    driver.receive(EXAMPLE, NOW + timedelta(seconds=2))
    assert not [event for event in driver.tick(NOW + timedelta(seconds=4.9))
                if isinstance(event, Send)]  # fmt: skip
    again = [event.data for event in driver.tick(NOW + timedelta(seconds=5))
             if isinstance(event, Send)]  # fmt: skip
    assert again == OUTPUTS


@pytest.mark.parametrize("type_", [0x02, 0x03, 0x04, 0x05, 0x01, 0x30, 0x31, 0x77, 0xFC, 0xFE])
def test_a_frame_too_short_or_unknown_shows_only_that_it_lives(type_: int) -> None:
    assert Driver().receive(pm6750.frame(type_), NOW) == [Alive()]


def test_an_echoed_question_is_no_answer() -> None:
    assert Driver().receive(VERSION, NOW) == [Alive()]


@pytest.mark.parametrize("version", [b"\x01\x02", b"\xff\xfe\x00"])
def test_a_version_that_is_no_text_is_not_made_one(version: bytes) -> None:
    assert Driver().receive(pm6750.frame(Type.VERSION, version), NOW) == [Alive()]


def test_a_tenth_beyond_nine_is_no_temperature() -> None:
    frame = pm6750.frame(Type.TEMPERATURE, (0, 36, 12, 37, 0))
    assert told(Driver().receive(frame, NOW)) == [
        "TEMPERATURE - out_of_range", "TEMPERATURE_2 37 good",
    ]  # fmt: skip


def test_a_state_the_manual_does_not_know_vouches_for_nothing() -> None:
    frame = pm6750.frame(Type.OXIMETER, (9, 97, 72))
    assert told(Driver().receive(frame, NOW)) == ["SPO2 - no_signal", "PULSE - no_signal"]


def test_no_factory_command_is_in_the_program() -> None:
    assert not {*pm6750.Command} & {*FACTORY}
    monitor = bench()
    monitor.ask(Request.MEASURE)
    monitor.run(10.0)
    monitor.ask(Request.STOP)
    sent = b"".join(monitor.sent) + Driver().identify()
    assert {sent[place + 3] for place in range(0, len(sent), 6)} <= {*pm6750.Command}


def test_a_bad_contact_costs_frames_and_invents_no_value() -> None:
    monitor = bench()
    monitor.line.loss = 0.02
    monitor.run(20.0)
    values = {reading.value for reading in of(monitor.events, Vital.SPO2)}
    assert values == {97}
    assert [event for event in monitor.events if isinstance(event, Resynced)]


def test_it_is_a_monitor() -> None:
    assert Driver.KIND is Kind.MONITOR


@pytest.mark.parametrize("phase", [step / 100 for step in range(100)])
def test_the_drawn_heart_obeys_einthoven_and_goldberger(phase: float) -> None:
    volts = [sample - heart.ZERO_LINE for sample in heart.leads(phase)]
    first, second, third, avr, avl, avf, _ = volts
    assert abs(first + third - second) <= 2  # rounding
    assert abs(avr + avl + avf) <= 2
    assert abs(2 * avf - second - third) <= 3


def test_the_drawn_heart_has_one_high_peak_a_beat() -> None:
    lead = [heart.leads(step / 200)[1] for step in range(200)]
    assert lead.index(max(lead)) == 72  # R, at 0.36
    assert sum(sample > 180 for sample in lead) <= 8
    assert max(lead[:60]) < 150  # P
