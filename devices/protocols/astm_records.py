r"""Records of laboratory analysers: ASTM E1394, now CLSI LIS02.

Source: the agreeing descriptions of E1394/LIS02-A2 in analysers' public host manuals. A message is
records H, then P, O, R, C in a tree, and L; a record is fields counted from 1, the type being the
first; fields hold repeats and components. The header tells its delimiters, usually ``|\^&``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

MAX_RECORD_BYTES: Final = 8 * 1024
"""chosen: what may wait for its continuation in the next frame; results take some hundred."""

_HEADER: Final = re.compile(r"H([^\w\s])([^\w\s])([^\w\s])([^\w\s])")
_HEADER_LENGTH: Final = 5
_MOMENT: Final = re.compile(r"(\d{12})(\d{2})?")
_EARLIEST_YEAR: Final = 2000
"""chosen: before it the clock was never set."""


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The four characters a header defines."""

    field: str = "|"
    repeat: str = "\\"
    component: str = "^"
    escape: str = "&"

    @classmethod
    def of_header(cls, text: str) -> "Delimiters | None":
        """What this H record defines; `None` when it defines none or uses one twice."""
        found = _HEADER.match(text)
        if found is None or len(set(found.groups())) < len(found.groups()):
            return None
        return cls(*found.groups())


@dataclass(frozen=True, slots=True)
class Record:
    """One record, its fields still escaped."""

    fields: tuple[str, ...]
    delimiters: Delimiters

    @classmethod
    def parse(cls, text: str, delimiters: Delimiters) -> "Record":
        """Split a record's text."""
        return cls(tuple(text.split(delimiters.field)), delimiters)

    @property
    def type(self) -> str:
        """H, P, O, R, C, M or L."""
        return self.fields[0]

    def field(self, number: int) -> str:
        """A field as E1394 counts it, from 1; empty when the record ends before."""
        return self._unescaped(self._raw(number)).strip()

    def components(self, number: int) -> tuple[str, ...]:
        """The components of a field; one empty one for an empty field."""
        parts = self._raw(number).split(self.delimiters.component)
        return tuple(self._unescaped(part).strip() for part in parts)

    def _raw(self, number: int) -> str:
        return self.fields[number - 1] if number <= len(self.fields) else ""

    def _unescaped(self, text: str) -> str:
        marks = self.delimiters
        spelt = {"F": marks.field, "S": marks.component, "R": marks.repeat, "E": marks.escape}
        escape = re.escape(marks.escape)
        return re.sub(f"{escape}([FSRE]){escape}", lambda found: spelt[found[1]], text)


class Records:
    """Puts records together from the texts of frames."""

    def __init__(self) -> None:
        self._unfinished = b""

    def restart(self) -> None:
        """A transfer begins or has ended; half a record is none."""
        self._unfinished = b""

    def take(self, text: bytes, *, is_last: bool) -> Iterator[str]:
        """The texts of the records that this frame completed; too long ones are left out."""
        before = b"" if is_header(text) else self._unfinished
        *whole, rest = (before + text).replace(b"\n", b"\r").split(b"\r")
        self._unfinished = b"" if is_last else rest[: MAX_RECORD_BYTES + 1]
        if is_last:
            whole.append(rest)
        for record in whole:
            if 0 < len(record) <= MAX_RECORD_BYTES:
                yield _decoded(record)


def is_header(text: bytes) -> bool:
    """Whether this text of a frame begins a message."""
    return Delimiters.of_header(text[:_HEADER_LENGTH].decode("latin-1")) is not None


def moment(text: str) -> datetime | None:
    """A naive date and time, ``YYYYMMDDHHMM`` and perhaps seconds; `None` for anything else."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    try:
        told = datetime.strptime(found[1] + (found[2] or "00"), "%Y%m%d%H%M%S")  # noqa: DTZ007 - the analyser's own clock knows no time zone
    except ValueError:
        return None
    return told if told.year >= _EARLIEST_YEAR else None


def _decoded(record: bytes) -> str:
    """Newer analysers write UTF-8, older ones Latin-1; ASCII is both."""
    try:
        return record.decode("utf-8")
    except UnicodeDecodeError:
        return record.decode("latin-1")
