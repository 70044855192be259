"""Where letters wait: the border between the relay's service and the engine underneath.

``tests/relay/test_every_storage.py`` is the contract in full; an engine is right when it passes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from client.errors import ChevetError


class StorageError(ChevetError):
    """The engine failed; nothing of what was asked for holds."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Opaque bytes waiting in a mailbox."""

    id: int
    """Rises within a mailbox, from 1; never used twice, not even after a restart."""
    data: bytes


class Listener(Protocol):
    """Who wants to know what happens to mailboxes, at this node of the relay or at another."""

    def letter_came(self, address: bytes) -> None:
        """There may be a new letter; also said when there is none."""
        ...

    def letters_may_have_come(self) -> None:
        """The engine was out of reach for a while: any mailbox may hold something new."""
        ...

    def watched_elsewhere(self, address: bytes) -> None:
        """A newer visitor watches this mailbox at another node."""
        ...


class MailboxStorage(Protocol):
    """Letters and admissions by address. All times are UTC seconds since 1970.

    Every asynchronous method may raise `StorageError`. Cancelling a call leaves open whether it
    took effect.
    """

    def listen(self, listener: Listener) -> None:
        """Tell this one from now on, in the event loop."""
        ...

    def watched(self, address: bytes) -> None:
        """A visitor of this node watches the mailbox now: tell the other nodes."""
        ...

    def unwatched(self, address: bytes) -> None:
        """Nobody watches this mailbox at this node any more."""
        ...

    async def put(self, address: bytes, data: bytes, *, now_s: int, expires_s: int) -> int | None:
        """The id of the letter once it is on disk; None where it does not fit.

        A mailbox holds `MESSAGES_LIMIT` letters and `MAILBOX_LIMIT` bytes (`client.core.mailbox`)
        that have not expired at ``now_s``. Letters put one after the other get rising ids. The
        listener of every node hears that the letter came.
        """
        ...

    async def pending(
        self, address: bytes, *, after: int, limit: int, now_s: int
    ) -> Sequence[Letter]:
        """The oldest unexpired letters with an id above ``after``, at most ``limit`` of them."""
        ...

    async def acknowledge(self, address: bytes, ids: Collection[int]) -> None:
        """Delete these letters of this mailbox; unknown ids do nothing."""
        ...

    async def admit(self, address: bytes, token_hash: bytes, until_s: int) -> None:
        """Durably admit holders of the token until then; again: move the end.

        Beyond `TOKENS_LIMIT` the admission that ends soonest is forgotten.
        """
        ...

    async def is_admitted(self, address: bytes, token_hash: bytes, now_s: int) -> bool:
        """Whether the mailbox's owner admits holders of this token now."""
        ...

    async def expire(self, now_s: int) -> int:
        """Delete what has expired; how many letters that were."""
        ...

    async def close(self) -> None:
        """Finish what was asked for and let go of everything."""
        ...
