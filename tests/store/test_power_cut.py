"""A program killed while it keeps parcels loses none whose keeping had returned."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.core.wire import Parcel, Text
from client.store import journal
from client.store.keys import Keys
from client.store.records import Records

KEEPS_FOREVER = """
import asyncio, itertools, sys
from datetime import datetime, UTC
from pathlib import Path
from client.core.record import Direction
from client.core.wire import Parcel, Text
from client.store.journal import JournalEvent
from client.store.keys import Keys
from client.store.records import Records

AT = datetime(2026, 11, 22, tzinfo=UTC)

async def main(folder, database_key, identity_seed):
    keys = Keys(bytes.fromhex(database_key), bytes.fromhex(identity_seed))
    records = await Records.open(Path(folder), keys)
    consultation = await records.begin(AT)
    for number in itertools.count(1):
        await asyncio.gather(
            records.keep(consultation, Parcel(number, Text("a" * 900, number)), Direction.SENT, AT),
            records.note(consultation, JournalEvent.READING_SENT, AT, {"number": number}),
        )
        print(number, flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


def killed_while_keeping(folder: Path, keys: Keys, lines: int) -> int:
    """Run the program above, kill it after so many lines; the last number that it printed."""
    words = [sys.executable, "-c", KEEPS_FOREVER, str(folder)]
    process = subprocess.Popen(  # noqa: S603 -- our own program, with our own arguments
        [*words, keys.database_key.hex(), keys.identity_seed.hex()],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as said:
        for _ in range(lines):
            assert said.readline()
        process.kill()
        rest = said.read().splitlines()
    process.wait()
    return int(rest[-1]) if rest else lines


@pytest.mark.parametrize("lines", [1, 40, 300])
async def test_what_returned_is_there_after_a_kill(tmp_path: Path, keys: Keys, lines: int) -> None:
    last = killed_while_keeping(tmp_path, keys, lines)
    records = await Records.open(tmp_path, keys)
    kept = await records.unacknowledged(1)
    record = await records.consultation(1)
    assert kept[:last] == [Parcel(n, Text("a" * 900, n)) for n in range(1, last + 1)]
    assert len(kept) <= last + 1
    assert len(record.journal) in {last, last + 1}
    assert journal.fault_in(record, record.site_key) is None
    assert await records.faults() == []
    assert await records.begin(datetime(2026, 11, 22, tzinfo=UTC)) == 2
    await records.close()
