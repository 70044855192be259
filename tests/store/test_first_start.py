"""A folder without records: new, cut while it began, or one that has lost them."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.store import keys
from client.store.errors import LostRecordsError, UnreadableRecordsError
from client.store.keys import Cost, Keys
from client.store.ledger import FILE_NAME, Ledger

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PASSPHRASE = "quatre mots bien choisis"  # noqa: S105 -- of these tests alone
CHEAP = Cost(1, 1, 8)

STOPS_AT = """
import os, signal, sys
from pathlib import Path
from client.store import keys
from client.store.keys import Cost
from client.store.ledger import Ledger

left, folder, last = int(sys.argv[1]), Path(sys.argv[2]), ""

def stop(event, arguments):
    global left
    if event in ("open", "os.rename", "os.remove") and str(folder) in str(arguments):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(stop)
Ledger.open(folder, keys.create(folder, "quatre mots bien choisis", cost=Cost(1, 1, 8))).close()
"""


def killed_start(folder: Path, step: int) -> bool:
    """The first start of a site, killed as it touches its folder; whether it came to its end."""
    words = [sys.executable, "-c", STOPS_AT, str(step), str(folder)]
    done = subprocess.run(words, cwd=Path(__file__).parents[2], check=False)  # noqa: S603 -- our own program, with our own arguments
    return done.returncode == 0


def goes_on(folder: Path) -> Ledger:
    """As ``chevet site`` starts: the keys that are there, or new ones."""
    if keys.exist(folder):
        return Ledger.open(folder, keys.unlock(folder, PASSPHRASE))
    return Ledger.open(folder, keys.create(folder, PASSPHRASE, cost=CHEAP))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site that has one consultation."""
    ledger = goes_on(tmp_path / "site")
    ledger.begin(NOW)
    ledger.close()
    return tmp_path / "site"


def test_a_first_start_that_was_cut_anywhere_goes_on_and_then_misses_its_records(
    tmp_path: Path,
) -> None:
    step, is_whole, without_records = 0, False, False
    while not is_whole:
        folder = tmp_path / str(step)
        is_whole = killed_start(folder, step)
        without_records |= keys.exist(folder) and not (folder / FILE_NAME).exists()
        ledger = goes_on(folder)
        assert ledger.begin(NOW) == 1
        ledger.close()
        (folder / FILE_NAME).unlink()
        with pytest.raises(LostRecordsError):
            goes_on(folder)
        step += 1
    assert without_records, "none was cut between the keys and the records"


@pytest.mark.parametrize("left", [None, b""], ids=["gone", "emptied"])
def test_no_start_makes_records_in_place_of_those_that_are_gone(
    folder: Path, left: bytes | None
) -> None:
    (folder / FILE_NAME).unlink()
    if left is not None:
        (folder / FILE_NAME).write_bytes(left)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for _ in range(2):
        with pytest.raises(LostRecordsError):
            goes_on(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_log_without_its_file_is_left_as_it_is(tmp_path: Path, keys: Keys) -> None:
    ledger = Ledger.open(tmp_path, keys)
    ledger.begin(NOW)
    log = tmp_path / f"{FILE_NAME}-wal"
    written = log.read_bytes()
    ledger.close()
    (tmp_path / FILE_NAME).unlink()
    log.write_bytes(written)
    with pytest.raises(UnreadableRecordsError):
        Ledger.open(tmp_path, keys)
    assert log.read_bytes() == written
