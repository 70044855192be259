"""Who each end says it is; the site keeps the GP once both are sure of the other."""

import asyncio
from collections.abc import Collection

from client import clock
from client.core import wire
from client.core.consultation import State
from client.core.handshake import KeysAgreed
from client.core.record import Direction
from client.errors import ChevetError
from client.session.acquaintances import Acquaintances
from client.session.course import Course
from client.session.events import EventLog
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.session.meeting import SiteMeeting
from client.session.profession import professed
from client.store.journal import FACT_CHARACTERS, JournalEvent


class Introductions:
    """Hears who the GP is."""

    def __init__(  # noqa: PLR0913 -- the last by name
        self,
        acquaintances: Acquaintances,
        meeting: SiteMeeting,
        keeper: RecordKeeper,
        events: EventLog,
        course: Course,
        *,
        brokers: Collection[bytes] = (),
    ) -> None:
        """`brokers`: the keys of those whose word for a profession counts here."""
        self._brokers = brokers
        self._acquaintances = acquaintances
        self._meeting = meeting
        self._keeper = keeper
        self._events = events
        self._course = course
        self._agreed: KeysAgreed | None = None
        self._said: wire.Acquaintance | None = None
        self._keeping: asyncio.Task[None] | None = None

    def begin(self, agreed: KeysAgreed) -> None:
        """Keys are shared with this GP, of this process; before, nobody is known."""
        self._agreed = agreed

    def restore(self, interrupted: Interrupted) -> None:
        """What the GP proved to an earlier process; it is not sent again."""
        proof = interrupted.newest(wire.Attested, Direction.RECEIVED)
        if isinstance(proof, wire.Attested):
            self._hear_proof(proof)

    def hear(self, said: wire.Card | wire.Acquaintance | wire.Attested) -> None:
        """The GP says who it is: to show, to be kept, or proved by a broker."""
        if isinstance(said, wire.Attested):
            self._hear_proof(said)
        elif isinstance(said, wire.Acquaintance):
            self._said = said
            self.keep()
        elif self._agreed is not None:
            is_other = self._acquaintances.has_namesake(self._agreed.peer_public, said.name)
            self._course.change(gp_name=said.name, has_namesake=is_other)

    def _hear_proof(self, said: wire.Attested) -> None:
        public = self._meeting.peer_public
        if public is not None:
            found = professed(
                said.attestation, holder=public, brokers=self._brokers, now=clock.now()
            )
            is_news = found is not None and found != self._course.known.gp_profession
            self._course.change(gp_profession=found)
            if found is not None and is_news:
                self._events("profession_verified", issuer=found.issuer)
                told = {"rpps": found.rpps, "issuer": found.issuer[:FACT_CHARACTERS]}
                self._keeper.note(JournalEvent.PROFESSION_VERIFIED, **told)

    def keep(self) -> None:
        """Keep the contact, once we are sure of the GP, and the GP of us."""
        if self._course.state is State.VERIFIED and self._said and self._agreed:
            said, self._said = self._said, None
            self._keeping = asyncio.create_task(self._keep(self._agreed, said))

    async def settle(self, timeout_s: float) -> None:
        """Wait for what is being kept; what is not kept by then is not."""
        if self._keeping is not None:
            await asyncio.wait([self._keeping], timeout=timeout_s)
            self._keeping.cancel()

    async def let_go(self, timeout_s: float) -> None:
        """As `settle`; then forget what was agreed with the GP."""
        await self.settle(timeout_s)
        self._agreed = self._keeping = None

    async def _keep(self, agreed: KeysAgreed, said: wire.Acquaintance) -> None:
        bond = self._meeting.bond
        try:
            is_kept = await self._acquaintances.keep(agreed, said, bond.secret if bond else None)
        except ChevetError as error:
            self._events("contact_not_kept", reason=type(error).__name__)
            return
        if is_kept:
            await self._meeting.admit_contacts()
            self._keeper.note(JournalEvent.CONTACT_KEPT)
            self._events("contact_kept")
