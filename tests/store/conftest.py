"""Keys and records for the tests of what is kept on disk."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from client.store.keys import Keys
from client.store.records import Records

Opening = Callable[[], Awaitable[Records]]


@pytest.fixture
def keys() -> Keys:
    return Keys(database_key=bytes(range(32)), identity_seed=bytes(range(32, 64)))


@pytest.fixture
async def opened(tmp_path: Path, keys: Keys) -> AsyncIterator[Opening]:
    """Opens the records in `tmp_path`, as often as asked; each is closed at the end."""
    async with AsyncExitStack() as stack:

        async def opening() -> Records:
            records = await Records.open(tmp_path, keys)
            stack.push_async_callback(records.close)
            return records

        yield opening


@pytest.fixture
async def records(keys: Keys) -> AsyncIterator[Records]:
    """Records that live in memory."""
    records = await Records.open(None, keys)
    yield records
    await records.close()
