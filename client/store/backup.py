"""A whole site in one encrypted file, and back. Blocking; takes as long as copying does.

The file is a ZIP archive without compression of what a folder of records holds: ``records.db`` and
``contacts.db``, copied page by page while they are in use and encrypted anew under a key made for
this copy, and ``keys.cbor``, which holds that key and the site's identity under the backup's own
passphrase (Argon2id, `client.store.keys`). Without the passphrase it is of no use to anybody, and
nothing on this machine can make up for a lost one.
"""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from client.store import contacts, first_start, journal, keys, ledger, system_keyring
from client.store.audit import Finding, FindingKind
from client.store.database import Database
from client.store.errors import (
    BackupExistsError,
    DamagedBackupError,
    LostRecordsError,
    NoBackupError,
    NoFolderError,
    RecordsExistError,
    StorageFailedError,
    UnreadableRecordsError,
)
from client.store.keys import RECOMMENDED_COST, Cost, Keys, Random
from client.store.ledger import Ledger
from client.store.site_journal import SiteEvent

_DATABASES: Final = (ledger.FILE_NAME, contacts.FILE_NAME)
_MEMBERS: Final = (*_DATABASES, keys.FILE_NAME)
"""Written and put back in this order: the keys last, without which the rest is nothing."""
_NOT_OURS: Final = (zipfile.BadZipFile, RuntimeError, EOFError)
"""What reading an archive raises that is damaged, or encrypted (`RuntimeError`)."""


def back_up(  # noqa: PLR0913 -- two sites' worth of places and secrets
    folder: Path,
    secrets: Keys,
    target: Path,
    passphrase: str,
    *,
    cost: Cost = RECOMMENDED_COST,
    random: Random = os.urandom,
) -> None:
    """Write the site's backup to `target`, whole or not at all.

    Raises `BackupExistsError`, `NoFolderError`, `WeakPassphraseError`, `StorageFailedError`.
    """
    if target.exists():
        raise BackupExistsError
    if not target.parent.is_dir():
        raise NoFolderError
    copied = Keys(random(len(secrets.database_key)), secrets.identity_seed)
    with _disk(), _beside(target) as temporary:
        keys.keep(temporary, copied, passphrase, cost=cost, random=random)
        for name in _DATABASES:
            if (folder / name).exists():
                _copy(folder / name, secrets.database_key, temporary / name, copied.database_key)
        whole = temporary / "backup"
        _pack(temporary, whole)
        if target.exists():
            raise BackupExistsError
        whole.replace(target)


def restore(source: Path, folder: Path, passphrase: str, *, now: datetime, by: str) -> None:
    """Put a backup's site into a folder that holds none; the backup's passphrase opens it.

    Before anything is put there every page, journal line and value is checked. Raises
    `RecordsExistError`, `NoBackupError`, `DamagedBackupError`, `WrongPassphraseError`,
    `NewerStoreError`, `StorageFailedError`.
    """
    _check_room(folder)
    if not source.is_file():
        raise NoBackupError
    with _disk():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _beside(folder) as temporary:
            _unpack(source, temporary)
            _verify(temporary, passphrase, now, by)
            _put_back(temporary, folder)


def _check_room(folder: Path) -> None:
    if any((folder / name).exists() for name in (*_MEMBERS, system_keyring.FILE_NAME)):
        raise RecordsExistError


def _verify(folder: Path, passphrase: str, now: datetime, by: str) -> None:
    """Everything is as the site wrote it, and the site's journal says from now on who restored."""
    secrets = keys.unlock(folder, passphrase)
    try:
        if (folder / contacts.FILE_NAME).exists():
            book = Database.open(folder / contacts.FILE_NAME, secrets.database_key, migrations=None)
            try:
                if book.faults():
                    raise DamagedBackupError("the contacts book")
            finally:
                book.close()
        restored = Ledger.open(folder, secrets)
        try:
            if any(_is_damage(found) for found in restored.audit.findings()):
                raise DamagedBackupError("the records")
            facts = {"by": by[: journal.FACT_CHARACTERS]}
            restored.site.note(SiteEvent.RESTORED, now, facts)
        finally:
            restored.close()
    except (LostRecordsError, UnreadableRecordsError) as error:
        raise DamagedBackupError("unreadable") from error


def _is_damage(found: Finding | int) -> bool:
    """What the site's journal says of itself is no fault of this copy."""
    return isinstance(found, Finding) and found.kind is not FindingKind.SITE_JOURNAL_CUT


def _put_back(temporary: Path, folder: Path) -> None:
    _check_room(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in _MEMBERS:
        if (temporary / name).exists():
            (temporary / name).replace(folder / name)
    first_start.over(folder)


def _copy(source: Path, key: bytes, target: Path, new_key: bytes) -> None:
    origin = Database.open(source, key, migrations=None)
    try:
        copy = Database.open(target, new_key, migrations=None)
        try:
            origin.copy_to(copy)
        finally:
            copy.close()
    finally:
        origin.close()


def _pack(folder: Path, whole: Path) -> None:
    whole.touch(mode=0o600, exist_ok=False)
    with whole.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name in _MEMBERS:
                if (folder / name).exists():
                    archive.write(folder / name, name)
        file.flush()
        os.fsync(file.fileno())


def _unpack(source: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            if not {ledger.FILE_NAME, keys.FILE_NAME} <= set(archive.namelist()):
                raise DamagedBackupError("a part is missing")
            for name in _MEMBERS:
                if name in archive.namelist():
                    if archive.getinfo(name).compress_type != zipfile.ZIP_STORED:
                        raise DamagedBackupError("a part in another form than ours")
                    with archive.open(name) as packed, (folder / name).open("xb") as file:
                        shutil.copyfileobj(packed, file)
    except _NOT_OURS as error:
        raise DamagedBackupError("not an archive of ours, or cut short") from error


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A folder that only its owner can read, on the same disk; gone at the end."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as name:
        yield Path(name)


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFailedError(error.strerror or type(error).__name__) from error
