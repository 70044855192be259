"""The first Contec oximeters against their simulator, the maker's table and a public recording."""

from datetime import timedelta
from itertools import count

import pytest
from instrument_bench import NOW, Bench, Capture, told

from devices.driver import Request
from devices.drivers import contec_v5
from devices.drivers.contec_v5 import Driver
from devices.protocols import contec_five
from devices.readings import (
    Event,
    Failed,
    Origin,
    Progress,
    Quality,
    Reading,
    Refused,
    Resynced,
    Send,
    Vital,
    WaveBlock,
)
from devices.simulators import contec_v5 as simulated
from devices.simulators.contec_v5 import Simulator
from devices.simulators.instrument import Material

SAME = bytes.fromhex("8720035061")  # V5.0A: signal 7, wave 32, bar 3, pulse 80, SpO2 97
FETCH = bytes.fromhex("F5F5")
RESUME = bytes.fromhex("F6F6F6")
PREAMBLE = bytes.fromhex("F28000") * 3


def bench(material: Material | None = None) -> Bench:
    return Bench(Driver(), Simulator(material or Material()))


def readings(events: list[Event], origin: Origin = Origin.LIVE) -> list[Reading]:
    return [event for event in events if isinstance(event, Reading) and event.origin is origin]


def played(packet: bytes, rate_hz: int, seconds: float) -> list[Event]:
    """What the driver makes of a packet that comes again and again at a pace."""
    driver, events = Driver(), []
    for place in range(round(rate_hz * seconds)):
        events += driver.receive(packet, NOW + timedelta(seconds=place / rate_hz))
    return events


def after(driver: Driver, seconds: float) -> list[Event]:
    return driver.tick(NOW + timedelta(seconds=seconds))


def test_it_streams_without_being_asked() -> None:
    oximeter = bench()
    oximeter.run(3.0)
    assert oximeter.sent == []
    assert {reading.value for reading in readings(oximeter.events)
            if reading.vital is Vital.SPO2} == {97}  # fmt: skip
    wave = b"".join(event.samples for event in oximeter.events if isinstance(event, WaveBlock))
    assert len(wave) >= 2 * contec_v5.RATE_HZ
    assert max(wave) > 100


def test_finger_out_is_no_signal_then_searching_then_a_value() -> None:
    oximeter = bench()
    oximeter.run(1.0)
    oximeter.simulator.tell("finger", is_on=True, at_s=oximeter.at_s)
    oximeter.run(2.0)
    oximeter.simulator.tell("finger", is_on=False, at_s=oximeter.at_s)
    oximeter.run(7.0)
    pulse = [reading for reading in readings(oximeter.events) if reading.vital is Vital.PULSE]
    assert list(dict.fromkeys(reading.quality for reading in pulse)) == [
        Quality.GOOD, Quality.NO_SIGNAL, Quality.SEARCHING,
    ]  # fmt: skip
    assert pulse[-1].quality is Quality.GOOD


def test_probe_error_and_searching_hide_a_number_that_is_present() -> None:
    spoken = {}
    for name, packet in (
        ("probe error", "8740135061"), ("searching", "8740235061"), ("long", "9740035061"),
        ("dropping", "A740035061"),
    ):  # fmt: skip
        driver = Driver()
        driver.receive(bytes.fromhex(packet), NOW)
        spoken[name] = told(after(driver, 0.1))[0]
    assert spoken == {
        "probe error": "SPO2 - no_signal", "searching": "SPO2 - searching",
        "long": "SPO2 - searching", "dropping": "SPO2 97 good",
    }  # fmt: skip


def test_no_sample_of_the_plethysmogram_is_lost() -> None:
    driver = Driver()
    events = [*driver.receive(SAME * 32, NOW), *after(driver, 0.03), *after(driver, 1.0)]
    blocks = [event for event in events if isinstance(event, WaveBlock)]
    assert [len(block.samples) for block in blocks] == [15, 15, 2]


def test_an_unchanged_vital_sign_is_told_once_a_second_or_when_asked() -> None:
    driver = Driver()
    assert len(readings(driver.receive(SAME * 181, NOW))) == 2 * 3
    driver.ask(Request.MEASURE, NOW)
    assert len(readings(driver.receive(SAME, NOW))) == 2


def test_half_of_an_invalid_pulse_is_no_pulse() -> None:
    # five bytes lost between a good packet and one without finger leave a whole packet of both
    driver = Driver()
    driver.receive(bytes.fromhex("872003 7F7F"), NOW)
    assert told(after(driver, 0.1)) == ["SPO2 - no_signal", "PULSE - no_signal"]


def test_the_stored_session_comes_when_asked_and_the_stream_goes_on() -> None:
    oximeter = bench()
    oximeter.run(1.0)
    oximeter.ask(Request.FETCH_STORED)
    happened = oximeter.run(5.0)
    stored = readings(happened, Origin.STORED)
    assert oximeter.sent == [FETCH, RESUME]
    seconds = [simulated.stored(second) for second in range(simulated.SESSION_S)]
    assert [reading.value for reading in stored if reading.vital is Vital.SPO2] == [
        sample[2] or None for sample in seconds
    ]
    assert [reading.record for reading in stored[::2]] == list(range(1, simulated.SESSION_S + 1))
    assert {reading.measured_at for reading in stored} == {None}
    progress = [event for event in happened if isinstance(event, Progress)]
    assert progress == [Progress(received, 150) for received in (0, 60, 120, 150)]
    assert not [event for event in happened if isinstance(event, Failed)]
    assert readings(oximeter.run(7.0))


def test_the_public_recording_says_how_long_it_is() -> None:
    events = Driver().receive(Capture.read("contec_v5").received, NOW)
    # https://.../Contec_CMS50X_Data_Format: 80 81 72; 242 is the last byte's number, from 0
    assert [event for event in events if isinstance(event, Progress)] == [Progress(0, 81)]


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("F18C5F", ["SPO2 95 good", "PULSE 140 good"]),
        ("F0C400", ["SPO2 - no_signal", "PULSE 68 good"]),
        ("F1FF7F", ["SPO2 - no_signal", "PULSE - no_signal"]),
    ],
)
def test_a_stored_sample(sample: str, expected: list[str]) -> None:
    driver = Driver()
    driver.receive(PREAMBLE + bytes.fromhex("808005" + sample * 2), NOW)
    assert told(after(driver, 0.1)) == [f"{line} stored#2" for line in expected]


def test_a_session_without_its_beginning_is_read_once_it_is_sure() -> None:
    sample = bytes.fromhex("F0C45F")
    driver = Driver()
    assert driver.receive(sample * contec_five.SURE_AFTER, NOW) == []
    assert len(readings(driver.receive(sample, NOW), Origin.STORED)) == 2 * 6


def test_a_session_that_does_not_come_fails_and_the_stream_is_asked_back() -> None:
    driver = Driver()
    assert driver.ask(Request.FETCH_STORED, NOW) == [Send(FETCH)]
    assert driver.ask(Request.FETCH_STORED, NOW) == []
    assert after(driver, 4.9) == []
    assert after(driver, 5.0) == [Failed("fetch_stored"), Send(RESUME)]


def test_a_session_that_breaks_off_fails() -> None:
    driver = Driver()
    driver.ask(Request.FETCH_STORED, NOW)
    driver.receive(PREAMBLE + bytes.fromhex("808172 F0C45F F0C45F"), NOW + timedelta(seconds=4))
    after(driver, 4.1)
    assert after(driver, 9.0) == []
    assert after(driver, 9.1) == [Failed("fetch_stored"), Send(RESUME)]


def test_stopped_it_tells_no_more_of_the_session() -> None:
    oximeter = bench()
    oximeter.ask(Request.FETCH_STORED)
    oximeter.run(0.2)
    oximeter.ask(Request.STOP)
    assert oximeter.sent == [FETCH, RESUME]
    later = oximeter.run(4.0)
    assert not readings(later, Origin.STORED)
    assert readings(later)
    oximeter.ask(Request.FETCH_STORED)
    assert len(readings(oximeter.run(9.0), Origin.STORED)) == 2 * simulated.SESSION_S


def test_a_live_stream_after_a_session_that_was_cut_is_read_once_it_is_sure() -> None:
    driver = Driver()
    driver.receive(PREAMBLE + bytes.fromhex("808172 F0C45F F0C45F"), NOW)
    assert not readings(driver.receive(SAME * contec_five.SURE_AFTER, NOW))
    assert readings(driver.receive(SAME, NOW))


def test_a_stream_at_a_berrys_pace_is_refused() -> None:
    assert Refused("Berry (BCI)") in played(SAME, 100, 5)
    driver = Driver()
    for place in range(500):
        driver.receive(SAME, NOW + timedelta(seconds=place / 100))
    assert driver.receive(SAME, NOW) == []
    assert driver.ask(Request.FETCH_STORED, NOW) == [Failed("fetch_stored")]


@pytest.mark.parametrize("rate_hz", [58, 60, 62, 40, 300])
def test_its_own_pace_and_one_that_is_nobodys_are_not(rate_hz: int) -> None:
    assert not [event for event in played(SAME, rate_hz, 6) if isinstance(event, Refused)]


def test_the_simulator_replays_a_recording() -> None:
    oximeter = bench(Material(capture=Capture.read("contec_v5").received))
    oximeter.run(1.0)
    assert "PULSE 140 weak" in told(oximeter.events)


def test_a_bad_contact_costs_samples_and_invents_no_value() -> None:
    oximeter = bench()
    oximeter.line.loss = 0.02
    oximeter.run(20.0)
    spo2 = {reading.value for reading in readings(oximeter.events) if reading.vital is Vital.SPO2}
    assert spo2 == {97}
    assert [event for event in oximeter.events if isinstance(event, Resynced)]


def test_the_buffer_has_a_bound() -> None:
    groups = contec_five.Groups()
    longest = 0
    for byte in bytes.fromhex("80") + bytes(100) + b"\xff" * 100 + bytes(100):
        groups.take(bytes([byte]))
        longest = max(longest, len(groups))
    assert longest == 6


def test_it_holds_few_packets_before_it_believes_them() -> None:
    row = contec_five.Row()
    for noise in (1, 1, 0, 0, 1, 0, 0, 0, 0):
        assert row.add(contec_five.Group(SAME, noise)) == []
    assert row.add(contec_five.Group(SAME, 0)) == [SAME] * contec_five.SURE_AFTER
    assert all(row.add(contec_five.Group(SAME, noise)) == [SAME] for noise in (1, 0))


def test_it_asks_nothing_of_an_unknown_port() -> None:
    driver = Driver()
    assert driver.identify() == b""
    assert driver.start(NOW) == []
    assert all(driver.tick(NOW + timedelta(seconds=s)) == [] for s, _ in zip(count(), range(9)))
