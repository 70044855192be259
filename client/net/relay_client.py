"""This end's connection to the relay: keeps itself up, puts letters, delivers ours.

A letter counts as put when the relay has it on disk, and as delivered when the callback returned.
Whatever was under way when the line broke is done again, so a letter may arrive twice: harmless,
since the letters themselves are numbered and de-duplicated end to end.
"""

import asyncio
import inspect
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, NoReturn, Self

import aiohttp

from client.core import mailbox
from client.core.identity import Identity
from client.core.mailbox import (
    Ack,
    Admitted,
    MailboxError,
    Message,
    Nodes,
    Refused,
    Servers,
    Stored,
    Turn,
    Watch,
)
from client.net.lent_servers import RENEW_S, LentServers, ice_servers
from client.net.relay_addresses import RelayAddresses
from client.net.relay_connection import (
    REACH_TIMEOUT_S,
    ClosedError,
    logged_in,
    received,
    send,
)
from client.net.relay_outgoing import Outgoing

LETTERS_LIMIT: Final = mailbox.MESSAGES_LIMIT
"""Letters waiting for the callback: all that an honest relay can have for us."""
ACKS_TOGETHER: Final = 32
"""Letters acknowledged in one frame while more wait."""
BACK_OFF_S: Final = (0.5, 1.0, 2.0, 4.0)
"""Longest pauses before connecting again; the last one from then on. A nurse's voice is to be back
within ten seconds of the line (design.md 1)."""

_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=REACH_TIMEOUT_S)

_log: Final = logging.getLogger(__name__)


class RelayClient:
    """A mailbox of ours at a relay, and our way into the mailboxes of others.

    Used as ``async with RelayClient(...) as relay``, or with `run` in a task of the caller's.
    Connects in the background; nothing here waits for the relay but `put` and `admit`. Once the
    relay has told of other nodes, whichever answers will do.
    """

    def __init__(  # noqa: PLR0913 -- keywords: whom it tells, and what tests replace
        self,
        url: str,
        identity: Identity,
        *,
        on_letter: Callable[[bytes], Awaitable[None] | None],
        on_state: Callable[[bool], None] = lambda _is_reachable: None,
        jitter: Callable[[], float] = random.random,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare; `RelayUrlError` if ``url`` names no relay.

        ``on_letter`` gets each letter, one at a time; the relay forgets a letter once the callback
        has returned. If it raises, the letter stays and comes again with the next connection.
        ``on_state`` hears whether the relay is reachable, first and on each change. ``jitter``
        gives numbers in [0, 1).
        """
        self._addresses = RelayAddresses(url)
        self._identity = identity
        self._on_letter = on_letter
        self._on_state = on_state
        self._jitter = jitter
        self._pause = pause
        self._outgoing = Outgoing()
        self._letters: asyncio.Queue[Message] = asyncio.Queue(LETTERS_LIMIT)
        self.ice_servers: LentServers = ()
        """What the relay lends where no direct way leads to the other end; kept fresh."""
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._is_reachable: bool | None = None
        self._running: asyncio.Task[None] | None = None
        self._visiting: asyncio.Task[int | None] | None = None

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()
        await self.wait_closed()

    async def put(self, to: bytes, token: bytes, data: bytes, ttl_s: int) -> None:
        """Return once the relay has the letter on disk, however many connections that takes.

        `RelayRefusedError` if the relay does not take it, `RelayBusyError` if too many wait
        already. Set a deadline with `asyncio.timeout`. The letter may be delivered twice.
        """
        await self._outgoing.put(to, token, data, ttl_s)

    async def admit(self, token: bytes, until_s: int) -> None:
        """Return once holders of the token may put into our mailbox, until UTC seconds since 1970.

        Said again on every connection. A time that has passed takes the admission back.
        """
        await self._outgoing.admit(token, until_s)

    def close(self) -> None:
        """Leave the relay; see `wait_closed`. Letters not yet acknowledged stay there."""
        if self._running is not None:
            self._running.cancel()

    async def wait_closed(self) -> None:
        """Return once everything started by ``async with`` has ended."""
        if self._running is not None:
            await asyncio.wait((self._running,))
            with suppress(asyncio.CancelledError):
                self._running.result()

    def doubt(self) -> None:
        """This machine may be on another line now: what was connected on the old one is left.

        A connection whose address has gone stays silent, and TCP waits for it for minutes.
        """
        if self._visiting is not None:
            self._visiting.cancel()

    async def run(self) -> None:
        """Stay connected until cancelled, whatever the line does."""
        delivering = asyncio.create_task(self._deliver())
        try:
            async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
                await self._stay_connected(session)
        finally:
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)

    async def _stay_connected(self, session: aiohttp.ClientSession) -> None:
        step, last_step = -1, len(BACK_OFF_S) - 1
        while True:
            try:
                code = await self._cancellable_visit(session)
                # Replaced: another program uses our key. Do not fight with it for the mailbox.
                step = last_step if code == mailbox.CLOSE_REPLACED else 0
                if code not in (None, mailbox.CLOSE_REPLACED):
                    self._addresses.go_on()
                _log.info("the relay is gone (%s)", code)
            except (aiohttp.ClientError, OSError, TimeoutError, MailboxError) as error:
                if self._addresses.go_on():
                    step = min(step + 1, last_step)
                _log.info("the relay is not reachable: %s", type(error).__name__)
            self._tell(is_reachable=False)
            await self._pause(BACK_OFF_S[max(step, 0)] * (1 + self._jitter()) / 2)

    async def _cancellable_visit(self, session: aiohttp.ClientSession) -> int | None:
        """A visit that `doubt` may end; whoever cancels us ends it, too."""
        self._visiting = asyncio.create_task(self._visit(session))
        try:
            await asyncio.wait((self._visiting,))
        finally:
            self._visiting.cancel()
        if self._visiting.cancelled():
            return None
        return self._visiting.result()

    async def _visit(self, session: aiohttp.ClientSession) -> int | None:
        """One connection from beginning to end; its close code."""
        socket = await logged_in(session, self._addresses.current, self._identity)
        sending = asyncio.gather(self._send_all(socket), _renew_servers(socket))
        self._socket = socket
        try:
            self._tell(is_reachable=True)
            await self._receive_all(socket)
        except ClosedError as closed:
            return closed.code
        finally:
            self._socket = None
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await socket.close()

    async def _send_all(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Watch, then everything that waits, in order; the receiving side notices a broken line."""
        with suppress(ConnectionError):
            await send(socket, Turn())  # first: an offer may wait behind the watch
            await send(socket, Watch())
            self._outgoing.start_over()
            while True:
                await send(socket, await self._outgoing.next())

    async def _receive_all(self, socket: aiohttp.ClientWebSocketResponse) -> NoReturn:
        self._drop_letters()
        while True:
            match frame := await received(socket):
                case Message():
                    self._keep(frame)
                case Stored() | Refused() | Admitted():
                    self._outgoing.answered(frame)
                case Servers():
                    self.ice_servers = ice_servers(frame)
                case Nodes(urls):
                    self._addresses.tell(urls)
                case _:
                    raise MailboxError(f"a {type(frame).__name__} from the relay")

    def _keep(self, letter: Message) -> None:
        try:
            self._letters.put_nowait(letter)
        except asyncio.QueueFull as error:
            raise MailboxError("more letters than a mailbox holds") from error

    def _drop_letters(self) -> None:
        """What the last connection brought and nobody read comes again on this one."""
        while not self._letters.empty():
            self._letters.get_nowait()

    async def _deliver(self) -> None:
        """Hand over letters one at a time; beside the receiving, since a callback may `put`."""
        read: list[int] = []
        while True:
            letter = await self._letters.get()
            if await self._is_taken(letter):
                read.append(letter.id)
            if self._letters.empty() or len(read) == ACKS_TOGETHER:
                await self._acknowledge(tuple(read))
                read.clear()

    async def _is_taken(self, letter: Message) -> bool:
        try:
            outcome = self._on_letter(letter.data)
            if inspect.isawaitable(outcome):
                await outcome
        except Exception as error:  # noqa: BLE001 -- one letter must not stop those behind it
            _log.warning("a letter was not taken: %s", type(error).__name__)
            return False
        return True

    async def _acknowledge(self, ids: tuple[int, ...]) -> None:
        if self._socket is not None and ids:
            with suppress(ConnectionError):  # unacknowledged letters come again
                await send(self._socket, Ack(ids))

    def _tell(self, *, is_reachable: bool) -> None:
        if is_reachable is not self._is_reachable:
            self._is_reachable = is_reachable
            self._on_state(is_reachable)


async def _renew_servers(socket: aiohttp.ClientWebSocketResponse) -> None:
    """A site stays connected for longer than what it was lent lasts."""
    with suppress(ConnectionError):
        while True:
            await asyncio.sleep(RENEW_S)
            await send(socket, Turn())
