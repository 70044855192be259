"""The durable parcels on their way: numbered, and kept until the peer's receipt."""

from collections.abc import Iterable

from client.core.inbox import AHEAD_LIMIT
from client.core.wire import Message, Parcel, Received
from client.errors import ChevetError


class OutboxFullError(ChevetError):
    """Too much waits for the peer's receipt; nothing more is taken until some comes."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} parcels wait for a receipt")
        self.waiting = waiting


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
        if number - min(self._waiting, default=number) >= AHEAD_LIMIT:
            raise OutboxFullError(len(self._waiting))
        parcel = Parcel(number, message)
        self._waiting[number] = parcel
        self._last_number = number
        return parcel

    def unacknowledged(self) -> list[Parcel]:
        """What to send again, oldest first."""
        return [self._waiting[number] for number in sorted(self._waiting)]

    def __getitem__(self, number: int) -> Parcel:
        """The parcel with this number, which waits."""
        return self._waiting[number]

    def is_waiting(self, number: int) -> bool:
        """Whether the peer has not acknowledged this number yet."""
        return number in self._waiting

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
