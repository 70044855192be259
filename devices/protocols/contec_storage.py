"""Stored sessions of Contec's protocol V7.0: what the packets say, and how to ask for them.

Source: Contec, "Communication protocol of pulse oximeter V7.0", and what public programs do: user 0
and segments from 0; the length counts bytes, two a second, or four with the perfusion index; the
start date comes as century and year, in one program's notes as a plain 16-bit year.
"""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from devices.protocols import contec
from devices.protocols.contec import Command, Packet, Type
from devices.readings import Alive, Event, Origin, Progress, Quality, Reading, Vital

REPLY_WITHIN: Final = timedelta(seconds=1)  # V7.0: wait up to one second for a reply
SAMPLE_WITHIN: Final = timedelta(seconds=2)
"""chosen: samples follow each other within milliseconds; after so long none will come."""
PROGRESS_EVERY: Final = 60
"""chosen: a minute of recording; a night is told in some hundred steps."""

_HEADERS: Final = frozenset(
    {
        Type.START_DATE, Type.START_TIME, Type.LENGTH, Type.PERFUSION_SUPPORT,
        Type.STORAGE_IDENTIFIER,
    }
)  # fmt: skip
_SAMPLES: Final = frozenset({Type.SAMPLES, Type.SAMPLE_WITH_PERFUSION})
_PLAIN_BYTES: Final = 2
_PERFUSION_BYTES: Final = 4
_ANSWERS: Final = {
    Command.SEGMENTS: Type.SEGMENTS,
    Command.START_TIME: Type.START_TIME,
    Command.LENGTH: Type.LENGTH,
}
_FIRST_CENTURY: Final = 19
"""A high byte below it is no century: the year is one 16-bit number then."""
_MISSING: Final = {
    Vital.SPO2: (0, 0x7F), Vital.PULSE: (0, 0xFF), Vital.PERFUSION_INDEX: (0, 0xFFFF),
}  # fmt: skip
_USER: Final = 0


class Segments:
    """Turns the packets of stored segments into records, a second each.

    A record's time is the segment's start and its place in it. Once bytes were lost inside a
    segment the place is not known any more: its later records have no time.
    """

    def __init__(self) -> None:
        self._record = 0
        self.begin()

    def begin(self) -> None:
        """Another segment is to come."""
        self._date: tuple[bytes, bytes] | None = None
        self._time: tuple[bytes, bytes] | None = None
        """Whose (user and segment), and the start."""
        self.length: int | None = None
        """Bytes the segment holds, where the instrument said it."""
        self.received = 0
        """Bytes of samples so far."""
        self._is_damaged = False

    @property
    def is_complete(self) -> bool:
        """Whether all the segment holds has come."""
        return self.length is not None and self.received >= self.length

    def hear(self, packet: Packet, now: datetime) -> list[Event]:
        """Take one packet of the memory; nothing for any other."""
        if packet.type in _HEADERS:
            if self.received:
                self.begin()
            self._note(packet)
            return [Alive()]
        if packet.type in _SAMPLES:
            self._is_damaged = self._is_damaged or packet.lost > 0
            return self._records(packet, now)
        return []

    def _note(self, packet: Packet) -> None:
        whose, said = packet.data[:2], packet.data[2:]
        match packet.type:
            case Type.START_DATE:
                self._date = whose, said
            case Type.START_TIME:
                self._time = whose, said
            case Type.LENGTH:
                self.length = int.from_bytes(said, "little")

    def _records(self, packet: Packet, now: datetime) -> list[Event]:
        size = _PLAIN_BYTES if packet.type == Type.SAMPLES else _PERFUSION_BYTES
        events: list[Event] = []
        for place in range(0, len(packet.data), size):
            sample = packet.data[place : place + size]
            if self.is_complete and not any(sample):
                break  # the last packet is filled up
            events += self._record_of(sample, now)
        return events or [Alive()]

    def _record_of(self, sample: bytes, now: datetime) -> list[Event]:
        second = self.received // len(sample)
        start = None if self._is_damaged else self._start()
        measured_at = None if start is None else start + timedelta(seconds=second)
        self.received += len(sample)
        self._record += 1
        values = {Vital.SPO2: sample[0], Vital.PULSE: sample[1]}
        if len(sample) == _PERFUSION_BYTES:
            values[Vital.PERFUSION_INDEX] = int.from_bytes(sample[2:], "little")
        events: list[Event] = [
            self._reading(vital, value, now, measured_at) for vital, value in values.items()
        ]
        if (second + 1) % PROGRESS_EVERY == 0 or self.received == self.length:
            total = None if self.length is None else self.length // len(sample)
            events.append(Progress(second + 1, total))
        return events

    def _reading(
        self, vital: Vital, value: int, now: datetime, measured_at: datetime | None
    ) -> Reading:
        scale = 100 if vital is Vital.PERFUSION_INDEX else 1
        given = None if value in _MISSING[vital] else value / scale if scale > 1 else value
        return Reading(
            vital,
            given,
            Quality.NO_SIGNAL if given is None else Quality.GOOD,
            now,
            origin=Origin.STORED,
            record=self._record,
            measured_at=measured_at,
        )

    def _start(self) -> datetime | None:
        """When the segment began by the instrument's clock; `None` if that cannot be."""
        if self._date is None or self._time is None or self._date[0] != self._time[0]:
            return None
        high, low, month, day = self._date[1]
        hour, minute, second = self._time[1][:3]
        year = high * 100 + low if high >= _FIRST_CENTURY else high << 8 | low
        try:
            return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 -- it knows no zone
        except ValueError:
            return None


class Fetch:
    """Asks for every segment, one question at a time."""

    def __init__(self, segments: Segments) -> None:
        self._segments = segments
        self._steps: deque[tuple[Command, int]] = deque()
        self._pending: tuple[Command, int] | None = None
        self._moved_at: datetime | None = None
        self.has_failed = False
        """Whether something that is stored did not come."""
        self.is_empty = False
        """Whether the instrument says that it stored nothing."""

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to ask."""
        return self._pending is None

    def begin(self, now: datetime) -> bytes:
        """What to send first: how many segments there are."""
        self.has_failed = self.is_empty = False
        self._steps = deque([(Command.SEGMENTS, 0)])
        return self._next(now)

    def stop(self) -> bytes:
        """What to send to have it stop at once."""
        self._pending = None
        self._steps.clear()
        return contec.command(Command.STOP_STORAGE)

    def hear(self, packet: Packet, now: datetime) -> bytes:
        """What to send after this packet, which `Segments` has heard before."""
        if self._pending is None:
            return b""
        command, _ = self._pending
        if packet.type in _SAMPLES and command is Command.SEND_STORAGE:
            self._moved_at = now
            return self._finished(now) if self._segments.is_complete else b""
        if packet.type == _ANSWERS.get(command):
            self._learn(command, packet.data)
            return self._next(now)
        is_refusal = packet.type == Type.FEEDBACK and packet.data[0] == command and packet.data[1]
        return self._given_up(now) if is_refusal else b""

    def tick(self, now: datetime) -> bytes:
        """What to send because nothing came."""
        if self._pending is None or self._moved_at is None:
            return b""
        is_sending = self._pending[0] is Command.SEND_STORAGE
        limit = SAMPLE_WITHIN if is_sending else REPLY_WITHIN
        return self._given_up(now) if now - self._moved_at >= limit else b""

    def _learn(self, command: Command, data: bytes) -> None:
        if command is Command.SEGMENTS:
            self.is_empty = data[1] == 0
            self._plan(data[1])
        if command is Command.LENGTH and self._segments.length == 0:
            self._steps.popleft()  # nothing to send

    def _plan(self, count: int) -> None:
        for segment in range(count):
            for command in (Command.START_TIME, Command.LENGTH, Command.SEND_STORAGE):
                self._steps.append((command, segment))

    def _given_up(self, now: datetime) -> bytes:
        """No answer: some models do not know a question, but all send what they stored."""
        if self._pending is None:
            return b""
        command, _ = self._pending
        if command is Command.SEND_STORAGE:
            has_all = self._segments.length is None and self._segments.received > 0
            self.has_failed = self.has_failed or not has_all
            return self._finished(now)
        if command is Command.SEGMENTS:
            self._plan(1)
        return self._next(now)

    def _finished(self, now: datetime) -> bytes:
        return contec.command(Command.STOP_STORAGE) + self._next(now)

    def _next(self, now: datetime) -> bytes:
        self._moved_at = now
        if not self._steps:
            self._pending = None
            return b""
        self._pending = command, segment = self._steps.popleft()
        if command is Command.START_TIME:
            self._segments.begin()
        return contec.command(command, _USER, segment)
