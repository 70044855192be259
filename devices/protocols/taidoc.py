"""Frames of the TaiDoc/FORA family, always with a checksum, only ever an answer.

Source: community descriptions that agree (glucometerutils td42xx, pico-vitals-gateway, drivers of
TD-2551 and TD-2555 scales), checked against public recordings. Frame: 51 command d0 d1 d2 d3 A3|A5
sum; A3 from the host, A5 from the instrument; sum of all before, modulo 256. A scale's record is
longer: 51 71 length data A3|A5 sum, where the length counts the data.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

LENGTH: Final = 8
START: Final = 0x51
FROM_HOST: Final = 0xA3
FROM_INSTRUMENT: Final = 0xA5
LONG_LENGTHS: Final = frozenset({7, 34, 40})
"""A scale's request, its record, and one with the body's composition."""
_LONG_HEADER: Final = 3
_AROUND_LONG_DATA: Final = 5


class Command(IntEnum):
    """What the host may ask: reading only. Clearing the memory has no name here, on purpose."""

    WAKE = 0x22
    CLOCK = 0x23
    MODEL = 0x24
    RECORD_DATE = 0x25
    RECORD_VALUE = 0x26
    SERIAL_LOW = 0x27
    SERIAL_HIGH = 0x28
    RECORD_COUNT = 0x2B
    START_PRESSURE = 0x43
    LIVE_SPO2 = 0x49
    WEIGHT = 0x71


_LONG: Final = frozenset({Command.WEIGHT})


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame whose checksum was right."""

    command: int
    data: bytes
    """Four bytes; a scale's record has more."""
    is_reply: bool
    is_after_noise: bool = False
    """Something between this frame and the one before it was not understood."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, and how often before it is passed over or given up."""

    command: Command
    data: bytes = bytes(4)
    tries: int = 4


class Frames:
    """Finds the frames in any slicing of the stream."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._is_noisy = False

    def take(self, data: bytes) -> tuple[list[Frame], int]:
        """The frames this slice completed, and how many bytes were noise."""
        self._buffer += data
        frames: list[Frame] = []
        dropped = 0
        place = 0
        while (length := _length(self._buffer, place)) is not None:
            wire = bytes(self._buffer[place : place + length])
            if _is_frame(wire):
                frames.append(_frame(wire, is_after_noise=self._is_noisy))
                self._is_noisy = False
                place += length
            else:
                self._is_noisy = True
                dropped += 1
                place += 1
        del self._buffer[:place]
        return frames, dropped


class Dialogue:
    """One question at a time, each asked again when no answer comes.

    Answers carry neither the question nor its index. They come in the order of the questions, so
    a late answer to a repeated question is known by its command, as long as two questions in a row
    never have the same one.
    """

    def __init__(self, optional: Collection[Command], reply_within: timedelta) -> None:
        """An `optional` question that stays unanswered is passed over; any other ends it all."""
        self._optional = optional
        self._reply_within = reply_within
        self._left: list[Question] = []
        self._asked_at: datetime | None = None
        self._asked_times = 0
        self.answers: list[bytes | None] = []
        """In the order of the questions; complete when `is_complete`."""
        self.is_complete = False

    @property
    def is_over(self) -> bool:
        """Nothing more is awaited."""
        return not self._left

    def begin(self, questions: Collection[Question], now: datetime) -> bytes:
        """Start anew; what to send."""
        self._left = list(questions)
        self.answers = []
        self.is_complete = False
        return self._ask(now)

    def hear(self, reply: Frame, now: datetime) -> bytes:
        """A reply came, perhaps to the question; what to send now."""
        # Instruments answer a wake with commands of their own choosing.
        if self.is_over or self._left[0].command not in (reply.command, Command.WAKE):
            return b""
        return self._answered(reply.data, now)

    def tick(self, now: datetime) -> bytes:
        """What to send now."""
        if self.is_over or self._asked_at is None or now - self._asked_at < self._reply_within:
            return b""
        if self._asked_times < self._left[0].tries:
            return self._repeat(now)
        if self._left[0].command in self._optional:
            return self._answered(None, now)
        self._left = []
        return b""

    def _answered(self, data: bytes | None, now: datetime) -> bytes:
        self.answers.append(data)
        del self._left[0]
        self.is_complete = self.is_over
        return self._ask(now)

    def _ask(self, now: datetime) -> bytes:
        self._asked_times = 0
        return b"" if self.is_over else self._repeat(now)

    def _repeat(self, now: datetime) -> bytes:
        self._asked_at = now
        self._asked_times += 1
        return frame(self._left[0].command, self._left[0].data)


def frame(command: int, data: bytes = bytes(4), sender: int = FROM_HOST) -> bytes:
    """One frame as it travels."""
    length = bytes((len(data),)) if command in _LONG else b""
    content = bytes((START, command, *length, *data, sender))
    return content + bytes((sum(content) & 0xFF,))


def _length(buffer: bytearray, place: int) -> int | None:
    """How long the frame at this place is, if it is one; `None` until it is all there."""
    held = len(buffer) - place
    if held < LENGTH - 1:
        return None
    length = LENGTH
    if buffer[place] == START and buffer[place + 1] in _LONG:
        given = buffer[place + 2] + _AROUND_LONG_DATA
        length = given if given in LONG_LENGTHS else 1
    return length if held >= length else None


def _is_frame(wire: bytes) -> bool:
    return (
        len(wire) >= LENGTH - 1
        and wire[0] == START
        and wire[-2] in (FROM_HOST, FROM_INSTRUMENT)
        and wire[-1] == sum(wire[:-1]) & 0xFF
    )


def _frame(wire: bytes, *, is_after_noise: bool) -> Frame:
    data = wire[_LONG_HEADER:-2] if wire[1] in _LONG else wire[2:-2]
    return Frame(wire[1], data, wire[-2] == FROM_INSTRUMENT, is_after_noise)
