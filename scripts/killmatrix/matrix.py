"""Runs both ends against a real relay and kills one of them at random, again and again."""

import asyncio
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from client.core.envelope import Role
from client.core.letters import Letter
from client.relay.limits import Limits
from client.relay.serve import RelaySettings, serve_from
from client.relay.storage.sqlite import SqliteStorage
from client.store.ledger import Ledger
from killmatrix.audit import Findings, audited
from killmatrix.setting import CONSULTATION, SETTLED, WORK_DONE, Setting

LIFE_S: Final = (0.0, 1.5)
"""From when both ends have begun to the next kill."""
YOUNG: Final = 0.1
"""Fraction of the kills that wait for no end to have begun."""
SETTLE_S: Final = 240.0
"""chosen: what waits goes by both paths once nobody dies any more; a busy machine is slow."""
_POLL_S: Final = 0.1
_SCRIPTS: Final = Path(__file__).parents[1]


class TappedStorage(SqliteStorage):
    """The relay's own storage; remembers every letter it was given."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.letters: list[bytes] = []

    async def put(self, address: bytes, data: bytes, *, now_s: int, expires_s: int) -> int | None:
        """See `MailboxStorage`."""
        self.letters.append(data)
        return await super().put(address, data, now_s=now_s, expires_s=expires_s)


async def killed_at_random(setting: Setting, kills: int) -> Findings:
    """Begin, kill so often, let both settle, look at what they kept."""
    for role in Role:
        _begin(setting, role)
    chance = random.Random(setting.seed)  # noqa: S311 -- to be repeated, not to be secret
    (setting.folder / "relay").mkdir()
    storage = TappedStorage(setting.folder / "relay")
    async with _relay(storage) as url:
        matrix = _Matrix(setting, url)
        try:
            for _ in range(kills):
                is_young = chance.random() < YOUNG
                await matrix.live(chance.uniform(*LIFE_S), is_young=is_young)
                await matrix.kill(chance.choice(list(Role)))
            (setting.folder / WORK_DONE).touch()
            await matrix.settle()
        finally:
            for role in Role:
                await matrix.kill(role, is_last=True)
    await storage.close()
    envelopes = [Letter.decode(data).envelope_for(setting.tag) for data in storage.letters]
    return audited(setting, [envelope for envelope in envelopes if envelope is not None])


class _Matrix:
    """The two processes."""

    def __init__(self, setting: Setting, relay: str) -> None:
        self._setting = setting
        self._relay = relay
        self._ports = dict(zip(Role, _free_ports(len(Role)), strict=True))
        self._ends: dict[Role, asyncio.subprocess.Process] = {}
        self._have_begun: set[Role] = set()

    async def live(self, for_s: float, *, is_young: bool) -> None:
        """Both run; an end that died by itself is a fault."""
        for role in Role:
            await self._ensure(role)
        for role in () if is_young else Role:
            await self._begun(role)
        await asyncio.sleep(for_s)

    async def _begun(self, role: Role) -> None:
        out = self._ends[role].stdout
        if role not in self._have_begun and out is not None and await out.readline():
            self._have_begun.add(role)

    async def kill(self, role: Role, *, is_last: bool = False) -> None:
        """At whatever instruction it is."""
        end = self._ends.pop(role, None)
        self._have_begun.discard(role)
        if end is None:
            return
        if end.returncode is not None and not is_last:
            raise RuntimeError(f"the {role} ended by itself ({end.returncode})")
        with suppress(ProcessLookupError):
            end.send_signal(signal.SIGKILL)
        await end.wait()

    async def settle(self) -> None:
        """Nobody dies any more: wait until both have everything acknowledged."""
        async with asyncio.timeout(SETTLE_S):
            for role in Role:
                await self._ensure(role)
            while not all((self._setting.own(role) / SETTLED).exists() for role in Role):  # noqa: ASYNC110 -- two other processes
                await asyncio.sleep(_POLL_S)

    async def _ensure(self, role: Role) -> None:
        end = self._ends.get(role)
        if end is not None and end.returncode is None:
            return
        if end is not None:
            raise RuntimeError(f"the {role} ended by itself ({end.returncode})")
        peer = Role.GP if role is Role.SITE else Role.SITE
        words = [self._setting.folder, self._setting.seed, role, self._relay]
        self._ends[role] = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "killmatrix.end"),
            *(str(word) for word in (*words, self._ports[role], self._ports[peer])),
            cwd=_SCRIPTS,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": f"{_SCRIPTS}{os.pathsep}{_SCRIPTS.parent}"},
        )


def _begin(setting: Setting, role: Role) -> None:
    """What both ends have when the words were equal."""
    ledger = Ledger.open(setting.own(role), setting.keys(role))
    if ledger.begin(datetime.now(UTC)) != CONSULTATION:
        raise RuntimeError("the folder is not new")
    ledger.unfinished.keep_session(CONSULTATION, setting.resumption(role))
    ledger.close()


@asynccontextmanager
async def _relay(storage: SqliteStorage) -> AsyncIterator[str]:
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    settings = RelaySettings(limits=Limits(address_bytes=1e12))
    serving = asyncio.create_task(serve_from(storage, ("127.0.0.1", 0), url.set_result, settings))
    try:
        begun: list[asyncio.Future[Any]] = [serving, url]
        await asyncio.wait(begun, return_when=asyncio.FIRST_COMPLETED)
        yield url.result()
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports: list[int] = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
