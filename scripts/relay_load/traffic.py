"""Letters from senders to owners: ``traffic URL RATE SECONDS``; rate 0 is as fast as it goes.

Prints one JSON object: what was stored and delivered, how fast, and how long both took.
"""

import asyncio
import json
import struct
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from math import ceil
from time import perf_counter

import aiohttp

from client.core import mailbox
from client.core.identity import Identity
from client.core.mailbox import Ack, Admit, Message, Put, Refused, Stored, Watch
from relay_load.visitor import TOKEN, UNTIL_S, Visitor, arrived, session

PAIR_RATE = 20
"""Letters a second of one sender, well below what a connection may send."""
LETTER_BYTES = 1_088
"""A sealed parcel of the 1,024 bucket."""
FULL_PAIRS = 100
FULL_UNDER_WAY = 4
"""Letters of one sender without an answer, where as many as possible are sent."""
_SENT = struct.Struct(">d")


@dataclass(slots=True)
class Exchange:
    """One sender, one owner that acknowledges at once, and what happened to their letters."""

    sender: Visitor
    owner: Visitor
    stored_s: list[float] = field(default_factory=list)
    delivered_s: list[float] = field(default_factory=list)
    refused: int = 0
    _waiting: dict[int, float] = field(default_factory=dict)
    _began_s: float = field(default_factory=perf_counter)
    _went_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, moments: AsyncIterator[None], under_way: int) -> None:
        """A letter at each moment; returns when all were answered and delivered."""
        reading = [asyncio.create_task(self._hear()), asyncio.create_task(self._read())]
        number = 0
        async for _ in moments:
            await self._until(lambda: len(self._waiting) < under_way)
            number += 1
            await self._put(number)
        await self._until(lambda: len(self.delivered_s) + self.refused == number)
        for task in reading:
            task.cancel()

    async def _put(self, number: int) -> None:
        self._waiting[number] = now_s = perf_counter()
        data = _SENT.pack(now_s).ljust(LETTER_BYTES, b"\0")
        await self.sender.send(Put(number, self.owner.identity.address, TOKEN, data, 600))

    async def _hear(self) -> None:
        while True:
            answer = await self.sender.receive()
            assert isinstance(answer, Stored | Refused)  # noqa: S101 -- see below
            taken_s = perf_counter() - self._waiting.pop(answer.id)
            if isinstance(answer, Stored):
                self.stored_s.append(taken_s)
            else:
                self.refused += 1
            self._went_on.set()

    async def _read(self) -> None:
        while True:
            letter = await self.owner.receive()
            assert isinstance(letter, Message)  # noqa: S101 -- a load test of our own relay
            sent_s = _SENT.unpack_from(letter.data)[0]
            if sent_s >= self._began_s:  # else left over from traffic that ended before its receipt
                self.delivered_s.append(perf_counter() - sent_s)
            await self.owner.send(Ack((letter.id,)))
            self._went_on.set()

    async def _until(self, is_true: Callable[[], bool]) -> None:
        while not is_true():
            self._went_on.clear()
            await self._went_on.wait()


async def _paced(first_s: float, every_s: float, end_s: float) -> AsyncIterator[None]:
    """At these moments of the performance counter, or at once when they are over."""
    moment_s = first_s
    while moment_s < end_s:
        await asyncio.sleep(max(0.0, moment_s - perf_counter()))
        yield
        moment_s += every_s


async def _unpaced(end_s: float) -> AsyncIterator[None]:
    while perf_counter() < end_s:
        yield


async def _exchange(connections: aiohttp.ClientSession, url: str, number: int) -> Exchange:
    owner = await arrived(connections, url, Identity(b"owner" + b"%027d" % number))
    sender = await arrived(connections, url, Identity(b"sender" + b"%026d" % number))
    await owner.send(Admit(mailbox.token_hash(TOKEN), UNTIL_S))
    await owner.receive()
    await owner.send(Watch())
    return Exchange(sender, owner)


async def main(url: str, rate: int, seconds: float) -> None:
    """Run all exchanges at once."""
    count = ceil(rate / PAIR_RATE) if rate else FULL_PAIRS
    async with session() as connections:
        exchanges = [await _exchange(connections, url, number) for number in range(count)]
        began_s = perf_counter()
        end_s = began_s + seconds
        async with asyncio.TaskGroup() as running:
            for number, exchange in enumerate(exchanges):
                if rate:
                    every_s = count / rate
                    moments = _paced(began_s + number * every_s / count, every_s, end_s)
                    running.create_task(exchange.run(moments, 1_000))
                else:
                    running.create_task(exchange.run(_unpaced(end_s), FULL_UNDER_WAY))
        took_s = perf_counter() - began_s
    stored_s = sorted(taken for exchange in exchanges for taken in exchange.stored_s)
    delivered_s = sorted(taken for exchange in exchanges for taken in exchange.delivered_s)
    told = {
        "letters": len(stored_s),
        "refused": sum(exchange.refused for exchange in exchanges),
        "per_s": len(stored_s) / took_s,
        "stored_ms": [_share(stored_s, 0.5), _share(stored_s, 0.99)],
        "delivered_ms": [_share(delivered_s, 0.5), _share(delivered_s, 0.99)],
    }
    print(json.dumps(told), flush=True)


def _share(ordered_s: list[float], share: float) -> float:
    """So many milliseconds are enough for this share."""
    return 1_000 * ordered_s[min(len(ordered_s) - 1, int(share * len(ordered_s)))]


url, rate, seconds = sys.argv[1:]
asyncio.run(main(url, int(rate), float(seconds)))
