"""Hears for an expertise while another session is open, and sends what the GP does not have yet."""

import asyncio
from collections.abc import Callable

from client import clock
from client.core import wire
from client.core.envelope import INCARNATION_SIZE, resumed_ciphers
from client.core.inbox import FROM_GP
from client.session.conversation import Conversation
from client.session.events import EventLog
from client.session.freight import Freight, slices
from client.session.from_gp import is_signed, note_signature
from client.session.gp_files import GpFiles
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.session.meeting import SiteMeeting
from client.session.pauses import Pauses
from client.store.journal import JournalEvent


class Listener:
    """One expertise, by mailbox alone; on the event loop."""

    def __init__(  # noqa: PLR0913 -- all but four by name
        self,
        keeper: RecordKeeper,
        left: Interrupted,
        events: EventLog,
        meeting: SiteMeeting,
        *,
        site_public: bytes,
        entropy: Callable[[int], bytes],
        pauses: Pauses,
        on_message: Callable[[wire.Message], None],
    ) -> None:
        """Letters of its session come here from now on; `on_message` is told what they said."""
        session = left.session
        self._session = session
        self._site_public = site_public
        self._keeper = keeper
        self._on_message = on_message
        ciphers = resumed_ciphers(session.keys, entropy(INCARNATION_SIZE))
        self._conversation = Conversation(
            *(ciphers, keeper, lambda envelope: meeting.post_to(session, envelope), self._hear),
            resumed=left.resumed,
            allowance=FROM_GP,
            letter_every_s=pauses.letter_every_s,
        )
        self._files = GpFiles(keeper, events, self._say)
        self._files.restore(left)
        self._freight = Freight(clock.monotonic_s, self._supply)
        self._offers = {offer.id: offer for offer, _ in left.stills}
        for offer, data in left.stills:
            if data is not None:
                self._freight.add(offer.id, offer.size, slices(data))
        meeting.others[session.keys.tag] = self._conversation.take_letter

    async def run(self) -> None:
        """Work until cancelled; what it noted is on disk then."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._conversation.run())
                tasks.create_task(self._files.run())
        finally:
            await self._keeper.settle()

    def _supply(self) -> None:
        self._conversation.supply(self._freight.next_piece)

    def _say(self, message: wire.Message) -> None:
        self._conversation.say(message)

    def _hear(self, message: wire.Message) -> None:
        match message:
            case wire.StillOffered() | wire.StillPiece():
                self._files.hear(message)
            case wire.StillHeld():
                self._freight.held(message)
            case wire.StillReceived():
                self._received(message)
            case wire.Summary():
                self._check_signature(message)
        self._on_message(message)

    def _check_signature(self, summary: wire.Summary) -> None:
        is_known = is_signed(
            *(summary, self._session, self._site_public),
            still_hash=self._still_hash,
            file_hash=self._files.hash_of,
        )
        note_signature(self._keeper, summary, is_signed=is_known)

    def _still_hash(self, identifier: int) -> bytes | None:
        offer = self._offers.get(identifier)
        return offer.sha256 if offer else None

    def _received(self, receipt: wire.StillReceived) -> None:
        offer = self._offers.get(receipt.id)
        if offer is not None and offer.sha256 == receipt.sha256:
            self._freight.received(offer.id)
            self._keeper.note(JournalEvent.STILL_RECEIVED, id=offer.id)
