"""Calls of expertises that a GP has not answered yet: the answer is taken up whenever it comes.

The GP opens its page when the site is off, and answers; the site, opened again for somebody else,
agrees on keys with it, and what was left for it goes out (`client.session.left_open`).
"""

from collections.abc import Awaitable, Callable

from client import clock
from client.core.envelope import Role, kept
from client.core.handshake import KeysAgreed, PlacedCall, Post, SiteCall, TrustError
from client.core.identity import address_of
from client.core.letters import Letter
from client.core.resumption import Resumption
from client.session.acquaintances import Acquaintances
from client.session.events import EventLog
from client.session.keeping import RecordKeeper
from client.session.meeting import CONTACT_LASTS, SiteMeeting
from client.store.journal import JournalEvent


class LeftCall:
    """One call that waits; on the event loop."""

    def __init__(  # noqa: PLR0913 -- all but three by name
        self,
        keeper: RecordKeeper,
        placed: PlacedCall,
        events: EventLog,
        *,
        meeting: SiteMeeting,
        acquaintances: Acquaintances,
        on_agreed: Callable[[RecordKeeper], Awaitable[None]],
        on_refused: Callable[[RecordKeeper], None],
    ) -> None:
        """`on_agreed` is told of the keeper whose consultation can be gone on with from now on."""
        self._keeper = keeper
        self._placed = placed
        self._events = events
        self._call = SiteCall(placed)
        self._meeting = meeting
        self._acquaintances = acquaintances
        self._on_agreed = on_agreed
        self._on_refused = on_refused

    async def hear(self, letter: Letter) -> bool:
        """Whether this letter was the answer to this call, or its refusal."""
        contact = self._acquaintances.of(self._placed.gp_public)
        if contact is None or contact.is_revoked:
            return False
        try:
            outcomes = self._call.receive(letter, clock.now())
        except TrustError as error:
            await self._refused(error)
            return True
        agreed = [one for one in outcomes if isinstance(one, KeysAgreed)]
        posts = [one for one in outcomes if isinstance(one, Post)]
        for one in agreed:
            await self._agreed(one)
        for post in posts:
            await self._meeting.put(post)
        for _ in agreed:
            await self._on_agreed(self._keeper)
        return bool(outcomes)

    async def _agreed(self, agreed: KeysAgreed) -> None:
        """On disk before the GP hears of it, so that no letter comes for a session nobody has."""
        bond, public = self._placed.bond, agreed.peer_public
        until = clock.now() + CONTACT_LASTS
        await self._keeper.keep_session(
            Resumption(
                *(kept(agreed.keys, Role.SITE), public, address_of(public)),
                *(bond.gp_token, bond.site_token, int(until.timestamp())),
            )
        )
        self._keeper.note(JournalEvent.KEYS_AGREED)
        self._keeper.note(JournalEvent.KEY_KNOWN)
        self._events("expertise_taken", consultation=self._keeper.consultation)

    async def _refused(self, error: TrustError) -> None:
        """The GP's page cannot take it, or its person will not: its secrets are of no use."""
        await self._keeper.erase_call()
        self._keeper.note(JournalEvent.TRUST_REFUSED, reason=type(error).__name__)
        self._events("expertise_refused", reason=type(error).__name__)
        self._on_refused(self._keeper)
