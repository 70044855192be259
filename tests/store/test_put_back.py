"""Files of records that were cut, swapped or put back to an earlier day."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.core.record import Direction
from client.core.wire import Intake, Parcel
from client.store import backup
from client.store.audit import Finding
from client.store.database import Database
from client.store.errors import NewerStoreError, StoreError, UnreadableRecordsError
from client.store.journal import JournalEvent
from client.store.keys import Cost, Keys, unlock
from client.store.ledger import FILE_NAME, Ledger
from client.store.schema import MIGRATIONS

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PASSPHRASE = "encore une autre phrase"  # noqa: S105 -- of these tests alone


def consult(ledger: Ledger, at: datetime = NOW) -> int:
    number = ledger.begin(at)
    ledger.keep(number, Parcel(1, Intake("Zoé", "otite", 1)), Direction.SENT, at)
    ledger.note(number, JournalEvent.OPENED, at, {})
    ledger.finish(number, at, "finished")
    return number


@pytest.fixture
def folder(tmp_path: Path, keys: Keys) -> Path:
    """Records of two consultations."""
    ledger = Ledger.open(tmp_path / "site", keys)
    consult(ledger)
    consult(ledger)
    ledger.close()
    return tmp_path / "site"


def test_a_file_cut_anywhere_is_never_found_whole(folder: Path, keys: Keys) -> None:
    whole = (folder / FILE_NAME).read_bytes()
    for size in (*range(1, len(whole), 4_096), 4_095, len(whole) - 4_096, len(whole) - 1):
        (folder / FILE_NAME).write_bytes(whole[:size])
        try:
            ledger = Ledger.open(folder, keys)
        except StoreError:
            continue
        try:
            assert any(isinstance(found, Finding) for found in ledger.audit.findings()), size
        except StoreError:
            pass
        finally:
            ledger.close()


def test_an_emptied_file_does_not_take_its_log_with_it(folder: Path, keys: Keys) -> None:
    log = folder / f"{FILE_NAME}-wal"
    ledger = Ledger.open(folder, keys)
    consult(ledger)
    written = log.read_bytes()
    assert written
    ledger.close()
    (folder / FILE_NAME).write_bytes(b"")
    log.write_bytes(written)
    with pytest.raises(UnreadableRecordsError):
        Ledger.open(folder, keys)
    assert log.read_bytes() == written


def test_an_older_genuine_file_is_told_by_what_was_noted_of_the_newer(
    folder: Path, keys: Keys
) -> None:
    older = (folder / FILE_NAME).read_bytes()
    ledger = Ledger.open(folder, keys)
    consult(ledger)
    head = ledger.site.head()
    assert head is not None
    assert ledger.site.holds(head.count, head.hash.hex()[:16])
    ledger.close()
    (folder / FILE_NAME).write_bytes(older)
    again = Ledger.open(folder, keys)
    assert list(again.audit.findings()) == [1, 2], "by itself it is whole, as is documented"
    assert not again.site.holds(head.count, head.hash.hex()[:16])
    consult(again, NOW + timedelta(days=1))
    assert not again.site.holds(head.count, head.hash.hex()[:16]), "nor once it goes on"
    again.close()


def test_another_sites_file_does_not_open(folder: Path, tmp_path: Path, keys: Keys) -> None:
    stranger = Ledger.open(tmp_path / "other", Keys(bytes(32), bytes(32)))
    consult(stranger)
    stranger.close()
    shutil.copy(tmp_path / "other" / FILE_NAME, folder / FILE_NAME)
    with pytest.raises(StoreError):
        Ledger.open(folder, keys)


def packed(folder: Path, keys: Keys, target: Path) -> Path:
    backup.back_up(folder, keys, target, PASSPHRASE, cost=Cost(1, 1, 8))
    return target


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_backup_of_an_older_version_comes_back_in_todays_form(
    tmp_path: Path, keys: Keys, version: int
) -> None:
    (tmp_path / "old").mkdir()
    path = tmp_path / "old" / FILE_NAME
    Database.open(path, keys.database_key, migrations=MIGRATIONS[:version]).close()
    source = packed(tmp_path / "old", keys, tmp_path / "copy")
    backup.restore(source, tmp_path / "new", PASSPHRASE, now=NOW, by="Anne Roy")
    ledger = Ledger.open(tmp_path / "new", unlock(tmp_path / "new", PASSPHRASE))
    assert list(ledger.audit.findings()) == []
    number = consult(ledger)
    assert list(ledger.audit.findings()) == [number]
    ledger.close()


def test_a_backup_of_a_newer_version_is_refused_and_leaves_nothing(
    folder: Path, tmp_path: Path, keys: Keys
) -> None:
    newer = Database.open(folder / FILE_NAME, keys.database_key)
    newer.change(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    newer.close()
    source = packed(folder, keys, tmp_path / "copy")
    with pytest.raises(NewerStoreError):
        backup.restore(source, tmp_path / "new", PASSPHRASE, now=NOW, by="Anne Roy")
    assert {path.name for path in tmp_path.iterdir()} == {"site", "copy"}
