"""The encrypted file: its key, its settings, its layout, its damage."""

from pathlib import Path

import pytest

from client.store.database import Database
from client.store.errors import (
    NewerStoreError,
    StorageFailedError,
    UnencryptedStoreError,
    UnreadableRecordsError,
)
from client.store.schema import MIGRATIONS

KEY = bytes(range(32))
FIRST = ("CREATE TABLE word (word TEXT)", "INSERT INTO word VALUES ('kept')")
SECOND = ("ALTER TABLE word ADD COLUMN length INTEGER", "UPDATE word SET length = length(word)")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some.db"


def test_the_file_is_encrypted_from_its_first_byte(file: Path) -> None:
    database = Database.open(file, KEY, migrations=[FIRST])
    database.close()
    data = file.read_bytes()
    assert not data.startswith(b"SQLite format 3")
    assert b"CREATE TABLE" not in data


def test_another_key_does_not_open_it(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Database.open(file, KEY).close()
    with pytest.raises(UnreadableRecordsError):
        Database.open(file, bytes(32))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_has_one_length(file: Path, size: int) -> None:
    with pytest.raises(ValueError, match="length"):
        Database.open(file, bytes(size))


@pytest.mark.parametrize(
    ("setting", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("temp_store", 2)],
)
def test_it_is_set_to_lose_nothing(file: Path, setting: str, value: object) -> None:
    database = Database.open(file, KEY)
    assert database.rows(f"PRAGMA {setting}") == [(value,)]
    database.close()


def test_a_library_that_cannot_encrypt_is_refused() -> None:
    import sqlite3  # noqa: PLC0415 -- the plain library, for this test alone

    plain = Database(sqlite3.connect(":memory:", isolation_level=None))
    with pytest.raises(UnencryptedStoreError):
        plain._unlock(KEY)
    plain.close()


def test_an_older_file_is_brought_forward_with_what_it_holds(file: Path) -> None:
    Database.open(file, KEY, migrations=[FIRST]).close()
    database = Database.open(file, KEY, migrations=[FIRST, SECOND])
    assert database.rows("SELECT word, length FROM word") == [("kept", 4)]
    assert database.rows("PRAGMA user_version") == [(2,)]
    database.close()


def test_a_step_is_taken_once(file: Path) -> None:
    for _ in range(3):
        database = Database.open(file, KEY, migrations=[FIRST])
        assert database.rows("SELECT count(*) FROM word") == [(1,)]
        database.close()


def test_a_step_that_fails_half_way_leaves_the_file_as_it_was(file: Path) -> None:
    Database.open(file, KEY, migrations=[FIRST]).close()
    with pytest.raises(StorageFailedError):
        Database.open(file, KEY, migrations=[FIRST, (*SECOND, "not SQL")])
    database = Database.open(file, KEY, migrations=[FIRST])
    assert database.rows("SELECT * FROM word") == [("kept",)]
    database.close()


def test_a_file_from_the_future_is_left_alone(file: Path) -> None:
    Database.open(file, KEY, migrations=[*MIGRATIONS, FIRST]).close()
    before = file.read_bytes()
    with pytest.raises(NewerStoreError):
        Database.open(file, KEY)
    assert file.read_bytes() == before


def test_a_transaction_is_all_or_nothing(file: Path) -> None:
    database = Database.open(file, KEY, migrations=[FIRST])

    def half() -> None:
        with database.transaction():
            database.change("DELETE FROM word")
            raise LookupError

    with pytest.raises(LookupError):
        half()
    assert database.rows("SELECT * FROM word") == [("kept",)]
    database.close()


def test_a_file_held_by_another_program_is_a_failed_storage(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("client.store.database._BUSY_TIMEOUT_S", 0.0)
    one = Database.open(file, KEY, migrations=[FIRST])
    other = Database.open(file, KEY, migrations=[FIRST])
    with one.transaction():
        one.change("DELETE FROM word")
        with pytest.raises(StorageFailedError), other.transaction():
            pytest.fail("two writers at once")
    one.close()
    other.close()


def test_a_changed_byte_on_the_disk_is_found(file: Path) -> None:
    database = Database.open(file, KEY)
    assert database.faults() == []
    database.close()
    data = bytearray(file.read_bytes())
    data[-2_000] ^= 1
    file.write_bytes(data)
    database = Database.open(file, KEY)
    assert database.faults()
    database.close()


def test_a_folder_that_cannot_be_used_is_a_failed_storage(tmp_path: Path) -> None:
    with pytest.raises(StorageFailedError):
        Database.open(tmp_path / "nowhere" / "some.db", KEY)
