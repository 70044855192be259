"""One end of the encrypted dialogue: numbers, seals, keeps, repeats and acknowledges.

The same envelopes and counters serve the data channel and the mailbox, so losing one path and
taking the other needs no special case: durable messages that the peer has not acknowledged are
sealed again and sent on whatever path there is. Both ends of a consultation use this class.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, Protocol

from client.core import parcels, wire
from client.core.envelope import EnvelopeError, Opener, Sealer
from client.core.inbox import Inbox
from client.core.lanes import Lane
from client.core.outbox import Outbox
from client.core.wire import Message, Parcel
from client.errors import ChevetError

_log = logging.getLogger(__name__)

INCOMING_LIMIT: Final = 512
"""Parcels waiting to be handled; chosen: far above a second of an honest peer's messages."""
REPOST_S: Final = 5.0
"""After a refusal by the relay; chosen: a full mailbox empties at the speed of its owner."""
KEEP_AGAIN_S: Final = 5.0
"""After the record did not take a message; chosen: a person may be making room on the disk."""
REPEATS_AHEAD: Final = 32
"""Repeated messages without a receipt; chosen: 8 KiB, so that a new one never waits for long."""
RECEIPT_DELAY_S: Final = 0.05
"""Receipts of a burst travel together; half of what the protocol allows."""


class Path(Protocol):
    """A way to the peer that is open now: the data channel of a verified link."""

    def send(self, data: bytes, *, lane: Lane) -> None:
        """Hand over one envelope; it is queued at once, never awaited."""


class Keeper(Protocol):
    """Where durable parcels live; each call returns once they are safe."""

    async def sent(self, parcel: Parcel) -> None:
        """Keep what is about to be sent."""

    async def received(self, parcel: Parcel) -> None:
        """Keep what has come."""

    async def acknowledged(self, numbers: list[int]) -> None:
        """The peer has these."""


class Conversation:
    """Says messages to the peer and hands over what the peer says."""

    def __init__(
        self,
        ciphers: tuple[Sealer, Opener],
        keeper: Keeper,
        post: Callable[[bytes], Awaitable[None]],
        on_message: Callable[[Message], None],
        on_acknowledged: Callable[[list[int]], None] = lambda _: None,
    ) -> None:
        """`post` puts one envelope into the peer's mailbox and returns when it is stored there."""
        self._sealer, self._opener = ciphers
        self._keeper = keeper
        self._post = post
        self._on_message = on_message
        self._on_acknowledged = on_acknowledged
        self._outbox = Outbox()
        self._inbox = Inbox()
        self._path: Path | None = None
        self._kept_up_to = 0
        self._outgoing: asyncio.Queue[Parcel] = asyncio.Queue()
        self._posting: asyncio.Queue[Parcel] = asyncio.Queue()
        self._mailed: set[int] = set()
        self._repeats: deque[Parcel] = deque()
        self._repeating: set[int] = set()
        self._signal: Parcel | None = None
        self._signal_came = asyncio.Event()
        self._incoming: asyncio.Queue[tuple[Parcel, bool]] = asyncio.Queue(INCOMING_LIMIT)
        self._receipt: asyncio.TimerHandle | None = None
        self._receipt_by_mail = False
        self._is_settled = asyncio.Event()
        self._is_settled.set()
        self.rejected = 0
        """What was forged, replayed, malformed, too many, or could not be kept."""

    @property
    def waiting(self) -> int:
        """Durable messages the peer has not acknowledged."""
        return len(self._outbox.unacknowledged())

    async def run(self) -> None:
        """Work until cancelled; owns every task of the conversation."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_outgoing())
                tasks.create_task(self._post_letters())
                tasks.create_task(self._post_signals())
                tasks.create_task(self._handle_incoming())
        finally:
            if self._receipt is not None:
                self._receipt.cancel()

    def say(self, message: Message, *, lane: Lane = Lane.READINGS) -> int | None:
        """Send a message; a durable one gets a number, which is returned, and is kept first."""
        if isinstance(message, wire.DURABLE):
            parcel = self._outbox.add(message)
            self._is_settled.clear()
            self._outgoing.put_nowait(parcel)
            return parcel.number
        parcel = Parcel(None, message)
        if isinstance(message, wire.Signal):
            self._signal = parcel
            self._signal_came.set()
        elif self._path is not None:
            self._path.send(self.seal(parcel), lane=lane)
        return None

    def seal(self, parcel: Parcel) -> bytes:
        """The envelope of a parcel, for a path that is not verified yet (`wire.Hello`)."""
        return self._sealer.seal(parcels.encode(parcel))

    def open(self, envelope: bytes) -> Parcel | None:
        """The parcel in an envelope of the peer; `None`, counted, when it is not one."""
        try:
            return parcels.decode(self._opener.open(envelope))
        except (EnvelopeError, parcels.WireError) as error:
            self.rejected += 1
            _log.warning("an envelope was refused: %s", type(error).__name__)
            return None

    def use(self, path: Path | None) -> None:
        """Send on this path from now on, or by mailbox (`None`).

        What the peer has not acknowledged is repeated on a new path, little by little, and goes
        into the mailbox, once, when the path that should have carried it is gone.
        """
        is_gone = path is None and self._path is not None
        self._path = path
        self._repeating.clear()
        waiting = [p for p in self._outbox.unacknowledged() if (p.number or 0) <= self._kept_up_to]
        self._repeats = deque(waiting if path is not None else ())
        self._repeat()
        for parcel in waiting if is_gone else ():
            self._mail(parcel)

    def take(self, parcel: Parcel, *, by_mail: bool) -> None:
        """Handle a parcel that `open` returned; a flood beyond the bound is dropped and counted.

        A dropped durable parcel is not acknowledged, so an honest peer sends it again.
        """
        try:
            self._incoming.put_nowait((parcel, by_mail))
        except asyncio.QueueFull:
            self.rejected += 1

    async def settle(self, timeout_s: float) -> bool:
        """Wait until the peer has acknowledged everything; false when it has not in time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_settled.wait(), timeout_s)
        return self._is_settled.is_set()

    def send_receipt(self) -> None:
        """Acknowledge what has come without waiting for more; for the last words of a dialogue."""
        if self._receipt is not None:
            self._receipt.cancel()
            self._send_receipt()

    async def _keep_outgoing(self) -> None:
        while True:
            parcel = await self._outgoing.get()
            while not await self._is_kept(parcel):  # noqa: ASYNC110 -- a disk tells nobody
                await asyncio.sleep(KEEP_AGAIN_S)
            self._kept_up_to = parcel.number or 0
            if self._path is None:
                self._mail(parcel)
            else:
                self._path.send(self.seal(parcel), lane=Lane.READINGS)

    async def _is_kept(self, parcel: Parcel) -> bool:
        try:
            await self._keeper.sent(parcel)
        except ChevetError as error:
            _log.warning("a message was not kept, so not sent either: %s", type(error).__name__)
            return False
        return True

    def _repeat(self) -> None:
        while self._path is not None and self._repeats and len(self._repeating) < REPEATS_AHEAD:
            parcel = self._repeats.popleft()
            if parcel.number is not None and self._outbox.is_waiting(parcel.number):
                self._repeating.add(parcel.number)
                self._path.send(self.seal(parcel), lane=Lane.READINGS)

    def _mail(self, parcel: Parcel) -> None:
        if parcel.number is not None and parcel.number not in self._mailed:
            self._mailed.add(parcel.number)
            self._posting.put_nowait(parcel)

    async def _post_letters(self) -> None:
        while True:
            parcel = await self._posting.get()
            if parcel.number is not None and not self._outbox.is_waiting(parcel.number):
                continue
            try:
                await self._post(self.seal(parcel))
            except ChevetError as error:
                _log.warning("the mailbox did not take a letter: %s", type(error).__name__)
                asyncio.get_running_loop().call_later(REPOST_S, self._posting.put_nowait, parcel)

    async def _post_signals(self) -> None:
        """The newest description alone, and beside the letters: no line comes back without it."""
        while True:
            await self._signal_came.wait()
            self._signal_came.clear()
            signal, self._signal = self._signal, None
            if signal is None:
                continue
            try:
                await self._post(self.seal(signal))
            except ChevetError as error:
                _log.warning("the mailbox did not take a signal: %s", type(error).__name__)
                self._signal = self._signal or signal
                asyncio.get_running_loop().call_later(REPOST_S, self._signal_came.set)

    async def _handle_incoming(self) -> None:
        while True:
            parcel, by_mail = await self._incoming.get()
            try:
                await self._handle(parcel, by_mail=by_mail)
            except ChevetError as error:
                # Not acknowledged, so an honest peer says it again.
                self.rejected += 1
                _log.warning("a message was not taken: %s", type(error).__name__)

    async def _handle(self, parcel: Parcel, *, by_mail: bool) -> None:
        if isinstance(parcel.message, wire.Received):
            await self._forget(parcel.message)
        elif parcel.number is None:
            self._on_message(parcel.message)
        else:
            await self._receive(parcel, by_mail=by_mail)

    async def _forget(self, receipt: wire.Received) -> None:
        numbers = self._outbox.acknowledge(receipt)
        if not numbers:
            return
        self._mailed.difference_update(numbers)
        self._repeating.difference_update(numbers)
        self._repeat()
        await self._keeper.acknowledged(numbers)
        if not self._outbox.unacknowledged():
            self._is_settled.set()
        self._on_acknowledged(numbers)

    async def _receive(self, parcel: Parcel, *, by_mail: bool) -> None:
        number = parcel.number or 0
        if self._inbox.is_new(number):
            await self._keeper.received(parcel)
            self._inbox.accept(number)
            self._on_message(parcel.message)
        self._receipt_by_mail |= by_mail
        if self._receipt is None:
            loop = asyncio.get_running_loop()
            self._receipt = loop.call_later(RECEIPT_DELAY_S, self._send_receipt)

    def _send_receipt(self) -> None:
        self._receipt = None
        receipt = Parcel(None, self._inbox.receipt())
        if self._path is not None:
            self._path.send(self.seal(receipt), lane=Lane.READINGS)
        elif self._receipt_by_mail:
            self._posting.put_nowait(receipt)
        self._receipt_by_mail = False
