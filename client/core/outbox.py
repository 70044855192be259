"""The durable parcels on their way: numbered, and kept until the peer's receipt."""

from collections.abc import Iterable
from typing import Final

from client.core.inbox import AHEAD_LIMIT
from client.core.wire import Message, Parcel, Received
from client.errors import ChevetError

WAITING_LIMIT: Final = 16_384
"""Numbers; chosen: four and a half hours of readings every second for a peer that is away, 10 MB.
Only those less than `AHEAD_LIMIT` beyond the oldest are sent, so the peer can take them."""


class OutboxFullError(ChevetError):
    """Too much waits for the peer's receipt; nothing more is taken until some comes."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} parcels wait for a receipt")
        self.waiting = waiting


class RolledBackError(ChevetError):
    """The other end knows messages of ours that our own record does not: it is an old copy.

    Nothing more may be said in this consultation, since new messages would take numbers that stand
    for others there, and be thrown away as known.
    """


class Outbox:
    """Numbers durable messages and repeats them until they are acknowledged."""

    def __init__(self, waiting: Iterable[Parcel] = (), last_number: int = 0) -> None:
        """Start empty, or from what was stored.

        Args:
            waiting: numbered parcels not yet acknowledged.
            last_number: the highest number ever given out, in case none of it waits.
        """
        self._waiting = {_number(parcel): parcel for parcel in waiting}
        self._last_number = max(last_number, *self._waiting, 0)

    def add(self, message: Message) -> Parcel:
        """The message with its number; `OutboxFullError` when the peer could not take it."""
        number = self._last_number + 1
        if number - self.oldest >= WAITING_LIMIT:
            raise OutboxFullError(len(self._waiting))
        parcel = Parcel(number, message)
        self._waiting[number] = parcel
        self._last_number = number
        return parcel

    def may_go(self, number: int) -> bool:
        """Whether the peer could take it now; a later receipt makes room."""
        return number - self.oldest < AHEAD_LIMIT

    def unacknowledged(self) -> list[Parcel]:
        """What to send again, oldest first."""
        return [self._waiting[number] for number in sorted(self._waiting)]

    def __getitem__(self, number: int) -> Parcel:
        """The parcel with this number, which waits."""
        return self._waiting[number]

    def is_waiting(self, number: int) -> bool:
        """Whether the peer has not acknowledged this number yet."""
        return number in self._waiting

    @property
    def oldest(self) -> int:
        """The lowest number that waits; the next one to be given where none does."""
        return min(self._waiting, default=self._last_number + 1)

    def require_given(self, received: Received) -> None:
        """`RolledBackError` if the receipt names a number that was never given out."""
        if max(received.up_to, *received.beyond, 0) > self._last_number:
            raise RolledBackError

    def acknowledge(self, received: Received) -> list[int]:
        """Forget what the peer has; returns the numbers it had not acknowledged before."""
        beyond = set(received.beyond)
        done = sorted(n for n in self._waiting if n <= received.up_to or n in beyond)
        for number in done:
            del self._waiting[number]
        return done


def _number(parcel: Parcel) -> int:
    if parcel.number is None:
        raise ValueError("only durable parcels have a place in an outbox")
    return parcel.number
