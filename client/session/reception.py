"""What the peer has sent, handled one parcel after the other; each letter is answered for.

What the line brings may be dropped, for it is said again; what a letter brings nobody says again,
so the mailbox keeps the letter until all of it is handled.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from client.core.inbox import TooMuchSaidError
from client.core.outbox import RolledBackError
from client.core.wire import Parcel
from client.errors import ChevetError
from client.store.errors import StorageFailedError

_log = logging.getLogger(__name__)

KEEP_AGAIN_S: Final = 5.0
"""After the record did not take a message; chosen: a person may be making room on the disk."""


class LetterNotTakenError(ChevetError):
    """The conversation stopped first; the mailbox keeps the letter."""


class Handle(Protocol):
    """Does what a parcel asks for."""

    async def __call__(self, parcel: Parcel, *, by_mail: bool) -> None:
        """A `ChevetError` when it cannot be done."""


class Reception:
    """Parcels that have come and wait to be handled."""

    def __init__(
        self, limit: int, handle: Handle, on_broken: Callable[[ChevetError], None]
    ) -> None:
        """No more than `limit` parcels wait; `on_broken` is told why nothing more can be said."""
        self._handle = handle
        self._on_broken = on_broken
        self._is_over = False
        self._waiting: asyncio.Queue[tuple[Parcel, asyncio.Future[None] | None]] = asyncio.Queue(
            limit
        )
        self.rejected = 0
        """What was too much, or was not taken by whoever handles it."""

    def open(self) -> None:
        """Letters are taken from now on."""
        self._is_over = False

    def close(self) -> None:
        """Letters stay in the mailbox, also those that wait here."""
        self._is_over = True
        while not self._waiting.empty():
            _not_taken(self._waiting.get_nowait()[1])

    def require_open(self) -> None:
        """`LetterNotTakenError` if no letter can be taken now."""
        if self._is_over:
            raise LetterNotTakenError

    def take(self, parcel: Parcel, *, by_mail: bool) -> None:
        """Handle it in its turn; beyond the limit it is dropped and counted."""
        letter = asyncio.get_running_loop().create_future() if by_mail else None
        try:
            self._waiting.put_nowait((parcel, letter))
        except asyncio.QueueFull:
            self.rejected += 1

    async def take_letter(self, letter: Iterable[Parcel]) -> None:
        """Returns once all of it is handled."""
        taken: list[asyncio.Future[None]] = []
        for parcel in letter:
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            taken.append(done)
            await self._waiting.put((parcel, done))
        await asyncio.gather(*taken)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            parcel, letter = await self._waiting.get()
            try:
                while not await self._is_handled(  # noqa: ASYNC110 -- a disk tells nobody
                    parcel, by_mail=letter is not None
                ):
                    await asyncio.sleep(KEEP_AGAIN_S)
                if letter is not None and not letter.done():
                    letter.set_result(None)
            finally:
                _not_taken(letter)

    async def _is_handled(self, parcel: Parcel, *, by_mail: bool) -> bool:
        """False for what a letter brought and the disk did not take: nobody says it again."""
        try:
            await self._handle(parcel, by_mail=by_mail)
        except RolledBackError as error:
            self._on_broken(error)
        except TooMuchSaidError as error:
            self.rejected += 1
            self._on_broken(error)
        except ChevetError as error:
            # On the line it is not acknowledged, so an honest peer says it again.
            self.rejected += 1
            _log.warning("a message was not taken: %s", type(error).__name__)
            return not (by_mail and isinstance(error, StorageFailedError))
        return True


def _not_taken(letter: asyncio.Future[None] | None) -> None:
    if letter is not None and not letter.done():
        letter.set_exception(LetterNotTakenError())
        letter.exception()  # whoever waited for it may be gone
