"""Berry's oximeter against its simulator and its maker's table, and against a Contec's stream."""

from datetime import timedelta

import pytest
from instrument_bench import NOW, Bench, Capture, told

from devices.driver import Request
from devices.drivers import berry, contec_v5
from devices.drivers.berry import Driver
from devices.readings import Event, Failed, Quality, Reading, Refused, Vital, WaveBlock
from devices.simulators.berry import Simulator
from devices.simulators.contec_v5 import Simulator as Contec
from devices.simulators.instrument import Material

SAME = bytes.fromhex("8720035061")  # BCI V1.2: signal 7, wave 32, bar 3, pulse 80, SpO2 97
HIGH = bytes.fromhex("8765035061")  # wave 101: a Contec's


def bench(material: Material | None = None) -> Bench:
    return Bench(Driver(), Simulator(material or Material()))


def played(packet: bytes, rate_hz: int, seconds: float) -> list[Event]:
    driver, events = Driver(), []
    for place in range(round(rate_hz * seconds)):
        events += driver.receive(packet, NOW + timedelta(seconds=place / rate_hz))
    return events


def refusals(events: list[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, Refused)]


def test_it_streams_without_being_asked() -> None:
    oximeter = bench()
    oximeter.run(10.0)
    assert oximeter.sent == []
    assert "SPO2 97 good" in told(oximeter.events)
    assert not refusals(oximeter.events)
    wave = b"".join(event.samples for event in oximeter.events if isinstance(event, WaveBlock))
    assert len(wave) >= 9.5 * berry.RATE_HZ
    assert 0 < min(wave) < max(wave) <= 100


@pytest.mark.parametrize("word", ["finger", "probe"])
def test_without_finger_or_probe_there_is_no_value_and_no_wave(word: str) -> None:
    oximeter = bench()
    oximeter.run(1.0)
    oximeter.simulator.tell(word, is_on=True, at_s=oximeter.at_s)
    oximeter.run(1.5)
    out = oximeter.run(3.0)
    assert {event.quality for event in out if isinstance(event, Reading)} == {Quality.NO_SIGNAL}
    assert not [event for event in out if isinstance(event, WaveBlock)]
    oximeter.simulator.tell(word, is_on=False, at_s=oximeter.at_s)
    pulse = [event for event in oximeter.run(8.0)
             if isinstance(event, Reading) and event.vital is Vital.PULSE]  # fmt: skip
    assert pulse[-1].quality is Quality.GOOD


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        ("A720035061", "SPO2 - no_signal"),  # probe unplugged; a Contec's "SpO2 dropping"
        ("9720035061", "SPO2 - no_signal"),  # no signal; a Contec's "searching too long"
        ("8720235061", "SPO2 - searching"),
        ("9720235061", "SPO2 - searching"),
        ("8720135061", "SPO2 - no_signal"),  # no finger
        ("8F20035061", "SPO2 97 weak"),  # the signal cannot be judged
    ],
)
def test_the_status_bits_are_not_a_contecs(packet: str, expected: str) -> None:
    driver = Driver()
    driver.receive(bytes.fromhex(packet), NOW)
    assert told(driver.tick(NOW + timedelta(seconds=0.1)))[0] == expected


def test_a_wave_of_zero_is_no_sample() -> None:
    driver = Driver()
    events = driver.receive(SAME * 10 + bytes.fromhex("8700035061") * 10 + SAME * 11, NOW)
    events += driver.tick(NOW + timedelta(seconds=1))
    blocks = [event for event in events if isinstance(event, WaveBlock)]
    assert [len(block.samples) for block in blocks] == [10, 11]


def test_a_contecs_stream_shows_itself_by_its_wave() -> None:
    assert not refusals(Driver().receive((SAME * 5 + HIGH * 2) * 9, NOW))
    driver = Driver()
    assert driver.receive(SAME * 6 + HIGH * 9, NOW)[-1:] == [Refused("Contec CMS50 (V5.0)")]
    assert driver.receive(SAME * 9, NOW) == []
    assert driver.tick(NOW + timedelta(seconds=1)) == []
    assert driver.ask(Request.MEASURE, NOW) == [Failed("measure")]


def test_a_simulated_contec_is_refused_within_a_beat_or_two() -> None:
    contec, driver, events = Contec(Material()), Driver(), list[Event]()
    for hundredth in range(200):
        data = contec.tick(hundredth / 100)
        events += driver.receive(data, NOW + timedelta(seconds=hundredth / 100))
    assert len(refusals(events)) == 1


def test_a_contecs_stream_shows_itself_by_its_pace() -> None:
    assert refusals(played(SAME, 60, 5)) == [Refused("Contec CMS50 (V5.0)")]
    assert not refusals(played(SAME, 100, 5))


def test_a_berrys_stream_is_refused_as_a_contecs_within_seconds() -> None:
    simulator, driver, events = Simulator(Material()), contec_v5.Driver(), list[Event]()
    for hundredth in range(600):
        data = simulator.tick(hundredth / 100)
        events += driver.receive(data, NOW + timedelta(seconds=hundredth / 100))
    assert refusals(events) == [Refused("Berry (BCI)")]


def test_asked_to_measure_it_tells_both_at_once() -> None:
    driver = Driver()
    driver.receive(SAME * 10, NOW)
    assert driver.ask(Request.MEASURE, NOW) == []
    assert told(driver.receive(SAME, NOW)) == ["SPO2 97 good", "PULSE 80 good"]


def test_the_simulator_replays_a_recording() -> None:
    oximeter = bench(Material(capture=Capture.read("berry").received))
    oximeter.run(1.0)
    assert "PULSE 140 weak" in told(oximeter.events)


def test_another_protocol_at_its_speed_is_not_taken_for_it() -> None:
    # PM6750: a SpO2 packet with pulse 140 holds five bytes that look whole (AA 05 04 00 61)
    monitor = bytes.fromhex("55AA0504 00618C 09")
    driver = Driver()
    events = [*driver.receive(monitor * 50, NOW), *driver.tick(NOW + timedelta(seconds=1))]
    assert told(events) == []
