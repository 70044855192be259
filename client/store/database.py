"""One SQLCipher file: opened, brought to today's tables, checked.

Blocking, and usable only from the thread that opened it; `client.store.records` gives it a thread
of its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from sqlcipher3 import dbapi2 as sqlcipher  # type: ignore[import-untyped]  # ships no types

from client.store.errors import (
    NewerStoreError,
    StorageFailedError,
    UnencryptedStoreError,
    UnreadableRecordsError,
)
from client.store.schema import MIGRATIONS, Migration

KEY_BYTES: Final = 32
"""A raw key skips SQLCipher's own derivation: `client.store.keys` has done better."""

_PAGE_BYTES: Final = 4_096
"""Of SQLCipher 4; no file of ours was ever shorter."""
_BUSY_TIMEOUT_S: Final = 5.0
"""chosen: another Chevet on this machine holds the file for milliseconds at a time."""

_SETTINGS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # with WAL, only FULL syncs every commit (sqlite.org/pragma.html)
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",  # SQLite's own temporary files would not be encrypted
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cache_size = -16384",  # chosen: KiB; the search index of 100,000 consultations stays in
    "PRAGMA secure_delete = ON",  # keys of a session that is over leave no bytes behind
)

_WHOLE: Final = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_PART: Final = ("SAVEPOINT part", "RELEASE part", ("ROLLBACK TO part", "RELEASE part"))


class Database:
    """An open, encrypted database. What the disk can do wrong comes as a `StoreError`."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @classmethod
    def open(
        cls, path: Path | None, key: bytes, *, migrations: Sequence[Migration] | None = MIGRATIONS
    ) -> Self:
        """The database at `path`, made if there is none; in memory alone when `path` is `None`.

        Without `migrations` its tables are taken as they are.
        Raises `UnencryptedStoreError`, `UnreadableRecordsError` (damage or another key),
        `NewerStoreError`, `StorageFailedError`.
        """
        if path is not None:
            _check_length(path)
        with _translated():
            database = cls(
                sqlcipher.connect(
                    ":memory:" if path is None else str(path),
                    timeout=_BUSY_TIMEOUT_S,
                    isolation_level=None,
                )
            )
        try:
            database._unlock(key)
            if migrations is not None:
                database._migrate(migrations)
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is on disk when it ends without an error, and nothing otherwise.

        Inside another it is a part of that one, carried out or undone as a whole.
        """
        begin, commit, undo = _PART if self._connection.in_transaction else _WHOLE
        self.change(begin)
        try:
            yield
            self.change(commit)
        except BaseException:
            if self._connection.in_transaction:
                for statement in undo:
                    self.change(statement)
            raise

    def change(self, statement: str, *values: object) -> int:
        """Carry out one statement; how many rows it changed."""
        with _translated():
            return int(self._connection.execute(statement, values).rowcount)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Every row of the answer."""
        with _translated():
            return list(self._connection.execute(query, values))

    @property
    def last_row(self) -> int:
        """The id that the last insertion was given."""
        return int(self._connection.execute("SELECT last_insert_rowid()").fetchone()[0])

    def faults(self) -> list[str]:
        """What is damaged, page by page, in the library's words; empty when all is well.

        Reads the whole file, so it is no part of opening. Using a damaged page fails, with one
        exception (measured, SQLCipher 4.19): the pages that only continue a long value come back as
        zeros without an error. So long values are kept with their own hash and checked when read.
        """
        pages = [str(row[0]) for row in self.rows("PRAGMA cipher_integrity_check")]
        return pages or [row[0] for row in self.rows("PRAGMA quick_check") if row[0] != "ok"]

    def copy_to(self, other: "Database") -> None:
        """Make the other, empty one the same, as of one moment, encrypted under its own key."""
        with _translated():
            self._connection.backup(other._connection)  # noqa: SLF001 -- of our own class

    def truncate(self) -> None:
        """Leave nothing of what was deleted in the log that is written ahead of the file."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _unlock(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("a database key of another length")
        self.change("PRAGMA cipher_log_level = NONE")  # it would write over the terminal's screen
        self.change(f"PRAGMA key = \"x'{key.hex()}'\"")
        if not self.rows("PRAGMA cipher_version"):
            raise UnencryptedStoreError
        self.rows("SELECT count(*) FROM sqlite_schema")
        for setting in _SETTINGS:
            self.change(setting)

    def _migrate(self, migrations: Sequence[Migration]) -> None:
        with self.transaction():
            done = self.rows("PRAGMA user_version")[0][0]
            if done > len(migrations):
                raise NewerStoreError(done, known=len(migrations))
            if done == len(migrations):
                return
            for step in (s for migration in migrations[done:] for s in migration):
                self.change(step) if isinstance(step, str) else step(self)
            self.change(f"PRAGMA user_version = {len(migrations)}")


def _check_length(path: Path) -> None:
    """SQLite takes a file that was cut to a few bytes for a new one, and drops its log."""
    log = path.with_name(f"{path.name}-wal")
    try:
        size = path.stat().st_size if path.exists() else 0
        has_log = log.exists() and log.stat().st_size > 0
    except OSError as error:
        raise StorageFailedError(error.strerror or type(error).__name__) from error
    if size < _PAGE_BYTES and (size or has_log):
        raise UnreadableRecordsError("a file cut short")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlcipher.OperationalError as error:
        raise StorageFailedError(str(error)) from error
    except (sqlcipher.IntegrityError, sqlcipher.ProgrammingError):
        raise  # a bug of ours, not a state of the disk
    except sqlcipher.DatabaseError as error:
        raise UnreadableRecordsError(str(error)) from error
