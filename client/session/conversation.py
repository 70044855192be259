"""One end of the encrypted dialogue: numbers, seals, keeps, repeats and acknowledges.

The same envelopes and counters serve the data channel and the mailbox, so losing one path and
taking the other needs no special case: durable messages that the peer has not acknowledged are
sealed again and sent on whatever path there is; what the data channel is seen to have lost is sent
again at once. Both ends of a consultation use this class.

What survives a kill is what the keeper holds: a message is kept before it leaves and before its
receipt does; a letter is taken from the mailbox (`take_letter`) only once what it brought is kept.
A later process begins with `Resumed`: it posts what waits, and repeats its receipt.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

from client import clock
from client.core import parcels, wire
from client.core.envelope import EnvelopeError, Opener, Sealer
from client.core.inbox import FROM_SITE, Allowance, Inbox, is_whole
from client.core.lanes import Lane
from client.core.outbox import Outbox
from client.core.wire import Message, Parcel
from client.errors import ChevetError
from client.session.gathering import Gathering
from client.session.posting import LETTER_EVERY_S, Posting, Supply
from client.session.reception import KEEP_AGAIN_S, Reception
from client.session.repeats import Repeats
from client.session.turns import Turns
from client.session.ways import AT_FIRST, Keeper, Path, Resumed

_log = logging.getLogger(__name__)

INCOMING_LIMIT: Final = 512
"""Parcels waiting to be handled; chosen: far above a second of an honest peer's messages."""
SILENT_S: Final = 1.0
"""After so long without a word of ours a receipt is sent, so that the peer knows we are here."""
RECEIPT_DELAY_S: Final = 0.05
"""Receipts of a burst travel together; half of what the protocol allows."""


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
        on_broken: Callable[[ChevetError], None] = lambda _: None,
        on_anew: Callable[[], None] = lambda: None,
        allowance: Allowance = FROM_SITE,
        letter_every_s: float = LETTER_EVERY_S,
    ) -> None:
        """`post` puts one envelope into the peer's mailbox and returns when it is stored there.

        `on_mailed` is told which numbers wait in the peer's mailbox, `on_deferred` each message
        that waited in ours, before `on_message` is; `on_broken` why nothing more is said: of an old
        record, or to a peer that has said more than its `allowance`. `on_anew`: another process of
        the peer's has written.
        """
        self._sealer, self._opener = ciphers
        self._keeper = keeper
        self._on_message = on_message
        self._on_acknowledged = on_acknowledged
        self._now_s = now_s
        self._on_deferred = on_deferred
        self._on_anew = on_anew
        self._outbox = Outbox(resumed.waiting, resumed.last_number)
        self._inbox = Inbox(0, resumed.received, allowance, resumed.received_bytes)
        self._turns = Turns(resumed.received, on_message)
        self._is_later = bool(resumed.received)
        self._path: Path | None = None
        self._kept_up_to = max(resumed.last_number, *(p.number or 0 for p in resumed.waiting), 0)
        self._outgoing: asyncio.Queue[Parcel] = asyncio.Queue()
        self._posting = Posting(
            *(post, self._seal_letter, self._outbox),
            now_s=now_s,
            on_mailed=on_mailed,
            letter_every_s=letter_every_s,
        )
        self._gathering = Gathering(self._depart)
        self._repeats = Repeats(self._outbox, self._send, now_s)
        self._spoke_s = 0.0
        self._reception = Reception(INCOMING_LIMIT, self._handle, on_broken)
        self._receipt_by_mail = False
        self._receipt: asyncio.TimerHandle | None = None
        self._is_settled = asyncio.Event()
        if not self._outbox.unacknowledged():
            self._is_settled.set()
        self._unopened = 0

    @property
    def rejected(self) -> int:
        """What was forged, replayed, malformed, too many, or could not be kept."""
        return self._unopened + self._reception.rejected

    @property
    def waiting(self) -> int:
        """Durable messages the peer has not acknowledged."""
        return len(self._outbox.unacknowledged())

    async def run(self) -> None:
        """Work until cancelled; owns every task of the conversation."""
        self._reception.open()
        self._go_on()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_outgoing())
                tasks.create_task(self._posting.run())
                tasks.create_task(self._reception.run())
        finally:
            self._reception.close()
            self._gathering.forget()
            self._repeats.stop()
            self._turns.stop()
            if self._receipt is not None:
                self._receipt.cancel()

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
            self._unopened += 1
            _log.warning("an envelope was refused: %s", type(error).__name__)
        return []

    def use(self, path: Path | None) -> None:
        """Send on this path from now on, or by mailbox (`None`).

        What the peer has not acknowledged is repeated on a new path, little by little, and goes
        into the mailbox, once, when the path that should have carried it is gone.
        """
        is_gone, self._path = path is None and self._path is not None, path
        self._gathering.forget()
        waiting = [p for p in self._outbox.unacknowledged() if (p.number or 0) <= self._kept_up_to]
        self._repeats.begin(p.number or 0 for p in (waiting if path is not None else ()))
        for parcel in waiting if is_gone else ():
            self._posting.mail(parcel)

    def take(self, parcel: Parcel, *, by_mail: bool) -> None:
        """Handle a parcel that `open` returned; a flood beyond the bound is dropped and counted.

        A dropped durable parcel is not acknowledged, so an honest peer sends it again.
        """
        self._reception.take(parcel, by_mail=by_mail)

    async def take_letter(self, envelope: bytes) -> None:
        """Handle what a letter brings; the mailbox may forget it once this returns."""
        self._reception.require_open()
        known = self._opener.incarnations
        came = self.open(envelope)  # a hello means nothing in a letter
        if self._opener.incarnations > known:
            self._on_anew()
        await self._reception.take_letter(p for p in came if not isinstance(p.message, wire.Hello))

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
            self._kept_up_to = parcel.number or 0
            if self._path is None:
                self._posting.mail(parcel)
            else:
                self._repeats.add(parcel)

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
        if self._path is None and is_whole(receipt):
            # The mailbox keeps its order: what was posted before something that came is lost.
            self._posting.mail_again(range(self._outbox.oldest, max(numbers)))
        self._repeats.note_arrived(numbers, is_all=is_whole(receipt))
        await self._keeper.acknowledged(numbers)
        if not self._outbox.unacknowledged():
            self._is_settled.set()
        self._on_acknowledged(numbers)

    async def _receive(self, parcel: Parcel, *, by_mail: bool) -> None:
        number = parcel.number or 0
        if self._inbox.is_new(number):
            size_bytes = self._inbox.require_room(number, len(parcels.encode(parcel)))
            await self._keeper.received(parcel)
            self._inbox.accept(number, size_bytes)
            if by_mail:
                self._on_deferred(parcel.message)
            self._turns.take(parcel)
        self._receipt_by_mail |= by_mail
        if self._receipt is None:
            loop = asyncio.get_running_loop()
            self._receipt = loop.call_later(RECEIPT_DELAY_S, self._send_receipt)

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
