"""The reflector on real sockets."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from client.core import line_probe
from client.core.line_probe import DATAGRAM_LIMIT, Ask, Echo, Train, Wagon
from client.relay.listening import port_of
from client.relay.reflecting import PATH
from client.relay.reflector import VISITORS_LIMIT
from client.relay.serve import serve

_PATIENCE_S = 30
TRAIN = Train(2, DATAGRAM_LIMIT, 3, 28)


@asynccontextmanager
async def relay(folder: Path, port: int = 0) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve("127.0.0.1", port, folder, ready.set_result))
    try:
        async with asyncio.timeout(_PATIENCE_S):
            yield await ready
    finally:
        task.cancel()
        await asyncio.wait((task,))


async def test_answers_datagrams_on_the_relay_s_own_port(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with relay(tmp_path) as url:
        with socket.socket(type=socket.SOCK_DGRAM) as site:
            site.setblocking(False)  # noqa: FBT003 -- the standard library's signature
            site.connect(("127.0.0.1", port_of(url)))
            await loop.sock_sendall(site, b"noise")
            await loop.sock_sendall(site, line_probe.hello(7))
            welcome = line_probe.answer(await loop.sock_recv(site, 2_000))
            assert isinstance(welcome, Echo)
            assert welcome.token
            asked = Ask(8, welcome.token, TRAIN)
            await loop.sock_sendall(site, line_probe.ask(asked.number, asked.token, asked.train))
            sizes = [len(await loop.sock_recv(site, 2_000)) for _ in range(6)]
    assert sizes[1:] == list(TRAIN.sizes_bytes)


async def test_answers_messages_the_same_way(tmp_path: Path) -> None:
    async with (
        relay(tmp_path) as url,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{url}{PATH}", max_msg_size=0) as visitor,
    ):
        await visitor.send_bytes(line_probe.hello(7))
        welcome = line_probe.answer(await visitor.receive_bytes())
        assert isinstance(welcome, Echo)
        assert welcome.token
        await visitor.send_bytes(line_probe.ask(8, welcome.token, TRAIN))
        assert isinstance(line_probe.answer(await visitor.receive_bytes()), Echo)
        wagons = [await visitor.receive_bytes() for _ in TRAIN.sizes_bytes]
        assert [len(wagon) for wagon in wagons] == list(TRAIN.sizes_bytes)
        assert all(isinstance(line_probe.answer(wagon), Wagon) for wagon in wagons)


@pytest.mark.parametrize("message", ["text", "too long"])
async def test_who_breaks_the_protocol_is_left(tmp_path: Path, message: str) -> None:
    async with (
        relay(tmp_path) as url,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{url}{PATH}", max_msg_size=0) as visitor,
    ):
        if message == "text":
            await visitor.send_str("hello?")
        else:
            await visitor.send_bytes(bytes(10 * DATAGRAM_LIMIT))
        assert (await visitor.receive()).type in (
            aiohttp.WSMsgType.CLOSE,
            aiohttp.WSMsgType.CLOSING,
            aiohttp.WSMsgType.CLOSED,
        )


async def test_one_visitor_more_than_there_is_room_for_is_sent_away(tmp_path: Path) -> None:
    unlimited = aiohttp.TCPConnector(limit=0)
    async with relay(tmp_path) as url, aiohttp.ClientSession(connector=unlimited) as session:
        coming = (session.ws_connect(f"{url}{PATH}") for _ in range(VISITORS_LIMIT + 1))
        came = await asyncio.gather(*coming, return_exceptions=True)
        visitors = [one for one in came if isinstance(one, aiohttp.ClientWebSocketResponse)]
        refused = [one for one in came if isinstance(one, aiohttp.WSServerHandshakeError)]
        assert [one.status for one in refused] == [503]
        assert len(visitors) == VISITORS_LIMIT
        await visitors[0].close()
        await session.ws_connect(f"{url}{PATH}")


async def test_a_relay_serves_on_where_its_datagrams_port_is_taken(tmp_path: Path) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        async with (
            relay(tmp_path, taken.getsockname()[1]) as url,
            aiohttp.ClientSession() as session,
            session.get(f"{url}/health") as answer,
        ):
            assert answer.status == 204
