"""What only the SQLite engine promises: kill -9, its file's version, its bounds, its privacy."""

import asyncio
import itertools
import sqlite3
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from client.relay.storage import StorageError
from client.relay.storage.commits import SharedCommits
from client.relay.storage.sqlite import (
    FILE_NAME,
    RelayDataInUseError,
    RelayDataVersionError,
    SqliteStorage,
)

REPOSITORY = Path(__file__).parents[2]


def test_everything_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    program = Path(__file__).with_name("putting_until_killed.py")
    with subprocess.Popen(  # noqa: S603 -- our own program
        [sys.executable, str(program), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env={"PYTHONPATH": str(REPOSITORY)},
    ) as process:
        assert process.stdout is not None
        told = list(itertools.islice(process.stdout, 300))
        process.kill()
        told += process.stdout.readlines()
    # The last line may have been cut by the signal.
    acknowledged = {int(line) for line in told if line.endswith("\n")}
    assert len(acknowledged) >= 300

    kept = asyncio.run(_everything(tmp_path))
    assert acknowledged <= {int(data.removeprefix(b"letter ")) for data in kept}


async def _everything(directory: Path) -> list[bytes]:
    storage = SqliteStorage(directory)
    kept = []
    for number in range(50):
        letters = await storage.pending(bytes([number]) * 32, after=0, limit=1_000, now_s=2)
        kept += [letter.data for letter in letters]
    await storage.close()
    return kept


async def test_no_cursor_leaves_the_thread_of_its_connection(tmp_path: Path) -> None:
    # Dropped in another thread it resets a statement that is in use there: InterfaceError.
    commits = SharedCommits(sqlite3.connect(tmp_path / "any", check_same_thread=False))
    with pytest.raises(StorageError, match="cursor"):
        await commits.run(lambda database: database.execute("SELECT 1"))
    assert await commits.run(lambda database: database.execute("SELECT 1").fetchone()) == (1,)
    await asyncio.to_thread(commits.close)


async def test_nobody_waits_for_a_storage_that_was_closed(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path)
    await storage.close()
    with pytest.raises(StorageError):
        await storage.acknowledge(b"a" * 32, [1])


def _raw(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in directory.iterdir())


async def test_its_files_hold_what_was_put_and_no_token(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path)
    token, data = b"sixteen bytes ok", bytes(range(256)) * 8
    await storage.admit(b"a" * 32, sha256(token).digest(), 9)
    await storage.put(b"a" * 32, data, now_s=1, expires_s=9)
    await storage.close()
    raw = _raw(tmp_path)
    assert data[:512] in raw
    assert token not in raw


async def test_a_fetched_letter_leaves_no_trace(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path)
    number = await storage.put(b"a" * 32, b"ciphertext", now_s=1, expires_s=9)
    assert number is not None
    await storage.acknowledge(b"a" * 32, [number])
    await storage.close()  # the last connection folds the write-ahead log into the file
    raw = _raw(tmp_path)
    assert b"ciphertext" not in raw


async def test_one_folder_serves_one_relay(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path)
    with pytest.raises(RelayDataInUseError):
        SqliteStorage(tmp_path)
    await storage.close()
    await SqliteStorage(tmp_path).close()


def test_a_file_of_another_version_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE_NAME) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(RelayDataVersionError, match="99"):
        SqliteStorage(tmp_path)
    with pytest.raises(RelayDataVersionError):  # and the folder was let go of
        SqliteStorage(tmp_path)


def test_a_file_that_is_no_database_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database at all" * 100)
    with pytest.raises(StorageError):
        SqliteStorage(tmp_path)


async def test_a_full_disk_refuses_letters_and_still_lets_them_go(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path, limit_bytes=256 * 1024)

    async def put(mailbox: int) -> int | None:
        return await storage.put(bytes([mailbox]) * 32, b"x" * 9_000, now_s=1, expires_s=9)

    ids = await asyncio.gather(*(put(number) for number in range(60)))
    kept = [(number, letter) for number, letter in enumerate(ids) if letter is not None]
    assert 10 < len(kept) < 60
    assert await put(99) is None
    mailbox, letter = kept[0]
    refused, _ = await asyncio.gather(put(98), storage.acknowledge(bytes([mailbox]) * 32, [letter]))
    assert refused is None
    assert await put(97) is not None
    await storage.close()


async def test_letters_share_a_commit(tmp_path: Path) -> None:
    database = _numbers(tmp_path)
    statements: list[str] = []
    database.set_trace_callback(statements.append)
    commits = SharedCommits(database)
    is_busy, is_disk_ready = threading.Event(), threading.Event()

    def insert(db: sqlite3.Connection) -> None:
        is_busy.set()
        is_disk_ready.wait()
        db.execute("INSERT INTO number DEFAULT VALUES")

    waiting = [asyncio.create_task(commits.run(insert))]
    await asyncio.to_thread(is_busy.wait)
    waiting += [asyncio.create_task(commits.run(insert)) for _ in range(99)]
    await asyncio.sleep(0)  # every task has asked by now
    is_disk_ready.set()
    await asyncio.gather(*waiting)
    await asyncio.to_thread(commits.close)
    assert sum(statement.startswith("INSERT") for statement in statements) == 100
    # The first went alone; whatever came while it was on its way went together.
    assert statements.count("COMMIT") == 2


async def test_one_failing_job_fails_alone(tmp_path: Path) -> None:
    commits = SharedCommits(_numbers(tmp_path))
    insert = "INSERT INTO number VALUES (1)"
    results = await asyncio.gather(
        *(commits.run(lambda db: db.execute(insert).rowcount) for _ in range(3)),
        return_exceptions=True,
    )
    await asyncio.to_thread(commits.close)
    assert results[0] == 1
    assert [type(result) for result in results[1:]] == [StorageError, StorageError]


def _numbers(directory: Path) -> sqlite3.Connection:
    database = sqlite3.connect(directory / "numbers", isolation_level=None, check_same_thread=False)
    database.execute("CREATE TABLE number (value INTEGER UNIQUE)")
    return database
