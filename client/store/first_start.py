"""Tells a site that never began from one that has lost its records.

``new-site`` lies in the folder from before the keys are made until the first records are on the
disk, so a start that was cut in between goes on. Keys without it and without records are a loss,
which no start may pass over by making new records.
"""

from datetime import datetime
from pathlib import Path
from typing import Final

from client.store.errors import LostRecordsError, StorageFailedError
from client.store.files import replace_durably

FILE_NAME: Final = "new-site"
RECORDS: Final = "records.db"
KEYS: Final = ("keys.cbor", "keyring.cbor")
"""Of a passphrase, and of the system's keyring."""
_BESIDE: Final = ("-wal", "-shm", "-journal")
"""Files that SQLite keeps beside its own."""


def announce(folder: Path) -> None:
    """From now on records may be made here; makes the folder if needed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_durably(folder / FILE_NAME, b"")
    except OSError as error:
        raise StorageFailedError(error.strerror or type(error).__name__) from error


def over(folder: Path) -> None:
    """The records are on the disk: from now on they are missed if they go."""
    try:
        (folder / FILE_NAME).unlink(missing_ok=True)
    except OSError as error:
        raise StorageFailedError(error.strerror or type(error).__name__) from error


def is_announced(folder: Path) -> bool:
    """Whether keys were made here and records not yet."""
    return (folder / FILE_NAME).exists()


def set_aside(folder: Path, now: datetime) -> None:
    """Move what is left of records that are gone into a folder of its own: an emptied file's log.

    It would stand in the way of new ones, and may hold what somebody can still save.
    """
    left = [folder / f"{RECORDS}{suffix}" for suffix in ("", *_BESIDE)]
    aside = folder / f"lost-{now:%Y%m%d-%H%M%S}"
    try:
        for file in filter(Path.exists, left):
            aside.mkdir(exist_ok=True)
            file.replace(aside / file.name)
    except OSError as error:
        raise StorageFailedError(error.strerror or type(error).__name__) from error


def has_keys(folder: Path) -> bool:
    """Whether a site's keys were made here."""
    return any((folder / name).exists() for name in KEYS)


def has_records(folder: Path) -> bool:
    """Whether there is anything in the file of the records."""
    file = folder / RECORDS
    return file.exists() and file.stat().st_size > 0


def check(folder: Path) -> None:
    """`LostRecordsError` where a site's keys are without the records they were used for."""
    if has_keys(folder) and not has_records(folder) and not is_announced(folder):
        raise LostRecordsError
