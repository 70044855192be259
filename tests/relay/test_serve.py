"""The relay and the GP's page as whole programs."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from relay.running import GP, SITE, TOKEN, running, visiting

from client.core.mailbox import RelayUrlError
from client.relay import serve as serving
from client.relay.listening import CannotListenError
from client.relay.page import PageFile
from client.relay.serve import serve, serve_page
from client.relay.storage.sqlite import FILE_NAME, SqliteStorage

REPOSITORY: Final = Path(__file__).parents[2]
INDEX: Final = PageFile(b"<!doctype html>", b"x" * 99, "text/html; charset=utf-8", "no-store")


async def with_server(
    server: Callable[[Callable[[str], None]], Coroutine[None, None, None]],
    look: Callable[[str, aiohttp.ClientSession], Awaitable[None]],
) -> None:
    """Start a server, look at it by its address, and end it."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(server(ready.set_result))
    await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    async with aiohttp.ClientSession() as session:
        await look(ready.result(), session)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_relay_announces_itself_and_is_well(tmp_path: Path) -> None:
    async def look(url: str, session: aiohttp.ClientSession) -> None:
        async with session.get(f"{url}/health") as answer:
            assert answer.status == 204
            assert await answer.read() == b""
        async with session.get(f"{url}/relay.json") as answer:
            assert await answer.json() == {"relay": None}
        async with visiting(url, SITE) as site:
            await site.admit(until_s=1 << 40)
            assert await site.put(b"to myself") == "stored"

    await with_server(lambda ready: serve("127.0.0.1", 0, tmp_path, ready), look)
    await with_server(lambda ready: serve("127.0.0.1", 0, tmp_path, ready), _finds_the_letter)


async def _finds_the_letter(url: str, _session: aiohttp.ClientSession) -> None:
    async with visiting(url, SITE) as site:
        (letter,) = await site.watch(1)
        assert letter.data == b"to myself"


async def test_a_relay_whose_storage_fails_is_not_well(tmp_path: Path) -> None:
    async with running(tmp_path) as (url, relay):
        storage = relay._around.storage
        assert isinstance(storage, SqliteStorage)
        storage._reading.execute("DROP TABLE admission")
        async with aiohttp.ClientSession() as session, session.get(f"{url}/health") as answer:
            assert answer.status == 503
        async with visiting(url, GP) as gp:
            await gp.send_put(b"x")
            assert await gp.close_code() == aiohttp.WSCloseCode.INTERNAL_ERROR


async def test_a_taken_port_is_an_error_of_ours(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListenError):
            await serve("127.0.0.1", port, tmp_path, lambda _url: None)
    with pytest.raises(CannotListenError):
        await serve("192.0.2.1", 0, tmp_path, lambda _url: None)  # RFC 5737: nobody's


@pytest.mark.parametrize(
    ("relay", "told", "connect"),
    [
        (None, None, "connect-src 'self' ws: wss:;"),
        (
            "https://relay.example",
            "wss://relay.example/mailbox",
            "connect-src 'self' wss://relay.example;",
        ),
    ],
)
async def test_the_gp_serves_the_page_to_this_machine(
    monkeypatch: pytest.MonkeyPatch, relay: str | None, told: str | None, connect: str
) -> None:
    monkeypatch.setattr(serving, "built_page", lambda: {"index.html": INDEX})

    async def look(url: str, session: aiohttp.ClientSession) -> None:
        assert url.startswith("http://127.0.0.1:")
        async with session.get(url) as answer:
            assert answer.status == 200
            assert connect in answer.headers["Content-Security-Policy"]
        async with session.get(f"{url}/relay.json") as answer:
            assert await answer.json() == {"relay": told}
        async with session.get(f"{url}/mailbox") as answer:
            assert answer.status == 404

    await with_server(lambda ready: serve_page(0, relay, ready), look)


async def test_the_gp_is_told_when_the_relay_cannot_be_one() -> None:
    with pytest.raises(RelayUrlError):
        await serve_page(0, "relay.example", lambda _url: None)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to catch")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_order(tmp_path: Path, number: signal.Signals) -> None:
    program = Path(__file__).with_name("serving.py")
    with subprocess.Popen(  # noqa: S603 -- our own program
        [sys.executable, str(program), str(tmp_path), "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(REPOSITORY)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(number)
        _, complaints = process.communicate()
    assert process.returncode == 0
    assert "Traceback" not in complaints
    # Closed in good order: the write-ahead log was folded into the file.
    assert not tmp_path.joinpath(f"{FILE_NAME}-wal").exists()


async def test_its_files_hold_nothing_but_what_was_put(tmp_path: Path) -> None:
    """What the relay can tell whoever seizes its disk: addresses, times, sizes, ciphertext."""
    put = bytes(range(256))

    async def look(url: str, _session: aiohttp.ClientSession) -> None:
        async with visiting(url, SITE) as site, visiting(url, GP) as gp:
            await site.admit(until_s=1 << 40)
            assert await gp.put(put) == "stored"

    await with_server(lambda ready: serve("127.0.0.1", 0, tmp_path, ready), look)
    raw = _raw(tmp_path)
    assert put in raw
    assert SITE.address in raw
    for unknown in (TOKEN, SITE.public, GP.public, GP.address, b"127.0.0.1", b"put", b"nonce"):
        assert unknown not in raw


def _raw(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_the_commands_help_is_in_both_languages() -> None:
    for language, word in (("fr", "boîte aux lettres"), ("en", "mailbox")):
        shown = subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-m", "client", "--lang", language, "relay", "--help"],
            capture_output=True,
            text=True,
            check=True,
            cwd=REPOSITORY,
        )
        assert word in shown.stdout
    assert json.dumps(shown.stderr) == '""'
