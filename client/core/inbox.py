"""Which of the peer's durable parcels have arrived; drops what comes twice."""

from typing import Final

from client.core.wire import Received

AHEAD_LIMIT: Final = 4_096
"""Numbers; chosen: over an hour of readings every second while one parcel is missing."""
REPORTED_LIMIT: Final = 256
"""Numbers in one receipt, so that it stays a small parcel; the rest are told by a later one."""


class Inbox:
    """Counts the peer's numbers, in any order."""

    def __init__(self, up_to: int = 0) -> None:
        self._up_to = up_to
        self._beyond: set[int] = set()

    def is_new(self, number: int) -> bool:
        """Whether the parcel with this number should be kept and acted upon.

        False for what has come before and for what is more than `AHEAD_LIMIT` ahead: a peer of ours
        never sends that, and were it lost here, its receipt would be missing and it would come
        again.
        """
        return self._up_to < number <= self._up_to + AHEAD_LIMIT and number not in self._beyond

    def accept(self, number: int) -> bool:
        """Count the number, whose parcel is safe now; false if it was not new."""
        is_new = self.is_new(number)
        if is_new:
            self._beyond.add(number)
            self._close_ranks()
        return is_new

    def receipt(self) -> Received:
        """What the sender may forget; send it for duplicates too, the last one may be lost."""
        return Received(self._up_to, sorted(self._beyond)[:REPORTED_LIMIT])

    def _close_ranks(self) -> None:
        while self._up_to + 1 in self._beyond:
            self._up_to += 1
            self._beyond.remove(self._up_to)
