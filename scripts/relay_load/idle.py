"""Visitors that watch their empty mailboxes: ``idle URL FIRST COUNT``; ends with its input."""

import asyncio
import sys

from client.core.identity import Identity
from client.core.mailbox import Watch
from client.relay.process import allow_connections
from relay_load.visitor import Visitor, arrived, session

AT_ONCE = 16
"""Who logs in together."""


async def main(url: str, first: int, count: int) -> None:
    """Say ``ready`` once all of them watch, ``lost N`` at the end."""
    allow_connections(count)
    turns = asyncio.Semaphore(AT_ONCE)
    lost = 0

    async with session() as connections:

        async def arrive(number: int) -> Visitor:
            async with turns:
                visitor = await arrived(connections, url, Identity(b"%032d" % number))
                await visitor.send(Watch())
                return visitor

        async def stay(visitor: Visitor) -> None:
            nonlocal lost
            await visitor.socket.receive()  # answers pings; nothing else ever comes
            lost += 1

        visitors = await asyncio.gather(*(arrive(first + number) for number in range(count)))
        staying = [asyncio.create_task(stay(visitor)) for visitor in visitors]
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        print(f"lost {lost}", flush=True)
        for task in staying:
            task.cancel()


url, first, count = sys.argv[1:]
asyncio.run(main(url, int(first), int(count)))
