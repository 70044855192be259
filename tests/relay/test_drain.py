"""A relay that is told to stop: nobody is let in, nothing accepted is lost, everybody is told."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from relay.running import GP, SITE, Clock, eventually, running, visiting

from client import clock
from client.core import mailbox
from client.core.identity import Identity
from client.core.mailbox import Refused, Stored, Watch
from client.relay import service
from client.relay.storage import Letter, Listener

REPOSITORY = Path(__file__).parents[2]


class SlowDisk:
    """Storage whose puts end when told."""

    def __init__(self) -> None:
        self.may_end = asyncio.Event()
        self.begun = 0

    def listen(self, listener: Listener) -> None:
        """Nobody is told of anything."""

    def watched(self, address: bytes) -> None:
        """Nobody else asks."""

    def unwatched(self, address: bytes) -> None:
        """Nobody else asks."""

    async def put(self, address: bytes, data: bytes, *, now_s: int, expires_s: int) -> int:
        del address, data, now_s, expires_s
        self.begun += 1
        await self.may_end.wait()
        return self.begun

    async def pending(
        self, address: bytes, *, after: int, limit: int, now_s: int
    ) -> Sequence[Letter]:
        del address, after, limit, now_s
        return ()

    async def acknowledge(self, address: bytes, ids: Collection[int]) -> None:
        """There is nothing to delete."""

    async def admit(self, address: bytes, token_hash: bytes, until_s: int) -> None:
        """Everybody is."""

    async def is_admitted(self, address: bytes, token_hash: bytes, now_s: int) -> bool:
        del address, token_hash, now_s
        return True

    async def expire(self, now_s: int) -> int:
        return now_s * 0

    async def close(self) -> None:
        """There is no file."""


async def test_what_is_being_stored_is_finished_and_answered_before_the_goodbye(
    tmp_path: Path,
) -> None:
    disk = SlowDisk()
    async with running(tmp_path, storage=disk) as (url, relay), visiting(url, GP) as gp:
        numbers = {await gp.send_put(b"x") for _ in range(3)}
        await eventually(lambda: disk.begun == 3)
        draining = asyncio.create_task(relay.drain())
        await eventually(lambda: relay.is_draining)
        disk.may_end.set()
        assert {await gp.receive() for _ in range(3)} == {Stored(number) for number in numbers}
        assert await gp.close_code() == mailbox.CLOSE_DRAINING
        await draining


async def test_a_disk_that_never_ends_does_not_hold_the_relay_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("client.relay.connection.FINISH_S", 0.01)
    monkeypatch.setattr(service, "DRAIN_LIMIT_S", 0.02)
    disk = SlowDisk()
    async with running(tmp_path, storage=disk) as (url, relay), visiting(url, GP) as gp:
        await gp.send_put(b"x")
        await eventually(lambda: disk.begun == 1)
        await relay.drain()
        assert await gp.close_code() == mailbox.CLOSE_DRAINING
        disk.may_end.set()


async def test_nobody_is_let_in_any_more_and_the_relay_says_that_it_is_not_ready(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as (url, relay), aiohttp.ClientSession() as session:
        async with session.get(f"{url}/readyz") as answer:
            assert answer.status == 200
        await relay.drain()
        with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
            async with visiting(url):
                pass
        async with session.get(f"{url}/readyz") as answer:
            assert answer.status == 503
        async with session.get(f"{url}/healthz") as answer:
            assert answer.status == 200  # to be left alone until it has ended


async def test_all_are_told_batch_by_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "DRAIN_BATCH", 2)
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    async with running(tmp_path, pause=pause) as (url, relay), AsyncExitStack() as stack:
        enter = stack.enter_async_context
        identities = (Identity(bytes([number]) * 32) for number in range(5))
        visitors = [await enter(visiting(url, identity)) for identity in identities]
        await visitors[0].send(Watch())
        codes = asyncio.gather(*(visitor.close_code() for visitor in visitors))
        await relay.drain()
        assert set(await codes) == {mailbox.CLOSE_DRAINING}
        assert pauses == [service.DRAIN_PAUSE_S] * 2


async def test_an_empty_relay_stops_at_once(tmp_path: Path) -> None:
    async with running(tmp_path) as (_, relay):
        await relay.drain()
        await relay.drain()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to catch")
async def test_sigterm_under_traffic_ends_well_and_loses_nothing_it_acknowledged(
    tmp_path: Path,
) -> None:
    program = Path(__file__).with_name("serving.py")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(program), str(tmp_path), "0"),
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(REPOSITORY)},
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    stored = 0
    async with visiting(url, SITE) as site, visiting(url, GP) as gp:
        await site.admit(until_s=1 << 40)
        told = asyncio.create_task(site.close_code())
        for number in range(150):
            await gp.send_put(number.to_bytes(2, "big"))
        while stored < 20:
            assert isinstance(await gp.receive(), Stored)
            stored += 1
        process.send_signal(signal.SIGTERM)
        async for message in gp.socket:
            frame = mailbox.decode(message.data)
            assert not isinstance(frame, Refused)
            stored += 1
        assert gp.socket.close_code == mailbox.CLOSE_DRAINING
        assert await told == mailbox.CLOSE_DRAINING
    assert await process.wait() == 0
    now = Clock()
    now.now_s = int(clock.now().timestamp())  # the letters are as old as the test
    async with running(tmp_path, clock=now) as (url, _), visiting(url, SITE) as site:
        letters = await site.watch(stored)
        assert [letter.data for letter in letters] == [
            number.to_bytes(2, "big") for number in range(stored)
        ]
