"""Frames of the TaiDoc/FORA family: always eight bytes with a checksum, only ever an answer.

Source: community descriptions that agree (glucometerutils td42xx, pico-vitals-gateway), checked
against public recordings. Frame: 51 command d0 d1 d2 d3 A3|A5 sum; A3 from the host, A5 from the
instrument; sum of the first seven, modulo 256.
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


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame whose checksum was right."""

    command: int
    data: bytes
    """Four bytes."""
    is_reply: bool


class Frames:
    """Finds the frames in any slicing of the stream."""

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
        place = 0
        while len(self._buffer) - place >= LENGTH:
            wire = bytes(self._buffer[place : place + LENGTH])
            if _is_frame(wire):
                frames.append(Frame(wire[1], wire[2:6], wire[6] == FROM_INSTRUMENT))
                place += LENGTH
            else:
                dropped += 1
                place += 1
        del self._buffer[:place]
        return frames, dropped


class Dialogue:
    """One question at a time, each asked again when no answer comes."""

    def __init__(self, optional: Collection[Command], reply_within: timedelta, tries: int) -> None:
        """An `optional` question that stays unanswered is passed over; any other ends it all."""
        self._optional = optional
        self._reply_within = reply_within
        self._tries = tries
        self._left: list[Command] = []
        self._asked_at: datetime | None = None
        self._asked_times = 0
        self.answers: list[bytes | None] = []
        """In the order of the questions; complete when `is_complete`."""
        self.is_complete = False

    @property
    def is_over(self) -> bool:
        """Nothing more is awaited."""
        return not self._left

    def begin(self, questions: Collection[Command], now: datetime) -> bytes:
        """Start anew; what to send."""
        self._left = list(questions)
        self.answers = []
        self.is_complete = False
        return self._ask(now)

    def end(self) -> None:
        """Await nothing more."""
        self._left = []

    def hear(self, reply: Frame, now: datetime) -> bytes:
        """A reply came, perhaps to the question; what to send now."""
        # Instruments answer a wake with commands of their own choosing.
        if self.is_over or self._left[0] not in (reply.command, Command.WAKE):
            return b""
        return self._answered(reply.data, now)

    def tick(self, now: datetime) -> bytes:
        """What to send now."""
        if self.is_over or self._asked_at is None or now - self._asked_at < self._reply_within:
            return b""
        if self._asked_times < self._tries:
            return self._repeat(now)
        if self._left[0] in self._optional:
            return self._answered(None, now)
        self.end()
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
        return frame(self._left[0])


def frame(command: int, data: bytes = bytes(4), sender: int = FROM_HOST) -> bytes:
    """One frame as it travels."""
    content = bytes((START, command, *data, sender))
    return content + bytes((sum(content) & 0xFF,))


def _is_frame(wire: bytes) -> bool:
    return (
        wire[0] == START
        and wire[6] in (FROM_HOST, FROM_INSTRUMENT)
        and wire[7] == sum(wire[:7]) & 0xFF
    )
