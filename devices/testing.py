"""The rules every driver keeps, as tests that any package can run on its own driver.

A third party's whole test file, beside `their_scale.cap`::

    from pathlib import Path

    from devices.testing import *
    from devices.testing import each_driver

    HERE = Path(__file__).parent
    pytest_generate_tests = each_driver({"their_scale": HERE / "their_scale.cap"})

Needs pytest and hypothesis, which Chevet itself does not. A `conftest.py` that says
``pytest.register_assert_rewrite("devices.testing")`` makes failures speak.
"""
# ruff: noqa: S101, D103 -- tests: they assert, and the name of one is its sentence

import hashlib
import inspect
import random
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import pairwise
from pathlib import Path
from typing import Final, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices import registry
from devices.driver import Driver, Identifiable, SoundStream
from devices.plausibility import vouched_together
from devices.readings import (
    Event,
    Identified,
    LabResult,
    Origin,
    Reading,
    Resynced,
    Still,
    Vital,
)
from devices.recording import Recording

__all__ = [  # noqa: RUF022 -- in the order of the file
    "test_keeps_the_contract",
    "test_says_where_it_comes_from",
    "test_decodes_its_capture_whole",
    "test_decodes_its_capture_byte_by_byte",
    "test_decodes_its_capture_in_any_slices",
    "test_finds_its_place_after_noise",
    "test_noise_inside_costs_messages_and_invents_hardly_any",
    "test_a_lost_piece_invents_hardly_any",
    "test_a_cut_off_tail_is_no_event",
    "test_counts_the_noise_it_skips",
    "test_holds_little_of_what_it_cannot_use",
    "test_gives_only_the_vital_signs_it_declares",
]

NOW: Final = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)
unhurried = settings(deadline=None)  # a busy machine is no fault of a driver
DAMAGES = 200
MOST_FORGED = 2
"""Of so many damages: an eight-bit sum, the weakest of many instruments, lets one in 256 pass."""
MOST_HELD_BYTES = 32 * 1024
"""More than any driver may keep of a stream it cannot understand."""


@dataclass(frozen=True)
class Capture:
    """What an instrument sent, and what a driver must make of it."""

    received: bytes
    expected: list[str]
    noise: range
    """Byte values that begin no message, from a line ``# noise: 80-FF``; forged messages cannot be
    told from true ones in a protocol without a checksum."""

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """Read a `.cap` file."""
        text = path.read_text(encoding="utf-8")
        expected = [line[2:].strip() for line in text.splitlines() if line.startswith("=")]
        given = re.search(r"^# noise: ([0-9A-F]{2})-([0-9A-F]{2})$", text, flags=re.MULTILINE)
        lowest, highest = given.groups() if given else ("80", "FF")
        noise = range(int(lowest, 16), int(highest, 16) + 1)
        return cls(Recording.from_hex(text).data, expected, noise)


def told(events: Iterable[Event]) -> list[str]:
    """The events that a capture file names, spelt its way."""
    spelt = []
    for event in vouched_together(events):
        match event:
            case Reading(vital, value, quality):
                shown = "-" if value is None else f"{value:g}"
                spelt.append(f"{vital.name} {shown} {quality.value}{_told_besides(event)}")
            case LabResult(test, value, unit, quality):
                shown = f"{value or '-'} {unit or '-'}"
                spelt.append(f"LAB {test} {shown} {quality.value}{_told_besides(event)}")
            case Identified(model):
                spelt.append(f"IDENTIFIED {model}")
            case Still(jpeg, _):
                spelt.append(f"STILL {len(jpeg)} {hashlib.sha256(jpeg).hexdigest()}")
    return spelt


def _told_besides(event: Reading | LabResult) -> str:
    """Origin and record, the instrument's own time, marks: `` stored#3 @2026-01-31T08:00 net``."""
    words = [] if event.origin is Origin.LIVE else [f"{event.origin.value}#{event.record}"]
    if event.measured_at is not None:
        words.append(f"@{event.measured_at.isoformat()}")
    words += sorted(event.marks)
    if isinstance(event, Reading) and event.sent_as is not None:
        words.append(f"({event.sent_as})")
    return "".join(f" {word}" for word in words)


def heard(name: str, slices: Iterable[bytes]) -> list[Event]:
    """Everything a driver that only listens makes of these slices, and of the quiet after them."""
    driver = registry.load(name)()
    events = [event for data in slices for event in driver.receive(data, NOW)]
    for quiet_s in (0.1, 1.0):
        events += driver.tick(NOW + timedelta(seconds=quiet_s))
    return events


def each_driver(captures: Mapping[str, Path]) -> Callable[[pytest.Metafunc], None]:
    """A `pytest_generate_tests` that runs the tests on these drivers, each with its capture."""

    def generate(metafunc: pytest.Metafunc) -> None:
        wanted = [word for word in ("name", "capture_file") if word in metafunc.fixturenames]
        rows = [[name, file][: len(wanted)] for name, file in captures.items()]
        if wanted and metafunc.function.__module__ == __name__:
            metafunc.parametrize(wanted, rows, ids=list(captures))

    return generate


def test_keeps_the_contract(name: str) -> None:
    driver = registry.load(name)
    assert driver.__name__ == "Driver"
    assert isinstance(driver(), Driver)
    assert isinstance(driver(), Identifiable)


@pytest.mark.parametrize("heading", ["Source:", "Reads:", "Leaves out:"])
def test_says_where_it_comes_from(name: str, heading: str) -> None:
    module = inspect.getmodule(registry.load(name))
    assert module is not None
    assert heading in (module.__doc__ or "")


def test_decodes_its_capture_whole(name: str, capture_file: Path) -> None:
    capture = Capture.of_file(capture_file)
    assert capture.expected
    assert told(heard(name, [capture.received])) == capture.expected


def test_decodes_its_capture_byte_by_byte(name: str, capture_file: Path) -> None:
    capture = Capture.of_file(capture_file)
    slices = [bytes([byte]) for byte in capture.received]
    assert told(heard(name, slices)) == capture.expected


@unhurried
@given(data=st.data())
def test_decodes_its_capture_in_any_slices(
    name: str, capture_file: Path, data: st.DataObject
) -> None:
    capture = Capture.of_file(capture_file)
    places = st.integers(0, len(capture.received))
    cuts = sorted({0, len(capture.received), *data.draw(st.lists(places, max_size=40))})
    slices = [capture.received[a:b] for a, b in pairwise(cuts)]
    assert told(heard(name, slices)) == capture.expected


def test_finds_its_place_after_noise(name: str, capture_file: Path) -> None:
    capture = Capture.of_file(capture_file)
    chance = _chance(name)
    for _ in range(DAMAGES):
        noise = chance.randbytes(chance.randint(1, 64))
        if not told(heard(name, [noise])):
            assert told(heard(name, [noise, capture.received])) == capture.expected, noise.hex()


def test_noise_inside_costs_messages_and_invents_hardly_any(name: str, capture_file: Path) -> None:
    capture = Capture.of_file(capture_file)
    chance = _chance(name)

    def noisy() -> bytes:
        place = chance.randint(1, len(capture.received) - 1)
        noise = bytes(chance.choices(capture.noise, k=chance.randint(1, 20)))
        return capture.received[:place] + noise + capture.received[place:]

    assert _forged(name, capture, noisy) <= MOST_FORGED


def test_a_lost_piece_invents_hardly_any(name: str, capture_file: Path) -> None:
    capture = Capture.of_file(capture_file)
    chance = _chance(name)

    def pierced() -> bytes:
        place = chance.randrange(len(capture.received))
        return capture.received[:place] + capture.received[place + chance.randint(1, 7) :]

    assert _forged(name, capture, pierced) <= MOST_FORGED


def _chance(name: str) -> random.Random:
    """The same damages at every run of a driver: a change that lands is judged by itself.

    They are not searched for: whoever looks long enough forges any checksum.
    """
    return random.Random(name)  # noqa: S311 -- noise, not a secret


def _forged(name: str, capture: Capture, damaged: Callable[[], bytes]) -> int:
    """How many of the damaged streams tell something that the instrument did not."""
    allowed = _allowed(capture.expected)
    return sum(not _claims(told(heard(name, [damaged()]))) <= allowed for _ in range(DAMAGES))


@unhurried
@given(data=st.data())
def test_a_cut_off_tail_is_no_event(name: str, capture_file: Path, data: st.DataObject) -> None:
    capture = Capture.of_file(capture_file)
    end = data.draw(st.integers(0, len(capture.received)))
    spoken = told(heard(name, [capture.received[:end]]))
    assert spoken == capture.expected[: len(spoken)]


def test_counts_the_noise_it_skips(name: str) -> None:
    if isinstance(registry.load(name).LINE, SoundStream):
        pytest.skip("in bare samples every byte is a part of the sound")
    noise = b"\xff\x80" * 50
    skipped = sum(event.dropped for event in heard(name, [noise]) if isinstance(event, Resynced))
    assert len(noise) - 8 < skipped <= len(noise)


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


def test_gives_only_the_vital_signs_it_declares(name: str, capture_file: Path) -> None:
    declared = set(registry.load(name).VITALS)
    spoken = {event.vital for event in heard(name, [Capture.of_file(capture_file).received])
              if isinstance(event, Reading)}  # fmt: skip
    assert spoken <= declared <= set(Vital)


def _claims(spoken: list[str]) -> set[str]:
    """What would mislead a physician: a name with a letter too few does not.

    Nor does the number of a record: it counts what came, and a lost one is not counted.
    """
    return {_unnumbered(line) for line in spoken if not line.startswith("IDENTIFIED")}


def _allowed(expected: list[str]) -> set[str]:
    """What was expected; the same without its own time, or as stored: less said is not invented.

    A measurement whose beginning was lost may have been made before.
    """
    claims = _claims(expected)
    claims |= {line.replace(" spot", " stored") for line in claims}
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
