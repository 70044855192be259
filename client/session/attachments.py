"""Whatever leaves the site in pieces: stills, their previews and regions, clips, sounds.

An attachment is kept, then offered; its bytes follow once the GP wants them, lost pieces alone are
repeated, and a hash at both ends says that it arrived whole. What is wanted soonest goes first:
previews, then regions the GP asked for, then stills, and files of the background only while none
of these waits. All travel on the still lane: the lane for bulk gets nothing of a thin line that a
picture fills, so a clip sent by it would never come.
"""

import asyncio
from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from client import clock
from client.core.lanes import Lane
from client.core.record import milliseconds
from client.core.stills import SIZE_LIMIT, StillSender
from client.core.wire import Message, StillHeld, StillOffered, StillPiece, StillReceived
from client.errors import ChevetError
from client.session.freight import Freight, slices

ATTACHMENTS_LIMIT: Final = 128
"""Of one consultation; `client.session.album.STILLS_LIMIT` and the page have the same bound."""

_HASHED_AT_ONCE_BYTES: Final = 1 << 20
"""chosen: a millisecond's work."""

WHOLE: Final = "whole"
PREVIEW: Final = "preview"
REGION: Final = "region"
_FIRST: Final = {PREVIEW: 0, REGION: 1, WHOLE: 2}
_BACKGROUND: Final = 3


class AttachmentRefusedError(ChevetError):
    """There is nothing in it, it is too large to be sent, or too many were sent already."""

    def __init__(self, size: int) -> None:
        super().__init__(f"an attachment of {size} bytes cannot be sent")
        self.size = size


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it is kept and sent, byte for byte."""

    offer: StillOffered
    data: bytes
    made_from: bytes | None = None
    """SHA-256 of what the instrument gave, where that is not what is sent."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the GP is told of a picture beside its bytes; see `client.core.wire.StillOffered`."""

    width: int = 0
    height: int = 0
    part: str = WHOLE
    of: int = 0
    area: tuple[int, ...] = ()
    flaw: str = ""


_NOT_A_PICTURE: Final = Shown()


class Attachments:
    """Everything of one consultation that is offered or on its way. On the event loop."""

    def __init__(
        self,
        say: Callable[[Message, Lane], None],
        keep: Callable[[Attachment], Awaitable[None]],
        on_received: Callable[[StillOffered], None],
        now_s: Callable[[], float] = clock.monotonic_s,
    ) -> None:
        """`keep` puts it in the record before it is offered; previews and regions are not kept.

        `on_received` is told when the GP has all of what was kept, and the hash agrees.
        """
        self._say = say
        self._keep = keep
        self._on_received = on_received
        self._now_s = now_s
        self._offers: dict[int, StillOffered] = {}
        self._senders: dict[int, StillSender] = {}
        self._turns: dict[int, int] = {}
        self.freight: Final = Freight(now_s)
        """The same, for the mailbox while there is no line."""

    @property
    def is_sending(self) -> bool:
        """Something is offered and the GP has not confirmed it whole."""
        return bool(self._senders)

    async def offer(  # noqa: PLR0913 -- a file and what is known of it
        self,
        label: str,
        media_type: str,
        data: bytes,
        taken_at: datetime,
        lane: Lane = Lane.STILL,
        *,
        shown: Shown = _NOT_A_PICTURE,
        made_from: bytes | None = None,
    ) -> StillOffered:
        """Keep a file, then offer it to the GP; what was offered.

        `lane` is `Lane.STILL` or, to wait behind all stills, `Lane.BULK`. Raises
        `AttachmentRefusedError`, and what `keep` raises; nothing is offered then.
        """
        if not 0 < len(data) <= SIZE_LIMIT:
            raise AttachmentRefusedError(len(data))
        digest = await _digest(data)
        if len(self._offers) >= ATTACHMENTS_LIMIT:
            raise AttachmentRefusedError(len(data))
        offer = _described(
            *(len(self._offers) + 1, label, media_type, len(data), digest, taken_at, shown)
        )
        self._offers[offer.id] = offer
        if offer.part == WHOLE:
            await self._keep(Attachment(offer, data, made_from))
        self._begin(offer, data)
        self._turns[offer.id] = _BACKGROUND if lane is Lane.BULK else _FIRST[offer.part]
        self._say(offer, Lane.READINGS)
        return offer

    def restore(self, offer: StillOffered, data: bytes | None) -> None:
        """An earlier process has offered it; `None` if the GP has it, or its bytes are gone."""
        self._offers[offer.id] = offer
        if data is not None:
            self._begin(offer, data)
            self._turns[offer.id] = _FIRST[WHOLE]

    def _begin(self, offer: StillOffered, data: bytes) -> None:
        self._senders[offer.id] = StillSender(offer.id, data)
        self.freight.add(offer.id, offer.size, slices(data))

    def hash_of(self, identifier: int) -> bytes | None:
        """SHA-256 of what was offered under this number."""
        offer = self._offers.get(identifier)
        return offer.sha256 if offer else None

    def held(self, held: StillHeld) -> tuple[StillOffered, int] | None:
        """The GP holds this much and wants the rest: of which, and how many bytes in all."""
        sender = self._senders.get(held.id)
        if sender is None:
            return None
        self.freight.held(held)
        sender.acknowledge(held, self._now_s())
        return self._offers[held.id], sender.held

    def held_of(self, identifier: int) -> int | None:
        """Bytes the GP holds of one that is on its way; `None` when none is any more."""
        sender = self._senders.get(identifier)
        return None if sender is None else sender.held

    def cancel(self, identifier: int) -> None:
        """Send no more of it; what the GP holds of it stays unfinished there."""
        self._senders.pop(identifier, None)
        self.freight.received(identifier)

    def withdraw(self, besides: Container[int]) -> None:
        """Send no more of anything but these."""
        for identifier in [*self._senders]:
            if identifier not in besides:
                self.cancel(identifier)

    def next_piece(self, limit_bytes: int) -> StillPiece | None:
        """What to send now, at most so long, of what is wanted soonest."""
        now_s = self._now_s()
        for identifier in sorted(self._senders, key=lambda known: (self._turns[known], known)):
            piece = self._senders[identifier].next_piece(limit_bytes, now_s)
            if piece is not None:
                return piece
        return None

    def received(self, receipt: StillReceived) -> StillOffered | None:
        """The GP has all of it and its hash agrees; `None` for a receipt that cannot be."""
        offer = self._offers.get(receipt.id)
        if offer is None or receipt.sha256 != offer.sha256:
            return None
        self.freight.received(offer.id)
        if self._senders.pop(offer.id, None) is not None and offer.part == WHOLE:
            self._on_received(offer)
        return offer

    def link_is_new(self) -> None:
        """What was under way is lost: go on from what the GP holds."""
        for sender in self._senders.values():
            sender.rewind()


async def _digest(data: bytes) -> bytes:
    """Of a large file beside the event loop: the voice would wait for 50 MB a tenth of a second."""
    if len(data) <= _HASHED_AT_ONCE_BYTES:
        return sha256(data).digest()
    return (await asyncio.to_thread(sha256, data)).digest()


def _described(  # noqa: PLR0913, PLR0917 -- a file and what is known of it
    identifier: int,
    label: str,
    media_type: str,
    size: int,
    digest: bytes,
    taken_at: datetime,
    shown: Shown,
) -> StillOffered:
    return StillOffered(
        identifier,
        label,
        size,
        digest,
        shown.width,
        shown.height,
        milliseconds(taken_at),
        media_type,
        shown.part,
        shown.of,
        list(shown.area),
        shown.flaw,
    )
