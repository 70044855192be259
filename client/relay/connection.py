"""One visitor's connection: login, then puts, admissions and one watch.

Memory a visitor can claim: one frame being read, `PUTS_LIMIT` letters on their way to the disk and
one `PAGE_LETTERS` of its own mailbox on their way out. Letters are not queued for a slow watcher:
they are read from the storage as fast as it takes them, and stay there until it acknowledges.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Final, Protocol

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from client.core import mailbox
from client.core.identity import ForgedSignatureError, address_of
from client.core.mailbox import (
    Ack,
    Admit,
    Admitted,
    Challenge,
    Frame,
    Login,
    MailboxError,
    Message,
    Nodes,
    Put,
    Reason,
    Refused,
    Stored,
    Turn,
    Watch,
    Welcome,
)
from client.relay.login import check_login
from client.relay.objections import objection
from client.relay.rate import Allowance
from client.relay.storage import StorageError
from client.relay.surroundings import Surroundings
from client.relay.visitors import Visitor

LOGIN_TIMEOUT_S: Final = 20.0
"""chosen: four round trips of a bad satellite line."""
HEARTBEAT_S: Final = 30.0
"""chosen: 190 bytes a ping; half of it is how long a pong may take."""
PUTS_LIMIT: Final = 32
"""Letters of one connection on their way to the disk; more wait in the network."""
PAGE_LETTERS: Final = 16
"""Letters of one connection read ahead of the network: 256 KiB."""
FINISH_S: Final = 5.0
"""How long a relay that closes waits for one connection's letters to be on disk."""
ADMISSION_LIMIT_S: Final = 30 * 86_400
"""chosen: an appointment a month away; nothing outlives it for want of its owner."""

_log: Final = logging.getLogger(__name__)


class Watchers(Protocol):
    """Who watches which mailbox; the relay knows."""

    def watch(self, address: bytes, connection: "Connection") -> None:
        """This connection watches now, whoever did before."""


class Connection:
    """One WebSocket from its challenge to its end."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        around: Surroundings,
        watchers: Watchers,
        visitor: Visitor,
    ) -> None:
        self._socket = socket
        self._around = around
        self._metrics = around.metrics
        self._watchers = watchers
        self._visitor = visitor
        self._hosts = around.hosts or frozenset((visitor.host,))
        self._tasks = asyncio.TaskGroup()
        self._puts = asyncio.Semaphore(PUTS_LIMIT)
        self._letter_came = asyncio.Event()
        self._is_told_to_leave = asyncio.Event()
        self._leaving_code = 0
        self._pushing: asyncio.Task[None] | None = None
        self.address = b""
        """Of the visitor's own mailbox; empty before its login."""

    async def run(self) -> None:
        """Serve the visitor until it leaves, breaks the protocol or is told to leave."""
        async with self._tasks:
            leaving = self._tasks.create_task(self._leave_when_told())
            code = await self._served()
            self._stop_pushing()
            leaving.cancel()
            await self._socket.close(code=code)
        ended = self._leaving_code if self._is_told_to_leave.is_set() else code
        self._metrics.closed.labels(str(int(ended))).inc()

    def letter_came(self) -> None:
        """There may be something new in the mailbox that this connection watches."""
        self._letter_came.set()

    def leave(self, code: int) -> None:
        """End the connection soon, without waiting for its visitor.

        `CLOSE_DRAINING` first finishes, and answers, the letters on their way to the disk.
        """
        self._leaving_code = code
        self._stop_pushing()
        self._is_told_to_leave.set()

    async def _leave_when_told(self) -> None:
        await self._is_told_to_leave.wait()
        if self._leaving_code == mailbox.CLOSE_DRAINING:
            await self._finish_puts()
        await self._socket.close(code=self._leaving_code)

    async def _finish_puts(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(FINISH_S):
                for _ in range(PUTS_LIMIT):
                    await self._puts.acquire()
        for _ in range(PUTS_LIMIT):  # whoever waits for one sees that it is over
            self._puts.release()

    async def _served(self) -> int:
        """Serve the visitor; the WebSocket code to close with."""
        try:
            async with asyncio.timeout(LOGIN_TIMEOUT_S):
                await self._log_in()
            await self._serve()
        except MailboxError as error:
            _log.info("visitor %d: %s", self._visitor.number, error)
            return mailbox.CLOSE_MALFORMED
        except (ForgedSignatureError, TimeoutError):
            return mailbox.CLOSE_LOGIN
        except _CrowdedError:
            return mailbox.CLOSE_CROWDED
        except StorageError:
            self._storage_failed()
            return WSCloseCode.INTERNAL_ERROR
        except ConnectionError:
            pass  # it left while we were speaking
        finally:
            if self.address:
                self._around.door.log_out(self.address)
        return WSCloseCode.OK

    async def _log_in(self) -> None:
        nonce = self._around.random_bytes(mailbox.NONCE_BYTES)
        await self._send(Challenge(nonce))
        message = await self._socket.receive()
        if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED):
            raise ConnectionResetError
        login = _frame(message)
        if not isinstance(login, Login):
            raise MailboxError("something before the login")
        check_login(login, nonce, self._hosts)
        address = address_of(login.key)
        if not self._around.door.log_in(address):
            raise _CrowdedError
        self.address = address
        self._metrics.logins.inc()
        await self._send(Welcome())
        if self._around.nodes:
            await self._send(Nodes(self._around.nodes))

    async def _serve(self) -> None:
        allowance = Allowance(self._around.monotonic_s())
        async for message in self._socket:
            frame = _frame(message)
            now_s = self._around.monotonic_s()
            allowance = allowance.at(now_s).spent()
            if allowance.is_overdrawn and isinstance(frame, Put):
                await self._refuse(frame.id, Reason.RATE)
            else:
                await self._answer(frame)
            wait_s = self._around.door.frame_wait_s(self._visitor.network, now_s)
            if allowance.is_overdrawn or wait_s:
                await self._around.pause(max(allowance.wait_s, wait_s))

    async def _answer(self, frame: Frame) -> None:
        match frame:
            case Put():
                await self._take(frame)
            case Ack(ids):
                await self._around.storage.acknowledge(self.address, ids)
                self._metrics.acknowledged.inc(len(ids))
            case Admit(token_hash, until_s):
                end_s = min(until_s, self._around.now_s() + ADMISSION_LIMIT_S)
                await self._around.storage.admit(self.address, token_hash, end_s)
                await self._send(Admitted(token_hash))
            case Turn():
                await self._lend()
            case Watch():
                self._watch()
            case _:
                raise MailboxError(f"a {type(frame).__name__} from a visitor")

    async def _lend(self) -> None:
        lent = self._around.turn.lent(self._around.now_s(), self._around.random_bytes)
        self._metrics.passes.inc()
        await self._send(lent)

    async def _take(self, put: Put) -> None:
        reason = await objection(put, self.address, self._visitor.network, self._around)
        if reason is not None:
            await self._refuse(put.id, reason)
            return
        await self._puts.acquire()
        if self._is_told_to_leave.is_set():
            return  # nothing more is begun; unanswered, it is put again elsewhere
        # Stored in the order of arrival: tasks start in the order in which they were made.
        self._tasks.create_task(self._store(put))

    async def _store(self, put: Put) -> None:
        try:
            with self._metrics.put_s.time():
                number = await self._put(put)
            if number is None:
                await self._refuse(put.id, Reason.FULL)
            else:
                self._metrics.stored.inc()
                self._metrics.stored_bytes.inc(len(put.data))
                await self._send(Stored(put.id))
        except StorageError:
            self._storage_failed()
            await self._socket.close(code=WSCloseCode.INTERNAL_ERROR)
        except ConnectionError:
            pass  # it left; it will put the letter again and the reader drops the second
        finally:
            self._puts.release()

    async def _put(self, put: Put) -> int | None:
        now_s = self._around.now_s()
        return await self._around.storage.put(
            put.to, put.data, now_s=now_s, expires_s=now_s + put.ttl_s
        )

    async def _refuse(self, number: int, reason: Reason) -> None:
        self._metrics.refused.labels(reason.value).inc()
        await self._send(Refused(number, reason))

    def _watch(self) -> None:
        self._watchers.watch(self.address, self)
        self._stop_pushing()
        self._pushing = self._tasks.create_task(self._push())
        _log.info("visitor %d watches its mailbox", self._visitor.number)

    async def _push(self) -> None:
        """Send the mailbox from its oldest letter on, then whatever comes."""
        after = 0
        try:
            while True:
                self._letter_came.clear()
                letters = await self._around.storage.pending(
                    self.address, after=after, limit=PAGE_LETTERS, now_s=self._around.now_s()
                )
                for letter in letters:
                    await self._send(Message(letter.id, letter.data))
                    self._metrics.pushed.inc()
                    after = letter.id
                if len(letters) < PAGE_LETTERS:
                    await self._letter_came.wait()
        except StorageError:
            self._storage_failed()
            await self._socket.close(code=WSCloseCode.INTERNAL_ERROR)
        except ConnectionError:
            pass  # the reading side notices and ends the connection

    def _stop_pushing(self) -> None:
        if self._pushing is not None:
            self._pushing.cancel()

    async def _send(self, frame: Frame) -> None:
        """Wait until the visitor has room for it; one that takes nothing for long is cut off."""
        try:
            async with asyncio.timeout(self._around.door.limits.send_s):
                await self._socket.send_bytes(mailbox.encode(frame))
        except TimeoutError:
            _log.info("visitor %d does not read", self._visitor.number)
            self._visitor.cut_off()
            raise ConnectionResetError from None

    def _storage_failed(self) -> None:
        self._metrics.failures.inc()
        _log.exception("visitor %d: storage failed", self._visitor.number)


class _CrowdedError(Exception):
    """This mailbox has as many connections as it may."""


def _frame(message: WSMessage) -> Frame:
    if message.type is not WSMsgType.BINARY:
        raise MailboxError(f"a {message.type.name} message")
    return mailbox.decode(message.data)
