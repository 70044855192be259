"""What goes into the peer's mailbox: letters one after the other, beside them the newest signal."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from client.core.wire import Parcel
from client.errors import ChevetError

_log = logging.getLogger(__name__)

REPOST_S: Final = 5.0
"""After a refusal by the relay; chosen: a full mailbox empties at the speed of its owner."""


class Posting:
    """Posts parcels, and again what the relay refused; each durable one once."""

    def __init__(
        self,
        post: Callable[[bytes], Awaitable[None]],
        seal: Callable[[Parcel], bytes],
        is_waiting: Callable[[int], bool],
    ) -> None:
        """`is_waiting`: the peer has not acknowledged this number, so that its letter is of use."""
        self._post = post
        self._seal = seal
        self._is_waiting = is_waiting
        self._letters: asyncio.Queue[Parcel] = asyncio.Queue()
        self._mailed: set[int] = set()
        self._signal: Parcel | None = None
        self._signal_came = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._post_letters())
            tasks.create_task(self._post_signals())

    def mail(self, parcel: Parcel) -> None:
        """Post it behind the others; a durable one that was posted before is not again."""
        if parcel.number not in self._mailed:
            if parcel.number is not None:
                self._mailed.add(parcel.number)
            self._letters.put_nowait(parcel)

    def signal(self, parcel: Parcel) -> None:
        """Post a session description in place of any that waits."""
        self._signal = parcel
        self._signal_came.set()

    def forget(self, numbers: Iterable[int]) -> None:
        """The peer has these."""
        self._mailed.difference_update(numbers)

    async def _post_letters(self) -> None:
        while True:
            parcel = await self._letters.get()
            if parcel.number is not None and not self._is_waiting(parcel.number):
                continue
            try:
                await self._post(self._seal(parcel))
            except ChevetError as error:
                _log.warning("the mailbox did not take a letter: %s", type(error).__name__)
                asyncio.get_running_loop().call_later(REPOST_S, self._letters.put_nowait, parcel)

    async def _post_signals(self) -> None:
        """The newest description alone, and beside the letters: no line comes back without it."""
        while True:
            await self._signal_came.wait()
            self._signal_came.clear()
            signal, self._signal = self._signal, None
            if signal is None:
                continue
            try:
                await self._post(self._seal(signal))
            except ChevetError as error:
                _log.warning("the mailbox did not take a signal: %s", type(error).__name__)
                self._signal = self._signal or signal
                asyncio.get_running_loop().call_later(REPOST_S, self._signal_came.set)
