"""A real relay on a free port of this machine, and a visitor that speaks frames by hand."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

from client.core import mailbox
from client.core.identity import Identity
from client.core.mailbox import (
    Admit,
    Admitted,
    Challenge,
    Frame,
    Login,
    Message,
    Put,
    Refused,
    Stored,
    Watch,
    Welcome,
)
from client.relay.listening import listening
from client.relay.serve import relay_app
from client.relay.service import Relay
from client.relay.storage.sqlite import SqliteStorage
from client.relay.surroundings import Surroundings

NOW_S: Final = 1_800_000_000
SITE: Final = Identity(b"site" * 8)
GP: Final = Identity(b"page" * 8)
TOKEN: Final = b"sixteen bytes ok"


class Clock:
    """A clock that stands still until told."""

    def __init__(self) -> None:
        self.now_s = NOW_S


@asynccontextmanager
async def running(
    folder: Path,
    *,
    clock: Clock | None = None,
    port: int = 0,
    **around: Any,
) -> AsyncIterator[tuple[str, Relay]]:
    """A relay on this folder, with more of `Surroundings`; its address and its service."""
    shown = clock or Clock()
    nonces = itertools.count()
    storage = await asyncio.to_thread(SqliteStorage, folder)
    usual: dict[str, Any] = {
        "storage": storage,
        "now_s": lambda: shown.now_s,
        "monotonic_s": lambda: float(shown.now_s),
        "random_bytes": lambda size: next(nonces).to_bytes(size, "big"),
        "pause": lambda _s: asyncio.sleep(0),
    }
    relay = Relay(Surroundings(**(usual | around)))
    try:
        async with listening(relay_app(relay, {}), "127.0.0.1", port) as url:
            yield url, relay
    finally:
        await storage.close()


class Visitor:
    """One connection to a relay."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, host: str) -> None:
        self.socket = socket
        self.host = host
        self._ids = itertools.count(1)

    async def send(self, frame: Frame) -> None:
        await self.socket.send_bytes(mailbox.encode(frame))

    async def receive(self) -> Frame:
        return mailbox.decode(await self.socket.receive_bytes())

    async def close_code(self) -> int | None:
        """The relay's close code; whatever comes before it is dropped."""
        async for _ in self.socket:
            pass
        return self.socket.close_code

    async def log_in(self, identity: Identity) -> None:
        challenge = await self.receive()
        assert isinstance(challenge, Challenge)
        signature = identity.sign("relay login", challenge.nonce + self.host.encode())
        await self.send(Login(identity.public, signature))
        assert await self.receive() == Welcome()

    async def admit(self, token: bytes = TOKEN, until_s: int = NOW_S + 600) -> None:
        await self.send(Admit(mailbox.token_hash(token), until_s))
        assert await self.receive() == Admitted(mailbox.token_hash(token))

    async def put(
        self, data: bytes, *, to: Identity = SITE, token: bytes = TOKEN, ttl_s: int = 60
    ) -> str:
        """``stored``, or the reason of the refusal."""
        number = await self.send_put(data, to=to, token=token, ttl_s=ttl_s)
        answer = await self.receive()
        assert isinstance(answer, Stored | Refused)
        assert answer.id == number
        return "stored" if isinstance(answer, Stored) else answer.reason

    async def send_put(
        self, data: bytes, *, to: Identity = SITE, token: bytes = TOKEN, ttl_s: int = 60
    ) -> int:
        """The letter's number; its answer is not waited for."""
        number = next(self._ids)
        await self.send(Put(number, to.address, token, data, ttl_s))
        return number

    async def watch(self, expected: int) -> list[Message]:
        """Watch; the next letters pushed, this many of them."""
        await self.send(Watch())
        return [await self.letter() for _ in range(expected)]

    async def letter(self) -> Message:
        frame = await self.receive()
        assert isinstance(frame, Message)
        return frame


@asynccontextmanager
async def visiting(
    url: str, identity: Identity | None = None, *, said_by_proxy: str | None = None
) -> AsyncIterator[Visitor]:
    """A visitor of this relay, logged in if it has an identity."""
    headers = {} if said_by_proxy is None else {"X-Forwarded-For": said_by_proxy}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.ws_connect(mailbox.mailbox_url(url), max_msg_size=0) as socket,
    ):
        visitor = Visitor(socket, url.removeprefix("http://"))
        if identity is not None:
            await visitor.log_in(identity)
        yield visitor


async def eventually(is_true: Callable[[], bool]) -> None:
    """Return once it is true, however long the machine takes."""
    while not is_true():
        await asyncio.sleep(0.001)
