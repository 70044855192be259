"""The contract of `MailboxStorage`, held against every engine.

Another engine joins by one entry in `ENGINES`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from relay.nats_servers import needs_nats_server, opened_storage
from relay_load.servers import nats_cluster

from client.core.mailbox import DATA_LIMIT, MAILBOX_LIMIT, MESSAGES_LIMIT, TOKENS_LIMIT
from client.relay.storage import MailboxStorage
from client.relay.storage.sqlite import SqliteStorage

Reopen = Callable[[], Awaitable[MailboxStorage]]
"""Opens the engine on the same files, as a relay does that starts."""


@asynccontextmanager
async def _sqlite(folder: Path) -> AsyncIterator[Reopen]:
    async def reopen() -> MailboxStorage:
        return await asyncio.to_thread(SqliteStorage, folder)

    yield reopen


@asynccontextmanager
async def _jetstream(folder: Path) -> AsyncIterator[Reopen]:
    async with nats_cluster(folder, 1) as servers:
        yield lambda: opened_storage(servers)


ENGINES: Final[dict[str, Callable[[Path], AbstractAsyncContextManager[Reopen]]]] = {
    "jetstream": _jetstream,
    "sqlite": _sqlite,
}
NEEDS: Final = {"jetstream": [needs_nats_server]}

NOW_S: Final = 1_800_000_000
LATER_S: Final = NOW_S + 60
SITE: Final = b"s" * 32
GP: Final = b"g" * 32
TOKEN: Final = b"t" * 32


class Told:
    """A listener that notes the mailboxes it is told of."""

    def __init__(self) -> None:
        self.letters: asyncio.Queue[bytes] = asyncio.Queue()

    def letter_came(self, address: bytes) -> None:
        self.letters.put_nowait(address)

    def letters_may_have_come(self) -> None: ...

    def watched_elsewhere(self, address: bytes) -> None: ...


@pytest.fixture(params=[pytest.param(name, marks=NEEDS.get(name, [])) for name in sorted(ENGINES)])
async def opened(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Reopen]:
    async with ENGINES[request.param](tmp_path / "relay") as reopen:
        yield reopen


@pytest.fixture
async def storage(opened: Reopen) -> AsyncIterator[MailboxStorage]:
    storage = await opened()
    yield storage
    await storage.close()


async def put(storage: MailboxStorage, data: bytes, *, to: bytes = SITE) -> int | None:
    return await storage.put(to, data, now_s=NOW_S, expires_s=LATER_S)


async def waiting(
    storage: MailboxStorage, address: bytes = SITE, *, after: int = 0, now_s: int = NOW_S
) -> list[bytes]:
    letters = await storage.pending(address, after=after, limit=MESSAGES_LIMIT + 1, now_s=now_s)
    return [letter.data for letter in letters]


async def test_letters_wait_in_order_in_their_own_mailbox(storage: MailboxStorage) -> None:
    ids = [await put(storage, data) for data in (b"one", b"", b"three")]
    await put(storage, b"for the GP", to=GP)
    assert None not in ids
    assert ids == sorted(set(ids), key=lambda number: number or 0)
    assert await waiting(storage) == [b"one", b"", b"three"]
    assert await waiting(storage, GP) == [b"for the GP"]


async def test_letters_asked_for_at_once_keep_their_order(storage: MailboxStorage) -> None:
    data = [number.to_bytes(2, "big") for number in range(300)]
    await asyncio.gather(*(put(storage, each) for each in data))
    assert await waiting(storage) == data


async def test_letters_come_in_pages(storage: MailboxStorage) -> None:
    ids = [await put(storage, bytes([number])) for number in range(5)]
    assert ids[1] is not None
    page = await storage.pending(SITE, after=ids[1], limit=2, now_s=NOW_S)
    assert [letter.id for letter in page] == ids[2:4]
    assert [letter.data for letter in page] == [b"\x02", b"\x03"]


async def test_an_acknowledged_letter_is_gone_and_its_id_never_returns(
    storage: MailboxStorage, opened: Reopen
) -> None:
    first = await put(storage, b"first")
    assert first is not None
    await storage.acknowledge(SITE, [first, first + 1_000])
    assert await waiting(storage) == []
    await storage.close()
    again = await opened()
    second = await put(again, b"second")
    await again.close()
    assert second is not None
    assert second > first


async def test_a_listener_hears_of_each_letter_once_it_can_be_read(
    storage: MailboxStorage,
) -> None:
    told = Told()
    storage.listen(told)
    await put(storage, b"one")
    assert await told.letters.get() == SITE
    await put(storage, b"two", to=GP)
    assert await told.letters.get() == GP
    assert await waiting(storage, GP) == [b"two"]


async def test_nobody_deletes_from_another_mailbox(storage: MailboxStorage) -> None:
    letter = await put(storage, b"mine")
    assert letter is not None
    await storage.acknowledge(GP, [letter])
    assert await waiting(storage) == [b"mine"]


async def test_letters_outlive_the_process(storage: MailboxStorage, opened: Reopen) -> None:
    await put(storage, b"kept")
    await storage.admit(SITE, TOKEN, LATER_S)
    await storage.close()
    again = await opened()
    assert await waiting(again) == [b"kept"]
    assert await again.is_admitted(SITE, TOKEN, NOW_S)
    await again.close()


async def test_an_expired_letter_is_never_seen_again(storage: MailboxStorage) -> None:
    await put(storage, b"old")
    await storage.put(SITE, b"young", now_s=NOW_S, expires_s=LATER_S + 1)
    assert await waiting(storage, now_s=LATER_S - 1) == [b"old", b"young"]
    assert await waiting(storage, now_s=LATER_S) == [b"young"]
    assert await storage.expire(LATER_S) == 1
    assert await storage.expire(LATER_S) == 0
    assert await waiting(storage) == [b"young"]


async def test_a_mailbox_takes_so_many_letters_and_no_more(storage: MailboxStorage) -> None:
    ids = await asyncio.gather(*(put(storage, b"x") for _ in range(MESSAGES_LIMIT)))
    assert None not in ids
    assert await put(storage, b"one too many") is None
    assert await put(storage, b"elsewhere", to=GP) is not None
    await storage.acknowledge(SITE, [number for number in ids[:1] if number is not None])
    assert await put(storage, b"fits again") is not None


async def test_a_mailbox_takes_so_many_bytes_and_no_more(storage: MailboxStorage) -> None:
    large = b"x" * DATA_LIMIT
    fitting = MAILBOX_LIMIT // DATA_LIMIT
    assert None not in await asyncio.gather(*(put(storage, large) for _ in range(fitting)))
    assert await put(storage, b"x") is None
    assert await put(storage, b"") is not None


async def test_expired_letters_take_no_room(storage: MailboxStorage) -> None:
    await asyncio.gather(*(put(storage, b"x") for _ in range(MESSAGES_LIMIT)))
    late = await storage.put(SITE, b"new", now_s=LATER_S, expires_s=LATER_S + 9)
    assert late is not None


async def test_an_admission_holds_for_its_mailbox_and_its_time(storage: MailboxStorage) -> None:
    await storage.admit(SITE, TOKEN, LATER_S)
    assert await storage.is_admitted(SITE, TOKEN, LATER_S - 1)
    assert not await storage.is_admitted(SITE, TOKEN, LATER_S)
    assert not await storage.is_admitted(GP, TOKEN, NOW_S)
    assert not await storage.is_admitted(SITE, b"u" * 32, NOW_S)


async def test_an_admission_is_prolonged_and_taken_back(storage: MailboxStorage) -> None:
    await storage.admit(SITE, TOKEN, LATER_S)
    await storage.admit(SITE, TOKEN, LATER_S + 9)
    assert await storage.is_admitted(SITE, TOKEN, LATER_S)
    await storage.admit(SITE, TOKEN, 0)
    assert not await storage.is_admitted(SITE, TOKEN, NOW_S)


async def test_the_admission_that_ends_soonest_makes_room(storage: MailboxStorage) -> None:
    tokens = [bytes([number]) * 32 for number in range(TOKENS_LIMIT + 1)]
    await storage.admit(GP, TOKEN, NOW_S + 1)
    for number, token in enumerate(tokens):
        await storage.admit(SITE, token, LATER_S + number)
    assert not await storage.is_admitted(SITE, tokens[0], NOW_S)
    assert await storage.is_admitted(SITE, tokens[1], NOW_S)
    assert await storage.is_admitted(SITE, tokens[-1], NOW_S)
    assert await storage.is_admitted(GP, TOKEN, NOW_S)


async def test_an_expired_admission_is_deleted(storage: MailboxStorage) -> None:
    await storage.admit(SITE, TOKEN, LATER_S)
    assert await storage.expire(LATER_S) == 0
    assert not await storage.is_admitted(SITE, TOKEN, NOW_S)
