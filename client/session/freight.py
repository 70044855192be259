"""Files on their way through the mailbox, while there is no line: one after the other.

Whatever has a size and can be read in parts goes this way: what the site took and still has in
memory, and files that lie in pieces in the record. What the GP holds of each counts by both paths.
"""

from collections.abc import Awaitable, Callable

from client.core.mailed import MailedFile
from client.core.wire import StillHeld, StillPiece

Reader = Callable[[int, int], Awaitable[bytes]]
"""Gives the bytes from the first position up to the second, which is not included."""


class Freight:
    """Every file of one consultation that the GP does not hold yet."""

    def __init__(
        self, now_s: Callable[[], float], on_work: Callable[[], None] = lambda: None
    ) -> None:
        """`on_work`: there may be something to send again."""
        self._now_s = now_s
        self._on_work = on_work
        self._files: dict[int, tuple[MailedFile, Reader]] = {}

    def add(self, identifier: int, size: int, read: Reader) -> None:
        """Send this file; the GP's pieces of it may come by the line as well."""
        self._files[identifier] = (MailedFile(identifier, size), read)
        self._on_work()

    def held(self, held: StillHeld) -> None:
        """The GP holds this much of one."""
        known = self._files.get(held.id)
        if known is not None:
            known[0].acknowledge(held, self._now_s())
            self._on_work()

    def received(self, identifier: int) -> None:
        """The GP has all of it, or wants none of it."""
        self._files.pop(identifier, None)
        self._on_work()

    async def next_piece(self) -> StillPiece | None:
        """What goes into the next letter: of the oldest file that the GP does not hold."""
        for identifier in sorted(self._files):
            file, read = self._files[identifier]
            if file.is_complete:
                continue  # the GP compares its hash now
            part = file.next_part(self._now_s())
            return None if part is None else StillPiece(identifier, part[0], await read(*part))
        return None


def slices(data: bytes) -> Reader:
    """Reads what is in memory."""

    async def read(start: int, end: int) -> bytes:
        return data[start:end]

    return read
