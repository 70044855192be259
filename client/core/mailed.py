"""A file on its way through a mailbox: a window of even pieces, moved on by what the peer holds.

The mailbox keeps its order and loses nothing but by its owner's will, so no timer runs here as on
the line: a piece is lost when a later one has come without it, or when the peer says twice, long
after the last piece, that it holds no more than before.
"""

from collections import deque
from itertools import pairwise
from typing import Final

from client.core.ranges import Ranges
from client.core.wire import StillHeld

PIECE_BYTES: Final = 15_296
"""chosen: what the largest letter holds beside a `StillPiece` parcel's own bytes."""
WINDOW_PIECES: Final = 128
"""Pieces without a receipt; chosen: half of what a mailbox holds, the rest is for messages."""
DEAF_S: Final = 20.0
"""After the last piece; what the peer says sooner it may have said before that came."""


class MailedFile:
    """Which part of one file goes into the next letter; `now_s` is one monotonic clock."""

    def __init__(self, identifier: int, size: int) -> None:
        self.id: Final = identifier
        self.size: Final = size
        self._held = Ranges()
        self._posted: deque[int] = deque()
        self._missing: deque[int] = deque()
        self._fresh = 0
        self._said: StillHeld | None = None
        self._posted_s = 0.0

    @property
    def is_complete(self) -> bool:
        """The peer holds every byte."""
        return self._held.covers(0, self.size)

    def acknowledge(self, held: StillHeld, now_s: float) -> None:
        """The peer holds this much; what cannot be is ignored."""
        bounds = [0, held.size, *held.beyond]
        if (
            len(bounds) % 2
            or bounds[-1] > self.size
            or any(a >= b for a, b in pairwise(bounds[1:]))
        ):
            return
        for start, end in zip(bounds[::2], bounds[1::2], strict=True):
            if start < end:
                self._held.add(start, end)
        is_deaf = held == self._said and now_s - self._posted_s >= DEAF_S
        self._said = held
        arrived = [turn for turn, at in enumerate(self._posted) if self._is_held(at)]
        lost = len(self._posted) if is_deaf else max(arrived, default=0)
        self._missing.extend(at for at in list(self._posted)[:lost] if not self._is_held(at))
        self._posted = deque(at for at in list(self._posted)[lost:] if not self._is_held(at))

    def next_part(self, now_s: float) -> tuple[int, int] | None:
        """Where the next piece begins and ends; `None` while the window is full or all is told."""
        if len(self._posted) >= WINDOW_PIECES:
            return None
        begins = self._next()
        if begins is None:
            return None
        self._posted.append(begins)
        self._posted_s = now_s
        return begins, self._end(begins)

    def _next(self) -> int | None:
        while self._missing:
            begins = self._missing.popleft()
            if not self._is_held(begins):
                return begins
        while self._fresh < self.size:
            begins, self._fresh = self._fresh, self._end(self._fresh)
            if not self._is_held(begins):
                return begins
        return None

    def _is_held(self, begins: int) -> bool:
        return self._held.covers(begins, self._end(begins))

    def _end(self, begins: int) -> int:
        return min(begins + PIECE_BYTES, self.size)
