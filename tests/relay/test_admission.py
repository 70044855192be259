"""The limits, at a real relay."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import aiohttp
import pytest
from relay.running import GP, SITE, Clock, Visitor, eventually, running, visiting

from client.core import mailbox
from client.relay.limits import Doorkeeper, Limits
from client.relay.service import Relay
from client.relay.turn import TurnServers
from client.relay.visitors import proxies

LIMITS = Limits(
    connections=4,
    connections_per_network=2,
    connections_per_address=1,
    address_bytes=2_000,
    send_s=0.05,
)
HERE, THERE = "203.0.113.7", "198.51.100.7"


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncIterator[tuple[str, Relay]]:
    trusted, door = proxies(["127.0.0.0/8"]), Doorkeeper(LIMITS)
    async with running(tmp_path, clock=Clock(), trusted_proxies=trusted, door=door) as started:
        yield started


@pytest.fixture
def url(relay: tuple[str, Relay]) -> str:
    return relay[0]


async def refused_status(url: str, said_by_proxy: str | None) -> int:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with visiting(url, said_by_proxy=said_by_proxy):
            pass
    assert refused.value.headers is not None
    assert refused.value.headers["Retry-After"] == "30"
    return refused.value.status


async def test_a_network_that_has_enough_is_turned_away_and_others_come_in(
    relay: tuple[str, Relay], url: str
) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(visiting(url, said_by_proxy=HERE))
        assert await refused_status(url, HERE) == 429
        for _ in range(2):
            await stack.enter_async_context(visiting(url, said_by_proxy=THERE))
        assert await refused_status(url, None) == 503  # the relay itself is full
    text = relay[1]._around.metrics.text().decode()
    assert 'chevet_relay_turned_away_total{limit="connections_per_network"} 1.0' in text
    assert 'chevet_relay_turned_away_total{limit="connections"} 1.0' in text
    await eventually(lambda: relay[1]._around.door.visitors == 0)
    async with visiting(url, SITE, said_by_proxy=HERE) as site:
        await site.admit()


async def test_a_mailbox_that_has_enough_connections_gets_no_more(url: str) -> None:
    async with visiting(url, SITE) as site:
        async with visiting(url) as second:
            with pytest.raises(TypeError):  # closed where the welcome should be
                await second.log_in(SITE)
            assert second.socket.close_code == mailbox.CLOSE_CROWDED
        await site.admit()
    async with visiting(url, GP):
        pass


async def test_a_sender_has_a_quota(url: str) -> None:
    async with visiting(url, SITE) as site, visiting(url, GP) as gp:
        await site.admit()
        assert await gp.put(bytes(1_500)) == "stored"
        assert await gp.put(bytes(1_500)) == "rate"
        assert await gp.put(bytes(500)) == "stored"
        assert await site.put(bytes(1_500)) == "stored"  # its own quota


async def _small_buffers(visitor: Visitor, relay: Relay, address: bytes) -> asyncio.Transport:
    """Lest the kernel take what the visitor does not; the visitor's end of the connection."""
    (connection,) = (c for c in relay._connections if c.address == address)
    request = connection._socket._req
    assert request is not None
    sending, receiving = request.transport, visitor.socket._response.connection
    assert sending is not None
    assert receiving is not None
    assert receiving.transport is not None
    for end in (sending, receiving.transport):
        end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
        end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
    return receiving.transport


async def test_who_does_not_read_is_cut_off_and_its_letters_stay(tmp_path: Path) -> None:
    door = Doorkeeper(Limits(send_s=0.05))
    async with running(tmp_path, door=door) as (url, relay):
        async with visiting(url, SITE) as site, visiting(url, GP) as gp:
            await site.admit()
            for _ in range(100):
                assert await gp.put(bytes(mailbox.DATA_LIMIT)) == "stored"
            end = await _small_buffers(site, relay, SITE.address)
            end.pause_reading()
            await site.send(mailbox.Watch())
            await eventually(lambda: len(relay._connections) == 1)
            assert await gp.put(b"others are served") == "stored"
            end.resume_reading()
        async with visiting(url, SITE) as later:
            assert len(await later.watch(101)) == 101


async def test_who_sends_without_reading_is_cut_off(tmp_path: Path) -> None:
    """Answers must not pile up, however short the questions."""
    long_answer = TurnServers(("stun:" + "x" * 500,) * 8)
    door = Doorkeeper(Limits(send_s=0.05))
    async with running(tmp_path, door=door, turn=long_answer) as (url, relay):
        async with visiting(url, GP) as gp:
            (await _small_buffers(gp, relay, GP.address)).pause_reading()
            with suppress(ConnectionError, aiohttp.ClientError):
                while True:
                    await gp.send(mailbox.Turn())
        await eventually(lambda: not relay._connections)


async def test_a_frame_beyond_any_size_ends_the_connection(url: str) -> None:
    async with visiting(url, GP) as gp:
        await gp.socket.send_bytes(bytes(mailbox.FRAME_LIMIT + 1))
        assert await gp.close_code() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
