"""The site's own journal: what was done with the records as a whole, and by whom. Blocking.

Append-only, hash-chained and signed as a consultation's (`client.store.journal`), in one chain for
the whole site. It begins with how many consultations there were before it; from then on it has a
line for each that began and for each that ended, with the length and the last hash of its journal:
so it tells a consultation that was deleted whole or put back to an earlier state.
How long it was is kept beside it as well: so it is missed when it was emptied, or cut together
with its head, and it says so for ever in the first line that is written afterwards.
What it cannot tell is the whole file put back to an earlier day: for that, somebody must have noted
its head elsewhere (``chevet records verify`` shows it, and each backup holds it).
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import cbor2

from client.core import identity
from client.core.identity import Identity
from client.core.record import JournalEntry, JournalHead, milliseconds
from client.store import archive, journal
from client.store.journal import Fault, FaultKind

if TYPE_CHECKING:
    from client.store.database import Database

_ORIGIN_LABEL: Final = identity.purpose("site journal origin")
_PAGE: Final = 2_000
"""Lines read at once; chosen: some megabytes."""


class SiteEvent(StrEnum):
    """What a line can say."""

    JOURNAL_OPENED = "journal_opened"
    JOURNAL_CUT = "journal_cut"
    """It had been longer: how many lines there had been, and the consultations of before."""
    CONSULTATION_BEGUN = "consultation_begun"
    CONSULTATION_ENDED = "consultation_ended"
    ROOM_CHECKED = "room_checked"
    PURGED = "purged"
    ERASED = "erased"
    EXPORTED = "exported"
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    BEGUN_ANEW = "begun_anew"
    """The records of before were gone, and somebody said to go on without them."""


def origin(site_key: bytes) -> bytes:
    """Where this site's chain starts."""
    return hashlib.sha256(_ORIGIN_LABEL + site_key).digest()


class SiteJournal:
    """The journal of one site's database."""

    def __init__(self, database: "Database", site: Identity) -> None:
        self._database = database
        self._sign = site.sign
        self._site_key = site.public

    def open(self, at: datetime) -> JournalHead:
        """Write the first line if there is none, and whether there had been more lines."""
        head, lines = self.head(), self._lines()
        count = 0 if head is None else head.count
        if head is None:
            empty = journal.empty_head(origin(self._site_key), self._sign)
            head = self._append(empty, SiteEvent.JOURNAL_OPENED, at, self._there())
        if count < lines:
            facts = {"lines": lines, **self._there()}
            head = self._append(head, SiteEvent.JOURNAL_CUT, at, facts)
        return head

    def note(self, event: SiteEvent, at: datetime, facts: Mapping[str, str | int]) -> None:
        """Add a line. No patient value belongs in `facts`."""
        with self._database.transaction():
            self._append(self.open(at), event, at, facts)

    def head(self) -> JournalHead | None:
        """How long the journal is, in the site's signed word; `None` before its first line."""
        query = "SELECT origin, count, hash, signature FROM site_head"
        rows = self._database.rows(query)
        return JournalHead(*rows[0]) if rows else None

    def holds(self, number: int, digits: str) -> bool:
        """Whether this line's hash begins so: what somebody noted of an earlier head."""
        rows = self._database.rows("SELECT hash FROM site_journal WHERE number = ?", number)
        return bool(rows) and bytes(rows[0][0]).hex().startswith(digits.lower())

    def entries(self) -> Iterator[JournalEntry]:
        """Every line, in order, some at a time from the disk."""
        for page in self._pages():
            yield from page

    def fault(self) -> Fault | None:
        """The first place where it is not what the site wrote."""
        lines, head = self._lines(), self.head()
        if head is None:
            has_lines = bool(self._database.rows("SELECT 1 FROM site_journal LIMIT 1"))
            if has_lines:
                return Fault(1, FaultKind.HEAD_EDITED)
            return Fault(1, FaultKind.EMPTIED) if self._was_there() else None
        previous, number = origin(self._site_key), 1
        for page in self._pages():
            fault = journal.verify(page, self._site_key, start=previous, first=number)
            if fault is not None:
                return fault
            previous, number = page[-1].hash, number + len(page)
        kind = journal.end_fault(number - 1, previous, origin(self._site_key), head, self._site_key)
        if kind is None and head.count < lines:
            kind = FaultKind.TRUNCATED
        return None if kind is None else Fault(number, kind)

    def _lines(self) -> int:
        """The most lines there ever were, in the database's word."""
        rows = self._database.rows("SELECT lines FROM site_length")
        return int(rows[0][0]) if rows else 0

    def _was_there(self) -> bool:
        """Whether it had begun: it is written as soon as a consultation begins."""
        query = (
            "SELECT 1 FROM consultation"
            " WHERE id > (SELECT coalesce(max(before), 0) FROM site_length) LIMIT 1"
        )
        return self._lines() > 0 or bool(self._database.rows(query))

    def _there(self) -> dict[str, int]:
        """The consultations of before, which no line to come tells of."""
        ((count, last),) = self._database.rows(
            "SELECT count(*), coalesce(max(id), 0) FROM consultation"
        )
        return {"consultations": count, "last": last}

    def _pages(self) -> Iterator[list[JournalEntry]]:
        query = (
            "SELECT number, at_ms, event, facts, previous, hash, signature FROM site_journal"
            " WHERE number > ? ORDER BY number LIMIT ?"
        )
        last = 0
        while page := [archive.line(*row) for row in self._database.rows(query, last, _PAGE)]:
            yield page
            last = page[-1].number

    def _append(
        self, head: JournalHead, event: SiteEvent, at: datetime, facts: Mapping[str, str | int]
    ) -> JournalHead:
        entry, head = journal.appended(head, event, facts, at, self._sign)
        self._database.change(
            "INSERT INTO site_journal (number, at_ms, event, facts, previous, hash, signature)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(entry.number, milliseconds(entry.at), entry.event),
            *(cbor2.dumps(dict(entry.facts), canonical=True), entry.previous),
            *(entry.hash, entry.signature),
        )
        self._database.change(
            "INSERT OR REPLACE INTO site_head (id, origin, count, hash, signature)"
            " VALUES (1, ?, ?, ?, ?)",
            *(head.origin, head.count, head.hash, head.signature),
        )
        self._database.change(
            "INSERT OR REPLACE INTO site_length (id, lines, before)"
            " VALUES (1, ?, coalesce((SELECT before FROM site_length), 0))",
            head.count,
        )
        return head
