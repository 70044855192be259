"""One visitor's connection: login, then puts, admissions and one watch.

Memory a visitor can claim: one frame being read, `PUTS_LIMIT` letters on their way to the disk and
one `PAGE_LETTERS` of its own mailbox on their way out. Letters are not queued for a slow watcher:
they are read from the storage as fast as it takes them, and stay there until it acknowledges.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from client.core import mailbox
from client.core.identity import ForgedSignatureError, address_of, verify
from client.core.mailbox import (
    Ack,
    Admit,
    Admitted,
    Challenge,
    Frame,
    Login,
    MailboxError,
    Message,
    Put,
    Reason,
    Refused,
    Stored,
    Watch,
    Welcome,
)
from client.relay.rate import Allowance
from client.relay.storage import MailboxStorage, StorageError

LOGIN_TIMEOUT_S: Final = 20.0
"""chosen: four round trips of a bad satellite line."""
HEARTBEAT_S: Final = 30.0
"""chosen: 190 bytes a ping; half of it is how long a pong may take."""
PUTS_LIMIT: Final = 32
"""Letters of one connection on their way to the disk; more wait in the network."""
PAGE_LETTERS: Final = 16
"""Letters of one connection read ahead of the network: 256 KiB."""
ADMISSION_LIMIT_S: Final = 30 * 86_400
"""chosen: an appointment a month away; nothing outlives it for want of its owner."""

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a connection takes from outside."""

    storage: MailboxStorage
    now_s: Callable[[], int]
    """UTC seconds since 1970."""
    monotonic_s: Callable[[], float]
    random_bytes: Callable[[int], bytes]
    pause: Callable[[float], Awaitable[None]]
    hosts: frozenset[str] = frozenset()
    """The names under which visitors reach this relay, as `client.core.mailbox.host_of` spells
    them; none: whichever name a visitor asked for, which tells a hostile relay from us only where
    something in front of us checks names."""


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
        host: str,
    ) -> None:
        """`host` is the name of this relay that the visitor asked for."""
        self._socket = socket
        self._around = around
        self._watchers = watchers
        self._hosts = around.hosts or frozenset((host,))
        self._tasks = asyncio.TaskGroup()
        self._puts = asyncio.Semaphore(PUTS_LIMIT)
        self._letter_came = asyncio.Event()
        self._is_replaced = asyncio.Event()
        self._pushing: asyncio.Task[None] | None = None
        self.address = b""
        """Of the visitor's own mailbox; empty before its login."""

    async def run(self) -> None:
        """Serve the visitor until it leaves, breaks the protocol or `close` is called."""
        async with self._tasks:
            leaving = self._tasks.create_task(self._leave_when_replaced())
            code = await self._served()
            self._stop_pushing()
            leaving.cancel()
            await self._socket.close(code=code)

    def letter_came(self) -> None:
        """There may be something new in the mailbox that this connection watches."""
        self._letter_came.set()

    async def close(self, code: int) -> None:
        """End the connection; letters on their way to the disk still get there."""
        self._stop_pushing()
        await self._socket.close(code=code)

    def replace(self) -> None:
        """A newer connection watches the mailbox: end this one, without waiting for its visitor."""
        self._stop_pushing()
        self._is_replaced.set()

    async def _leave_when_replaced(self) -> None:
        await self._is_replaced.wait()
        await self._socket.close(code=mailbox.CLOSE_REPLACED)

    async def _served(self) -> int:
        """Serve the visitor; the WebSocket code to close with."""
        try:
            async with asyncio.timeout(LOGIN_TIMEOUT_S):
                await self._log_in()
            await self._serve()
        except MailboxError as error:
            _log.info("mailbox %s: %s", self._name, error)
            return mailbox.CLOSE_MALFORMED
        except (ForgedSignatureError, TimeoutError):
            return mailbox.CLOSE_LOGIN
        except StorageError:
            _log.exception("mailbox %s: storage failed", self._name)
            return WSCloseCode.INTERNAL_ERROR
        except ConnectionError:
            pass  # it left while we were speaking
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
        self._check(login, nonce)
        self.address = address_of(login.key)
        await self._send(Welcome())

    def _check(self, login: Login, nonce: bytes) -> None:
        """`ForgedSignatureError` unless the key's owner signed this challenge of this relay."""
        for host in self._hosts:
            words = mailbox.login_words(nonce, host)
            with suppress(ForgedSignatureError):
                return verify(login.key, mailbox.LOGIN_LABEL, login.signature, words)
        raise ForgedSignatureError(mailbox.LOGIN_LABEL)

    async def _serve(self) -> None:
        allowance = Allowance(self._around.monotonic_s())
        async for message in self._socket:
            frame = _frame(message)
            allowance = allowance.at(self._around.monotonic_s()).spent()
            if allowance.is_overdrawn and isinstance(frame, Put):
                await self._send(Refused(frame.id, Reason.RATE))
            else:
                await self._answer(frame)
            if allowance.is_overdrawn:
                await self._around.pause(allowance.wait_s)

    async def _answer(self, frame: Frame) -> None:
        match frame:
            case Put():
                await self._take(frame)
            case Ack(ids):
                await self._around.storage.acknowledge(self.address, ids)
            case Admit(token_hash, until_s):
                end_s = min(until_s, self._around.now_s() + ADMISSION_LIMIT_S)
                await self._around.storage.admit(self.address, token_hash, end_s)
                await self._send(Admitted(token_hash))
            case Watch():
                self._watch()
            case _:
                raise MailboxError(f"a {type(frame).__name__} from a visitor")

    async def _take(self, put: Put) -> None:
        reason = await self._objection(put)
        if reason is not None:
            await self._send(Refused(put.id, reason))
            return
        await self._puts.acquire()
        # Stored in the order of arrival: tasks start in the order in which they were made.
        self._tasks.create_task(self._store(put))

    async def _objection(self, put: Put) -> Reason | None:
        if len(put.data) > mailbox.DATA_LIMIT:
            return Reason.TOO_LARGE
        if not 0 < put.ttl_s <= mailbox.TTL_LIMIT_S:
            return Reason.INVALID
        token_hash = mailbox.token_hash(put.token)
        if await self._around.storage.is_admitted(put.to, token_hash, self._around.now_s()):
            return None
        return Reason.NOT_ADMITTED

    async def _store(self, put: Put) -> None:
        try:
            now_s = self._around.now_s()
            number = await self._around.storage.put(
                put.to, put.data, now_s=now_s, expires_s=now_s + put.ttl_s
            )
            if number is None:
                await self._send(Refused(put.id, Reason.FULL))
            else:
                await self._send(Stored(put.id))
        except StorageError:
            _log.exception("mailbox %s: storage failed", put.to.hex()[:8])
            await self._socket.close(code=WSCloseCode.INTERNAL_ERROR)
        except ConnectionError:
            pass  # it left; it will put the letter again and the reader drops the second
        finally:
            self._puts.release()

    def _watch(self) -> None:
        self._watchers.watch(self.address, self)
        self._stop_pushing()
        self._pushing = self._tasks.create_task(self._push())
        _log.info("mailbox %s: watched", self._name)

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
                    after = letter.id
                if len(letters) < PAGE_LETTERS:
                    await self._letter_came.wait()
        except StorageError:
            _log.exception("mailbox %s: storage failed", self._name)
            await self._socket.close(code=WSCloseCode.INTERNAL_ERROR)
        except ConnectionError:
            pass  # the reading side notices and ends the connection

    def _stop_pushing(self) -> None:
        if self._pushing is not None:
            self._pushing.cancel()

    async def _send(self, frame: Frame) -> None:
        await self._socket.send_bytes(mailbox.encode(frame))

    @property
    def _name(self) -> str:
        """As much of the address as a log needs to tell two apart."""
        return self.address.hex()[:8] or "unknown"


def _frame(message: WSMessage) -> Frame:
    if message.type is not WSMsgType.BINARY:
        raise MailboxError(f"a {message.type.name} message")
    return mailbox.decode(message.data)
