"""One consultation's place in the records: parcels, stills and journal lines, in order."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Self

from client.core.record import ConsultationRecord, Direction, moment
from client.core.wire import Parcel, StillPiece
from client.session.attachments import Attachment
from client.store.journal import JournalEvent
from client.store.records import Records

_log = logging.getLogger(__name__)


class RecordKeeper:
    """Keeps what a `client.session.conversation.Conversation` says and hears."""

    def __init__(self, records: Records, consultation: int, now: Callable[[], datetime]) -> None:
        self._records = records
        self._consultation = consultation
        self._now = now
        self._notes: set[asyncio.Task[Any]] = set()

    @classmethod
    async def begin(cls, records: Records, now: Callable[[], datetime]) -> Self:
        """A new consultation in these records."""
        return cls(records, await records.begin(now()), now)

    async def sent(self, parcel: Parcel) -> None:
        """Keep what is about to be sent."""
        await self._records.keep(self._consultation, parcel, Direction.SENT, self._now())

    async def received(self, parcel: Parcel) -> None:
        """Keep what has come."""
        await self._records.keep(self._consultation, parcel, Direction.RECEIVED, self._now())

    async def piece(self, piece: StillPiece) -> None:
        """The GP sends no files; a part of one is kept nowhere."""

    async def acknowledged(self, numbers: list[int]) -> None:
        """The GP has these."""
        await self._records.acknowledged(self._consultation, numbers, self._now())

    async def keep_still(self, taken: Attachment) -> None:
        """Keep a still, or another file, before it is offered."""
        offer = taken.offer
        await self._records.keep_still(
            self._consultation,
            offer.id,
            jpeg=taken.data,
            sha256=offer.sha256,
            label=offer.label,
            at=moment(offer.taken_ms),
        )

    def note(self, event: JournalEvent, **facts: str | int) -> None:
        """Add a line to the journal; lines keep the order of the calls. No patient value."""
        self._start(self._records.note(self._consultation, event, self._now(), facts))

    async def finish(self, reason: str) -> None:
        """Close the consultation once every line is written."""
        await self.settle()
        await self._records.finish(self._consultation, self._now(), reason)

    async def settle(self) -> None:
        """Every line asked for so far is on disk; a `StoreError` if one of the last is not."""
        while self._notes:
            await asyncio.gather(*self._notes)

    async def record(self) -> ConsultationRecord:
        """Everything kept of this consultation."""
        await self.settle()
        return await self._records.consultation(self._consultation)

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._notes.add(task)
        task.add_done_callback(self._noted)

    def _noted(self, task: asyncio.Task[Any]) -> None:
        self._notes.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a line of the journal was not written: %s", type(error).__name__)
