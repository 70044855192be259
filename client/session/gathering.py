"""What is said within one moment leaves in one envelope.

Each packet costs more than a hundred bytes of its own, more than most parcels, and a thin line has
no such bytes to give.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from client.core import parcels
from client.core.parcels import TOGETHER_LIMIT
from client.core.wire import Parcel

GATHER_S: Final = 0.03
"""chosen: readings of one moment are kept one after the other, some milliseconds each; nobody
notices it beside a line's own delay."""

Timer = Callable[[float, Callable[[], None]], Callable[[], None]]
"""Calls back after so many seconds; returns what cancels that."""


def on_loop(delay_s: float, callback: Callable[[], None]) -> Callable[[], None]:
    """The `Timer` of the running event loop."""
    return asyncio.get_running_loop().call_later(delay_s, callback).cancel


class Gathering:
    """Parcels on their way into one envelope."""

    def __init__(self, leave: Callable[[bytes], None], timer: Timer = on_loop) -> None:
        """`leave` is given the bytes of all that travels together."""
        self._leave = leave
        self._timer = timer
        self._gathered: list[bytes] = []
        self._cancel: Callable[[], None] | None = None

    @property
    def is_begun(self) -> bool:
        """Something waits for company."""
        return bool(self._gathered)

    def add(self, parcel: Parcel, room_bytes: int) -> None:
        """Let it leave with what else is said within `GATHER_S`.

        At once, with what waits, when `room_bytes` has no place left for another; what does not
        fit beside the others leaves after them, and what is larger than that leaves alone.
        """
        data = parcels.encode(parcel)
        if self._size + len(data) > room_bytes:
            self.leave()
        self._gathered.append(data)
        if self._size >= room_bytes or len(self._gathered) == TOGETHER_LIMIT:
            self.leave()
        elif self._cancel is None:
            self._cancel = self._timer(GATHER_S, self.leave)

    def leave(self) -> None:
        """Wait for no more company."""
        data = b"".join(self._gathered)
        self.forget()
        if data:
            self._leave(data)

    def forget(self) -> None:
        """The way is gone; what is durable is repeated on the next one."""
        self._gathered.clear()
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @property
    def _size(self) -> int:
        return sum(map(len, self._gathered))
