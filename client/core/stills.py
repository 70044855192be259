"""A full-quality picture in small pieces: little outstanding, resumable, checked by its hash.

The GP's `StillHeld` is both receipt and permission: at most `WINDOW` bytes travel beyond it, so
a reading never waits behind more than a few pieces, and after a cut the next one says where to go
on.
"""

from hashlib import sha256
from typing import Final

from client.core.wire import StillHeld, StillOffered, StillPiece

PIECE: Final = 900
"""Bytes; chosen: sealed and padded to 1,024 a piece fills one datagram."""
WINDOW: Final = 4_000
"""Bytes beyond the last `StillHeld`; facts-media.md 3: keeps the queue on the line short."""
SIZE_LIMIT: Final = 8 << 20
"""Bytes; the largest still either end accepts."""


class StillSender:
    """The sending end of one still."""

    def __init__(self, identifier: int, data: bytes) -> None:
        self.id = identifier
        self.size = len(data)
        self.held = 0
        """Bytes the GP says it holds."""
        self._data = data
        self._sent = 0

    def acknowledge(self, held: StillHeld) -> None:
        """The GP holds this much; impossible sizes are ignored."""
        if held.size <= self.size:
            self.held = max(self.held, held.size)
            self._sent = max(self._sent, self.held)

    def rewind(self) -> None:
        """The link is new: what was under way is lost, go on from what the GP holds."""
        self._sent = self.held

    def pieces(self) -> list[StillPiece]:
        """What may be sent now; empty when the window is full or everything was sent."""
        due: list[StillPiece] = []
        while self._sent < self.size and self._sent - self.held <= WINDOW - PIECE:
            data = self._data[self._sent : self._sent + PIECE]
            due.append(StillPiece(self.id, self._sent, data))
            self._sent += len(data)
        return due


class StillAssembly:
    """The receiving end of one still."""

    def __init__(self, offer: StillOffered) -> None:
        self.offer = offer
        self._data = bytearray()
        self._pieces = 0

    @property
    def held(self) -> StillHeld:
        """How much is here, from the first byte on."""
        return StillHeld(self.offer.id, len(self._data))

    def take(self, piece: StillPiece) -> bool:
        """Add a piece; true when the sender should hear `held` now.

        A piece that does not continue what is here (a duplicate, a gap after a cut) is left aside
        and answered with `held`, which tells the sender where to go on.
        """
        fits = piece.offset == len(self._data)
        if not fits or piece.offset + len(piece.data) > self.offer.size:
            return True
        self._data += piece.data
        self._pieces += 1
        return self._pieces % 2 == 0 or self.is_complete

    @property
    def is_complete(self) -> bool:
        """Every byte is here."""
        return len(self._data) == self.offer.size

    def picture(self) -> bytes | None:
        """The whole still, or `None` while it is incomplete or its hash does not agree."""
        data = bytes(self._data)
        return data if sha256(data).digest() == self.offer.sha256 else None
