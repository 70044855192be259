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


class MailboxStorage(Protocol):
    """Letters and admissions by address. All times are UTC seconds since 1970.

    Every method may raise `StorageError`. Cancelling a call leaves open whether it took effect.
    """

    async def put(self, address: bytes, data: bytes, *, now_s: int, expires_s: int) -> int | None:
        """The id of the letter once it is on disk; None where it does not fit.

        A mailbox holds `MESSAGES_LIMIT` letters and `MAILBOX_LIMIT` bytes (`client.core.mailbox`)
        that have not expired at ``now_s``. Letters put one after the other get rising ids.
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
