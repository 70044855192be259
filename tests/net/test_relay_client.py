"""The client against real relays that come, go, die and lie."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web
from relay.running import GP, NOW_S, SITE, TOKEN, eventually, running, visiting
from yarl import URL

from client.core import mailbox
from client.core.identity import Identity
from client.core.mailbox import Challenge, Frame, Message, RelayUrlError, Welcome
from client.net.relay_client import BACK_OFF_S, LETTERS_LIMIT, RelayClient
from client.net.relay_errors import LetterTooLargeError, NotAdmittedError, RelayRefusedError
from client.relay.service import Relay
from client.relay.storage import Letter

UNTIL_S: Final = NOW_S + 600
REPOSITORY: Final = Path(__file__).parents[2]


class End:
    """What one end's client told, and how long it meant to wait between connections."""

    def __init__(self) -> None:
        self.letters: asyncio.Queue[bytes] = asyncio.Queue()
        self.states: asyncio.Queue[bool] = asyncio.Queue()
        self.pauses_s: asyncio.Queue[float] = asyncio.Queue()

    def client(
        self,
        url: str,
        identity: Identity,
        on_letter: Callable[[bytes], Awaitable[None] | None] | None = None,
    ) -> RelayClient:
        return RelayClient(
            url,
            identity,
            on_letter=on_letter or self.letters.put_nowait,
            on_state=self.states.put_nowait,
            jitter=lambda: 0.5,
            pause=self._pause,
        )

    async def _pause(self, seconds: float) -> None:
        self.pauses_s.put_nowait(seconds)
        await asyncio.sleep(0.001)  # instead of the seconds


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncIterator[tuple[str, Relay]]:
    async with running(tmp_path / "relay") as started:
        yield started


@pytest.fixture
def url(relay: tuple[str, Relay]) -> str:
    return relay[0]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


async def waiting_at(relay: Relay) -> list[Letter]:
    storage = relay._around.storage
    return list(await storage.pending(SITE.address, after=0, limit=2_000, now_s=NOW_S))


async def test_letters_go_both_ways(url: str) -> None:
    site_end, gp_end = End(), End()
    async with site_end.client(url, SITE) as site, gp_end.client(url, GP) as gp:
        await site.admit(TOKEN, UNTIL_S)
        await gp.admit(TOKEN, UNTIL_S)
        await gp.put(SITE.address, TOKEN, b"knock", 60)
        assert await site_end.letters.get() == b"knock"
        await site.put(GP.address, TOKEN, b"m1", 60)
        assert await gp_end.letters.get() == b"m1"
    assert site_end.states.get_nowait() is True


async def test_a_callback_may_put_while_it_reads(url: str) -> None:
    gp_end = End()
    async with gp_end.client(url, GP) as gp:
        await gp.admit(TOKEN, UNTIL_S)

        async def answer(data: bytes) -> None:
            await site.put(GP.address, TOKEN, b"answer to " + data, 60)

        async with End().client(url, SITE, on_letter=answer) as site:
            await site.admit(TOKEN, UNTIL_S)
            await gp.put(SITE.address, TOKEN, b"knock", 60)
            assert await gp_end.letters.get() == b"answer to knock"


async def test_a_letter_stays_until_the_callback_has_returned(relay: tuple[str, Relay]) -> None:
    url, service = relay
    took, may_return = asyncio.Event(), asyncio.Event()

    async def take_slowly(_data: bytes) -> None:
        took.set()
        await may_return.wait()

    async with End().client(url, GP) as gp, End().client(url, SITE, take_slowly) as site:
        await site.admit(TOKEN, UNTIL_S)
        await gp.put(SITE.address, TOKEN, b"x", 60)
        await took.wait()
        assert len(await waiting_at(service)) == 1
        may_return.set()
        while await waiting_at(service):
            pass


async def test_a_letter_that_was_not_taken_comes_again_and_holds_up_no_other(
    relay: tuple[str, Relay],
) -> None:
    url, service = relay
    seen: asyncio.Queue[bytes] = asyncio.Queue()

    def stumble(data: bytes) -> None:
        seen.put_nowait(data)
        if data == b"hard":
            raise LookupError

    async with End().client(url, GP) as gp:
        async with End().client(url, SITE, stumble) as site:
            await site.admit(TOKEN, UNTIL_S)
            await gp.put(SITE.address, TOKEN, b"hard", 60)
            await gp.put(SITE.address, TOKEN, b"easy", 60)
            assert [await seen.get(), await seen.get()] == [b"hard", b"easy"]
            while len(await waiting_at(service)) > 1:
                pass
        end = End()
        async with end.client(url, SITE):
            assert await end.letters.get() == b"hard"


async def test_letters_nobody_read_before_the_line_broke_are_read_once(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    seen: list[bytes] = []
    took, may_return = asyncio.Event(), asyncio.Event()

    async def take_slowly(data: bytes) -> None:
        seen.append(data)
        took.set()
        await may_return.wait()

    async with End().client(url, SITE, take_slowly) as site:
        async with running(tmp_path, port=port), End().client(url, GP) as gp:
            await site.admit(TOKEN, UNTIL_S)
            for data in (b"0", b"1", b"2"):
                await gp.put(SITE.address, TOKEN, data, 60)
            await eventually(lambda: site._letters.qsize() == 2)
        async with running(tmp_path, port=port) as (_, service):
            await eventually(lambda: site._letters.qsize() == 3)
            may_return.set()
            while await waiting_at(service):
                pass
    # Only what was being read when the line broke comes twice.
    assert seen == [b"0", b"0", b"1", b"2"]


async def test_a_backlog_is_acknowledged_to_the_last(relay: tuple[str, Relay]) -> None:
    url, service = relay
    async with End().client(url, GP) as gp, visiting(url, SITE) as owner:
        await owner.admit()
        for number in range(100):
            await gp.put(SITE.address, TOKEN, bytes([number]), 60)
    end = End()
    async with end.client(url, SITE):
        assert [(await end.letters.get())[0] for _ in range(100)] == list(range(100))
        while await waiting_at(service):
            pass


async def test_a_refusal_is_an_error_of_its_own(url: str) -> None:
    async with End().client(url, SITE) as site, End().client(url, GP) as gp:
        with pytest.raises(NotAdmittedError):
            await gp.put(SITE.address, TOKEN, b"x", 60)
        with pytest.raises(LetterTooLargeError):
            await gp.put(SITE.address, TOKEN, b"x" * (mailbox.DATA_LIMIT + 1), 60)
        await site.admit(TOKEN, UNTIL_S)
        with pytest.raises(RelayRefusedError) as refused:
            await gp.put(SITE.address, TOKEN, b"x", mailbox.TTL_LIMIT_S + 1)
        assert refused.value.reason == "invalid"


async def test_an_admission_is_taken_back(url: str) -> None:
    async with End().client(url, SITE) as site, End().client(url, GP) as gp:
        await site.admit(TOKEN, UNTIL_S)
        await gp.put(SITE.address, TOKEN, b"x", 60)
        await site.admit(TOKEN, 0)
        with pytest.raises(NotAdmittedError):
            await gp.put(SITE.address, TOKEN, b"x", 60)


async def test_what_was_asked_before_the_relay_was_there_happens_then(tmp_path: Path) -> None:
    port = free_port()
    end = End()
    async with end.client(f"http://127.0.0.1:{port}", SITE) as site:
        asked = [
            asyncio.create_task(site.admit(TOKEN, UNTIL_S)),
            asyncio.create_task(site.put(SITE.address, TOKEN, b"to myself", 60)),
        ]
        assert await end.states.get() is False
        async with running(tmp_path, port=port):
            await asyncio.gather(*asked)
            assert await end.letters.get() == b"to myself"
            assert await end.states.get() is True
        assert await end.states.get() is False


async def test_restarts_on_the_same_port_lose_nothing(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    end = End()
    async with End().client(url, GP) as gp, end.client(url, SITE) as site:
        puts: list[asyncio.Task[None]] = []
        for start in (0, 40, 80):
            async with running(tmp_path, port=port):
                if start == 0:
                    await site.admit(TOKEN, UNTIL_S)
                await gp.put(SITE.address, TOKEN, bytes([start]), 60)
                puts += [
                    asyncio.create_task(gp.put(SITE.address, TOKEN, bytes([number]), 60))
                    for number in range(start + 1, start + 40)
                ]
                await puts[0]  # the others are somewhere on their way
        async with running(tmp_path, port=port):
            await asyncio.gather(*puts)
            arrived: set[int] = set()
            while arrived != set(range(120)):
                arrived |= set(await end.letters.get())


@asynccontextmanager
async def process(folder: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A relay in a process of its own, killed with -9 at the end."""
    program = Path(__file__).parents[1] / "relay" / "serving.py"
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        str(folder),
        str(port),
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(REPOSITORY)},
    )
    assert started.stdout is not None
    assert await started.stdout.readline() == f"http://127.0.0.1:{port}\n".encode()
    try:
        yield started
    finally:
        started.kill()
        await started.wait()


async def test_a_relay_killed_with_9_loses_nothing(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    end = End()
    until_s = 1 << 40  # this relay reads the real clock
    async with End().client(url, GP) as gp, end.client(url, SITE) as site:
        async with process(tmp_path, port):
            await site.admit(TOKEN, until_s)
            puts = [
                asyncio.create_task(gp.put(SITE.address, TOKEN, bytes([number]), 3_600))
                for number in range(100)
            ]
            await puts[10]
        async with process(tmp_path, port):
            await asyncio.gather(*puts)
            arrived: set[int] = set()
            while arrived != set(range(100)):
                arrived |= set(await end.letters.get())


async def test_it_moves_to_a_node_it_was_told_of_and_back(tmp_path: Path) -> None:
    first, second = (f"http://127.0.0.1:{port}" for port in (free_port(), free_port()))
    end = End()

    def node(url: str, *others: str) -> AbstractAsyncContextManager[tuple[str, Relay]]:
        return running(tmp_path, port=URL(url).port or 0, nodes=others)

    async with end.client(first, SITE) as site, End().client(first, GP) as other:
        async with node(first, second):
            await site.admit(TOKEN, UNTIL_S)
            await other.admit(TOKEN, UNTIL_S)
        putting = asyncio.create_task(other.put(SITE.address, TOKEN, b"meanwhile", 60))
        async with node(second):
            await putting
            assert await end.letters.get() == b"meanwhile"
        async with node(first):
            await other.put(SITE.address, TOKEN, b"back again", 60)
            while await end.letters.get() != b"back again":
                pass


async def test_it_waits_longer_and_longer_and_starts_over_after_a_success(tmp_path: Path) -> None:
    port = free_port()
    end = End()
    async with end.client(f"http://127.0.0.1:{port}", SITE):
        waited = [await end.pauses_s.get() for _ in range(len(BACK_OFF_S) + 1)]
        assert waited == [0.75 * longest for longest in (*BACK_OFF_S, BACK_OFF_S[-1])]
        async with running(tmp_path, port=port):
            while not await end.states.get():
                pass
            while not end.pauses_s.empty():
                end.pauses_s.get_nowait()
        assert await end.pauses_s.get() == 0.75 * BACK_OFF_S[0]


async def test_two_with_one_key_do_not_fight(url: str) -> None:
    end = End()
    async with end.client(url, SITE) as site:
        await site.admit(TOKEN, UNTIL_S)
        async with visiting(url, SITE) as newer:
            await newer.watch(0)
            assert await end.pauses_s.get() == 0.75 * BACK_OFF_S[-1]


@asynccontextmanager
async def lying(frames: Callable[[], list[Frame | bytes]]) -> AsyncIterator[str]:
    """A server that lets everybody in and then sends these, whoever asks."""

    async def visited(request: web.Request) -> web.WebSocketResponse:
        server = web.WebSocketResponse()
        await server.prepare(request)
        await server.send_bytes(mailbox.encode(Challenge(bytes(32))))
        await server.receive()
        for frame in frames():
            await server.send_bytes(frame if isinstance(frame, bytes) else mailbox.encode(frame))
        async for _ in server:
            pass
        return server

    app = web.Application()
    app.router.add_get("/mailbox", visited)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}/mailbox"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    "lie",
    [
        [b"noise"],
        [Challenge(bytes(32))],
        [Welcome(), b"noise"],
        [Welcome(), Welcome()],
        [b"x" * (mailbox.FRAME_LIMIT + 1)],
    ],
    ids=["noise", "no welcome", "noise later", "a frame of another time", "too large"],
)
async def test_a_relay_that_breaks_the_protocol_is_left(lie: list[Frame | bytes]) -> None:
    end = End()
    async with lying(lambda: lie) as url, end.client(url, SITE):
        await end.pauses_s.get()


async def test_a_flood_of_letters_is_no_memory_of_ours() -> None:
    blocked = asyncio.Event()
    flood: list[Frame | bytes] = [Welcome()]
    flood += [Message(number, b"x") for number in range(LETTERS_LIMIT + 10)]
    end = End()

    async def take(_data: bytes) -> None:
        await blocked.wait()

    async with lying(lambda: flood) as url, end.client(url, SITE, on_letter=take) as site:
        await end.pauses_s.get()
        assert site._letters.qsize() <= LETTERS_LIMIT


async def test_closing_leaves_nothing_behind(relay: tuple[str, Relay]) -> None:
    end = End()
    async with end.client(relay[0], SITE):
        assert await end.states.get() is True
    await eventually(lambda: not relay[1]._connections)
    assert not [task for task in asyncio.all_tasks() if "RelayClient" in repr(task.get_coro())]


def test_the_address_must_be_one() -> None:
    with pytest.raises(RelayUrlError):
        RelayClient("somewhere", SITE, on_letter=lambda _: None)


async def test_a_line_that_went_silent_is_left_when_it_is_doubted(url: str) -> None:
    """A proxy swallows everything once told to, as a line does whose address has gone."""
    host, port = URL(url).host, URL(url).port
    is_silent = False
    pumps: list[asyncio.Task[None]] = []

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, mute: bool) -> None:
        try:
            while data := await source.read(4096):
                if not (mute and is_silent):
                    sink.write(data)
        finally:
            sink.close()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, port)
        first = not pumps
        pumps.append(asyncio.create_task(pump(reader, back, mute=first)))
        pumps.append(asyncio.create_task(pump(there, writer, mute=first)))

    end = End()
    async with await asyncio.start_server(forward, "127.0.0.1") as proxy:
        proxied_port = proxy.sockets[0].getsockname()[1]
        async with end.client(f"http://127.0.0.1:{proxied_port}", SITE) as site:
            assert await end.states.get() is True
            is_silent = True
            site.doubt()
            assert await end.states.get() is False
            assert await end.states.get() is True
            await site.admit(TOKEN, UNTIL_S)
        for pumping in pumps:
            pumping.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
