"""The tables of the records, as numbered steps from an empty file to today's layout.

A step that has been released is never edited: a new one is added at the end.
"""

from typing import TYPE_CHECKING, Final

from client.store import subjects

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.store.database import Database

Migration = tuple["str | Callable[[Database], object]", ...]
"""Statements, or work on the open database, that are carried out together or not at all."""

_FIRST: Final[Migration] = (
    # AUTOINCREMENT: a deleted consultation's number is never given again.
    """
    CREATE TABLE consultation (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        began_ms INTEGER NOT NULL,
        finished_ms INTEGER,
        reason TEXT,
        site_key BLOB NOT NULL,
        head_origin BLOB NOT NULL,
        head_count INTEGER NOT NULL,
        head_hash BLOB NOT NULL,
        head_signature BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE parcel (
        consultation INTEGER NOT NULL REFERENCES consultation (id),
        direction TEXT NOT NULL CHECK (direction IN ('sent', 'received')),
        number INTEGER NOT NULL CHECK (number >= 1),
        kind TEXT NOT NULL,
        data BLOB NOT NULL,
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
        kept_ms INTEGER NOT NULL,
        acknowledged_ms INTEGER,
        PRIMARY KEY (consultation, direction, number)
    ) STRICT
    """,
    """
    CREATE TABLE still (
        consultation INTEGER NOT NULL REFERENCES consultation (id),
        id INTEGER NOT NULL,
        label TEXT NOT NULL,
        taken_ms INTEGER NOT NULL,
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
        jpeg BLOB NOT NULL,
        PRIMARY KEY (consultation, id)
    ) STRICT
    """,
    """
    CREATE TABLE journal (
        consultation INTEGER NOT NULL REFERENCES consultation (id),
        number INTEGER NOT NULL CHECK (number >= 1),
        at_ms INTEGER NOT NULL,
        event TEXT NOT NULL,
        facts BLOB NOT NULL,
        previous BLOB NOT NULL,
        hash BLOB NOT NULL,
        signature BLOB NOT NULL,
        PRIMARY KEY (consultation, number)
    ) STRICT
    """,
    # The chain shows tampering; these keep our own code from doing it by mistake.
    """
    CREATE TRIGGER journal_keeps_its_lines BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER journal_keeps_its_words BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
)

_RESUMED: Final[Migration] = (
    # Keys of a session that is not over; `PRAGMA secure_delete` wipes a deleted row.
    """
    CREATE TABLE session (
        consultation INTEGER PRIMARY KEY REFERENCES consultation (id),
        state BLOB NOT NULL
    ) STRICT
    """,
    # Files on their way: what this end sends, in even pieces, and what has come of the peer's.
    """
    CREATE TABLE file (
        consultation INTEGER NOT NULL REFERENCES consultation (id),
        direction TEXT NOT NULL CHECK (direction IN ('sent', 'received')),
        id INTEGER NOT NULL,
        size INTEGER NOT NULL,
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
        PRIMARY KEY (consultation, direction, id)
    ) STRICT
    """,
    """
    CREATE TABLE piece (
        consultation INTEGER NOT NULL,
        direction TEXT NOT NULL,
        file INTEGER NOT NULL,
        begins INTEGER NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (consultation, direction, file, begins)
    ) STRICT
    """,
)

_BEDSIDE: Final[Migration] = (
    "ALTER TABLE consultation ADD COLUMN erased_ms INTEGER",
    "CREATE INDEX consultation_began ON consultation (began_ms)",
    """
    CREATE TABLE dossier (
        consultation INTEGER PRIMARY KEY REFERENCES consultation (id),
        data BLOB NOT NULL,
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32)
    ) STRICT
    """,
    """
    CREATE TABLE document (
        consultation INTEGER NOT NULL REFERENCES consultation (id),
        id INTEGER NOT NULL,
        label TEXT NOT NULL,
        media_type TEXT NOT NULL,
        kept_ms INTEGER NOT NULL,
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
        data BLOB NOT NULL,
        PRIMARY KEY (consultation, id)
    ) STRICT
    """,
    """
    CREATE TABLE room (
        id INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        data BLOB NOT NULL,
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32)
    ) STRICT
    """,
    "CREATE INDEX room_at ON room (at_ms)",
    """
    CREATE TABLE subject (
        consultation INTEGER PRIMARY KEY REFERENCES consultation (id),
        name TEXT NOT NULL,
        complaint TEXT NOT NULL,
        words TEXT NOT NULL,
        matricule TEXT NOT NULL,
        person TEXT NOT NULL,
        is_training INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX subject_matricule ON subject (matricule) WHERE matricule != ''",
    "CREATE INDEX subject_person ON subject (person) WHERE person != ''",
    # The words come without accents already. Every beginning of one to three letters has a list of
    # its own: that is what somebody types while looking.
    """
    CREATE VIRTUAL TABLE subject_words USING fts5(
        words, content = 'subject', content_rowid = 'consultation', detail = 'none',
        prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 0'
    )
    """,
    # What is removed leaves no words behind in the index's own pages.
    "INSERT INTO subject_words (subject_words, rank) VALUES ('secure-delete', 1)",
    subjects.fill,
    """
    CREATE TABLE site_journal (
        number INTEGER PRIMARY KEY CHECK (number >= 1),
        at_ms INTEGER NOT NULL,
        event TEXT NOT NULL,
        facts BLOB NOT NULL,
        previous BLOB NOT NULL,
        hash BLOB NOT NULL,
        signature BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE site_head (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        origin BLOB NOT NULL,
        count INTEGER NOT NULL,
        hash BLOB NOT NULL,
        signature BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TRIGGER site_journal_keeps_its_lines BEFORE DELETE ON site_journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER site_journal_keeps_its_words BEFORE UPDATE ON site_journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
)

_CALLED: Final[Migration] = (
    # Secrets of a call that nobody has answered; wiped like those of a session.
    """
    CREATE TABLE call (
        consultation INTEGER PRIMARY KEY REFERENCES consultation (id),
        state BLOB NOT NULL
    ) STRICT
    """,
)

_COUNTED: Final[Migration] = (
    # How long the site's journal ever was, kept apart from it: lines that are gone with their head
    # are missed. What was there before it has nothing in it to be missed.
    """
    CREATE TABLE site_length (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        lines INTEGER NOT NULL,
        before INTEGER NOT NULL
    ) STRICT
    """,
    """
    INSERT INTO site_length (id, lines, before) SELECT 1, lines,
        CASE WHEN lines > 0 THEN 0 ELSE (SELECT coalesce(max(id), 0) FROM consultation) END
    FROM (SELECT coalesce(max(count), 0) AS lines FROM site_head)
    """,
)

MIGRATIONS: Final[tuple[Migration, ...]] = (_FIRST, _RESUMED, _BEDSIDE, _CALLED, _COUNTED)
"""In order; the file's ``user_version`` counts how many it has been through."""
