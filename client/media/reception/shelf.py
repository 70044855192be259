"""Coded packets that wait for their moment, in the order of their time."""

from bisect import insort
from dataclasses import dataclass
from typing import Final

PACKETS_LIMIT: Final = 256
"""chosen: 5 s of 20 ms; no aim is that late. The oldest make room."""
HAD_LIMIT: Final = 512
"""chosen: as many times are remembered, so that a copy of what has been played is known for one."""


@dataclass(frozen=True, slots=True)
class Coded:
    """One packet of sound."""

    timestamp: int
    """Of its first sample, unwrapped."""
    payload: bytes
    samples: int

    @property
    def end(self) -> int:
        """Timestamp of the sample after its last."""
        return self.timestamp + self.samples


class Shelf:
    """Each time once, whichever way it came."""

    def __init__(self) -> None:
        self._had: dict[int, None] = {}
        self._packets: dict[int, Coded] = {}
        self._order: list[int] = []

    def __len__(self) -> int:
        return len(self._order)

    def put(self, coded: Coded) -> bool:
        """Keep a packet; False if its time has come before, even if it has been taken since."""
        if coded.timestamp in self._had:
            return False
        self._had[coded.timestamp] = None
        if len(self._had) > HAD_LIMIT:
            del self._had[next(iter(self._had))]
        if len(self._order) >= PACKETS_LIMIT:
            self.pop()
        self._packets[coded.timestamp] = coded
        insort(self._order, coded.timestamp)
        return True

    @property
    def last(self) -> Coded | None:
        """The latest, left where it is."""
        return self._packets[self._order[-1]] if self._order else None

    @property
    def first(self) -> Coded | None:
        """The earliest, left where it is."""
        return self._packets[self._order[0]] if self._order else None

    def pop(self) -> Coded:
        """Take the earliest out; `IndexError` without one."""
        return self._packets.pop(self._order.pop(0))

    def drop_before(self, timestamp: int) -> int:
        """Throw away what begins earlier; how many samples that was."""
        dropped = 0
        while self._order and self._order[0] < timestamp:
            dropped += self.pop().samples
        return dropped

    def clear(self) -> None:
        """Throw everything away."""
        self._had.clear()
        self._packets.clear()
        self._order.clear()
