"""What a node has heard of new letters, and what it must have missed.

Word of a letter crosses a cluster once and can be lost on a route that breaks; and a server that
has just become the leader may not show yet what the last one acknowledged. Sequences rise by one,
so a gap shows what was lost, and the stream's last sequence shows whether anything was.
"""

from typing import Final

ROUNDS: Final = 2
"""How often a mailbox is looked at again for a letter that was announced and not found."""


class Tidings:
    """The letters announced to this node."""

    def __init__(self) -> None:
        self._last = 0
        self._expected = 0
        # Bounded by the mailboxes watched at this node; each round empties it in part.
        self._unseen: dict[bytes, tuple[int, int]] = {}

    def heard(self, address: bytes, sequence: int, *, is_watched: bool) -> bool:
        """A letter was announced; whether others before it were not."""
        is_gap = 0 < self._last < sequence - 1
        self._last = max(self._last, sequence)
        if is_watched:
            self._unseen[address] = (sequence, ROUNDS)
        return is_gap

    def shown(self, address: bytes, sequence: int) -> None:
        """The owner's connection has read the mailbox as far as this."""
        unseen = self._unseen.get(address)
        if unseen is not None and unseen[0] <= sequence:
            del self._unseen[address]

    def round_over(self, last: int) -> tuple[bool, list[bytes]]:
        """The stream's last letter; whether one that was there a round ago was never announced.

        Also the mailboxes to look at again.
        """
        is_gap = self._expected > self._last
        self._last, self._expected = max(self._last, self._expected), last
        again = list(self._unseen)
        self._unseen = {
            address: (sequence, rounds - 1)
            for address, (sequence, rounds) in self._unseen.items()
            if rounds > 1
        }
        return is_gap, again
