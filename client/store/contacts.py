"""The contacts book, in an encrypted file of its own beside the records.

Records come and go with what the law asks to be kept; whom one knows stays, so ``contacts.db`` is
another file, under the same key. All work is done by one thread of its own, as in
`client.store.records`.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, ParamSpec, Self, TypeVar

from client.core.contacts import CONTACTS_LIMIT, Contact, ContactsFullError
from client.core.plain_cbor import pack, unpack
from client.store.database import Database
from client.store.errors import StorageFailedError, UnreadableRecordsError
from client.store.keys import Keys
from client.store.schema import Migration

P = ParamSpec("P")
T = TypeVar("T")

FILE_NAME: Final = "contacts.db"
_FIRST: Final[Migration] = (
    """
    CREATE TABLE contact (
        public BLOB PRIMARY KEY CHECK (length(public) = 32),
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        rpps TEXT,
        verified_ms INTEGER NOT NULL,
        verified_how TEXT NOT NULL,
        secrets BLOB NOT NULL,
        bundle BLOB,
        epoch INTEGER NOT NULL,
        calls INTEGER NOT NULL,
        relay TEXT,
        revoked_ms INTEGER
    ) STRICT, WITHOUT ROWID
    """,
)
_COLUMNS: Final = (
    "public, name, role, rpps, verified_ms, verified_how, secrets, bundle, epoch, calls, relay,"
    " revoked_ms"
)


class ContactsFile:
    """The table itself; blocking, and usable only from the thread that opened it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, folder: Path | None, keys: Keys) -> Self:
        """The book in this folder, made if needed; in memory alone when it is `None`."""
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageFailedError(error.strerror or type(error).__name__) from error
        path = None if folder is None else folder / FILE_NAME
        return cls(Database.open(path, keys.database_key, migrations=(_FIRST,)))

    def all(self) -> tuple[Contact, ...]:
        """Every contact by name, revoked ones too."""
        query = f"SELECT {_COLUMNS} FROM contact ORDER BY name, public"  # noqa: S608 -- a constant
        return tuple(_contact(row) for row in self._database.rows(query))

    def keep(self, contact: Contact) -> None:
        """Keep the contact, in place of what was known of this key; `ContactsFullError`."""
        with self._database.transaction():
            others = self._database.rows(
                "SELECT count(*) FROM contact WHERE public != ?", contact.public
            )
            if others[0][0] >= CONTACTS_LIMIT:
                raise ContactsFullError(CONTACTS_LIMIT)
            marks = ", ".join("?" * len(_COLUMNS.split(",")))
            self._database.change(
                f"INSERT OR REPLACE INTO contact ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 -- same
                *_row(contact),
            )

    def forget(self, public: bytes) -> None:
        """Delete what is known of this key, its secrets included."""
        self._database.change("DELETE FROM contact WHERE public = ?", public)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


class Contacts:
    """Everybody this site knows, for the event loop. Methods raise `StoreError`s.

    What was read once is answered from memory; what has returned from `keep` is on disk.
    """

    def __init__(
        self, file: ContactsFile, worker: ThreadPoolExecutor, known: tuple[Contact, ...]
    ) -> None:
        self._file = file
        self._worker = worker
        self._known = {contact.public: contact for contact in known}
        self._is_closed = False

    @classmethod
    async def open(cls, folder: Path | None, keys: Keys) -> Self:
        """The book in this folder, made if needed; ``None`` keeps it in memory only."""
        worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="contacts")
        try:
            loop = asyncio.get_running_loop()
            file = await loop.run_in_executor(worker, ContactsFile.open, folder, keys)
            known = await loop.run_in_executor(worker, file.all)
        except BaseException:
            worker.shutdown(wait=False)
            raise
        return cls(file, worker, known)

    @property
    def all(self) -> tuple[Contact, ...]:
        """Every contact by name, revoked ones too."""
        return tuple(sorted(self._known.values(), key=lambda one: (one.name, one.public)))

    def of(self, public: bytes) -> Contact | None:
        """The contact with this key, revoked or not."""
        return self._known.get(public)

    async def keep(self, contact: Contact) -> None:
        """Keep the contact, in place of what was known of this key; `ContactsFullError`."""
        await self._run(self._file.keep, contact)
        self._known[contact.public] = contact

    async def forget(self, public: bytes) -> None:
        """Delete what is known of this key, its secrets included."""
        await self._run(self._file.forget, public)
        self._known.pop(public, None)

    async def close(self) -> None:
        """Finish what was asked and let go of the file."""
        if self._is_closed:
            return
        self._is_closed = True
        await self._run(self._file.close)
        self._worker.shutdown()

    async def _run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        call = partial(job, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._worker, call)


def _row(contact: Contact) -> tuple[object, ...]:
    return (
        *(contact.public, contact.name, contact.role, contact.rpps),
        *(_milliseconds(contact.verified_at), contact.verified_how, pack(*contact.secrets)),
        *(contact.bundle, contact.epoch, contact.calls, contact.relay),
        None if contact.revoked_at is None else _milliseconds(contact.revoked_at),
    )


def _contact(row: tuple[Any, ...]) -> Contact:
    public, name, role, rpps, verified_ms, how, secrets, *rest, revoked_ms = row
    bundle, epoch, calls, relay = rest
    try:
        unpacked = tuple(item for item in unpack(secrets) if isinstance(item, bytes))
    except ValueError as error:
        raise UnreadableRecordsError("a contact's secrets") from error
    return Contact(
        *(public, name, role, rpps, _moment(verified_ms), how, unpacked, bundle),
        epoch=epoch,
        calls=calls,
        relay=relay,
        revoked_at=None if revoked_ms is None else _moment(revoked_ms),
    )


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
