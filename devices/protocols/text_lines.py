"""Lines of printable ASCII in any slicing of a stream, ended by CR, LF or both."""

from dataclasses import dataclass
from typing import Final

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


def _noise(count: int) -> list[Noise]:
    return [Noise(count)] if count else []
