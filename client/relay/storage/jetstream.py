"""Mailboxes in a NATS JetStream cluster: the storage of a relay of several nodes.

One stream holds all letters, a subject for each mailbox; the stream's sequence is the letter's id.
Nodes keep nothing that another does not find: what they remember saves questions only. A letter is
stored when a majority of the stream's copies has written it: with three copies it outlives the loss
of any one server, by kill -9 or by power. Within one server, NATS 2.9 waits for the disk every two
minutes only; from 2.10 on ``jetstream { sync_interval: always }`` waits for every letter.

How a put keeps the mailbox's limits, whichever nodes it comes through: each letter carries how much
the mailbox may hold with it, and names the letter that it follows. JetStream stores it only if that
is still the last one, so nobody counts from an outdated number. Acknowledged letters only make the
true count smaller; when the carried one reaches the limit, the mailbox is counted anew.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Generic, Self, TypeVar
from weakref import WeakValueDictionary

from nats.js.api import DiscardPolicy, RePublish, RetentionPolicy, StorageType, StreamConfig

from client.core.mailbox import FRAME_LIMIT, MAILBOX_LIMIT, MESSAGES_LIMIT, TTL_LIMIT_S
from client.relay.storage import Letter, Listener, StorageError
from client.relay.storage.admissions import Admissions
from client.relay.storage.claims import Claims
from client.relay.storage.gateway import (
    PATIENCE_S,
    Gateway,
    NoRoomError,
    OutrunError,
    Record,
    UnansweredError,
)
from client.relay.storage.sqlite import STORE_LIMIT_BYTES

STREAM: Final = "chevet-letters"
COPIES: Final = 3
"""Where the cluster has as many servers."""
KEPT_LIMIT_S: Final = TTL_LIMIT_S + 86_400
"""No letter outlives this, even where no node is left to delete it."""
SWEEP_LETTERS: Final = 10_000
"""Letters looked at in one sweep; the next goes on from there. Nobody is shown an expired one."""
REMEMBERED: Final = 50_000
"""Mailboxes and letters that a node remembers something of: about 10 MB."""

_SUBJECT: Final = "chevet.letter."
_CAME: Final = "chevet.came."
_WATCHED: Final = "chevet.watched"
_LEADERS: Final = f"$JS.EVENT.ADVISORY.STREAM.LEADER_ELECTED.{STREAM}"
_EXPIRES: Final = "Chevet-Expires"
_COUNT: Final = "Chevet-Count"
_SIZE: Final = "Chevet-Size"
_NAME: Final = "Chevet-Name"
_LENGTH: Final = "Nats-Msg-Size"

K = TypeVar("K")
V = TypeVar("V")


class _Memory(OrderedDict[K, V], Generic[K, V]):
    """The latest `REMEMBERED` entries."""

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        if len(self) > REMEMBERED:
            self.popitem(last=False)


@dataclass(frozen=True, slots=True)
class _Level:
    """At most so much waits in a mailbox."""

    last: int = 0
    """The last letter's id; 0 for none."""
    count: int = 0
    size: int = 0
    name: str = ""
    """The last letter's own name, by which whoever put it knows it again."""

    def with_letter(self, size: int) -> Self | None:
        """Where one more letter leads to; None beyond the limits."""
        if self.count >= MESSAGES_LIMIT or self.size + size > MAILBOX_LIMIT:
            return None
        return type(self)(self.last, self.count + 1, self.size + size)


class JetStreamStorage:
    """`MailboxStorage` in the streams of a NATS cluster; see `open`."""

    def __init__(self, *, node: bytes, now_us: Callable[[], int]) -> None:
        """``node`` are `NODE_BYTES` random bytes, ``now_us`` UTC microseconds since 1970."""
        self._gateway = Gateway(self._returned)
        self._admissions = Admissions(self._gateway)
        self._claims = Claims(node)
        self._node = node.hex()
        self._now_us = now_us
        self._listener: Listener | None = None
        self._names = 0
        self._turns: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()
        self._levels: _Memory[bytes, _Level] = _Memory()
        self._owners: _Memory[int, bytes] = _Memory()
        self._claimed: asyncio.Queue[bytes] = asyncio.Queue()  # bounded by the node's visitors
        self._claiming: asyncio.Task[None] | None = None
        self._swept = 0

    async def open(
        self, servers: Sequence[str], *, copies: int, limit_bytes: int = STORE_LIMIT_BYTES
    ) -> None:
        """Connect to one of the servers (``nats://host:4222``) and see to the streams.

        `ClusterNotReadyError` if none of them is in time.
        """
        letters = _letters(copies, limit_bytes)
        await self._gateway.open(servers, (letters, Admissions.stream(copies)))
        self._claiming = asyncio.create_task(self._claim())
        await self._gateway.subscribe(f"{_CAME}*", lambda said: self._came(said.subject))
        await self._gateway.subscribe(_WATCHED, lambda said: self._heard(said.data))
        await self._gateway.subscribe(_LEADERS, lambda _: self._returned())
        await self._admissions.open()

    def listen(self, listener: Listener) -> None:
        """See `MailboxStorage`."""
        self._listener = listener

    def watched(self, address: bytes) -> None:
        """See `MailboxStorage`."""
        self._claimed.put_nowait(self._claims.begun(address, self._now_us()))

    def unwatched(self, address: bytes) -> None:
        """See `MailboxStorage`."""
        self._claims.ended(address)

    async def put(self, address: bytes, data: bytes, *, now_s: int, expires_s: int) -> int | None:
        """See `MailboxStorage`."""
        self._names += 1
        name = f"{self._node}.{self._names}"
        try:
            async with self._turn(address):
                return await self._put(address, data, name, now_s, expires_s)
        except NoRoomError:
            return None

    async def _put(
        self, address: bytes, data: bytes, name: str, now_s: int, expires_s: int
    ) -> int | None:
        level = self._levels.get(address) or await self._level(address)
        while level.name != name:  # an attempt without an answer may have been one with success
            after = level.with_letter(len(data))
            after = after or (await self._counted(address, now_s)).with_letter(len(data))
            if after is None:
                return None
            headers = _headers(after, name, expires_s)
            try:
                number = await self._gateway.publish(_subject(address), data, headers, after.last)
                level = _Level(number, after.count, after.size, name)
            except (OutrunError, UnansweredError):
                level = await self._level(address)
        self._levels[address] = level
        return level.last

    async def pending(
        self, address: bytes, *, after: int, limit: int, now_s: int
    ) -> Sequence[Letter]:
        """See `MailboxStorage`."""
        letters: list[Letter] = []
        while len(letters) < limit:
            subject = _subject(address)
            record = await self._gateway.get(STREAM, seq=after + 1, next_by_subj=subject)
            if record is None:
                break
            after = record.sequence
            if int(record.headers[_EXPIRES]) > now_s:
                self._owners[after] = address
                letters.append(Letter(after, record.data))
        return letters

    async def acknowledge(self, address: bytes, ids: Collection[int]) -> None:
        """See `MailboxStorage`."""
        level = self._levels.get(address)
        if level is not None and level.last in ids:
            del self._levels[address]  # the next letter follows another one
        await asyncio.gather(*(self._acknowledge(address, number) for number in ids))

    async def _acknowledge(self, address: bytes, number: int) -> None:
        owner = self._owners.pop(number, None)
        if owner is None:  # shown by another node, or never
            record = await self._gateway.get(STREAM, seq=number) if number else None
            owner = None if record is None else _address(record.subject)
        if owner == address:
            await self._gateway.delete(STREAM, number)

    async def admit(self, address: bytes, token_hash: bytes, until_s: int) -> None:
        """See `MailboxStorage`."""
        try:
            async with self._turn(address):
                await self._admissions.admit(address, token_hash, until_s)
        except NoRoomError as error:
            raise StorageError("there is no room for admissions") from error

    async def is_admitted(self, address: bytes, token_hash: bytes, now_s: int) -> bool:
        """See `MailboxStorage`."""
        return await self._admissions.is_admitted(address, token_hash, now_s)

    async def expire(self, now_s: int) -> int:
        """See `MailboxStorage`; one call looks at `SWEEP_LETTERS` of them.

        Mailboxes where something waits are listened to again: a second chance for word of a letter
        that was lost between two servers.
        """
        await self._admissions.expire(now_s)
        records = await self._gateway.scan(STREAM, f"{_SUBJECT}*", self._swept, SWEEP_LETTERS)
        is_end = len(records) < SWEEP_LETTERS
        self._swept = 0 if is_end else records[-1].sequence + 1
        for record in records:
            self._came(record.subject)
        return await self._deleted(_expired(records, now_s))

    async def close(self) -> None:
        """See `MailboxStorage`."""
        if self._claiming is not None:
            self._claiming.cancel()
        await self._gateway.close()

    async def _level(self, address: bytes) -> _Level:
        record = await self._gateway.get(STREAM, last_by_subj=_subject(address))
        if record is None:
            return _Level()
        told = record.headers
        return _Level(record.sequence, int(told[_COUNT]), int(told[_SIZE]), told[_NAME])

    async def _counted(self, address: bytes, now_s: int) -> _Level:
        """What truly waits, without what has expired, which is deleted."""
        records = await self._gateway.scan(STREAM, _subject(address), 0, 2 * MESSAGES_LIMIT)
        expired = _expired(records, now_s)
        await self._deleted(expired)
        kept = [record for record in records if record not in expired]
        size = sum(int(record.headers[_LENGTH]) for record in kept)
        return _Level(kept[-1].sequence if kept else 0, len(kept), size)

    async def _deleted(self, records: Sequence[Record]) -> int:
        count = 0
        for record in records:
            self._levels.pop(_address(record.subject), None)
            count += await self._gateway.delete(STREAM, record.sequence)
        return count

    @asynccontextmanager
    async def _turn(self, address: bytes) -> AsyncIterator[None]:
        """One after the other for each mailbox, in the order asked for; for `PATIENCE_S`."""
        lock = self._turns.setdefault(address, asyncio.Lock())
        async with lock:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    yield
            except TimeoutError as error:
                raise StorageError("NATS did not write in time") from error

    async def _claim(self) -> None:
        while True:
            await self._gateway.say(_WATCHED, await self._claimed.get())

    def _came(self, subject: str) -> None:
        if self._listener is not None:
            self._listener.letter_came(_address(subject))

    def _heard(self, said: bytes) -> None:
        address = self._claims.heard(said)
        if address is not None and self._listener is not None:
            self._listener.watched_elsewhere(address)

    def _returned(self) -> None:
        """Word of letters may have been lost while a server changed."""
        self._levels.clear()
        self._admissions.forget()
        if self._listener is not None:
            self._listener.letters_may_have_come()


def _letters(copies: int, limit_bytes: int) -> StreamConfig:
    return StreamConfig(
        name=STREAM,
        subjects=[f"{_SUBJECT}*"],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,  # a full stream refuses letters rather than forget some
        max_bytes=limit_bytes,
        max_age=KEPT_LIMIT_S,
        max_msg_size=FRAME_LIMIT,
        num_replicas=copies,
        # Whoever has stored a letter tells all nodes, so word of it needs no node to survive.
        republish=RePublish(f"{_SUBJECT}*", f"{_CAME}{{{{wildcard(1)}}}}", headers_only=True),
    )


def _headers(level: _Level, name: str, expires_s: int) -> dict[str, str]:
    return {
        _EXPIRES: str(expires_s),
        _COUNT: str(level.count),
        _SIZE: str(level.size),
        _NAME: name,
    }


def _expired(records: Sequence[Record], now_s: int) -> list[Record]:
    return [record for record in records if int(record.headers[_EXPIRES]) <= now_s]


def _subject(address: bytes) -> str:
    return _SUBJECT + address.hex()


def _address(subject: str) -> bytes:
    return bytes.fromhex(subject.rpartition(".")[2])
