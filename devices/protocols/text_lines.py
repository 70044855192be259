"""Lines of printable ASCII in any slicing of a stream, ended by CR, LF or both."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from devices.driver import Request
from devices.readings import Event, Resynced

_ENDS: Final = b"\r\n"
_PRINTABLE: Final = range(0x20, 0x7F)


@dataclass(frozen=True, slots=True)
class Line:
    """One line that came whole, without its end; never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that belong to no line."""

    count: int


class Lines:
    """Cuts the stream into lines; one unprintable byte spoils a line to its end."""

    def __init__(self, most_bytes: int) -> None:
        """A longer line is noise; no more bytes ever wait for their end."""
        self._most_bytes = most_bytes
        self._line = bytearray()
        self._is_spoilt = False

    def __len__(self) -> int:
        """Bytes waiting for the end of their line."""
        return len(self._line)

    def take(self, data: bytes) -> list[Line | Noise]:
        """What this slice completed."""
        found: list[Line | Noise] = []
        noise = 0
        for byte in data:
            if byte in _ENDS:
                found += [*_noise(noise), *self._ended()]
                noise = 0
            else:
                noise += self._add(byte)
        return [*found, *_noise(noise)]

    def _add(self, byte: int) -> int:
        """Take one byte of a line; how many it turned into noise."""
        if self._is_spoilt:
            return 1
        self._line.append(byte)
        if byte in _PRINTABLE and len(self._line) <= self._most_bytes:
            return 0
        self._is_spoilt = True
        count = len(self._line)
        self._line.clear()
        return count

    def _ended(self) -> list[Line]:
        lines = [Line(self._line.decode("ascii"))] if self._line else []
        self._line.clear()
        self._is_spoilt = False
        return lines


class Talker:
    """Everything a driver needs of an instrument that only talks, but what its lines say."""

    REQUESTS: ClassVar[frozenset[Request]] = frozenset({Request.MEASURE})

    def __init__(self, most_bytes: int, decode: Callable[[str, datetime], list[Event]]) -> None:
        self._lines = Lines(most_bytes)
        self._decode = decode

    def start(self, now: datetime) -> list[Event]:
        """The instrument takes no commands."""
        del now
        return []

    def identify(self) -> bytes:
        """Nothing: it takes no commands."""
        return b""

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        events: list[Event] = []
        for found in self._lines.take(data):
            if isinstance(found, Line):
                events += self._decode(found.text, now)
            else:
                events.append(Resynced(found.count))
        return events

    def tick(self, now: datetime) -> list[Event]:
        """A line waits for its end only."""
        del now
        return []

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`MEASURE`: the next line tells everything anyway, within a second."""
        del request, now
        return []


def _noise(count: int) -> list[Noise]:
    return [Noise(count)] if count else []
