"""House rules and wire rules that every driver keeps, third-party ones included."""

import inspect
import re
import sys
from enum import Enum
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from instrument_bench import NOW, Capture, heard, told

from devices import registry
from devices.driver import Driver, Identifiable, SoundStream
from devices.readings import Reading, Resynced, Vital

unhurried = settings(deadline=None)  # a busy machine is no fault of a driver
every_driver = pytest.mark.parametrize("name", registry.names())
MOST_HELD_BYTES = 32 * 1024
"""More than any driver may keep of a stream it cannot understand."""


@every_driver
def test_keeps_the_contract(name: str) -> None:
    driver = registry.load(name)
    assert driver.__name__ == "Driver"
    assert isinstance(driver(), Driver)
    assert isinstance(driver(), Identifiable)


@every_driver
@pytest.mark.parametrize("heading", ["Source:", "Reads:", "Leaves out:"])
def test_says_where_it_comes_from(name: str, heading: str) -> None:
    module = inspect.getmodule(registry.load(name))
    assert module is not None
    assert heading in (module.__doc__ or "")


@every_driver
def test_decodes_its_capture_whole(name: str) -> None:
    capture = Capture.read(name)
    assert capture.expected
    assert told(heard(name, [capture.received])) == capture.expected


@every_driver
def test_decodes_its_capture_byte_by_byte(name: str) -> None:
    capture = Capture.read(name)
    slices = [bytes([byte]) for byte in capture.received]
    assert told(heard(name, slices)) == capture.expected


@every_driver
@unhurried
@given(data=st.data())
def test_decodes_its_capture_in_any_slices(name: str, data: st.DataObject) -> None:
    capture = Capture.read(name)
    places = st.integers(0, len(capture.received))
    cuts = sorted({0, len(capture.received), *data.draw(st.lists(places, max_size=40))})
    slices = [capture.received[a:b] for a, b in pairwise(cuts)]
    assert told(heard(name, slices)) == capture.expected


@every_driver
@unhurried
@given(noise=st.binary(max_size=64))
def test_finds_its_place_after_noise(name: str, noise: bytes) -> None:
    assume(not told(heard(name, [noise])))
    capture = Capture.read(name)
    assert told(heard(name, [noise, capture.received])) == capture.expected


@every_driver
@unhurried
@given(data=st.data())
def test_noise_inside_costs_messages_and_invents_none(name: str, data: st.DataObject) -> None:
    capture = Capture.read(name)
    place = data.draw(st.integers(1, len(capture.received) - 1))
    noise = bytes(data.draw(st.lists(st.sampled_from(capture.noise), min_size=1, max_size=20)))
    damaged = capture.received[:place] + noise + capture.received[place:]
    assert _claims(told(heard(name, [damaged]))) <= _allowed(capture.expected)


@every_driver
@unhurried
@given(data=st.data())
def test_a_lost_piece_invents_nothing(name: str, data: st.DataObject) -> None:
    capture = Capture.read(name)
    place = data.draw(st.integers(0, len(capture.received) - 1))
    lost = data.draw(st.integers(1, 7))
    damaged = capture.received[:place] + capture.received[place + lost :]
    assert _claims(told(heard(name, [damaged]))) <= _allowed(capture.expected)


@every_driver
@unhurried
@given(data=st.data())
def test_a_cut_off_tail_is_no_event(name: str, data: st.DataObject) -> None:
    capture = Capture.read(name)
    end = data.draw(st.integers(0, len(capture.received)))
    spoken = told(heard(name, [capture.received[:end]]))
    assert spoken == capture.expected[: len(spoken)]


@every_driver
def test_counts_the_noise_it_skips(name: str) -> None:
    if isinstance(registry.load(name).LINE, SoundStream):
        pytest.skip("in bare samples every byte is a part of the sound")
    noise = b"\xff\x80" * 50
    skipped = sum(event.dropped for event in heard(name, [noise]) if isinstance(event, Resynced))
    assert len(noise) - 8 < skipped <= len(noise)


@every_driver
@pytest.mark.parametrize(
    "garbage",
    [b"\x00", b"\xff", b"\x01\x80", b"\x51", b"\x76\x00", b"\x76\x00\x32\x00\x00" + b"\x55" * 9000],
    ids=["zeros", "ones", "packets", "frames", "replies", "endless block"],
)
def test_holds_little_of_what_it_cannot_use(name: str, garbage: bytes) -> None:
    driver = registry.load(name)()
    stream = (garbage * (1_000_000 // len(garbage)))[:1_000_000]
    for place in range(0, len(stream), 4096):
        driver.receive(stream[place : place + 4096], NOW)
    assert _held_bytes(driver) < MOST_HELD_BYTES


@every_driver
def test_gives_only_the_vital_signs_it_declares(name: str) -> None:
    declared = set(registry.load(name).VITALS)
    spoken = {event.vital for event in heard(name, [Capture.read(name).received])
              if isinstance(event, Reading)}  # fmt: skip
    assert spoken <= declared <= set(Vital)


def _claims(spoken: list[str]) -> set[str]:
    """What would mislead a physician: a name with a letter too few does not.

    Nor does the number of a record: it counts what came, and a lost one is not counted.
    """
    return {_unnumbered(line) for line in spoken if not line.startswith("IDENTIFIED")}


def _allowed(expected: list[str]) -> set[str]:
    """What was expected, and the same without its own time: less said is not invented."""
    claims = _claims(expected)
    return claims | {re.sub(r" @\S+", "", line) for line in claims}


def _unnumbered(line: str) -> str:
    return re.sub(r"#\d+", "", line)


def _held_bytes(thing: object) -> int:
    """Bytes in every buffer reachable from an object of ours."""
    if isinstance(thing, bytes | bytearray):
        return sys.getsizeof(thing)
    if isinstance(thing, Enum):
        return 0
    if isinstance(thing, list | tuple):
        return sum(map(_held_bytes, thing))
    return sum(map(_held_bytes, getattr(thing, "__dict__", {}).values()))
