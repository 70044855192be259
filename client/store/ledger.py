"""Writing down what happens in each consultation. Blocking: see `Records`."""

import hashlib
from collections.abc import Container, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import cbor2

from client.core.dossier.room import RoomCheck
from client.core.dossier.traits import Traits
from client.core.identity import Identity
from client.core.parcels import WireError, decode, encode
from client.core.record import (
    ConsultationOverview,
    ConsultationRecord,
    Direction,
    EarlierValue,
    JournalEntry,
    JournalHead,
    KeptStill,
    milliseconds,
    moment,
)
from client.core.wire import Acquaintance, Card, Intake, Message, Parcel, Summary, kind_of
from client.store import archive, earlier, first_start, journal, search, subjects
from client.store.audit import Audit
from client.store.database import Database
from client.store.documents import Documents
from client.store.dossiers import Dossiers
from client.store.errors import (
    DamagedStillError,
    NumberTakenError,
    RecordFullError,
    StorageFailedError,
)
from client.store.keys import Keys
from client.store.participants import gp_facts
from client.store.rooms import Rooms
from client.store.search import Wanted
from client.store.site_journal import SiteEvent, SiteJournal
from client.store.unfinished import Unfinished
from client.store.upkeep import Upkeep

FILE_NAME: Final = first_start.RECORDS

Facts = Mapping[str, str | int]

RECEIVED_LIMIT: Final = 5_000
"""Messages kept from one GP in one consultation; chosen: one every second for 80 minutes."""


class Ledger:
    """The records of one site."""

    def __init__(self, database: Database, identity: Identity) -> None:
        self._database = database
        self.unfinished: Final = Unfinished(database)
        """What a later process needs to go on."""
        self.dossiers: Final = Dossiers(database)
        """What was typed and chosen."""
        self.documents: Final = Documents(database)
        """What came from the GP as files."""
        self.rooms: Final = Rooms(database)
        """The openings of the room."""
        self.site: Final = SiteJournal(database, identity)
        """What was done with the records as a whole."""
        self.upkeep: Final = Upkeep(database, self.site)
        """Retention and erasure."""
        self.audit: Final = Audit(database, self.site, identity.public)
        """Whether everything is as it was written."""
        self.received_limit = RECEIVED_LIMIT
        self._sign = identity.sign
        self._site_key = identity.public

    @classmethod
    def open(cls, folder: Path | None, keys: Keys) -> Self:
        """The records in this folder, made for a new site; in memory alone for `None`.

        `LostRecordsError` where the site that made these keys has none any more.
        """
        identity = Identity(keys.identity_seed)
        if folder is None:
            return cls(Database.open(None, keys.database_key), identity)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageFailedError(error.strerror or type(error).__name__) from error
        first_start.check(folder)
        database = Database.open(folder / FILE_NAME, keys.database_key)
        first_start.over(folder)
        return cls(database, identity)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def faults(self) -> list[str]:
        """What is damaged on the disk; empty when all is well."""
        return self._database.faults()

    def begin(self, at: datetime) -> int:
        """A new consultation's id."""
        with self._database.transaction():
            self.site.open(at)
            self._database.change(
                "INSERT INTO consultation (began_ms, site_key, head_origin, head_count, head_hash,"
                " head_signature) VALUES (?, ?, x'', 0, x'', x'')",
                *(milliseconds(at), self._site_key),
            )
            consultation = self._database.last_row
            start = journal.origin(consultation, at)
            self._set_head(consultation, journal.empty_head(start, self._sign))
            facts: Facts = {"consultation": consultation, "origin": start.hex()}
            self.site.note(SiteEvent.CONSULTATION_BEGUN, at, facts)
        return consultation

    def keep(self, consultation: int, parcel: Parcel, direction: Direction, at: datetime) -> bool:
        """Keep a numbered parcel; whether it was new."""
        number, data = _durable(parcel)
        if direction is Direction.RECEIVED and number > self.received_limit:
            raise RecordFullError(self.received_limit)
        digest = hashlib.sha256(data).digest()
        with self._database.transaction():
            archive.require_whole(self._database, consultation)
            place = (consultation, direction.value, number)
            is_new = self._database.change(
                "INSERT INTO parcel (consultation, direction, number, kind, data, sha256, kept_ms)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                *(*place, kind_of(parcel.message), data, digest, milliseconds(at)),
            )
            query = "SELECT sha256 FROM parcel WHERE (consultation, direction, number) = (?, ?, ?)"
            if not is_new and self._database.rows(query, *place) != [(digest,)]:
                raise NumberTakenError(number)
            if is_new and isinstance(parcel.message, Intake):
                subjects.refresh(self._database, consultation)
            if is_new and direction is Direction.RECEIVED:
                self._note_received(consultation, parcel.message, digest, at)
        return bool(is_new)

    def _note_received(
        self, consultation: int, message: Message, digest: bytes, at: datetime
    ) -> None:
        """What R6316-4 asks for is in the journal as soon as it is kept, or neither is (d-5)."""
        match message:
            case Summary():
                facts: Facts = {"sha256": digest.hex()}
                self.note(consultation, journal.JournalEvent.SUMMARY_RECEIVED, at, facts)
            case Card() | Acquaintance():
                facts = gp_facts(message)
                self.note(consultation, journal.JournalEvent.GP_NAMED, at, facts)

    def acknowledged(self, consultation: int, numbers: Container[int], at: datetime) -> list[int]:
        """Mark what the GP has; which numbers that was news for."""
        with self._database.transaction():
            archive.require(self._database, consultation)
            waiting = self._database.rows(
                "SELECT number FROM parcel WHERE consultation = ? AND direction = 'sent'"
                " AND acknowledged_ms IS NULL ORDER BY number",
                consultation,
            )
            news = [number for (number,) in waiting if number in numbers]
            for number in news:
                self._database.change(
                    "UPDATE parcel SET acknowledged_ms = ?"
                    " WHERE (consultation, direction, number) = (?, 'sent', ?)",
                    *(milliseconds(at), consultation, number),
                )
        return news

    def numbers(self, consultation: int, direction: Direction) -> list[int]:
        """Every number that was kept, in order."""
        archive.require(self._database, consultation)
        rows = self._database.rows(
            "SELECT number FROM parcel WHERE consultation = ? AND direction = ? ORDER BY number",
            *(consultation, direction.value),
        )
        return [number for (number,) in rows]

    def unacknowledged(self, consultation: int) -> list[Parcel]:
        """What was sent and the GP has not confirmed, by number."""
        return archive.waiting(self._database, consultation)

    def keep_still(self, consultation: int, still: KeptStill) -> bool:
        """Keep a picture; whether it was new."""
        if hashlib.sha256(still.jpeg).digest() != still.sha256:
            raise DamagedStillError(still.id)
        with self._database.transaction():
            archive.require_whole(self._database, consultation)
            is_new = self._database.change(
                "INSERT INTO still (consultation, id, label, taken_ms, sha256, jpeg)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                *(consultation, still.id, still.label, milliseconds(still.taken_at)),
                *(still.sha256, still.jpeg),
            )
            place = (consultation, still.id)
            query = "SELECT sha256 FROM still WHERE (consultation, id) = (?, ?)"
            if not is_new and self._database.rows(query, *place) != [(still.sha256,)]:
                raise NumberTakenError(still.id)
        return bool(is_new)

    def still(self, consultation: int, number: int) -> KeptStill:
        """One picture."""
        return archive.still(self._database, consultation, number)

    def note(
        self,
        consultation: int,
        event: journal.JournalEvent,
        at: datetime,
        facts: Mapping[str, str | int],
    ) -> JournalEntry:
        """Add a line to the journal."""
        with self._database.transaction():
            head = archive.head(self._database, consultation)
            entry, head = journal.appended(head, event, facts, at, self._sign)
            self._database.change(
                "INSERT INTO journal (consultation, number, at_ms, event, facts, previous, hash,"
                " signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                *(consultation, entry.number, milliseconds(entry.at), entry.event),
                *(cbor2.dumps(dict(entry.facts), canonical=True), entry.previous),
                *(entry.hash, entry.signature),
            )
            self._set_head(consultation, head)
        return entry

    def finish(self, consultation: int, at: datetime, reason: str) -> None:
        """Say when and why it ended; the first word stands, and nobody can go on with it."""
        with self._database.transaction():
            archive.require(self._database, consultation)
            self.unfinished.erase(consultation)
            self._database.change(
                "UPDATE consultation SET finished_ms = ?, reason = ?"
                " WHERE id = ? AND finished_ms IS NULL",
                *(milliseconds(at), reason, consultation),
            )
            head = archive.head(self._database, consultation)
            facts: Facts = {
                "consultation": consultation,
                "count": head.count,
                "hash": head.hash.hex(),
            }
            self.site.note(SiteEvent.CONSULTATION_ENDED, at, facts)

    def note_exported(self, consultation: int, at: datetime, by: str) -> None:
        """A line of the site's journal: this consultation left these records in clear."""
        facts: Facts = {"by": by[: journal.FACT_CHARACTERS], "consultation": consultation}
        self.site.note(SiteEvent.EXPORTED, at, facts)

    def keep_room(self, check: RoomCheck) -> None:
        """Keep one opening of the room."""
        with self._database.transaction():
            self.rooms.keep(check)
            facts: Facts = {
                "by": check.operator[: journal.FACT_CHARACTERS],
                "checked": len(check.checked),
                "failed": len(check.failed),
            }
            self.site.note(SiteEvent.ROOM_CHECKED, moment(check.at_ms), facts)

    def overviews(self, limit: int | None, offset: int) -> list[ConsultationOverview]:
        """Consultations, the oldest first."""
        return archive.overviews(self._database, limit, offset)

    def found(self, wanted: Wanted, limit: int, offset: int) -> list[ConsultationOverview]:
        """Those that fit, the newest first."""
        return search.found(self._database, wanted, limit, offset)

    def overview(self, consultation: int) -> ConsultationOverview:
        """One line of the list."""
        return archive.overview(self._database, consultation)

    def earlier_vitals(self, of: int | Traits, limit: int) -> list[EarlierValue]:
        """Vitals of the same patient's earlier consultations, the newest first."""
        if isinstance(of, Traits):
            return earlier.vitals(self._database, of, limit, is_training=False, besides=None)
        known = self.dossiers.of(of)
        if known is None or known.traits is None:
            return []
        return earlier.vitals(
            self._database, known.traits, limit, is_training=known.is_training, besides=of
        )

    def record(self, consultation: int) -> ConsultationRecord:
        """Everything kept of one consultation."""
        return archive.record(self._database, consultation)

    def _set_head(self, consultation: int, head: JournalHead) -> None:
        self._database.change(
            "UPDATE consultation SET head_origin = ?, head_count = ?, head_hash = ?,"
            " head_signature = ? WHERE id = ?",
            *(head.origin, head.count, head.hash, head.signature, consultation),
        )


def _durable(parcel: Parcel) -> tuple[int, bytes]:
    """The parcel's number and bytes; `ValueError` for one that could not be read back."""
    data = encode(parcel)
    try:
        decode(data)
    except WireError as error:
        raise ValueError("this parcel could not be read back") from error
    if parcel.number is None:
        raise ValueError("only numbered parcels are kept")
    return parcel.number, data
