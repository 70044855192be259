"""Messages handed over in the order they were said, whatever order they came in."""

import asyncio
from collections.abc import Callable, Collection

from client.core.inbox import HOLD_S, Order
from client.core.wire import Message, Parcel


class Turns:
    """Holds a message back for those before it, but not for long."""

    def __init__(self, known: Collection[int], on_message: Callable[[Message], None]) -> None:
        """`known`: numbers that were handed over by an earlier process."""
        self._order = Order(known=known)
        self._on_message = on_message
        self._release: asyncio.TimerHandle | None = None

    def take(self, parcel: Parcel) -> None:
        """Hand over what it completes; it waits `HOLD_S` at most for what is missing."""
        self._hand_over(self._order.take(parcel))

    def stop(self) -> None:
        """Wait for nothing any more."""
        if self._release is not None:
            self._release.cancel()

    def _hand_over(self, messages: list[Message]) -> None:
        for message in messages:
            self._on_message(message)
        if self._release is not None and not self._order.is_waiting:
            self._release.cancel()
            self._release = None
        elif self._release is None and self._order.is_waiting:
            self._release = asyncio.get_running_loop().call_later(HOLD_S, self._wait_no_longer)

    def _wait_no_longer(self) -> None:
        self._release = None
        self._hand_over(self._order.release())
