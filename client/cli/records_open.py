"""How the commands of ``chevet records`` open the records, and how they speak."""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from client.catalogue import Catalogue
from client.cli.unlocking import PASSPHRASE_VARIABLE, keys_in
from client.core.plain_text import printable
from client.store import first_start
from client.store.errors import LostKeysError, LostRecordsError, NoRecordsError
from client.store.keys import Keys
from client.store.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Opened:
    """The records of one folder."""

    folder: Path
    keys: Keys
    ledger: Ledger


def folder_of(arguments: argparse.Namespace) -> Path:
    """Where the records are."""
    return Path(arguments.record or user_data_path("chevet", appauthor=False))


def check_there(folder: Path) -> None:
    """Looking makes nothing.

    Raises `NoRecordsError` where there are none, `LostKeysError` for records without their keys,
    `LostRecordsError` for keys without their records. A folder that was mistyped must not become a
    site of its own, nor an emptied one look new.
    """
    if not first_start.has_keys(folder):
        raise LostKeysError if (folder / first_start.RECORDS).exists() else NoRecordsError
    if not first_start.has_records(folder):
        raise NoRecordsError if first_start.is_announced(folder) else LostRecordsError


def unlocked(folder: Path, say: Catalogue) -> Keys:
    """The folder's keys, as ``chevet site`` opens them."""
    return keys_in(folder, os.environ.pop(PASSPHRASE_VARIABLE, None), say)


@contextmanager
def opened(arguments: argparse.Namespace, say: Catalogue) -> Iterator[Opened]:
    """The records, unlocked as ``chevet site`` does; see `check_there`."""
    folder = folder_of(arguments)
    check_there(folder)
    secrets = unlocked(folder, say)
    ledger = Ledger.open(folder, secrets)
    try:
        yield Opened(folder, secrets, ledger)
    finally:
        ledger.close()


def who() -> str:
    """Who is at the keyboard, as the operating system knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"


def tell(lines: Iterable[str]) -> None:
    """Write lines for a person: no control character of what a peer wrote survives."""
    for line in lines:
        sys.stdout.write(printable(line) + "\n")


def tell_json(items: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line, for programs."""
    for item in items:
        sys.stdout.write(json.dumps(item, ensure_ascii=False) + "\n")


def time_of(at: datetime | None) -> str | None:
    """RFC 3339, UTC, to the millisecond, as the exports have it."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(at: datetime, say: Catalogue) -> str:
    """The time as people here write it, by this machine's clock."""
    here = at.astimezone()
    return say(
        "records.moment",
        year=here.year,
        month=here.month,
        day=here.day,
        hour=here.hour,
        minute=here.minute,
    )


def exact_moment_of(at: datetime, say: Catalogue) -> str:
    """As `moment_of`, to the second."""
    here = at.astimezone()
    return say(
        "records.moment.exact",
        year=here.year,
        month=here.month,
        day=here.day,
        hour=here.hour,
        minute=here.minute,
        second=here.second,
    )


def word(say: Catalogue, key: str, otherwise: str) -> str:
    """The sentence of this key, where a newer version may have words that we do not know."""
    try:
        return say(key)
    except KeyError:
        return otherwise
