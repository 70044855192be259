"""The oximeter driver against its simulator and bytes from the maker's tables."""

from datetime import timedelta

from instrument_bench import NOW, Bench, Capture, told

from devices.driver import Request
from devices.drivers import contec_v7
from devices.drivers.contec_v7 import Driver
from devices.readings import (
    Alive,
    Identified,
    Quality,
    Reading,
    Send,
    Vital,
    WaveBlock,
)
from devices.simulators.contec_v7 import Simulator
from devices.simulators.instrument import Material

# "Communication protocol V7.0", host commands: 7D 81 <command> 80 x 6
COMMANDS = {
    code: bytes.fromhex(f"7d81{code}808080808080") for code in ("a7", "a2", "a0", "aa", "a1", "af")
}
SAME = bytes.fromhex("01A087A083D0E1F080")


def bench(material: Material | None = None) -> Bench:
    return Bench(Driver(), Simulator(material or Material()))


def sent_by(driver: Driver, at_s: float) -> list[bytes]:
    events = driver.tick(NOW + timedelta(seconds=at_s))
    return [event.data for event in events if isinstance(event, Send)]


def test_the_handshake_is_the_makers() -> None:
    oximeter = bench()
    oximeter.run(1.0)
    assert oximeter.sent == [COMMANDS[code] for code in ("a7", "a2", "a0", "aa", "a1")]
    assert Identified("Contec CMS50E") in oximeter.events


def test_a_mute_instrument_is_asked_every_second_and_then_told_to_stream() -> None:
    driver = Driver()
    assert driver.start(NOW) == [Send(COMMANDS["a7"])]
    sent = [sent_by(driver, at_s) for at_s in (0.9, 1.0, 1.5, 2.0, 3.0, 4.0)]
    assert sent == [[], [COMMANDS["a2"]], [], [COMMANDS["a0"]], [COMMANDS["aa"]], [COMMANDS["a1"]]]


def test_it_is_kept_alive_every_five_seconds() -> None:
    oximeter = bench()
    oximeter.run(21.0)
    assert oximeter.sent[5:] == [COMMANDS["af"]] * 4


def test_with_keep_alive_it_streams_for_minutes() -> None:
    oximeter = bench()
    oximeter.run(150.0)
    lasting = oximeter.run(151.5)
    assert [event for event in lasting if isinstance(event, Reading)]
    assert COMMANDS["a1"] not in oximeter.sent[5:]


def test_a_stream_that_dies_is_asked_for_again() -> None:
    oximeter = bench()
    oximeter.run(2.0)
    oximeter.simulator.receive(COMMANDS["a2"], oximeter.at_s)
    after = oximeter.run(6.0)
    assert COMMANDS["a1"] in oximeter.sent[5:]
    assert isinstance(
        [event for event in after if isinstance(event, Reading)][-1].value, float | int
    )


def test_finger_out_is_no_signal_and_never_the_last_value() -> None:
    oximeter = bench()
    oximeter.run(2.0)
    oximeter.simulator.tell("finger", is_on=True, at_s=oximeter.at_s)
    oximeter.run(2.5)
    out = oximeter.run(5.0)
    readings = [event for event in out if isinstance(event, Reading)]
    assert {(reading.value, reading.quality) for reading in readings} == {(None, Quality.NO_SIGNAL)}
    assert {reading.vital for reading in readings} == set(Driver.VITALS)
    assert not [event for event in out if isinstance(event, WaveBlock)]


def test_a_finger_put_back_is_searched_for_then_read() -> None:
    oximeter = bench()
    oximeter.run(1.0)
    oximeter.simulator.tell("finger", is_on=True, at_s=oximeter.at_s)
    oximeter.run(2.0)
    oximeter.simulator.tell("finger", is_on=False, at_s=oximeter.at_s)
    back = oximeter.run(8.0)
    pulse = [event for event in back if isinstance(event, Reading) and event.vital is Vital.PULSE]
    qualities = list(dict.fromkeys(reading.quality for reading in pulse))
    assert qualities[-2:] == [Quality.SEARCHING, Quality.GOOD]


def test_an_unchanged_vital_sign_is_told_once_a_second() -> None:
    events = Driver().receive(SAME * 181, NOW)
    spo2 = [event for event in events if isinstance(event, Reading) and event.vital is Vital.SPO2]
    assert len(spo2) == 3


def test_asked_to_measure_it_tells_everything_at_once() -> None:
    driver = Driver()
    driver.receive(SAME * 10, NOW)
    assert driver.ask(Request.MEASURE, NOW) == []
    assert len(told(driver.receive(SAME, NOW))) == 3


def test_no_sample_of_the_plethysmogram_is_lost() -> None:
    driver = Driver()
    events = driver.receive(SAME * 32, NOW)
    events += driver.tick(NOW + contec_v7.SETTLED_AFTER)
    events += driver.tick(NOW + timedelta(seconds=1))
    blocks = [event for event in events if isinstance(event, WaveBlock)]
    assert [len(block.samples) for block in blocks] == [15, 15, 2]
    assert b"".join(block.samples for block in blocks) == b"\x20" * 32


def test_an_echoed_command_is_not_the_instrument() -> None:
    assert Driver().receive(COMMANDS["a1"] + COMMANDS["a1"], NOW) == []


def test_an_unused_packet_shows_that_it_lives() -> None:
    # V7.0, 0C: free
    assert Driver().receive(bytes.fromhex("0c80") * 2, NOW) == [Alive()]


def test_the_simulator_replays_a_recording() -> None:
    recorded = Capture.read("contec_v7").received
    oximeter = bench(Material(capture=recorded))
    oximeter.run(3.0)
    assert "SPO2 97 good" in told(oximeter.events)
    assert "PULSE 140 weak" in told(oximeter.events)


def test_a_bad_contact_costs_samples_and_invents_no_value() -> None:
    oximeter = bench()
    oximeter.line.loss = 0.05
    oximeter.run(20.0)
    good = [event.value for event in oximeter.events
            if isinstance(event, Reading) and event.vital is Vital.SPO2]  # fmt: skip
    assert set(good) == {97}


def test_a_signal_the_instrument_cannot_judge_is_weak() -> None:
    # V7.0: signal 0 to 8; F, and all between, is no judgement
    judged = {}
    for signal in (0, 2, 3, 8, 9, 15):
        packet = bytes((0x01, 0xA0, 0x80 | signal, *SAME[3:]))
        [spo2, *_] = told(Driver().receive(packet * 2, NOW))
        judged[signal] = spo2.split()[-1]
    assert judged == {0: "weak", 2: "weak", 3: "good", 8: "good", 9: "weak", 15: "weak"}
