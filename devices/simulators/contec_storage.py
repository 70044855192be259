"""The memory of a simulated Contec of protocol V7.0: two sessions, one with perfusion index."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from devices.protocols import contec
from devices.protocols.contec import Command, Packet, Type

PACKETS_PER_S: Final = 400
"""chosen: somewhat slower than the line."""
_LATE_PACKETS: Final = 200
"""A machine that slept does not get more than so many packets at once."""
_PLAIN_SAMPLES: Final = 3
_USER: Final = 0


@dataclass(frozen=True, slots=True)
class Session:
    """One stored session, a sample a second."""

    start: datetime
    """By the instrument's own clock, naive."""
    samples: tuple[tuple[int, int], ...]
    """SpO2 and pulse rate; 7F and FF without a finger."""
    perfusion: int | None = None
    """In hundredths, the same for every sample; `None` where the model measures none."""

    def length(self) -> int:
        """Bytes, as the instrument counts them."""
        return len(self.samples) * (2 if self.perfusion is None else 4)

    def packets(self) -> list[bytes]:
        """All samples as they travel; the last packet is filled up with zeros."""
        if self.perfusion is not None:
            index = self.perfusion.to_bytes(2, "little")
            return [contec.packet(Type.SAMPLE_WITH_PERFUSION, (*sample, *index))
                    for sample in self.samples]  # fmt: skip
        rows = range(0, len(self.samples), _PLAIN_SAMPLES)
        return [
            contec.packet(Type.SAMPLES, _filled(self.samples[row : row + _PLAIN_SAMPLES]))
            for row in rows
        ]


NIGHT: Final = Session(
    datetime(2024, 3, 9, 23, 58, 30),  # noqa: DTZ001 -- the instrument knows no time zone
    ((0x7F, 0xFF), *((96 - second % 50 // 10, 64 + second % 7) for second in range(99))),
)
NAP: Final = Session(
    datetime(2024, 3, 10, 14, 0, 0),  # noqa: DTZ001 -- same
    tuple((97, 130 - second) for second in range(70)),
    perfusion=240,
)


class Store:
    """Answers what the host asks of the memory, and sends it in its own time."""

    def __init__(self, sessions: tuple[Session, ...] = (NIGHT, NAP)) -> None:
        self.sessions = sessions
        self._to_send: list[bytes] = []
        self._next_s = 0.0

    def answer(self, asked: Packet, at_s: float) -> bytes | None:
        """The reply to a host packet; `None` when it is not about the memory."""
        command, _, segment = asked.data[:3]
        if command == Command.SEGMENTS:
            return contec.packet(Type.SEGMENTS, (_USER, len(self.sessions)))
        if command == Command.STOP_STORAGE:
            self._to_send.clear()
            return contec.packet(Type.FEEDBACK, (command, 0))
        if command not in (Command.START_TIME, Command.LENGTH, Command.SEND_STORAGE):
            return None
        session, whose = self.sessions[segment], (_USER, segment)
        if command == Command.LENGTH:
            return contec.packet(Type.LENGTH, (*whose, *session.length().to_bytes(4, "little")))
        if command == Command.START_TIME:
            return _started(session.start, whose)
        self._to_send = session.packets()
        self._next_s = at_s
        return b""

    def tick(self, at_s: float) -> bytes:
        """The samples due by now."""
        self._next_s = max(self._next_s, at_s - _LATE_PACKETS / PACKETS_PER_S)
        due = bytearray()
        while self._to_send and self._next_s <= at_s:
            due += self._to_send.pop(0)
            self._next_s += 1 / PACKETS_PER_S
        return bytes(due)


def _started(start: datetime, whose: tuple[int, int]) -> bytes:
    century, year = divmod(start.year, 100)
    date = contec.packet(Type.START_DATE, (*whose, century, year, start.month, start.day))
    time = (*whose, start.hour, start.minute, start.second, 0)
    return date + contec.packet(Type.START_TIME, time)


def _filled(samples: tuple[tuple[int, int], ...]) -> bytes:
    return bytes(value for sample in samples for value in sample).ljust(2 * _PLAIN_SAMPLES, b"\0")
