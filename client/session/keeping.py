"""One consultation's place in the records: parcels, stills and journal lines, in order."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any, Final, Self

from client.core.dossier.file import Dossier, Operator
from client.core.dossier.room import RoomCheck
from client.core.handshake import PlacedCall
from client.core.incidents import Incidents
from client.core.record import (
    ConsultationOverview,
    ConsultationRecord,
    Direction,
    EarlierValue,
    moment,
)
from client.core.resumption import Resumption
from client.core.stills import SIZE_LIMIT
from client.core.wire import Parcel, StillOffered, StillPiece
from client.errors import ChevetError
from client.session.attachments import Attachment
from client.session.entered import Entered, left_entered
from client.session.ways import Resumed
from client.store.journal import JournalEvent
from client.store.participants import operator_facts
from client.store.records import Records
from client.store.unfinished import KeptFile

_log = logging.getLogger(__name__)

FILES_LIMIT_BYTES: Final = 256 << 20
"""Of all the peer's files in one consultation; what an album holds, and the page's."""
INCIDENTS_LIMIT: Final = 200
"""Shown; chosen: more than a screen is scrolled through. The journal has them all."""


class RecordKeeper:
    """Keeps what a `client.session.conversation.Conversation` says and hears."""

    def __init__(self, records: Records, consultation: int, now: Callable[[], datetime]) -> None:
        self._records = records
        self._consultation = consultation
        self._now = now
        self._notes: set[asyncio.Task[Any]] = set()
        self._beside: set[asyncio.Task[Any]] = set()
        """Looking things up for a screen, the voice's trial."""
        self._room: dict[int, int] = {}
        """Bytes that may still be kept of each file of the peer's that was begun."""
        self.incidents: Final = Incidents(INCIDENTS_LIMIT)
        """Of this consultation, as far as they were noted here."""
        self._operator: Operator | None = None
        """As the journal has it of this process."""
        self._files_bytes = 0
        """Of the files the peer has offered and that were begun."""

    @property
    def consultation(self) -> int:
        """Its number in these records."""
        return self._consultation

    @classmethod
    async def begin(cls, records: Records, now: Callable[[], datetime]) -> Self:
        """A new consultation in these records."""
        return cls(records, await records.begin(now()), now)

    async def others(self) -> list[Self]:
        """Of the other consultations of these records that can be gone on with, the oldest first.

        A session whose GP may not write here any more is over: its keys are erased.
        """
        now_s = int(self._now().timestamp())
        alive = await self._records.unfinished(lambda known: known.alive(now_s))
        others = (number for number in alive if number != self._consultation)
        return [type(self)(self._records, number, self._now) for number in others]

    async def others_called(self) -> list[tuple[Self, PlacedCall]]:
        """As `others`: those whose GP was called and has not answered, with the call."""
        now = self._now()
        calls = await self._records.unfinished(lambda known: known.calls(now))
        return [
            (type(self)(self._records, number, self._now), call)
            for number, call in calls
            if number != self._consultation
        ]

    async def others_entered(self, on_damage: Callable[[ChevetError], None]) -> list[Entered]:
        """The other consultations that were left before any GP came, the oldest first."""
        everything = await left_entered(self._records, self._now(), on_damage)
        return [one for one in everything if one.consultation != self._consultation]

    async def keep_call(self, call: PlacedCall) -> None:
        """From now on a later process can take up the answer to this call."""
        await self._records.unfinished(lambda known: known.keep_call(self._consultation, call))

    async def erase_call(self) -> None:
        """The call was refused: forget its secrets."""
        await self._records.unfinished(lambda known: known.erase_call(self._consultation))

    async def sent(self, parcel: Parcel) -> None:
        """Keep what is about to be sent."""
        await self._records.keep(self._consultation, parcel, Direction.SENT, self._now())

    async def received(self, parcel: Parcel) -> None:
        """Keep what has come; with an offered file, the room for its pieces."""
        await self._records.keep(self._consultation, parcel, Direction.RECEIVED, self._now())
        offer = parcel.message
        if isinstance(offer, StillOffered) and self._has_room(offer):
            file = KeptFile(offer.id, offer.size, offer.sha256)
            is_begun = await self._records.unfinished(
                lambda known: known.begin_file(self._consultation, Direction.RECEIVED, file)
            )
            if is_begun and file.id not in self._room:
                self._room[file.id] = 2 * file.size
                self._files_bytes += file.size

    def _has_room(self, offer: StillOffered) -> bool:
        return 0 < offer.size <= min(SIZE_LIMIT, FILES_LIMIT_BYTES - self._files_bytes)

    async def piece(self, piece: StillPiece) -> None:
        """Keep a part of an offered file; of a file twice its size at most, and of no other."""
        room = self._room.get(piece.id, 0)
        if not 0 < len(piece.data) <= room:
            return
        self._room[piece.id] = room - len(piece.data)
        part = {piece.offset: piece.data}
        await self._records.unfinished(
            lambda unfinished: unfinished.keep_pieces(
                self._consultation, Direction.RECEIVED, piece.id, part
            )
        )

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

    async def keep_dossier(self, dossier: Dossier) -> None:
        """Keep what was typed and chosen; who accompanies goes into the journal too (d-5)."""
        await self._records.keep_dossier(self._consultation, dossier)
        if dossier.operator != self._operator:
            self._operator = dossier.operator
            self.note(JournalEvent.OPERATOR_NAMED, **operator_facts(dossier.operator))

    def keep_room(self, check: RoomCheck) -> None:
        """Keep an opening of the room."""
        self.start(self._records.keep_room(check))

    async def newest_room(self, since: datetime) -> RoomCheck | None:
        """The last opening of the room from this time on."""
        rooms = await self._records.rooms(since)
        return rooms[-1] if rooms else None

    async def keep_document(self, offer: StillOffered, data: bytes) -> None:
        """Keep a file of the GP's, whole."""
        await self._records.keep_document(
            *(self._consultation, offer.id, data, offer.media_type, offer.label, self._now())
        )

    async def earlier_vitals(self, limit: int) -> list[EarlierValue]:
        """Of the same patient's earlier consultations here, the newest first; see `Records`."""
        return await self._records.earlier_vitals(self._consultation, limit)

    def note(self, event: JournalEvent, **facts: str | int) -> None:
        """Add a line to the journal; lines keep the order of the calls. No patient value."""
        now = self._now()
        self.incidents.read(event, facts, now)
        self.start(self._records.note(self._consultation, event, now, facts))

    async def finish(self, reason: str, *, is_settled: bool = True) -> None:
        """Close the consultation once every line is written.

        While it is not settled a later process can still deliver the rest.
        """
        await self.settle()
        await self._records.finish(self._consultation, self._now(), reason)
        if is_settled:
            await self._records.unfinished(lambda known: known.erase(self._consultation))

    def hold(self, session: Resumption) -> None:
        """As `keep_session`, behind the lines of the journal that were asked for before."""
        self.start(self.keep_session(session))

    async def keep_session(self, session: Resumption) -> None:
        """From now on a later process can go on with this consultation."""
        await self._records.unfinished(
            lambda known: known.keep_session(self._consultation, session)
        )

    async def session(self) -> Resumption | None:
        """What a process needs to go on; `None` once the consultation is over."""
        return await self._records.unfinished(lambda known: known.session(self._consultation))

    async def resumed(self) -> Resumed:
        """Where the process before this one left off."""
        sent = await self._records.numbers(self._consultation, Direction.SENT)
        received = await self._records.numbers(self._consultation, Direction.RECEIVED)
        waiting = await self._records.unacknowledged(self._consultation)
        for file in await self.files(Direction.RECEIVED):
            self._room[file.id] = 2 * file.size
            self._files_bytes += file.size
        return Resumed(waiting, max(sent, default=0), received)

    async def files(self, direction: Direction) -> list[KeptFile]:
        """The files begun in this consultation."""
        return await self._records.unfinished(
            lambda known: known.files(self._consultation, direction)
        )

    async def begun_pieces(self, file: int) -> list[tuple[int, bytes]]:
        """What has come of a file of the peer's: where each part begins, and its bytes."""
        return await self._records.unfinished(
            lambda known: list(known.pieces(self._consultation, Direction.RECEIVED, file))
        )

    async def store_pieces(self, file: int, pieces: Mapping[int, bytes]) -> None:
        """Keep some pieces of a file of ours, by where they begin; then `begin_file`."""
        await self._records.unfinished(
            lambda known: known.keep_pieces(self._consultation, Direction.SENT, file, pieces)
        )

    async def begin_file(self, file: KeptFile) -> bool:
        """All pieces of a file of ours are kept; false if there is one file too many."""
        return await self._records.unfinished(
            lambda known: known.begin_file(self._consultation, Direction.SENT, file)
        )

    async def sent_piece(self, file: int, begins: int) -> bytes:
        """One of the pieces that `store_pieces` kept."""
        return await self._records.unfinished(
            lambda known: known.piece(self._consultation, Direction.SENT, file, begins)
        )

    async def settle(self) -> None:
        """Every line asked for so far is on disk; a `StoreError` if one of the last is not.

        What was begun beside is over too, whatever became of it.
        """
        while self._notes or self._beside:
            await asyncio.gather(*self._notes)
            await asyncio.gather(*self._beside, return_exceptions=True)

    async def found(self, text: str, limit: int) -> list[ConsultationOverview]:
        """Consultations of these records that fit what was typed, the newest first."""
        return await self._records.found(text, limit=limit)

    async def earlier_record(self, consultation: int) -> ConsultationRecord:
        """Everything kept of another consultation."""
        return await self._records.consultation(consultation)

    async def keep_earlier_dossier(self, consultation: int, dossier: Dossier) -> None:
        """Keep what was chosen once another consultation was over."""
        await self._records.keep_dossier(consultation, dossier)

    def note_earlier(self, consultation: int, event: JournalEvent, **facts: str | int) -> None:
        """Add a line to another consultation's journal."""
        self.start(self._records.note(consultation, event, self._now(), facts))

    async def record(self) -> ConsultationRecord:
        """Everything kept of this consultation."""
        await self.settle()
        return await self._records.consultation(self._consultation)

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do this behind what was asked for before; `settle` waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._notes.add(task)
        task.add_done_callback(self._noted)

    def start_beside(self, work: Coroutine[Any, Any, Any]) -> None:
        """As `start`, for what writes nothing: its failure makes no line of ours fail."""
        task = asyncio.get_running_loop().create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._looked)

    def _looked(self, task: asyncio.Task[Any]) -> None:
        self._beside.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("what was asked beside the record failed: %s", type(error).__name__)

    def _noted(self, task: asyncio.Task[Any]) -> None:
        self._notes.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a line of the journal was not written: %s", type(error).__name__)
