"""The stethoscope: samples in, the same samples out, and their outline for drawing."""

import sys
from array import array
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from instrument_bench import NOW

from devices.driver import Request
from devices.drivers.stethoscope import BLOCK_BYTES, OUTLINE_RATE_HZ, Driver
from devices.readings import Event, Identified, Sound, Wave, WaveBlock
from devices.simulators.instrument import Material, create
from devices.simulators.line import Trouble
from devices.simulators.sound import SimulatedSound, wav_header
from devices.simulators.stethoscope import FAINT, HUM, LOUD, RATE_HZ, Simulator

PIECE = 960
"""Bytes of 10 ms."""


def samples(*values: int) -> bytes:
    stream = array("h", values)
    if sys.byteorder == "big":
        stream.byteswap()
    return stream.tobytes()


def sound(events: list[Event]) -> bytes:
    return b"".join(event.samples for event in events if isinstance(event, Sound))


@settings(deadline=None)
@given(st.data())
def test_every_sample_between_measure_and_stop_is_told_whatever_the_slices(
    data: st.DataObject,
) -> None:
    stream = create("stethoscope").tick(0.3)
    cuts = sorted({0, len(stream), *data.draw(st.lists(st.integers(0, len(stream)), max_size=20))})
    driver = Driver()
    events = driver.ask(Request.MEASURE, NOW)
    for start, end in pairwise(cuts):
        events += driver.receive(stream[start:end], NOW)
    events += driver.ask(Request.STOP, NOW)
    assert sound(events) == stream


def test_before_measure_and_after_stop_the_sound_stays_where_it_is() -> None:
    driver = Driver()
    before = driver.receive(bytes(4 * PIECE), NOW)
    driver.ask(Request.MEASURE, NOW)
    driver.receive(samples(*[7] * 480), NOW)
    rest = driver.ask(Request.STOP, NOW)
    after = driver.receive(bytes(4 * PIECE), NOW)
    assert sound(before) == sound(after) == b""
    assert sound(rest) == samples(*[7] * 480)


def test_an_outline_is_the_lowest_and_highest_of_each_ten_milliseconds() -> None:
    piece = samples(*[0] * 470, -32_768, 0, 8_192, *[0] * 7)
    events = Driver().receive(piece * 10, NOW)
    (block,) = (event for event in events if isinstance(event, WaveBlock))
    assert block == WaveBlock(Wave.AUSCULTATION, bytes((1, 191)) * 10, OUTLINE_RATE_HZ, NOW)
    assert len(block.samples) == BLOCK_BYTES


def test_it_is_known_to_be_there_once_sound_came() -> None:
    driver = Driver()
    assert driver.receive(bytes(PIECE - 1), NOW) == []
    assert driver.receive(bytes(1), NOW) == [Identified(Driver.MODEL)]
    assert Identified(Driver.MODEL) not in driver.receive(bytes(40 * PIECE), NOW)


def test_driver_and_simulator_understand_each_other() -> None:
    driver, simulator = Driver(), create("stethoscope")
    events = driver.ask(Request.MEASURE, NOW)
    for step in range(1, 200):
        events += driver.receive(simulator.tick(step / 100), NOW)
    assert sound(events) + sound(driver.ask(Request.STOP, NOW)) == create("stethoscope").tick(1.99)


@pytest.mark.parametrize(
    ("word", "lowest", "highest"), [(FAINT, 0, 400), (LOUD, 32_767, 32_767), (HUM, 6_000, 20_000)]
)
def test_trouble_can_be_heard(word: str, lowest: int, highest: int) -> None:
    simulator = Simulator(Material())
    simulator.tell(word, is_on=True, at_s=0)
    loudest = max(array("h", simulator.tick(1.0)))
    assert lowest <= loudest <= highest


def test_a_recording_is_repeated_without_a_seam() -> None:
    recorded = samples(*range(100))
    heard = Simulator(Material(capture=recorded)).tick(250 / RATE_HZ)
    assert heard == (recorded * 3)[:500]


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
def test_the_pipe_gives_a_wav_file_and_goes_away_when_unplugged(tmp_path: Path) -> None:
    clock_s = iter(range(10_000))
    port = tmp_path / "port"
    plugged = SimulatedSound(create("stethoscope"), lambda: next(clock_s) / 100, link=port)
    try:
        with port.open("rb", buffering=0) as pipe:
            header = pipe.read(44)
            assert header == wav_header(Driver.LINE)
            assert len(pipe.read(100)) > 0
            plugged.trouble(Trouble("unplug"))
            while pipe.read(65_536):
                pass
        assert not port.exists()
    finally:
        plugged.close()


def test_time_is_the_receipt_of_the_last_sample() -> None:
    driver = Driver()
    driver.ask(Request.MEASURE, NOW)
    driver.receive(bytes(PIECE), NOW)
    later = NOW + timedelta(milliseconds=20)
    events = driver.receive(bytes(PIECE), later)
    assert [event.taken_at for event in events if isinstance(event, Sound)] == [later]
