"""Going through everything that is kept and saying what is not as the site wrote it. Blocking.

The pages on the disk, the site's own journal, then consultation by consultation: its journal, its
values against their hashes, and what the site's journal says of it. With the site's key known, any
edit, deletion, move or truncation of any line shows, and so does a consultation that is gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from client.core.record import ConsultationRecord, JournalEntry
from client.store import archive, journal
from client.store.errors import StoreError
from client.store.journal import Fault, JournalEvent
from client.store.site_journal import SiteEvent, SiteJournal

if TYPE_CHECKING:
    from client.store.database import Database

_CAME: Final = (JournalEvent.SUMMARY_RECEIVED, JournalEvent.DOCUMENT_RECEIVED)
"""Lines that hold the hash of what they are about."""


class FindingKind(StrEnum):
    """What was found."""

    PAGE_DAMAGED = "page_damaged"
    """The file itself: the disk, or somebody without the key."""
    SITE_JOURNAL = "site_journal"
    """A line of the site's journal; no further comparison with it is worth anything."""
    SITE_JOURNAL_CUT = "site_journal_cut"
    """It is as the site wrote it, and says itself that lines had been lost earlier."""
    JOURNAL = "journal"
    """A line of a consultation's journal."""
    UNREADABLE = "unreadable"
    """A value that is not its hash, or not ours."""
    GONE = "gone"
    """The site's journal saw it begin; it is not there."""
    UNKNOWN = "unknown"
    """It is there, and the site's journal never saw it begin."""
    ROLLED_BACK = "rolled_back"
    """Its journal is shorter than when it ended, or another."""
    REPLACED = "replaced"
    """A summary or a file that its journal noted is gone, or another."""
    UNEXPLAINED_ERASURE = "unexplained_erasure"
    """Marked as erased, and the site's journal does not say so."""
    OLDER_STATE = "older_state"
    """The site's journal is not the one whose head was noted elsewhere, or a shorter one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where."""

    kind: FindingKind
    consultation: int | None = None
    fault: Fault | None = None
    """Of a journal: the line and how."""


@dataclass(slots=True)
class _Told:
    """What the site's journal says of the consultations."""

    before: int = 0
    """The last number given before the journal began."""
    count_before: int = 0
    origins: dict[int, str] = field(default_factory=dict)
    ends: dict[int, tuple[int, str]] = field(default_factory=dict)
    erased: set[int] = field(default_factory=set)
    is_cut: bool = False
    """Lines were lost: what they told of the consultations of before is not known any more."""

    def hear(self, entry: JournalEntry) -> None:
        """Take in one line."""
        match entry.event, dict(entry.facts):
            case (
                SiteEvent.JOURNAL_OPENED | SiteEvent.JOURNAL_CUT as event,
                {"consultations": int(count), "last": int(last)},
            ):
                self.before, self.count_before = last, count
                self.is_cut = self.is_cut or event == SiteEvent.JOURNAL_CUT
            case SiteEvent.CONSULTATION_BEGUN, {"consultation": int(number), "origin": str(start)}:
                self.origins[number] = start
            case (
                SiteEvent.CONSULTATION_ENDED,
                {"consultation": int(number), "count": int(count), "hash": str(digest)},
            ):
                self.ends[number] = count, digest
            case SiteEvent.ERASED, {"consultation": int(number)}:
                self.erased.add(number)


class Audit:
    """Everything in one database, against this site's key."""

    def __init__(self, database: "Database", site: SiteJournal, site_key: bytes) -> None:
        self._database = database
        self._site = site
        self._site_key = site_key

    @property
    def numbers(self) -> list[int]:
        """The consultations that are there."""
        return [
            number for (number,) in self._database.rows("SELECT id FROM consultation ORDER BY id")
        ]

    def findings(self) -> Iterator[Finding | int]:
        """What is wrong, in the order above; the number of each consultation once it was read."""
        if self._database.faults():
            yield Finding(FindingKind.PAGE_DAMAGED)
        told = None
        try:
            if fault := self._site.fault():
                yield Finding(FindingKind.SITE_JOURNAL, None, fault)
            else:
                told = self._told()
        except StoreError:
            yield Finding(FindingKind.SITE_JOURNAL)
        try:
            numbers = self.numbers
        except StoreError:
            yield Finding(FindingKind.UNREADABLE)
            return
        if told is not None:
            if told.is_cut:
                yield Finding(FindingKind.SITE_JOURNAL_CUT)
            yield from self._missing(told, numbers)
        for number in numbers:
            yield from self._consultation(number, told)
            yield number

    def _told(self) -> _Told | None:
        if self._site.head() is None:
            return None
        told = _Told()
        for entry in self._site.entries():
            told.hear(entry)
        return told

    def _missing(self, told: _Told, numbers: list[int]) -> Iterator[Finding]:
        there = set(numbers)
        older = sum(number <= told.before for number in numbers)
        if older < told.count_before:
            for number in range(1, told.before + 1):
                if number not in there:
                    yield Finding(FindingKind.GONE, number)
        counted = range(1, told.before + 1) if older < told.count_before else range(0)
        for number in sorted(told.origins.keys() - there - {*counted}):
            yield Finding(FindingKind.GONE, number)

    def _consultation(self, number: int, told: _Told | None) -> Iterator[Finding]:
        try:
            record = archive.record(self._database, number)
        except StoreError:
            yield Finding(FindingKind.UNREADABLE, number)
            return
        if fault := journal.fault_in(record, self._site_key):
            yield Finding(FindingKind.JOURNAL, number, fault)
        elif record.erased_at is None and self._noted(record) - self._there(number):
            yield Finding(FindingKind.REPLACED, number)
        if told is not None:
            yield from (Finding(kind, number) for kind in _against(record, told))

    @staticmethod
    def _noted(record: ConsultationRecord) -> set[str]:
        """The hashes of what came from the GP, in the journal's word."""
        lines = (line.facts for line in record.journal if line.event in _CAME)
        return {str(facts["sha256"]) for facts in lines if "sha256" in facts}

    def _there(self, consultation: int) -> set[str]:
        query = (
            "SELECT sha256 FROM document WHERE consultation = ?1 UNION ALL"
            " SELECT sha256 FROM parcel WHERE consultation = ?1 AND direction = 'received'"
        )
        return {bytes(digest).hex() for (digest,) in self._database.rows(query, consultation)}


def _against(record: ConsultationRecord, told: _Told) -> Iterator[FindingKind]:
    """What the site's journal says otherwise."""
    if record.id > told.before and told.origins.get(record.id) != record.head.origin.hex():
        yield FindingKind.UNKNOWN
    is_told = record.id > told.before or not told.is_cut
    if record.erased_at is not None and is_told and record.id not in told.erased:
        yield FindingKind.UNEXPLAINED_ERASURE
    count, digest = told.ends.get(record.id, (0, ""))
    if count and (len(record.journal) < count or record.journal[count - 1].hash.hex() != digest):
        yield FindingKind.ROLLED_BACK
