"""Frames of laboratory analysers: ASTM E1381, now CLSI LIS01.

Source: the agreeing descriptions of E1381/LIS01-A2 in analysers' public host manuals, checked
against public recordings of an Afinion 2, a DCA Vantage and a Contour. A transfer is ENQ, frames,
EOT; a frame is ``STX n text ETX|ETB CC CR LF``: `n` counts 1..7, 0, 1.., `CC` is the sum from `n`
to ETX or ETB, modulo 256, as two hexadecimal digits. ENQ and frames are answered by ACK or NAK.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

STX: Final = 0x02
ETX: Final = 0x03
EOT: Final = 0x04
ENQ: Final = 0x05
ACK: Final = 0x06
LF: Final = 0x0A
CR: Final = 0x0D
NAK: Final = 0x15
ETB: Final = 0x17

NUMBERS: Final = 8
FIRST_NUMBER: Final = 1
MAX_FRAME_BYTES: Final = 16 * 1024
"""chosen: E1381 allows 240 characters, but analysers put whole messages into one frame."""

_CONTROLS: Final = (ENQ, EOT, ACK, NAK)
_LINE_ENDS: Final = (CR, LF)
_TEXT_FROM: Final = 0x20
_TAB: Final = 0x09
_CHECKSUM_DIGITS: Final = 2
_LEAST: Final = 2  # STX and the number, before the text


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame whose checksum is right."""

    number: int
    text: bytes
    is_last: bool
    """Whether it ends its message (or record); after ETB the next frame goes on."""


@dataclass(frozen=True, slots=True)
class Control:
    """A lone byte of the line discipline: `ENQ`, `EOT`, `ACK` or `NAK`."""

    byte: int


@dataclass(frozen=True, slots=True)
class Damaged:
    """A frame with an end, but not the one that was sent."""


class Frames:
    """Finds frames and control bytes in any slicing of the stream.

    A checksum must be there and be right; CR and LF after it may be missing.
    """

    def __init__(self) -> None:
        self._partial = bytearray()
        self._end = 0
        """Where ETX or ETB stands in `_partial`; 0 while it has not come."""
        self._dropped = 0

    def take(self, data: bytes) -> tuple[list[Frame | Control | Damaged], int]:
        """What this slice completed, and how many bytes were noise."""
        found = [item for byte in data for item in self._next(byte)]
        dropped, self._dropped = self._dropped, 0
        return found, dropped

    def _next(self, byte: int) -> Iterator[Frame | Control | Damaged]:
        if byte == STX:
            self._abandon()
            self._partial.append(byte)
        elif not self._partial or byte in (ENQ, EOT):
            self._abandon()
            yield from self._outside(byte)
        elif self._end == 0:
            self._partial.append(byte)
            if byte in (ETX, ETB):
                self._end = len(self._partial) - 1
            elif len(self._partial) > MAX_FRAME_BYTES:
                self._abandon()
        else:
            self._partial.append(byte)
            if len(self._partial) == self._end + 1 + _CHECKSUM_DIGITS:
                yield self._completed()

    def _outside(self, byte: int) -> Iterator[Control]:
        if byte in _CONTROLS:
            yield Control(byte)
        elif byte not in _LINE_ENDS:
            self._dropped += 1

    def _completed(self) -> Frame | Damaged:
        wire, end = bytes(self._partial), self._end
        text = wire[_LEAST:end]
        is_text = all(byte >= _TEXT_FROM or byte in (*_LINE_ENDS, _TAB) for byte in text)
        is_numbered = end >= _LEAST and wire[1] in b"01234567"
        if not (is_text and is_numbered and wire[end + 1 :].upper() == checksum(wire[1 : end + 1])):
            self._abandon()
            return Damaged()
        self._partial.clear()
        self._end = 0
        return Frame(wire[1] - ord("0"), text, is_last=wire[end] == ETX)

    def _abandon(self) -> None:
        self._dropped += len(self._partial)
        self._partial.clear()
        self._end = 0


class Verdict(Enum):
    """What a frame's number says of it."""

    NEXT = auto()
    REPEATED = auto()
    """The one before, once more: its acknowledgement was lost."""
    WRONG = auto()


class Sequence:
    """The order of frames within one transfer."""

    def __init__(self) -> None:
        self._last: Frame | None = None

    def restart(self) -> None:
        """A transfer begins or has ended: any number may come."""
        self._last = None

    def judge(self, frame: Frame) -> Verdict:
        """Whether this frame follows the one before."""
        if frame == self._last:
            return Verdict.REPEATED
        if self._last is not None and frame.number != (self._last.number + 1) % NUMBERS:
            return Verdict.WRONG
        self._last = frame
        return Verdict.NEXT


def frame(number: int, text: bytes, *, is_last: bool = True) -> bytes:
    """One frame as it travels; `number` counts from 1 without end."""
    summed = b"%d%b%c" % (number % NUMBERS, text, ETX if is_last else ETB)
    return b"%c%b%b\r\n" % (STX, summed, checksum(summed))


def checksum(summed: bytes) -> bytes:
    """The sum of everything from the number to ETX or ETB, as two upper-case digits."""
    return b"%02X" % (sum(summed) % 256)
