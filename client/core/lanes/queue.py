"""What waits in one lane: bounded, counted, dropped when it is worth nothing any more."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from client.core.lanes.lane import LaneCount, Packet


@dataclass(frozen=True, slots=True)
class Waiting:
    """A packet in a lane."""

    packet: Packet
    cost_bytes: int
    """On the line."""
    deadline_s: float | None
    """After it the packet is worth nothing."""

    def is_late(self, now_s: float) -> bool:
        """Whether nobody waits for it any more."""
        return self.deadline_s is not None and self.deadline_s < now_s


class LaneQueue:
    """First in, first out; a full one drops its oldest."""

    def __init__(self, limit_bytes: int) -> None:
        self.count: Final = LaneCount()
        self.cost_bytes = 0
        """On the line, of all that waits."""
        self._limit_bytes = limit_bytes
        self._packets: deque[Waiting] = deque()

    @property
    def head(self) -> Waiting | None:
        """What would leave next."""
        return self._packets[0] if self._packets else None

    def push(self, waiting: Waiting) -> None:
        """Let it wait behind the others."""
        self._insert(waiting)
        self.cost_bytes += waiting.cost_bytes
        while self.cost_bytes > self._limit_bytes:
            self._overflow()

    def take(self) -> Waiting:
        """The head, which leaves."""
        waiting = self._remove(0)
        self.count.note_sent(waiting.cost_bytes)
        return waiting

    def drop_late(self, now_s: float) -> None:
        """Drop what came too late, from the head on."""
        while self._packets and self._packets[0].is_late(now_s):
            self._drop(0)

    def _insert(self, waiting: Waiting) -> None:
        self._packets.append(waiting)

    def _overflow(self) -> None:
        self._drop(0)

    def _remove(self, place: int) -> Waiting:
        waiting = self._packets[place]
        del self._packets[place]
        self.cost_bytes -= waiting.cost_bytes
        return waiting

    def _drop(self, place: int) -> Waiting:
        waiting = self._remove(place)
        self.count.note_dropped(waiting.cost_bytes)
        return waiting


class RepeatQueue(LaneQueue):
    """Retransmissions: voice before pictures, and the last to be dropped."""

    def _insert(self, waiting: Waiting) -> None:
        if waiting.packet.is_voice_again:
            self._packets.insert(self._voices, waiting)
        else:
            self._packets.append(waiting)

    def _overflow(self) -> None:
        self._drop(self._voices if self._voices < len(self._packets) else 0)

    @property
    def _voices(self) -> int:
        """How many lead the queue."""
        return sum(waiting.packet.is_voice_again for waiting in self._packets)


class PictureQueue(LaneQueue):
    """Pictures: dropped whole, with all that cannot be decoded without them."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(limit_bytes)
        self.awaits_key = False
        """Something was dropped: until a key picture is pushed, all others are dropped too."""
        self._doomed: int | None = None

    def push(self, waiting: Waiting) -> None:
        """Let it wait, unless the far end could not decode it after what was dropped."""
        packet = waiting.packet
        if self.awaits_key and packet.is_key and packet.picture != self._doomed:
            self.awaits_key = False
        if self.awaits_key:
            self.count.note_dropped(waiting.cost_bytes)
        else:
            super().push(waiting)

    def drop_late(self, now_s: float) -> None:
        """Drop what came too late, and what depends on it, up to a key picture in time."""
        while self._packets and self._packets[0].is_late(now_s):
            self._drop_pictures(now_s)

    def drop_all(self) -> None:
        """Nothing that waits is worth sending."""
        while self._packets:
            self._doomed = self._drop(0).packet.picture
        self.awaits_key = True

    def _overflow(self) -> None:
        self._drop_pictures(float("-inf"))

    def _drop_pictures(self, now_s: float) -> None:
        self._doomed = self._packets[0].packet.picture
        while self._packets and self._is_lost(self._packets[0], now_s):
            self._doomed = self._drop(0).packet.picture
        self.awaits_key = not self._packets

    def _is_lost(self, waiting: Waiting, now_s: float) -> bool:
        packet = waiting.packet
        return packet.picture == self._doomed or not packet.is_key or waiting.is_late(now_s)
