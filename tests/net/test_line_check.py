"""The measurement on real sockets: what it goes through, and how it ends. Never its figures."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from client.core.mailbox import RelayUrlError
from client.net.line_check import LineCheckError, RelaySilentError, check_line
from client.relay.serve import RelaySettings, serve

_PATIENCE_S = 60


@asynccontextmanager
async def relay(
    folder: Path, port: int = 0, settings: RelaySettings | None = None
) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    work = serve("127.0.0.1", port, folder, ready.set_result, settings=settings)
    task = asyncio.create_task(work)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            yield await ready
    finally:
        task.cancel()
        await asyncio.wait((task,))


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@asynccontextmanager
async def deaf_to_datagrams() -> AsyncIterator[int]:
    """A port whose datagrams are taken, and lost, as behind a firewall."""
    with socket.socket(type=socket.SOCK_DGRAM) as hole:
        hole.bind(("127.0.0.1", 0))
        yield int(hole.getsockname()[1])


@asynccontextmanager
async def deaf_beside(url: str) -> AsyncIterator[None]:
    """The relay's own port takes datagrams and loses them."""
    with socket.socket(type=socket.SOCK_DGRAM) as hole:
        hole.bind(("127.0.0.1", int(url.rpartition(":")[2])))
        yield


async def test_measures_by_datagrams(tmp_path: Path) -> None:
    shown: list[float] = []
    async with relay(tmp_path) as url:
        found = await check_line(url, shown.append)
    assert not found.is_coarse
    assert found.up_bps > 0
    assert found.down_bps is not None
    assert found.loss_up is not None
    assert shown == sorted(shown)
    assert shown[-1] == 1.0


async def test_datagrams_go_where_the_relay_says(tmp_path: Path) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        line_port = int(free.getsockname()[1])
    settings = RelaySettings(line=("127.0.0.1", line_port))
    async with relay(tmp_path, settings=settings) as url, deaf_beside(url):
        found = await check_line(url)
    assert not found.is_coarse


async def test_a_relay_that_takes_no_datagrams_is_measured_by_websocket_at_once(
    tmp_path: Path,
) -> None:
    async with deaf_to_datagrams() as taken:
        settings = RelaySettings(line=("127.0.0.1", taken))
        async with relay(tmp_path, settings=settings) as url:
            found = await check_line(url)
    assert found.is_coarse


async def test_measures_by_websocket_where_datagrams_are_lost(tmp_path: Path) -> None:
    async with deaf_to_datagrams() as port, relay(tmp_path, port) as url:
        found = await check_line(f"{url}/mailbox")
    assert found.is_coarse
    assert found.up_bps > 0
    assert found.down_bps is not None
    assert (found.loss_up, found.loss_down, found.link_layer) == (None, None, None)


async def test_a_relay_that_is_not_there_is_told_at_once() -> None:
    with pytest.raises(RelaySilentError) as caught:
        await check_line(f"http://127.0.0.1:{closed_port()}")
    assert caught.value.relay.startswith("127.0.0.1:")
    assert isinstance(caught.value, LineCheckError)


async def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(RelayUrlError):
        await check_line("ftp://relay.example")


async def test_it_ends_as_soon_as_it_is_cancelled(tmp_path: Path) -> None:
    begun = asyncio.Event()
    note: Callable[[float], None] = lambda _done: begun.set()  # noqa: E731 -- one event's setting
    async with relay(tmp_path) as url:
        task = asyncio.create_task(check_line(url, note))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
