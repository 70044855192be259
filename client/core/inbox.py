"""Which of the peer's durable parcels have arrived; none acted upon twice; their order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from client.core.wire import Measured, Message, Parcel, Received
from client.errors import ChevetError

AHEAD_LIMIT: Final = 4_096
"""Numbers; chosen: over an hour of readings every second while one parcel is missing."""
REPORTED_LIMIT: Final = 256
"""Numbers in one receipt, so that it stays a small parcel; the rest are told by a later one."""
HELD_LIMIT: Final = 256
"""Messages that wait for an earlier one; chosen: 4 MB at most, beyond it order is given up."""
HOLD_S: Final = 4.0
"""How long they wait; chosen: several repeats, and less than a goodbye waits for its receipt."""
TIMED: Final = (Measured,)
"""Kinds that tell when they were taken: they wait for none, and whoever shows them keeps order."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much one end may say durably in one consultation; beyond it nothing is taken."""

    messages: int
    size_bytes: int
    """Of all of them together."""


FROM_GP: Final = Allowance(5_000, 16 << 20)
"""chosen: a message every second for 80 minutes; `client.store.ledger` keeps no more either."""
FROM_SITE: Final = Allowance(200_000, 128 << 20)
"""chosen: five readings every second for eleven hours; the page has the same bound."""


class TooMuchSaidError(ChevetError):
    """The peer has said more than any consultation needs; nothing more of it is taken."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(f"over {allowance.messages} messages or {allowance.size_bytes} bytes")
        self.allowance = allowance


class Inbox:
    """Counts the peer's numbers, in any order."""

    def __init__(
        self,
        up_to: int = 0,
        known: Iterable[int] = (),
        allowance: Allowance = FROM_SITE,
        size_bytes: int = 0,
    ) -> None:
        """Start empty, or from the numbers that were kept: all `up_to` one, and those `known`.

        `size_bytes`: of the messages with these numbers.
        """
        self._up_to = up_to
        self._beyond = set(known)
        self._allowance = allowance
        self._size_bytes = size_bytes
        self._close_ranks()

    def require_room(self, number: int, size_bytes: int) -> int:
        """The size; `TooMuchSaidError` if a new message of it is beyond the peer's allowance."""
        room_bytes = self._allowance.size_bytes - self._size_bytes
        if number > self._allowance.messages or size_bytes > room_bytes:
            raise TooMuchSaidError(self._allowance)
        return size_bytes

    def is_new(self, number: int) -> bool:
        """Whether the parcel with this number should be kept and acted upon.

        False for what has come before and for what is more than `AHEAD_LIMIT` ahead: a peer of ours
        never sends that, and were it lost here, its receipt would be missing and it would come
        again.
        """
        return self._up_to < number <= self._up_to + AHEAD_LIMIT and number not in self._beyond

    def accept(self, number: int, size_bytes: int = 0) -> bool:
        """Count the number, whose parcel is safe now; false if it was not new."""
        is_new = self.is_new(number)
        if is_new:
            self._beyond.add(number)
            self._size_bytes += size_bytes
            self._close_ranks()
        return is_new

    def receipt(self) -> Received:
        """What the sender may forget; send it for duplicates too, the last one may be lost."""
        return Received(self._up_to, sorted(self._beyond)[:REPORTED_LIMIT])

    def _close_ranks(self) -> None:
        while self._up_to + 1 in self._beyond:
            self._up_to += 1
            self._beyond.remove(self._up_to)


class Order:
    """Hands messages over in the order of their numbers, but never for long and never a reading."""

    def __init__(self, known: Iterable[int] = ()) -> None:
        """`known`: numbers whose messages were handed over before, by an earlier process."""
        self._next = 1
        self._held: dict[int, Message | None] = dict.fromkeys(known)
        self._waiting = 0
        self._in_turn()

    @property
    def is_waiting(self) -> bool:
        """A message waits for an earlier one."""
        return self._waiting > 0

    def take(self, parcel: Parcel) -> list[Message]:
        """What may be acted upon now that this numbered parcel has come, for the first time."""
        number = parcel.number or 0
        if number < self._next:
            return [parcel.message]  # its place was given up
        is_timed = isinstance(parcel.message, TIMED)
        self._held[number] = None if is_timed else parcel.message
        self._waiting += not is_timed
        ready: list[Message] = [parcel.message] if is_timed else []
        ready += self._in_turn()
        return ready + self.release() if self._waiting > HELD_LIMIT else ready

    def release(self) -> list[Message]:
        """Wait no longer for what is missing: everything that waits, in order."""
        ready = [message for _, message in sorted(self._held.items()) if message is not None]
        self._next = max(self._held, default=self._next - 1) + 1
        self._held.clear()
        self._waiting = 0
        return ready

    def _in_turn(self) -> list[Message]:
        ready: list[Message] = []
        while self._next in self._held:
            message = self._held.pop(self._next)
            self._next += 1
            if message is not None:
                ready.append(message)
        self._waiting -= len(ready)
        return ready


def is_whole(receipt: Received) -> bool:
    """It names all that has come, so that what it leaves out is missing."""
    return len(receipt.beyond) < REPORTED_LIMIT
