"""Finding consultations by name, reason and date, among as many as a site ever has. Blocking.

Every word typed must begin a word of the name or of the reason, in any order, without regard to
case, accents, ligatures or hyphens. A date among the words narrows to that day, month or year.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, Self

from client.core.record import ConsultationOverview, milliseconds
from client.store import archive
from client.store.spelling import words

if TYPE_CHECKING:
    from client.store.database import Database

WORDS_LIMIT: Final = 8
"""Words of one search; chosen: a full name and a reason."""
WORD_LIMIT: Final = 40
"""Characters of a word that are looked at."""

_DAY_FIRST: Final = re.compile(r"(?:(\d{1,2})[/.])?(\d{1,2})[/.](\d{4})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_YEAR: Final = re.compile(r"20\d{2}")
_DECEMBER: Final = 12
_EARLIEST_MS: Final = -(1 << 62)
_LATEST_MS: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; without words and times, everything."""

    words: tuple[str, ...] = field(default=(), repr=False)
    since: datetime | None = None
    until: datetime | None = None
    """Not included."""

    @classmethod
    def typed(cls, text: str, zone: tzinfo | None = None) -> Self:
        """What these words ask for; days are those of `zone`, this machine's when it is `None`."""
        wanted = cls()
        rest = []
        for word in text.split():
            if (span := _span(word, zone)) is None:
                rest.append(word)
            else:
                wanted = wanted.within(*span)
        found = tuple(word[:WORD_LIMIT] for word in words(" ".join(rest))[:WORDS_LIMIT])
        return replace(wanted, words=found)

    def within(self, since: datetime | None, until: datetime | None) -> Self:
        """The same, of this time only: the later beginning and the earlier end count."""
        beginnings = [one for one in (self.since, since) if one is not None]
        ends = [one for one in (self.until, until) if one is not None]
        return replace(self, since=max(beginnings, default=None), until=min(ends, default=None))

    @property
    def span_ms(self) -> tuple[int, int]:
        """From when to when; the end is not included."""
        since = _EARLIEST_MS if self.since is None else milliseconds(self.since)
        return since, _LATEST_MS if self.until is None else milliseconds(self.until)


def found(
    database: "Database", wanted: Wanted, limit: int, offset: int
) -> list[ConsultationOverview]:
    """Those that fit, the newest first: `limit` of them after the first `offset`."""
    search = _by_words if wanted.words else _by_time
    return [
        archive.overview(database, number) for number in search(database, wanted, limit, offset)
    ]


def _by_time(database: "Database", wanted: Wanted, limit: int, offset: int) -> list[int]:
    rows = database.rows(
        "SELECT id FROM consultation WHERE began_ms >= ? AND began_ms < ?"
        " ORDER BY began_ms DESC, id DESC LIMIT ? OFFSET ?",
        *(*wanted.span_ms, limit, offset),
    )
    return [number for (number,) in rows]


def _by_words(database: "Database", wanted: Wanted, limit: int, offset: int) -> list[int]:
    """The words' lists are in the order of the numbers, which is the order of time.

    Unless somebody set the clock back: so a time narrows the numbers first and is compared after.
    """
    query = "SELECT rowid FROM subject_words WHERE subject_words MATCH ?1"
    values: tuple[object, ...] = (" ".join(f'"{word}"*' for word in wanted.words),)
    if wanted.since is not None or wanted.until is not None:
        first, last = database.rows(
            "SELECT min(id), max(id) FROM consultation WHERE began_ms >= ? AND began_ms < ?",
            *wanted.span_ms,
        )[0]
        query += (
            " AND rowid BETWEEN ?4 AND ?5 AND (SELECT began_ms FROM consultation"
            " WHERE id = subject_words.rowid) BETWEEN ?6 AND ?7 - 1"
        )
        values = (*values, limit, offset, first, last, *wanted.span_ms)
    else:
        values = (*values, limit, offset)
    rows = database.rows(query + " ORDER BY rowid DESC LIMIT ?2 OFFSET ?3", *values)
    return [number for (number,) in rows]


def _span(word: str, zone: tzinfo | None) -> tuple[datetime, datetime] | None:
    """The day, month or year that a word means."""
    if match := _DAY_FIRST.fullmatch(word):
        day, month, year = match.groups()
    elif match := _YEAR_FIRST.fullmatch(word):
        year, month, day = match.groups()
    elif _YEAR.fullmatch(word):
        day, month, year = None, None, word
    else:
        return None
    try:
        return _days(int(year), int(month or 0), int(day or 0), zone)
    except (ValueError, OverflowError):
        return None


def _days(year: int, month: int, day: int, zone: tzinfo | None) -> tuple[datetime, datetime]:
    """From the first midnight to the last; no day or month is 0."""
    first = date(year, month or 1, day or 1)
    if day:
        end = first + timedelta(days=1)
    elif month:
        end = date(year + month // _DECEMBER, month % _DECEMBER + 1, 1)
    else:
        end = date(year + 1, 1, 1)
    return _midnight(first, zone), _midnight(end, zone)


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    at = datetime.combine(day, time(), zone)
    return at.astimezone() if zone is None else at
