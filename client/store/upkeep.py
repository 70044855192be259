"""Removing patients' values: when their time is over, or because a patient asks. Blocking.

What goes of a consultation: messages, readings, stills, files, documents, dossier, the name and
reason in lists and searches, the keys of its session. What stays, and why: its number, when it
began and ended and how, and its journal, which by itself holds what CSP R6316-4 wants traced of
an act (date, time, technical incidents; rules-fr.md, d-5) and no patient value. Erasure does not
reach what the law obliges a professional to keep (GDPR, article 17, 3, b and c): whether it does is
the person's decision who runs it, and the site's journal says who did.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from client.core.record import milliseconds
from client.store import archive, earlier, journal, subjects
from client.store.errors import UnderwayConsultationError
from client.store.site_journal import SiteEvent, SiteJournal

if TYPE_CHECKING:
    from client.store.database import Database


class Kind(StrEnum):
    """What has a retention period of its own."""

    PICTURES = "pictures"
    """Stills, clips and sounds, and files on their way."""
    RECORDS = "records"
    """Everything of the patient's."""
    ROOMS = "rooms"
    """The openings of the room."""


_LONGEST_DAYS: Final = 365 * 1_000
"""chosen: a thousand years are for ever."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Days each kind is kept, counted from the consultation's beginning; 0: for ever.

    No text that we found fixes a period for what a pharmacy or a nurse keeps of an accompanied
    teleconsultation, so each is the site's choice.
    """

    pictures: int = 365
    """chosen: a year of comparing; the GP holds what the medical record needs."""
    records: int = 7_305
    """chosen: 20 years, as hospitals must (CSP R1112-7) and professionals often do."""
    rooms: int = 1_826
    """chosen: five years, the civil limitation period (Code civil, 2224)."""

    def days(self, kind: Kind) -> int:
        """The period of this kind."""
        return int(getattr(self, kind.value))

    def before(self, kind: Kind, now: datetime) -> datetime | None:
        """What is older goes; `None`: nothing does, as the calendar itself does not reach there."""
        days = self.days(kind)
        is_for_ever = days <= 0 or days > _LONGEST_DAYS
        return None if is_for_ever else now - timedelta(days=days)


_ALL: Final = ("parcel", "still", "piece", "file", "document", "dossier", "session", "call")
_PICTURES: Final = ("still", "piece", "file")


@dataclass(frozen=True, slots=True)
class Purged:
    """What one kind's purge removed."""

    kind: Kind
    before: datetime
    consultations: int
    items: int
    """Rows: stills and files, whole consultations, or openings of the room."""


class Upkeep:
    """The upkeep of one database. Every removal is a line of the site's journal."""

    def __init__(self, database: "Database", site: SiteJournal) -> None:
        self._database = database
        self._site = site

    def purge(self, retention: Retention, now: datetime, by: str) -> list[Purged]:
        """Remove what is older than its period allows; what was removed, kind by kind.

        A consultation that can still be gone on with is left alone.
        """
        with self._database.transaction():
            done = [
                self._purge(kind, before, now, by)
                for kind in Kind
                if (before := retention.before(kind, now)) is not None
            ]
        self._database.truncate()
        return done

    def same_patient(self, consultation: int) -> list[int]:
        """This consultation and the others of the same patient, by number."""
        archive.require(self._database, consultation)
        dossier = archive.dossier(self._database, consultation)
        others: list[int] = []
        if dossier is not None and dossier.traits is not None:
            others = earlier.same_patient(
                self._database, dossier.traits, is_training=dossier.is_training
            )
        return sorted({consultation, *others})

    def erase(self, consultations: list[int], now: datetime, by: str) -> None:
        """Remove what a patient has a right to have removed; `UnderwayConsultationError`."""
        with self._database.transaction():
            for consultation in consultations:
                archive.require_whole(self._database, consultation)
                if self._is_underway(consultation):
                    raise UnderwayConsultationError(consultation)
                self._erase(consultation, now, by, "asked")
        self._database.truncate()

    def _purge(self, kind: Kind, before: datetime, now: datetime, by: str) -> Purged:
        match kind:
            case Kind.ROOMS:
                change = "DELETE FROM room WHERE at_ms < ?"
                count, items = 0, self._database.change(change, milliseconds(before))
            case Kind.PICTURES:
                numbers = [n for n in self._older(before) if self._has_pictures(n)]
                count = len(numbers)
                items = sum(self._remove(number, _PICTURES) for number in numbers)
            case Kind.RECORDS:
                numbers = self._older(before)
                for number in numbers:
                    self._erase(number, now, by, "retention")
                count = items = len(numbers)
        done = Purged(kind, before, count, items)
        if items:
            self._note(
                SiteEvent.PURGED,
                now,
                by,
                kind=kind.value,
                items=items,
                consultations=count,
                before=before.date().isoformat(),
            )
        return done

    def _older(self, before: datetime) -> list[int]:
        rows = self._database.rows(
            "SELECT id FROM consultation WHERE began_ms < ? AND erased_ms IS NULL"
            " AND id NOT IN (SELECT consultation FROM session)"
            " AND id NOT IN (SELECT consultation FROM call) ORDER BY id",
            milliseconds(before),
        )
        return [number for (number,) in rows]

    def _has_pictures(self, consultation: int) -> bool:
        queries = (f"SELECT 1 FROM {table} WHERE consultation = ? LIMIT 1" for table in _PICTURES)  # noqa: S608 -- our own names
        return any(self._database.rows(query, consultation) for query in queries)

    def _is_underway(self, consultation: int) -> bool:
        query = (
            "SELECT 1 FROM session WHERE consultation = ?"
            " UNION ALL SELECT 1 FROM call WHERE consultation = ?"
        )
        return bool(self._database.rows(query, consultation, consultation))

    def _erase(self, consultation: int, now: datetime, by: str, why: str) -> None:
        self._remove(consultation, _ALL)
        subjects.forget(self._database, consultation)
        change = "UPDATE consultation SET erased_ms = ? WHERE id = ?"
        self._database.change(change, milliseconds(now), consultation)
        self._note(SiteEvent.ERASED, now, by, consultation=consultation, why=why)

    def _remove(self, consultation: int, tables: tuple[str, ...]) -> int:
        return sum(
            self._database.change(f"DELETE FROM {table} WHERE consultation = ?", consultation)  # noqa: S608 -- our own names
            for table in tables
        )

    def _note(self, event: SiteEvent, now: datetime, by: str, **facts: str | int) -> None:
        self._site.note(event, now, {"by": by[: journal.FACT_CHARACTERS], **facts})
