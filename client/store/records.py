"""The site's records, for the event loop.

All database work is done by one thread of its own, in the order in which it was asked for, so no
call blocks the loop and none overtakes another. What has returned is on disk. A call that is
cancelled may or may not have been carried out; calling again is safe, for keeping is idempotent.
"""

import asyncio
import hashlib
from collections.abc import Callable, Container, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, ParamSpec, Self, TypeVar

from client.core.dossier.file import Dossier
from client.core.dossier.room import RoomCheck
from client.core.dossier.traits import Traits
from client.core.record import (
    ConsultationOverview,
    ConsultationRecord,
    Direction,
    EarlierValue,
    JournalEntry,
    KeptDocument,
    KeptStill,
    milliseconds,
)
from client.core.wire import Parcel
from client.store.journal import JournalEvent
from client.store.keys import Keys
from client.store.ledger import Ledger
from client.store.search import Wanted
from client.store.unfinished import Unfinished

P = ParamSpec("P")
T = TypeVar("T")

_NO_FACTS: Final[Mapping[str, str | int]] = MappingProxyType({})


class Records:
    """Every consultation of this site. Methods raise `client.store.errors.StoreError`s.

    Times carry their zone (`ValueError` without one) and are kept to the millisecond.
    """

    def __init__(self, ledger: Ledger, worker: ThreadPoolExecutor) -> None:
        self._ledger = ledger
        self._worker = worker
        self._is_closed = False

    @classmethod
    async def open(cls, folder: Path | None, keys: Keys) -> Self:
        """The records in this folder, made if needed; ``None`` keeps them in memory only."""
        worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="records")
        try:
            loop = asyncio.get_running_loop()
            ledger = await loop.run_in_executor(worker, Ledger.open, folder, keys)
        except BaseException:
            worker.shutdown(wait=False)
            raise
        return cls(ledger, worker)

    async def close(self) -> None:
        """Finish what was asked and let go of the file; after it, only `close` may be called."""
        if self._is_closed:
            return
        self._is_closed = True
        await self._run(self._ledger.close)
        self._worker.shutdown()

    async def faults(self) -> list[str]:
        """What is damaged on the disk, in the library's words; reads everything, so not in use."""
        return await self._run(self._ledger.faults)

    async def begin(self, at: datetime) -> int:
        """The id of a new consultation."""
        return await self._run(self._ledger.begin, at)

    async def keep(
        self, consultation: int, parcel: Parcel, direction: Direction, at: datetime
    ) -> bool:
        """Keep a numbered parcel; on disk before it returns. Whether it was new.

        `NumberTakenError` if another message has its number, `RecordFullError` beyond
        `client.store.ledger.RECEIVED_LIMIT`, `ValueError` for a parcel without a number or one that
        `client.core.parcels.decode` would refuse.
        """
        return await self._run(self._ledger.keep, consultation, parcel, direction, at)

    async def acknowledged(
        self, consultation: int, numbers: Container[int], at: datetime
    ) -> list[int]:
        """Note that the GP has these; returns those that were not noted before.

        `numbers` is only asked what it contains: ``range(1, up_to + 1)`` costs nothing, however
        large an ``up_to`` the peer sends.
        """
        return await self._run(self._ledger.acknowledged, consultation, numbers, at)

    async def unacknowledged(self, consultation: int) -> list[Parcel]:
        """What was sent and the GP has not confirmed, by number."""
        return await self._run(self._ledger.unacknowledged, consultation)

    async def numbers(self, consultation: int, direction: Direction) -> list[int]:
        """Every number that was kept, in order."""
        return await self._run(self._ledger.numbers, consultation, direction)

    async def unfinished(self, job: Callable[[Unfinished], T]) -> T:
        """What `job` makes of the sessions and files that are under way."""
        return await self._run(job, self._ledger.unfinished)

    async def keep_still(  # noqa: PLR0913 -- a picture and what is known of it
        self,
        consultation: int,
        id: int,  # noqa: A002 -- the name `wire.StillOffered` gives it
        *,
        jpeg: bytes,
        sha256: bytes,
        label: str,
        at: datetime,
    ) -> bool:
        """Keep a picture, byte for byte. Whether it was new.

        `DamagedStillError` if `sha256` is not its hash, `NumberTakenError` if another picture has
        its id.
        """
        still = KeptStill(id=id, label=label, jpeg=jpeg, sha256=sha256, taken_at=at)
        return await self._run(self._ledger.keep_still, consultation, still)

    async def still(self, consultation: int, id: int) -> KeptStill:  # noqa: A002 -- as above
        """One picture; `UnknownStillError` when there is none with this id."""
        return await self._run(self._ledger.still, consultation, id)

    async def note(
        self,
        consultation: int,
        event: JournalEvent,
        at: datetime,
        facts: Mapping[str, str | int] = _NO_FACTS,
    ) -> JournalEntry:
        """Add a signed line to the consultation's journal. No patient value belongs in `facts`."""
        return await self._run(self._ledger.note, consultation, event, at, dict(facts))

    async def finish(self, consultation: int, at: datetime, reason: str) -> None:
        """Say when and why it ended; the first word stands."""
        await self._run(self._ledger.finish, consultation, at, reason)

    async def keep_dossier(self, consultation: int, dossier: Dossier) -> None:
        """Keep what was typed and chosen, in place of what was kept before."""
        await self._run(self._ledger.dossiers.keep, consultation, dossier)

    async def dossier(self, consultation: int) -> Dossier | None:
        """What was typed and chosen; `None` while nothing was."""
        return await self._run(self._ledger.dossiers.of, consultation)

    async def keep_document(  # noqa: PLR0913, PLR0917 -- a file and what is known of it
        self,
        consultation: int,
        id: int,  # noqa: A002 -- the name `wire.StillOffered` gives it
        data: bytes,
        media_type: str,
        label: str,
        at: datetime,
    ) -> bool:
        """Keep a file that came from the GP, byte for byte. Whether it was new.

        `NumberTakenError` if another has its id, `RecordFullError` beyond
        `client.store.documents.DOCUMENTS_LIMIT`.
        """
        digest = hashlib.sha256(data).digest()
        document = KeptDocument(id, label, media_type, data, digest, at)
        return await self._run(self._ledger.documents.keep, consultation, document)

    async def documents(self, consultation: int) -> list[KeptDocument]:
        """The files that came from the GP, by id."""
        return await self._run(self._ledger.documents.of, consultation)

    async def keep_room(self, check: RoomCheck) -> None:
        """Keep one opening of the room."""
        await self._run(self._ledger.keep_room, check)

    async def rooms(self, since: datetime) -> list[RoomCheck]:
        """The openings of the room from this time on, the oldest first."""
        return await self._run(self._ledger.rooms.since, milliseconds(since))

    async def earlier_vitals(self, of: int | Traits, limit: int) -> list[EarlierValue]:
        """The same patient's vitals of earlier consultations here, the newest first.

        At most `limit` of each vital, one for each consultation, only what the instruments vouched
        for. `of` is a consultation, which is then left out, or a real patient's traits.
        """
        return await self._run(self._ledger.earlier_vitals, of, limit)

    async def consultations(
        self, limit: int | None = None, offset: int = 0
    ) -> list[ConsultationOverview]:
        """Consultations, the oldest first: all, or `limit` of them after the first `offset`."""
        return await self._run(self._ledger.overviews, limit, offset)

    async def found(
        self,
        text: str,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[ConsultationOverview]:
        """Those that fit the words and dates typed, the newest first; see `client.store.search`."""
        wanted = Wanted.typed(text).within(since, until)
        return await self._run(self._ledger.found, wanted, limit, offset)

    async def overview(self, consultation: int) -> ConsultationOverview:
        """One consultation as a list shows it."""
        return await self._run(self._ledger.overview, consultation)

    async def consultation(self, consultation: int) -> ConsultationRecord:
        """Everything kept of one consultation."""
        return await self._run(self._ledger.record, consultation)

    async def note_exported(self, consultation: int, at: datetime, by: str) -> None:
        """Say in the site's journal who took a consultation out of these records."""
        await self._run(self._ledger.note_exported, consultation, at, by)

    async def _run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        call = partial(job, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._worker, call)
