"""Keeps the process as small as what it holds, however often the line is cut."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from client import memory

EVERY_S: Final = 60.0
"""chosen: a peer connection that ended leaves 1 MB to be freed, a still that was sent 10 MB."""


async def keep_small(sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
    """Free what ended, and give it back to the system; until cancelled.

    A closed connection is a cycle of aiortc's: 12,000 blocks, which Python by itself frees after
    fifteen such connections at the earliest.
    """
    while True:
        await sleep(EVERY_S)
        memory.collect()
        await asyncio.to_thread(memory.trim)
