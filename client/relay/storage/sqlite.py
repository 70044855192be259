"""Mailboxes in one SQLite file: the storage of a relay that runs on one machine.

Durable before the answer: write-ahead log with ``synchronous=FULL`` waits for the disk at every
commit (https://www.sqlite.org/pragma.html#pragma_synchronous). Measured against kill -9 in the
tests. Nothing here blocks the event loop: one thread writes, one reads.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from client.core.mailbox import MAILBOX_LIMIT, MESSAGES_LIMIT, TOKENS_LIMIT
from client.errors import ChevetError
from client.relay.storage import Letter, Listener, StorageError
from client.relay.storage.commits import SharedCommits

SCHEMA_VERSION: Final = 1
FILE_NAME: Final = "mailboxes.sqlite3"
LOCK_NAME: Final = "relay.lock"
STORE_LIMIT_BYTES: Final = 8 << 30
"""All mailboxes together; chosen: 2,000 full ones. Beyond, SQLite itself refuses to grow."""

_PAGE_BYTES: Final = 4_096
_SCHEMA: Final = f"""
BEGIN;
CREATE TABLE letter (
    -- AUTOINCREMENT: an id never comes back, so a late acknowledgement hits nothing else.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    address BLOB NOT NULL,
    expires_s INTEGER NOT NULL,
    size INTEGER NOT NULL,
    data BLOB NOT NULL
);
CREATE INDEX letter_by_mailbox ON letter (address, id, expires_s, size);
CREATE INDEX letter_by_end ON letter (expires_s);
CREATE TABLE admission (
    address BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    until_s INTEGER NOT NULL,
    PRIMARY KEY (address, token_hash)
) WITHOUT ROWID;
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""
_FORGET_TOKENS: Final = """
DELETE FROM admission WHERE address = :address AND token_hash IN (
    SELECT token_hash FROM admission WHERE address = :address
    ORDER BY until_s DESC LIMIT -1 OFFSET :limit)
"""

T = TypeVar("T")


class RelayDataVersionError(ChevetError):
    """The relay's file was written by a version of Chevet that this one does not know."""

    def __init__(self, path: Path, *, found: int) -> None:
        super().__init__(f"{path} has schema version {found}, this program knows {SCHEMA_VERSION}")
        self.path = path
        self.found = found


class RelayDataInUseError(ChevetError):
    """Another relay works in this folder."""

    def __init__(self, directory: Path) -> None:
        super().__init__(f"another relay works in {directory}")
        self.directory = directory


class SqliteStorage:
    """`MailboxStorage` in a folder of its own."""

    def __init__(self, directory: Path, *, limit_bytes: int = STORE_LIMIT_BYTES) -> None:
        """Open or make the file; blocks for the disk, so not on a running event loop."""
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = _locked(directory)
        try:
            writer = _connected(directory / FILE_NAME, limit_bytes)
            self._reading = _connected(directory / FILE_NAME, limit_bytes)
        except BaseException:
            self._lock.close()
            raise
        self._commits = SharedCommits(writer)
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="relay-reads")
        self._listener: Listener | None = None

    def listen(self, listener: Listener) -> None:
        """See `MailboxStorage`."""
        self._listener = listener

    def watched(self, address: bytes) -> None:
        """See `MailboxStorage`; a file serves one node, there is nobody to tell."""

    def unwatched(self, address: bytes) -> None:
        """See `MailboxStorage`."""

    async def put(self, address: bytes, data: bytes, *, now_s: int, expires_s: int) -> int | None:
        """See `MailboxStorage`."""

        def insert(database: sqlite3.Connection) -> int | None:
            (count, size) = database.execute(
                "SELECT count(*), coalesce(sum(size), 0) FROM letter"
                " WHERE address = ? AND expires_s > ?",
                (address, now_s),
            ).fetchone()
            if count >= MESSAGES_LIMIT or size + len(data) > MAILBOX_LIMIT:
                return None
            return database.execute(
                "INSERT INTO letter (address, expires_s, size, data) VALUES (?, ?, ?, ?)",
                (address, expires_s, len(data), data),
            ).lastrowid

        try:
            number = await self._commits.run(insert)
        except StorageError as error:
            if _is_full(error.__cause__):
                return None
            raise
        if number is not None and self._listener is not None:
            self._listener.letter_came(address)
        return number

    async def pending(
        self, address: bytes, *, after: int, limit: int, now_s: int
    ) -> Sequence[Letter]:
        """See `MailboxStorage`."""

        def select(database: sqlite3.Connection) -> list[Letter]:
            rows = database.execute(
                "SELECT id, data FROM letter WHERE address = ? AND id > ? AND expires_s > ?"
                " ORDER BY id LIMIT ?",
                (address, after, now_s, limit),
            )
            return [Letter(*row) for row in rows]

        return await self._read(select)

    async def acknowledge(self, address: bytes, ids: Collection[int]) -> None:
        """See `MailboxStorage`."""
        rows = [(address, number) for number in ids]

        def delete(database: sqlite3.Connection) -> None:
            database.executemany("DELETE FROM letter WHERE address = ? AND id = ?", rows)

        await self._commits.run(delete)

    async def admit(self, address: bytes, token_hash: bytes, until_s: int) -> None:
        """See `MailboxStorage`."""

        def upsert(database: sqlite3.Connection) -> None:
            row = (address, token_hash, until_s)
            database.execute("INSERT OR REPLACE INTO admission VALUES (?, ?, ?)", row)
            database.execute(_FORGET_TOKENS, {"address": address, "limit": TOKENS_LIMIT})

        await self._commits.run(upsert)

    async def is_admitted(self, address: bytes, token_hash: bytes, now_s: int) -> bool:
        """See `MailboxStorage`."""

        def select(database: sqlite3.Connection) -> bool:
            found = database.execute(
                "SELECT 1 FROM admission WHERE address = ? AND token_hash = ? AND until_s > ?",
                (address, token_hash, now_s),
            )
            return found.fetchone() is not None

        return await self._read(select)

    async def expire(self, now_s: int) -> int:
        """See `MailboxStorage`."""

        def delete(database: sqlite3.Connection) -> int:
            database.execute("DELETE FROM admission WHERE until_s <= ?", (now_s,))
            return database.execute("DELETE FROM letter WHERE expires_s <= ?", (now_s,)).rowcount

        return await self._commits.run(delete)

    async def close(self) -> None:
        """See `MailboxStorage`."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._reader.shutdown()
        self._reading.close()
        self._commits.close()
        self._lock.close()

    async def _read(self, select: Callable[[sqlite3.Connection], T]) -> T:
        def read() -> T:
            try:
                return select(self._reading)
            except sqlite3.Error as error:  # its frames hold cursors, which stay in this thread
                plain = error.with_traceback(None)
            raise StorageError(f"nothing was read: {plain}") from plain

        return await asyncio.get_running_loop().run_in_executor(self._reader, read)


def _locked(directory: Path) -> sqlite3.Connection:
    """A lock that ends with the process, however that ends, on every system."""
    lock = sqlite3.connect(directory / LOCK_NAME, timeout=0, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        raise RelayDataInUseError(directory) from error
    return lock


def _connected(path: Path, limit_bytes: int) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        _prepare(database, path, limit_bytes)
    except BaseException as error:
        database.close()
        if isinstance(error, sqlite3.Error):
            raise StorageError(f"{path} cannot be used: {error}") from error
        raise
    return database


def _prepare(database: sqlite3.Connection, path: Path, limit_bytes: int) -> None:
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA secure_delete = ON")  # what was fetched leaves no trace
    database.execute(f"PRAGMA max_page_count = {limit_bytes // _PAGE_BYTES}")
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == 0:
        database.executescript(_SCHEMA)
    elif version != SCHEMA_VERSION:
        raise RelayDataVersionError(path, found=version)


def _is_full(error: BaseException | None) -> bool:
    return isinstance(error, sqlite3.Error) and error.sqlite_errorcode == sqlite3.SQLITE_FULL
