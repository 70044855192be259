"""One end of the encrypted dialogue: numbers, seals, keeps, repeats and acknowledges.

The same envelopes and counters serve the data channel and the mailbox, so losing one path and
taking the other needs no special case: durable messages that the peer has not acknowledged are
sealed again and sent on whatever path there is; what the data channel is seen to have lost is sent
again at once. Both ends of a consultation use this class.

What survives a kill at any instruction is what the keeper holds: a message is kept before it leaves
and before its receipt does, and a letter is taken from the mailbox (`take_letter`) only once what
it brought is kept. A later process begins with `Resumed`: it posts what waits, repeats the receipt
that may be lost, and the numbers do the rest.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

from client import clock
from client.core import parcels, wire
from client.core.envelope import EnvelopeError, Opener, Sealer
from client.core.flights import Flights
from client.core.inbox import HOLD_S, REPORTED_LIMIT, Inbox, Order
from client.core.lanes import Lane
from client.core.outbox import Outbox, RolledBackError
from client.core.wire import Message, Parcel
from client.errors import ChevetError
from client.session.gathering import Gathering
from client.session.posting import LETTER_EVERY_S, Posting, Supply
from client.session.ways import AT_FIRST, Keeper, Path, Resumed
from client.store.errors import StorageFailedError

_log = logging.getLogger(__name__)

INCOMING_LIMIT: Final = 512
"""Parcels waiting to be handled; chosen: far above a second of an honest peer's messages."""
KEEP_AGAIN_S: Final = 5.0
"""After the record did not take a message; chosen: a person may be making room on the disk."""
REPEATS_AHEAD: Final = 32
"""Under way while old messages are repeated; chosen: 8 KiB, so that a new one never waits long."""
SILENT_S: Final = 1.0
"""After so long without a word of ours a receipt is sent, so that the peer knows we are here."""
RECEIPT_DELAY_S: Final = 0.05
"""Receipts of a burst travel together; half of what the protocol allows."""


class LetterNotTakenError(ChevetError):
    """The conversation stopped first; the mailbox keeps the letter."""


class Conversation:
    """Says messages to the peer and hands over what the peer says."""

    def __init__(  # noqa: PLR0913 -- all but the ways out by name
        self,
        ciphers: tuple[Sealer, Opener],
        keeper: Keeper,
        post: Callable[[bytes], Awaitable[None]],
        on_message: Callable[[Message], None],
        on_acknowledged: Callable[[list[int]], None] = lambda _: None,
        *,
        now_s: Callable[[], float] = clock.monotonic_s,
        resumed: Resumed = AT_FIRST,
        on_mailed: Callable[[list[int]], None] = lambda _: None,
        on_deferred: Callable[[Message], None] = lambda _: None,
        on_rolled_back: Callable[[RolledBackError], None] = lambda _: None,
        letter_every_s: float = LETTER_EVERY_S,
    ) -> None:
        """`post` puts one envelope into the peer's mailbox and returns when it is stored there.

        `on_mailed` is told which numbers wait in the peer's mailbox, `on_deferred` each message
        that waited in ours, before `on_message` is; `on_rolled_back` that nothing more can be said.
        """
        self._sealer, self._opener = ciphers
        self._keeper = keeper
        self._on_message = on_message
        self._on_acknowledged = on_acknowledged
        self._now_s = now_s
        self._on_deferred = on_deferred
        self._on_rolled_back = on_rolled_back
        self._outbox = Outbox(resumed.waiting, resumed.last_number)
        self._inbox = Inbox(known=resumed.received)
        self._order = Order(known=resumed.received)
        self._is_later = bool(resumed.received)
        self._path: Path | None = None
        self._kept_up_to = max(resumed.last_number, *(p.number or 0 for p in resumed.waiting), 0)
        self._outgoing: asyncio.Queue[Parcel] = asyncio.Queue()
        self._posting = Posting(
            post,
            self._seal_letter,
            self._outbox,
            now_s=now_s,
            on_mailed=on_mailed,
            letter_every_s=letter_every_s,
        )
        self._gathering = Gathering(self._depart)
        self._flights = Flights()
        self._backlog: deque[int] = deque()
        self._spoke_s = 0.0
        self._is_over = False
        self._incoming: asyncio.Queue[tuple[Parcel, asyncio.Future[None] | None]] = asyncio.Queue(
            INCOMING_LIMIT
        )
        self._receipt_by_mail = False
        self._receipt: asyncio.TimerHandle | None = None
        self._repeat: asyncio.TimerHandle | None = None
        self._release: asyncio.TimerHandle | None = None
        self._is_settled = asyncio.Event()
        if not self._outbox.unacknowledged():
            self._is_settled.set()
        self.rejected = 0
        """What was forged, replayed, malformed, too many, or could not be kept."""

    @property
    def waiting(self) -> int:
        """Durable messages the peer has not acknowledged."""
        return len(self._outbox.unacknowledged())

    async def run(self) -> None:
        """Work until cancelled; owns every task of the conversation."""
        self._is_over = False
        self._go_on()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_outgoing())
                tasks.create_task(self._posting.run())
                tasks.create_task(self._handle_incoming())
        finally:
            self._is_over = True
            while not self._incoming.empty():
                _not_taken(self._incoming.get_nowait()[1])
            self._gathering.forget()
            for timer in (self._receipt, self._repeat, self._release):
                if timer is not None:
                    timer.cancel()

    def _go_on(self) -> None:
        """Post what an earlier process left; the last receipt may have been lost with it."""
        if self._path is None:
            for parcel in self._outbox.unacknowledged():
                if (parcel.number or 0) <= self._kept_up_to:
                    self._posting.mail(parcel)
        if self._is_later:
            self._posting.mail(Parcel(None, self._inbox.receipt()))

    def supply(self, supply: Supply | None) -> None:
        """Where parts of files come from that go by mailbox; `None`: none do now."""
        self._posting.supply(supply)

    def say(self, message: Message, *, lane: Lane = Lane.READINGS) -> int | None:
        """Send a message; a durable one gets a number, which is returned, and is kept first."""
        if isinstance(message, wire.DURABLE):
            parcel = self._outbox.add(message)
            self._is_settled.clear()
            self._outgoing.put_nowait(parcel)
            return parcel.number
        parcel = Parcel(None, message)
        if isinstance(message, wire.Signal):
            self._posting.signal(parcel)
        elif self._path is None and isinstance(message, wire.StillHeld):
            self._posting.mail(parcel)
        else:
            self._send(parcel, lane)
        return None

    def show_life(self) -> None:
        """Say something, if nothing was said for a while; the peer takes silence for a cut line."""
        if self._path is not None and self._now_s() - self._spoke_s >= SILENT_S:
            self._send_receipt()

    def seal(self, parcel: Parcel) -> bytes:
        """The envelope of a parcel, for a path that is not verified yet (`wire.Hello`)."""
        return self._sealer.seal(parcels.encode(parcel))

    def _seal_letter(self, letter: Sequence[Parcel]) -> bytes:
        return self._sealer.seal(b"".join(map(parcels.encode, letter)), is_letter=True)

    def open(self, envelope: bytes) -> list[Parcel]:
        """The parcels in an envelope of the peer; none, counted, when it is not one of its."""
        try:
            return parcels.decode_together(self._opener.open(envelope))
        except (EnvelopeError, parcels.WireError) as error:
            self.rejected += 1
            _log.warning("an envelope was refused: %s", type(error).__name__)
            return []

    def use(self, path: Path | None) -> None:
        """Send on this path from now on, or by mailbox (`None`).

        What the peer has not acknowledged is repeated on a new path, little by little, and goes
        into the mailbox, once, when the path that should have carried it is gone.
        """
        is_gone, self._path = path is None and self._path is not None, path
        self._gathering.forget()
        self._flights.forget()
        waiting = [p for p in self._outbox.unacknowledged() if (p.number or 0) <= self._kept_up_to]
        self._backlog = deque(p.number or 0 for p in (waiting if path is not None else ()))
        self._send_again()
        for parcel in waiting if is_gone else ():
            self._posting.mail(parcel)

    def take(self, parcel: Parcel, *, by_mail: bool) -> None:
        """Handle a parcel that `open` returned; a flood beyond the bound is dropped and counted.

        A dropped durable parcel is not acknowledged, so an honest peer sends it again.
        """
        letter = asyncio.get_running_loop().create_future() if by_mail else None
        try:
            self._incoming.put_nowait((parcel, letter))
        except asyncio.QueueFull:
            self.rejected += 1

    async def take_letter(self, envelope: bytes) -> None:
        """Handle what a letter brings; the mailbox may forget it once this returns."""
        if self._is_over:
            raise LetterNotTakenError
        taken: list[asyncio.Future[None]] = []
        for parcel in self.open(envelope):
            if isinstance(parcel.message, wire.Hello):
                continue  # it means nothing there
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            taken.append(done)
            await self._incoming.put((parcel, done))
        await asyncio.gather(*taken)

    async def settle(self, timeout_s: float) -> bool:
        """Wait until the peer has acknowledged everything; false when it has not in time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_settled.wait(), timeout_s)
        return self._is_settled.is_set()

    def send_receipt(self) -> None:
        """Acknowledge what has come without waiting for more; for the last words of a dialogue."""
        if self._receipt is not None:
            self._send_receipt()

    async def _keep_outgoing(self) -> None:
        while True:
            parcel = await self._outgoing.get()
            while not await self._is_kept(parcel):  # noqa: ASYNC110 -- a disk tells nobody
                await asyncio.sleep(KEEP_AGAIN_S)
            self._kept_up_to = number = parcel.number or 0
            if self._path is None:
                self._posting.mail(parcel)
            elif self._outbox.may_go(number):
                self._launch(parcel)
            else:
                self._backlog.append(number)

    async def _is_kept(self, parcel: Parcel) -> bool:
        try:
            await self._keeper.sent(parcel)
        except ChevetError as error:
            _log.warning("a message was not kept, so not sent either: %s", type(error).__name__)
            return False
        return True

    def _send(self, parcel: Parcel, lane: Lane = Lane.READINGS) -> None:
        """On the path, if there is one; with whatever else is said in this moment, but for stills.

        A receipt that is due goes along.
        """
        if self._path is None:
            return
        if lane is not Lane.READINGS:
            self._spoke_s = self._now_s()
            self._path.send(self.seal(parcel), lane=lane)
            return
        self._gathering.add(parcel, self._path.room_bytes)
        if self._gathering.is_begun:
            self.send_receipt()

    def _depart(self, together: bytes) -> None:
        if self._path is not None:
            self._spoke_s = self._now_s()
            self._path.send(self._sealer.seal(together), lane=Lane.READINGS)

    def _launch(self, parcel: Parcel) -> None:
        """Send a durable parcel on the path, and look after it until its receipt."""
        self._flights.note_sent(parcel.number or 0, self._now_s())
        self._send(parcel)
        self._wait_for_receipts()

    def _send_again(self) -> None:
        """What is lost on this path; then what waits from before it, little by little."""
        for number in self._flights.due(self._now_s())[:REPEATS_AHEAD]:
            self._launch(self._outbox[number])
        while self._backlog and len(self._flights) < REPEATS_AHEAD:
            if not self._outbox.may_go(self._backlog[0]):
                break
            number = self._backlog.popleft()
            if self._outbox.is_waiting(number):
                self._launch(self._outbox[number])
        self._wait_for_receipts()

    def _wait_for_receipts(self) -> None:
        due_s = self._flights.next_s()
        if self._repeat is not None:
            self._repeat.cancel()
        if due_s is not None:
            loop = asyncio.get_running_loop()
            self._repeat = loop.call_later(max(0.0, due_s - self._now_s()), self._send_again)

    async def _handle_incoming(self) -> None:
        while True:
            parcel, letter = await self._incoming.get()
            try:
                while not await self._is_handled(  # noqa: ASYNC110 -- a disk tells nobody
                    parcel, by_mail=letter is not None
                ):
                    await asyncio.sleep(KEEP_AGAIN_S)
                if letter is not None and not letter.done():
                    letter.set_result(None)
            finally:
                _not_taken(letter)

    async def _is_handled(self, parcel: Parcel, *, by_mail: bool) -> bool:
        """False for what a letter brought and the disk did not take: nobody says it again."""
        try:
            await self._handle(parcel, by_mail=by_mail)
        except RolledBackError as error:
            self._on_rolled_back(error)
        except ChevetError as error:
            # On the line it is not acknowledged, so an honest peer says it again.
            self.rejected += 1
            _log.warning("a message was not taken: %s", type(error).__name__)
            return not (by_mail and isinstance(error, StorageFailedError))
        return True

    async def _handle(self, parcel: Parcel, *, by_mail: bool) -> None:
        if isinstance(parcel.message, wire.Received):
            await self._forget(parcel.message)
        elif parcel.number is None:
            if isinstance(parcel.message, wire.StillPiece):
                await self._keeper.piece(parcel.message)
            self._on_message(parcel.message)
        else:
            await self._receive(parcel, by_mail=by_mail)

    async def _forget(self, receipt: wire.Received) -> None:
        self._outbox.require_given(receipt)
        numbers = self._outbox.acknowledge(receipt)
        if not numbers:
            return
        self._posting.forget(numbers)
        if self._path is None and _is_whole(receipt):
            # The mailbox keeps its order: what was posted before something that came is lost.
            self._posting.mail_again(range(self._outbox.oldest, max(numbers)))
        self._flights.note_arrived(numbers, self._now_s(), is_all=_is_whole(receipt))
        self._send_again()
        await self._keeper.acknowledged(numbers)
        if not self._outbox.unacknowledged():
            self._is_settled.set()
        self._on_acknowledged(numbers)

    async def _receive(self, parcel: Parcel, *, by_mail: bool) -> None:
        number = parcel.number or 0
        if self._inbox.is_new(number):
            await self._keeper.received(parcel)
            self._inbox.accept(number)
            if by_mail:
                self._on_deferred(parcel.message)
            self._hand_over(self._order.take(parcel))
        self._receipt_by_mail |= by_mail
        if self._receipt is None:
            loop = asyncio.get_running_loop()
            self._receipt = loop.call_later(RECEIPT_DELAY_S, self._send_receipt)

    def _hand_over(self, messages: list[Message]) -> None:
        for message in messages:
            self._on_message(message)
        if self._release is not None and not self._order.is_waiting:
            self._release.cancel()
            self._release = None
        elif self._release is None and self._order.is_waiting:
            self._release = asyncio.get_running_loop().call_later(HOLD_S, self._wait_no_longer)

    def _wait_no_longer(self) -> None:
        self._release = None
        self._hand_over(self._order.release())

    def _send_receipt(self) -> None:
        if self._receipt is not None:
            self._receipt.cancel()
            self._receipt = None
        receipt = Parcel(None, self._inbox.receipt())
        if self._path is not None:
            self._send(receipt)
        elif self._receipt_by_mail:
            self._posting.mail(receipt)
        self._receipt_by_mail = False


def _not_taken(letter: asyncio.Future[None] | None) -> None:
    if letter is not None and not letter.done():
        letter.set_exception(LetterNotTakenError())
        letter.exception()  # whoever waited for it may be gone


def _is_whole(receipt: wire.Received) -> bool:
    """It names all that has come, so that what it leaves out is missing."""
    return len(receipt.beyond) < REPORTED_LIMIT
