"""Lines of a OneTouch Ultra2: text with a sum, and what they say.

Source: LifeScan's sheet as public programs quote it (glucometerutils otultra2, Tidepool Uploader).
A line ends with a blank and four hexadecimal digits: the sum of all characters before that blank,
modulo 65536. Result: six characters, "C" first for control solution, then three digits, "?" last
when the meter's own memory failed its check; always mg/dL, whatever unit the meter shows.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from devices.readings import Mark, Quality

LONGEST_BYTES: Final = 160
"""chosen: twice the longest line of the sheet."""
_STARTS: Final = re.compile(rb"[P@F] |\?|SU\?")
_SUM: Final = re.compile(rb" ([0-9A-F]{4})\Z")
_ENDS: Final = re.compile(rb"[^ -~]")
"""A line holds no other characters than these, so any other ends it."""
_NO_NOISE: Final = b"\r\n\x11"
"""Ends of a line, and the sign by which the meter says that it listens."""

_HEADER: Final = re.compile(r'P (\d{3}),"([0-9A-Z]{9})","[A-Z/ ]*"')
_SERIAL: Final = re.compile(r'@ ?"([0-9A-Z]{9})"')
_FIRMWARE: Final = re.compile(r"\?(\S.*)")
_RECORD: Final = re.compile(
    r'P "[A-Z]{3}","(?P<month>\d\d)/(?P<day>\d\d)/(?P<year>\d\d)",'
    r'"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d) *",'
    r'"(?P<result>[^"]{3,8})"(?:,"(?P<meal>.)"(?:,"\d\d")?)?,? ?(?:\d\d)?'
)
_RESULT: Final = re.compile(
    r"(?P<control>[C!]?) *(?:(?P<value>\d{1,3})(?P<fault>\??)|(?P<word>[A-Z]+)) *"
)
_WORDS: Final = {
    "HIGH": Quality.TOO_HIGH,
    "HI": Quality.TOO_HIGH,
    "LOW": Quality.TOO_LOW,
    "LO": Quality.TOO_LOW,
}
_MEALS: Final = {"B": Mark.BEFORE_MEAL, "A": Mark.AFTER_MEAL}


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of the memory."""

    records: int
    serial: str


@dataclass(frozen=True, slots=True)
class Serial:
    """The answer to DM@."""

    serial: str


@dataclass(frozen=True, slots=True)
class Firmware:
    """The answer to DM?."""

    firmware: str


@dataclass(frozen=True, slots=True)
class Record:
    """One measurement."""

    mg_dl: int | None
    quality: Quality
    measured_at: datetime | None
    marks: frozenset[Mark]


@dataclass(frozen=True, slots=True)
class Other:
    """A line whose sum is right, and which says nothing we read."""


Line = Header | Serial | Firmware | Record | Other


class Lines:
    """Finds the lines in any slicing of the stream."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def take(self, data: bytes) -> tuple[list[Line], int]:
        """The lines this slice completed, and how many bytes were noise."""
        self._buffer += data
        *ended, rest = _ENDS.split(bytes(self._buffer))
        dropped = sum(end not in _NO_NOISE for end in _ENDS.findall(bytes(self._buffer)))
        dropped += max(0, len(rest) - LONGEST_BYTES)
        self._buffer = bytearray(rest[-LONGEST_BYTES:])
        lines: list[Line] = []
        for wire in ended:
            line, noise = _line(wire)
            dropped += noise
            lines += [line] if line is not None else []
        return lines, dropped

    def settled(self) -> list[Line]:
        """Nothing more comes for now: a last line without its end, if its sum is there."""
        line, _ = _line(bytes(self._buffer))
        if line is None:
            return []
        self._buffer.clear()
        return [line]


def sealed(content: str) -> bytes:
    """A line as it travels."""
    return f"{content} {sum(content.encode('ascii')) & 0xFFFF:04X}\r\n".encode("ascii")


def _line(wire: bytes) -> tuple[Line | None, int]:
    """What a line says, if its sum is right, and how much of it was noise."""
    given = _SUM.search(wire)
    if given is None:
        return None, len(wire)
    expected = int(given.group(1), 16)
    for start in _STARTS.finditer(wire, 0, given.start()):
        content = wire[start.start() : given.start()]
        if sum(content) & 0xFFFF == expected:
            return _meaning(content.decode("ascii", "replace")), start.start()
    return None, len(wire)


def _meaning(content: str) -> Line:
    if found := _HEADER.fullmatch(content):
        return Header(int(found.group(1)), found.group(2))
    if found := _SERIAL.fullmatch(content):
        return Serial(found.group(1))
    if found := _FIRMWARE.fullmatch(content):
        return Firmware(found.group(1))
    if found := _RECORD.fullmatch(content):
        return _record(found)
    return Other()


def _record(found: re.Match[str]) -> Line:
    result = _RESULT.fullmatch(found["result"])
    if result is None or (result["word"] is not None and result["word"] not in _WORDS):
        return Other()
    marks = {_MEALS[found["meal"]]} if found["meal"] in _MEALS else set()
    if result["control"]:
        marks.add(Mark.CONTROL)
    if result["word"] is not None:
        return Record(None, _WORDS[result["word"]], _moment(found), frozenset(marks))
    if result["fault"]:
        return Record(None, Quality.NO_SIGNAL, _moment(found), frozenset(marks))
    return Record(int(result["value"]), Quality.GOOD, _moment(found), frozenset(marks))


def _moment(found: re.Match[str]) -> datetime | None:
    names = ("month", "day", "hour", "minute", "second")
    month, day, hour, minute, second = (int(found[name]) for name in names)
    try:
        # The meter knows no time zone, and counts years from 2000.
        return datetime(2000 + int(found["year"]), month, day, hour, minute, second)  # noqa: DTZ001 - as above
    except ValueError:
        return None
