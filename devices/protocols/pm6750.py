"""Frames of Berry's PM6750 multi-parameter module.

Source: Berry, "PM6750 manual", and measurements of a public project (Abrunacci/berry_med).
``55 AA N type data... sum``: N counts the type, the data and two more; the sum is the complement
of N + type + data, eight bits. Host and module frame alike; a command has one byte of data.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Type(IntEnum):
    """What a frame of the module is."""

    ECG_WAVE = 0x01
    ECG = 0x02
    PRESSURE = 0x03
    OXIMETER = 0x04
    TEMPERATURE = 0x05
    VERSION = 0xFC
    OXIMETER_WAVE = 0xFE
    RESPIRATION_WAVE = 0xFF


class Command(IntEnum):
    """What the host may ask.

    Left out on purpose: 0B static pressure, 0C-0E calibration, 10 leak test (for the factory, never
    on a person), and what sets gain, filter and patient mode, which is the module's own affair.
    """

    ECG = 0x01
    PRESSURE = 0x02
    OXIMETER = 0x03
    TEMPERATURE = 0x04
    VERSION = 0xFC
    OXIMETER_WAVE = 0xFE
    RESPIRATION_WAVE = 0xFF


class CuffState(IntEnum):
    """How a blood pressure measurement stands; 3 to 8 are failures: cuff, time, movement."""

    FINISHED = 0
    MEASURING = 1
    STOPPED = 2
    INITIALISING = 9
    INITIALISED = 10


HEAD: Final = b"\x55\xaa"
LONGEST: Final = 34
"""chosen: no frame of the manual is longer than 12; more is no frame."""

_OVERHEAD: Final = 2
"""What the length counts besides type and data, and what the frame is longer than its length."""
_SHORTEST_LENGTH: Final = 3
_TYPE_AT: Final = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame whose sum is right."""

    type: int
    data: bytes


class Frames:
    """Finds frames in any slicing of the stream."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def __len__(self) -> int:
        """Bytes waiting for the rest of their frame."""
        return len(self._buffer)

    def take(self, data: bytes) -> tuple[list[Frame], int]:
        """The frames this slice completed, and how many bytes were noise."""
        self._buffer += data
        frames: list[Frame] = []
        dropped = 0
        while self._buffer:
            size = self._size()
            if size is None:
                break
            if size:
                frames.append(Frame(self._buffer[_TYPE_AT], bytes(self._buffer[4 : size - 1])))
                del self._buffer[:size]
            else:
                dropped += self._skip()
        return frames, dropped

    def _size(self) -> int | None:
        """Bytes of the frame in front; 0 when it is none, `None` when that cannot be said yet."""
        buffer = self._buffer
        if not HEAD.startswith(buffer[: len(HEAD)]):
            return 0
        if len(buffer) < _TYPE_AT:
            return None
        size = buffer[2] + _OVERHEAD
        if buffer[2] < _SHORTEST_LENGTH or size > LONGEST:
            return 0
        if len(buffer) < size:
            return None
        return size if buffer[size - 1] == _sum(buffer[2 : size - 1]) else 0

    def _skip(self) -> int:
        """Throw away up to what may be the next head; bytes thrown away."""
        place = self._buffer.find(HEAD[:1], 1)
        skipped = place if place > 0 else len(self._buffer)
        del self._buffer[:skipped]
        return skipped


def frame(type_: int, data: Iterable[int] = ()) -> bytes:
    """One frame as it travels."""
    content = bytes((type_, *data))
    counted = bytes((len(content) + _OVERHEAD,)) + content
    return HEAD + counted + bytes((_sum(counted),))


def command(code: Command, argument: int) -> bytes:
    """A host command: mostly 1 for on, 0 for off."""
    return frame(code, (argument,))


def _sum(counted: bytes | bytearray) -> int:
    return ~sum(counted) & 0xFF
