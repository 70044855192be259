"""What only the JetStream engine promises: several nodes on one set of mailboxes."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from relay.nats_servers import needs_nats_server, opened_storage
from relay.running import GP as GP_OWNER
from relay.running import SITE as SITE_OWNER
from relay.running import eventually, running, visiting
from relay_load.servers import Server, free_ports, nats_cluster, started

from client.core.mailbox import CLOSE_REPLACED, DATA_LIMIT, MAILBOX_LIMIT, MESSAGES_LIMIT
from client.relay.storage import StorageError, gateway, jetstream
from client.relay.storage.gateway import ClusterNotReadyError, Gateway, UnansweredError
from client.relay.storage.jetstream import STREAM, JetStreamStorage
from client.relay.storage.selection import StorageUrlError
from client.relay.storage.selection import opened_storage as selected_storage

pytestmark = needs_nats_server

NOW_S: Final = 1_800_000_000
LATER_S: Final = NOW_S + 60
SITE: Final = b"s" * 32
GP: Final = b"g" * 32
TOKEN: Final = b"t" * 32


class Told:
    """A listener that notes what it is told, in order."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()

    def letter_came(self, address: bytes) -> None:
        self.heard.put_nowait(("letter", address))

    def letters_may_have_come(self) -> None:
        self.heard.put_nowait(("any", b""))

    def watched_elsewhere(self, address: bytes) -> None:
        self.heard.put_nowait(("replaced", address))


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[list[Server]]:
    async with nats_cluster(tmp_path, 1) as cluster:
        yield cluster


@asynccontextmanager
async def node(servers: list[Server], name: bytes) -> AsyncIterator[JetStreamStorage]:
    storage = await opened_storage(servers, node=name)
    try:
        yield storage
    finally:
        await storage.close()


@pytest.fixture
async def nodes(servers: list[Server]) -> AsyncIterator[tuple[JetStreamStorage, JetStreamStorage]]:
    async with node(servers, b"node one") as one, node(servers, b"node two") as two:
        yield one, two


Nodes = tuple[JetStreamStorage, JetStreamStorage]


async def put(storage: JetStreamStorage, data: bytes, *, to: bytes = SITE) -> int | None:
    return await storage.put(to, data, now_s=NOW_S, expires_s=LATER_S)


async def waiting(storage: JetStreamStorage, *, now_s: int = NOW_S) -> list[bytes]:
    letters = await storage.pending(SITE, after=0, limit=MESSAGES_LIMIT + 1, now_s=now_s)
    return [letter.data for letter in letters]


async def test_every_node_hears_of_a_letter_and_can_read_it(nodes: Nodes) -> None:
    one, two = nodes
    told = Told()
    two.listen(told)
    await put(one, b"by way of one")
    assert await told.heard.get() == ("letter", SITE)
    assert await waiting(two) == [b"by way of one"]


async def test_letters_put_at_two_nodes_in_turn_keep_their_order(nodes: Nodes) -> None:
    sent = [number.to_bytes(2, "big") for number in range(100)]
    ids = [await put(storage, data) for data, storage in zip(sent, itertools.cycle(nodes))]
    assert ids == sorted(set(ids), key=lambda number: number or 0)
    assert await waiting(nodes[0]) == sent


async def test_two_nodes_together_fill_a_mailbox_and_no_more(nodes: Nodes) -> None:
    large = b"x" * DATA_LIMIT
    fitting = MAILBOX_LIMIT // DATA_LIMIT
    puts = (put(storage, large) for storage in nodes for _ in range(fitting // 2 + 10))
    ids = await asyncio.gather(*puts)
    assert len([number for number in ids if number is not None]) == fitting
    assert len(await waiting(nodes[0])) == fitting


async def test_what_one_node_showed_is_acknowledged_at_another(nodes: Nodes) -> None:
    one, two = nodes
    for data in (b"a", b"b", b"c"):
        await put(one, data)
    letters = await one.pending(SITE, after=0, limit=2, now_s=NOW_S)
    await two.acknowledge(GP, [letter.id for letter in letters])
    assert await waiting(one) == [b"a", b"b", b"c"]
    await two.acknowledge(SITE, [letter.id for letter in letters])
    assert await waiting(one) == [b"c"]
    assert await put(one, b"d") is not None
    assert await waiting(two) == [b"c", b"d"]


async def test_an_admission_holds_and_ends_at_every_node(nodes: Nodes) -> None:
    one, two = nodes
    assert not await two.is_admitted(SITE, TOKEN, NOW_S)
    await one.admit(SITE, TOKEN, LATER_S)
    assert await two.is_admitted(SITE, TOKEN, NOW_S)
    await two.admit(SITE, TOKEN, 0)
    assert not await two.is_admitted(SITE, TOKEN, NOW_S)
    while await one.is_admitted(SITE, TOKEN, NOW_S):  # until word of it came
        pass


async def test_owners_admit_at_two_nodes_at_once(nodes: Nodes) -> None:
    tokens = [bytes([number]) * 32 for number in range(20)]
    admitting = (
        storage.admit(SITE, token, LATER_S)
        for token, storage in zip(tokens, itertools.cycle(nodes))
    )
    await asyncio.gather(*admitting)
    assert all([await nodes[0].is_admitted(SITE, token, NOW_S) for token in tokens])


async def test_the_visitor_who_came_last_is_the_one_who_stays(servers: list[Server]) -> None:
    moments = iter([100, 200])

    async def opened(name: bytes) -> tuple[JetStreamStorage, Told]:
        storage, told = JetStreamStorage(node=name, now_us=lambda: next(moments)), Told()
        await storage.open([servers[0].url], copies=1)
        storage.listen(told)
        return storage, told

    (one, told_one), (two, told_two) = await opened(b"node one"), await opened(b"node two")
    one.watched(SITE)
    two.watched(SITE)
    assert await told_one.heard.get() == ("replaced", SITE)
    one.unwatched(SITE)
    await put(one, b"to wait for: said after whatever two was told", to=GP)
    assert await told_two.heard.get() == ("letter", GP)
    await one.close()
    await two.close()


async def test_an_owner_who_moves_to_another_node_leaves_the_first_and_misses_nothing(
    nodes: Nodes, tmp_path: Path
) -> None:
    async with (
        running(tmp_path / "1", storage=nodes[0]) as (url, _),
        running(tmp_path / "2", storage=nodes[1]) as (other_url, other),
        visiting(url, SITE_OWNER) as before,
        visiting(url, GP_OWNER) as gp,
    ):
        await before.admit()
        await before.watch(0)
        assert await gp.put(b"here", to=SITE_OWNER) == "stored"
        assert (await before.letter()).data == b"here"
        closing = asyncio.create_task(before.close_code())
        async with visiting(other_url, SITE_OWNER) as after:
            assert [letter.data for letter in await after.watch(1)] == [b"here"]
            assert await closing == CLOSE_REPLACED
            assert await gp.put(b"there", to=SITE_OWNER) == "stored"
            assert (await after.letter()).data == b"there"
        await eventually(lambda: not other._watching)


async def test_sweeps_go_on_where_the_last_one_ended(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jetstream, "SWEEP_LETTERS", 4)
    for _ in range(10):
        await put(nodes[0], b"x")
    assert [await nodes[0].expire(LATER_S) for _ in range(4)] == [4, 4, 2, 0]


async def test_a_sweep_makes_up_for_word_that_was_lost(nodes: Nodes) -> None:
    await put(nodes[0], b"x")
    told = Told()
    nodes[1].listen(told)  # too late for the letter
    await nodes[1].expire(NOW_S)
    assert await told.heard.get() == ("letter", SITE)


async def test_a_full_stream_refuses_letters_and_forgets_none(servers: list[Server]) -> None:
    storage = await opened_storage(servers, limit_bytes=100_000)
    addresses = [bytes([number]) * 32 for number in range(20)]
    ids = [await put(storage, b"x" * 9_000, to=address) for address in addresses]
    kept = [number for number in ids if number is not None]
    assert 5 < len(kept) < 20
    assert ids[: len(kept)] == kept
    await storage.acknowledge(addresses[0], kept[:1])
    assert await put(storage, b"x" * 9_000, to=addresses[0]) is not None
    await storage.close()


async def test_a_letter_whose_answer_was_lost_is_stored_once(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = Gateway.publish
    lost: list[str] = []

    async def publish_and_lose_the_first_answers(
        self: Gateway, subject: str, data: bytes, headers: dict[str, str], after: int
    ) -> int:
        number = await publish(self, subject, data, headers, after)
        if len(lost) < 2:
            lost.append(subject)
            raise UnansweredError
        return number

    monkeypatch.setattr(Gateway, "publish", publish_and_lose_the_first_answers)
    ids = [await put(nodes[0], data) for data in (b"one", b"two", b"three")]
    assert len(lost) == 2
    assert await waiting(nodes[1]) == [b"one", b"two", b"three"]
    letters = await nodes[1].pending(SITE, after=0, limit=9, now_s=NOW_S)
    assert [letter.id for letter in letters] == ids


async def test_a_server_that_comes_back_still_has_everything(tmp_path: Path) -> None:
    """It is down for a while; a letter put meanwhile waits for it, and listeners are told."""
    (port,) = free_ports(1)
    told = Told()
    first = await started(tmp_path, 0, port, [])
    storage = await opened_storage([first])
    storage.listen(told)
    await put(storage, b"before")
    assert await told.heard.get() == ("letter", SITE)
    await first.kill()
    putting = asyncio.create_task(put(storage, b"meanwhile"))
    second = await started(tmp_path, 0, port, [])
    try:
        assert await putting is not None
        assert await waiting(storage) == [b"before", b"meanwhile"]
        heard = [await told.heard.get()]
        while heard[-1] != ("any", b""):
            heard.append(await told.heard.get())
    finally:
        await storage.close()
        await second.kill()


async def test_nothing_is_stored_where_nobody_answers(
    servers: list[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jetstream, "PATIENCE_S", 0.5)
    monkeypatch.setattr(gateway, "PATIENCE_S", 0.5)
    storage = await opened_storage(servers)
    await servers[0].kill()
    with pytest.raises(StorageError):
        await put(storage, b"x")
    with pytest.raises(StorageError):
        await storage.is_admitted(SITE, TOKEN, NOW_S)
    await storage.close()
    with pytest.raises(StorageError):
        await put(storage, b"x")


async def test_a_cluster_that_is_not_there_is_an_error_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway, "CONNECT_S", 0.5)
    (port,) = free_ports(1)
    with pytest.raises(ClusterNotReadyError) as not_ready:
        await selected_storage(f"nats://relay:secret@127.0.0.1:{port}", None)
    assert "secret" not in str(not_ready.value)


@pytest.mark.parametrize("cluster", ["", "a:4222", "http://a", "nats://a,", "nats://a:b:c"])
async def test_a_cluster_is_named_by_its_servers(cluster: str) -> None:
    with pytest.raises(StorageUrlError):
        await selected_storage(cluster, None)


async def test_nothing_of_a_letter_but_its_mailbox_is_told_to_nodes(servers: list[Server]) -> None:
    heard: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
    spy = Gateway(lambda: None)
    async with node(servers, b"node one") as storage:
        await spy.open([servers[0].url], [])
        await spy.subscribe(
            "chevet.came.*", lambda said: heard.put_nowait((said.subject, said.data))
        )
        await put(storage, b"ciphertext")
        assert await heard.get() == (f"chevet.came.{SITE.hex()}", b"")
        assert (await spy.get(STREAM, last_by_subj=f"chevet.letter.{SITE.hex()}")) is not None
        await spy.close()
