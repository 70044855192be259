"""Put letters for ever, eight at a time, printing each once the storage has answered.

The other half of ``test_sqlite.py``, which kills it.
"""

import asyncio
import itertools
import sys
from pathlib import Path

from client.relay.storage.sqlite import SqliteStorage


async def main(directory: Path) -> None:
    storage = SqliteStorage(directory)
    numbers = itertools.count(1)

    async def put() -> None:
        for number in numbers:
            data = f"letter {number}".encode()
            address = bytes([number % 50]) * 32
            if await storage.put(address, data, now_s=1, expires_s=1 << 40) is not None:
                print(number, flush=True)  # noqa: T201 -- its only way to tell the test

    await asyncio.gather(*(put() for _ in range(8)))


asyncio.run(main(Path(sys.argv[1])))
