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
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final
from weakref import WeakValueDictionary

from nats.aio.msg import Msg

from client.core.mailbox import MESSAGES_LIMIT
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
from client.relay.storage.letters import (
    CAME,
    EXPIRES,
    STREAM,
    SUBJECT,
    Level,
    address_of,
    expired,
    headers,
    letters_stream,
    level_of,
    level_with,
    subject_of,
)
from client.relay.storage.memory import Memory
from client.relay.storage.sqlite import STORE_LIMIT_BYTES
from client.relay.storage.tidings import Tidings

COPIES: Final = 3
"""Where the cluster has as many servers."""
SWEEP_LETTERS: Final = 10_000
"""Letters looked at in one sweep; the next goes on from there. Nobody is shown an expired one."""
CHECK_S: Final = 5.0
"""Between looks at whether a letter came that nobody announced; chosen: one question a node."""
_WATCHED: Final = "chevet.watched"
_LEADERS: Final = f"$JS.EVENT.ADVISORY.STREAM.LEADER_ELECTED.{STREAM}"
_SEQUENCE: Final = "Nats-Sequence"


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
        self._levels: Memory[bytes, Level] = Memory()
        self._owners: Memory[int, bytes] = Memory()
        self._claimed: asyncio.Queue[bytes] = asyncio.Queue()  # bounded by the node's visitors
        self._claiming: asyncio.Task[None] | None = None
        self._swept = 0
        self._tidings = Tidings()
        self._checking: asyncio.Task[None] | None = None

    async def open(
        self, servers: Sequence[str], *, copies: int, limit_bytes: int = STORE_LIMIT_BYTES
    ) -> None:
        """Connect to one of the servers (``nats://host:4222``) and see to the streams.

        `ClusterNotReadyError` if none of them is in time.
        """
        letters = letters_stream(copies, limit_bytes)
        await self._gateway.open(servers, (letters, Admissions.stream(copies)))
        self._claiming = asyncio.create_task(self._claim())
        await self._gateway.subscribe(f"{CAME}*", self._announced)
        await self._gateway.subscribe(_WATCHED, lambda said: self._heard(said.data))
        await self._gateway.subscribe(_LEADERS, lambda _: self._returned())
        await self._admissions.open()
        self._checking = asyncio.create_task(self._check())

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
            told = headers(after, name, expires_s)
            try:
                number = await self._gateway.publish(subject_of(address), data, told, after.last)
                level = Level(number, after.count, after.size, name)
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
            subject = subject_of(address)
            record = await self._gateway.get(STREAM, seq=after + 1, next_by_subj=subject)
            if record is None:
                break
            after = record.sequence
            self._tidings.shown(address, after)
            if int(record.headers[EXPIRES]) > now_s:
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
            owner = None if record is None else address_of(record.subject)
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

        Mailboxes where something waits are looked at again, whatever was heard of them.
        """
        await self._admissions.expire(now_s)
        records = await self._gateway.scan(STREAM, f"{SUBJECT}*", self._swept, SWEEP_LETTERS)
        is_end = len(records) < SWEEP_LETTERS
        self._swept = 0 if is_end else records[-1].sequence + 1
        for record in records:
            self._came(record.subject)
        return await self._deleted(expired(records, now_s))

    async def close(self) -> None:
        """See `MailboxStorage`."""
        for task in (self._claiming, self._checking):
            if task is not None:
                task.cancel()
        await self._gateway.close()

    async def _level(self, address: bytes) -> Level:
        record = await self._gateway.get(STREAM, last_by_subj=subject_of(address))
        return Level() if record is None else level_with(record)

    async def _counted(self, address: bytes, now_s: int) -> Level:
        """What truly waits, without what has expired, which is deleted."""
        records = await self._gateway.scan(STREAM, subject_of(address), 0, 2 * MESSAGES_LIMIT)
        ended = expired(records, now_s)
        await self._deleted(ended)
        return level_of([record for record in records if record not in ended])

    async def _deleted(self, records: Sequence[Record]) -> int:
        count = 0
        for record in records:
            self._levels.pop(address_of(record.subject), None)
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

    async def _check(self) -> None:
        """Make up for word that was lost between two servers."""
        while True:
            await asyncio.sleep(CHECK_S)
            with suppress(StorageError):  # looked at again in the next round
                last = await self._gateway.last_sequence(STREAM)
                is_gap, again = self._tidings.round_over(last)
                if is_gap:
                    self._returned()
                for address in again:
                    self._came(subject_of(address))

    def _announced(self, said: Msg) -> None:
        address = address_of(said.subject)
        sequence = int((said.headers or {}).get(_SEQUENCE, 0))
        if self._tidings.heard(address, sequence, is_watched=address in self._claims):
            self._returned()
        else:
            self._came(said.subject)

    def _came(self, subject: str) -> None:
        if self._listener is not None:
            self._listener.letter_came(address_of(subject))

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
