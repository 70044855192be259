"""What the oximeter stored, fetched from its simulator and decoded from bytes of the tables."""

from dataclasses import replace
from datetime import timedelta

import pytest
from instrument_bench import NOW, Bench

from devices.driver import Request
from devices.drivers.contec_v7 import Driver
from devices.protocols import contec
from devices.protocols.contec_storage import Fetch, Segments
from devices.readings import (
    Event,
    Failed,
    Identified,
    Origin,
    Progress,
    Reading,
    Send,
    Vital,
    WaveBlock,
)
from devices.simulators.contec_storage import NAP, NIGHT
from devices.simulators.contec_v7 import Simulator
from devices.simulators.instrument import Material

# "Communication protocol V7.0", host commands: 7D 81 <command> 80 x 6
COMMANDS = {code: bytes.fromhex(f"7d81{code}808080808080") for code in ("a2", "a7", "a1", "af")}


def bench() -> Bench:
    return Bench(Driver(), Simulator(Material()))


def stored(events: list[Event], vital: Vital) -> list[Reading]:
    return [event for event in events if isinstance(event, Reading)
            and event.vital is vital and event.origin is Origin.STORED]  # fmt: skip


def asked(*data: int) -> bytes:
    """A host command by hand: 7D, top bits (only the command has one), then 80 set in all."""
    return bytes((0x7D, 0x81, *(0x80 | byte for byte in (*data, *bytes(7 - len(data))))))


def test_what_is_stored_comes_with_its_own_time_and_the_stream_comes_back() -> None:
    oximeter = bench()
    oximeter.run(2.0)
    oximeter.ask(Request.FETCH_STORED)
    happened = oximeter.run(6.0)
    spo2, pulse = stored(happened, Vital.SPO2), stored(happened, Vital.PULSE)
    assert [reading.record for reading in spo2] == list(range(1, 171))
    assert [reading.value for reading in spo2[:3]] == [None, 96, 96]
    assert [reading.value for reading in pulse[100:]] == [130 - second for second in range(70)]
    assert [str(spo2[place].measured_at) for place in (0, 99, 100, 169)] == [
        "2024-03-09 23:58:30", "2024-03-10 00:00:09", "2024-03-10 14:00:00", "2024-03-10 14:01:09",
    ]  # fmt: skip
    perfusion = stored(happened, Vital.PERFUSION_INDEX)
    assert [(reading.value, reading.record) for reading in perfusion] == [
        (2.4, record) for record in range(101, 171)
    ]
    assert [event for event in happened if isinstance(event, Progress)] == [
        Progress(60, 100), Progress(100, 100), Progress(60, 70), Progress(70, 70),
    ]  # fmt: skip
    assert not [event for event in happened if isinstance(event, Failed)]
    assert [event for event in oximeter.run(8.0) if isinstance(event, WaveBlock)]


def test_the_questions_are_the_makers_and_none_deletes() -> None:
    oximeter = bench()
    oximeter.run(2.0)
    before = len(oximeter.sent)
    oximeter.ask(Request.FETCH_STORED)
    oximeter.run(5.0)
    told_host = [packet for packet in oximeter.sent[before:] if packet != COMMANDS["af"]]
    stop, live = COMMANDS["a7"], COMMANDS["a1"]
    assert told_host == [
        COMMANDS["a2"], asked(0xA3), asked(0xA5), asked(0xA4), asked(0xA6),
        stop + asked(0xA5, 0, 1), asked(0xA4, 0, 1), asked(0xA6, 0, 1), stop, live,
    ]  # fmt: skip
    assert 0xAE not in {*contec.Command}


def test_asked_while_shaking_hands_it_fetches_afterwards() -> None:
    oximeter = bench()
    oximeter.ask(Request.FETCH_STORED)
    happened = oximeter.run(5.0)
    assert len(stored(happened, Vital.SPO2)) == 170
    assert Identified("Contec CMS50E") in oximeter.events


def test_an_empty_memory_is_said_to_be() -> None:
    oximeter = bench()
    oximeter.run(2.0)
    assert isinstance(oximeter.simulator, Simulator)
    oximeter.simulator.store.sessions = ()
    oximeter.ask(Request.FETCH_STORED)
    happened = oximeter.run(4.0)
    assert Progress(0, 0) in happened
    assert not [event for event in happened if isinstance(event, Failed)]
    assert COMMANDS["a1"] in oximeter.sent[5:]


def test_an_empty_session_is_passed_over() -> None:
    oximeter = bench()
    oximeter.run(2.0)
    assert isinstance(oximeter.simulator, Simulator)
    oximeter.simulator.store.sessions = (replace(NIGHT, samples=()), NAP)
    oximeter.ask(Request.FETCH_STORED)
    happened = oximeter.run(5.0)
    assert len(stored(happened, Vital.SPO2)) == 70
    assert not [event for event in happened if isinstance(event, Failed)]


def test_stopped_it_tells_no_more_and_streams() -> None:
    oximeter = bench()
    oximeter.run(2.0)
    oximeter.ask(Request.FETCH_STORED)
    oximeter.run(2.15)
    oximeter.ask(Request.STOP)
    assert oximeter.sent[-2:] == [COMMANDS["a7"], COMMANDS["a1"]]
    oximeter.run(2.2)
    later = oximeter.run(5.0)
    assert not stored(later, Vital.SPO2)
    assert [event for event in later if isinstance(event, WaveBlock)]


def test_a_mute_memory_fails_and_the_stream_is_asked_back() -> None:
    driver = Driver()
    driver.start(NOW)
    for second in range(1, 5):
        driver.tick(NOW + timedelta(seconds=second))
    driver.ask(Request.FETCH_STORED, NOW + timedelta(seconds=4))
    events: list[Event] = []
    for second in range(5, 11):
        events += driver.tick(NOW + timedelta(seconds=second))
    sent = [event.data for event in events if isinstance(event, Send)]
    expected = [asked(0xA5), asked(0xA4), asked(0xA6), COMMANDS["a7"], COMMANDS["a1"]]
    assert [packet for packet in sent if packet in expected] == expected
    assert Failed("fetch_stored") in events


def test_a_question_it_does_not_know_is_no_failure() -> None:
    # V7.0, 0B: feedback, reason 5: unsupported. An A4 unanswered: the samples end by themselves.
    segments = Segments()
    fetch = Fetch(segments)

    def heard(packet: str, at_s: float) -> bytes:
        data = bytes.fromhex(packet)
        [told_packet] = (packets := contec.Packets()).take(data)[0] or packets.settled()
        now = NOW + timedelta(seconds=at_s)
        segments.hear(told_packet, now)
        return fetch.hear(told_packet, now)

    assert fetch.begin(NOW) == asked(0xA3)
    assert heard("0B81A385", 0.1) == asked(0xA5)
    assert heard("0B81A785", 0.1) == b""  # another command's
    assert heard("0B81A585", 0.2) == asked(0xA4)
    assert heard("0B81A485", 0.3) == asked(0xA6)
    assert heard("0F80E1C4E1C4E1C4", 0.4) == b""
    assert fetch.tick(NOW + timedelta(seconds=2.3)) == b""
    assert fetch.tick(NOW + timedelta(seconds=2.4)) == COMMANDS["a7"]
    assert (fetch.is_over, fetch.has_failed) == (True, False)


@pytest.mark.parametrize(
    ("date", "time", "expected"),
    [
        ((20, 24, 3, 9), (1, 2, 3), "2024-03-09 01:02:03"),
        ((0x07, 0xE8, 3, 9), (1, 2, 3), "2024-03-09 01:02:03"),
        ((20, 24, 0, 0), (1, 2, 3), None),
        ((0, 0, 1, 1), (0, 0, 0), None),
        ((20, 24, 3, 9), (25, 2, 3), None),
        ((20, 23, 2, 29), (1, 2, 3), None),
    ],
)
def test_the_instruments_own_time(
    date: tuple[int, ...], time: tuple[int, ...], expected: str | None
) -> None:
    data = contec.packet(7, (0, 0, *date)) + contec.packet(0x12, (0, 0, *time, 0))
    events = Driver().receive(data + contec.packet(9, (97, 72, 240, 0)) * 2, NOW)
    [spo2] = stored(events, Vital.SPO2)
    assert (spo2.measured_at and str(spo2.measured_at)) == expected


def test_the_time_of_another_segment_is_not_taken() -> None:
    data = contec.packet(7, (0, 0, 20, 24, 3, 9)) + contec.packet(0x12, (0, 1, 1, 2, 3, 0))
    events = Driver().receive(data + contec.packet(9, (97, 72, 240, 0)) * 2, NOW)
    assert [reading.measured_at for reading in stored(events, Vital.SPO2)] == [None]


def test_what_fills_the_last_packet_is_no_sample() -> None:
    data = contec.packet(8, (0, 0, 8, 0, 0, 0)) + contec.packet(0xF, (97, 72) * 3)
    data += contec.packet(0xF, (96, 71, 0, 0, 0, 0)) + contec.packet(0xC, ())
    events = Driver().receive(data, NOW)
    assert [reading.value for reading in stored(events, Vital.SPO2)] == [97, 97, 97, 96]


def test_a_length_that_is_too_small_hides_nothing() -> None:
    data = contec.packet(8, (0, 0, 3, 0, 0, 0)) + contec.packet(0xF, (97, 72) * 3)
    events = Driver().receive(data + contec.packet(0xC, ()), NOW)
    assert [reading.value for reading in stored(events, Vital.SPO2)] == [97, 97, 97]


def test_after_a_damaged_packet_the_seconds_are_not_known() -> None:
    head = contec.packet(7, (0, 0, 20, 24, 3, 9)) + contec.packet(0x12, (0, 0, 1, 2, 3, 0))
    whole = contec.packet(9, (97, 72, 240, 0))
    events = Driver().receive(head + whole + whole[:4] + whole * 3, NOW)
    times = [reading.measured_at and str(reading.measured_at.time())
             for reading in stored(events, Vital.SPO2)]  # fmt: skip
    assert times == ["01:02:03", None, None]


def test_a_session_with_holes_is_told_to_have_failed() -> None:
    oximeter = bench()
    oximeter.run(2.0)
    oximeter.ask(Request.FETCH_STORED)
    oximeter.run(2.12)
    oximeter.line.loss = 0.05
    happened = oximeter.run(12.0)
    assert Failed("fetch_stored") in happened
    assert {reading.value for reading in stored(happened, Vital.SPO2)} <= {None, *range(92, 98)}
