"""Whom the site waits for, by an invitation or a call, until both share keys."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol

from client import clock
from client.core.consultation import State, Step
from client.core.contacts import ContactRevokedError
from client.core.handshake import KeysAgreed
from client.errors import ChevetError
from client.session.acquaintances import Acquaintances
from client.session.course import Course
from client.session.events import EventLog
from client.session.keeping import RecordKeeper
from client.session.meeting import SiteMeeting
from client.session.site_setup import SiteSetup
from client.session.snapshot import InvitationView
from client.store.journal import JournalEvent


class Refuse(Protocol):
    """Ends the consultation for a reason of trust."""

    def __call__(self, error: ChevetError, goodbye: str = "words_differ") -> None:
        """`goodbye` is what the other end is told."""


class Arrivals:
    """Makes the invitation or the call, and lets in the GP who comes by it."""

    def __init__(  # noqa: PLR0913 -- the last by name
        self,
        setup: SiteSetup,
        acquaintances: Acquaintances,
        keeper: RecordKeeper,
        events: EventLog,
        course: Course,
        *,
        on_called: Callable[[], None],
        on_met: Callable[[KeysAgreed], None],
        on_envelope: Callable[[bytes], Awaitable[None]],
        on_relay_back: Callable[[], None],
        refuse: Refuse,
    ) -> None:
        """`on_called`: the call lies in the GP's mailbox.

        `on_met` is told once of the keys shared with the GP who was let in.
        """
        self._acquaintances = acquaintances
        self._keeper = keeper
        self._events = events
        self._course = course
        self._on_called = on_called
        self._on_met = on_met
        self._on_relay_back = on_relay_back
        self._refuse = refuse
        self._waiting: asyncio.Task[None] | None = None
        self._chores: set[asyncio.Task[None]] = set()
        self.meeting = SiteMeeting(
            setup.identity,
            setup.relay_url,
            entropy=setup.entropy,
            now=clock.now,
            on_agreed=self._agreed,
            on_envelope=on_envelope,
            on_refused=self._knock_refused,
            on_reachable=self._relay_changed,
            on_call_refused=self._call_refused,
            acquaintances=acquaintances,
        )
        """Carries the letters, before and after."""

    def invite(self) -> None:
        """Make an invitation and wait for the GP."""
        if self._course.state is State.READY and self._waiting is None:
            self._waiting = asyncio.create_task(self._invite())

    def call(self, contact: bytes) -> None:
        """Call a GP of the contacts, who may be away."""
        if self._course.state is State.READY and self._waiting is None:
            self._waiting = asyncio.create_task(self._call(contact))

    def turn_to(self, contact: bytes | None) -> None:
        """Withdraw what is out, then call this GP, or invite; not once an expertise was asked.

        What an expertise says was numbered for the GP who was called.
        """
        known = self._course.known
        if known.state is not State.INVITING or known.dossier.is_deferred:
            return
        self._withdraw()
        self._course.change(invitation=None, calling=None, gp_name="", is_waiting_for_page=False)
        work = self._invite() if contact is None else self._call(contact)
        self._waiting = asyncio.create_task(work)

    def revoke(self, contact: bytes) -> None:
        """Refuse this GP from now on."""
        self._spawn(self._acquaintances.revoke(contact), "contact_revoked")

    def forget(self, contact: bytes) -> None:
        """Delete what is known of this GP."""
        self._spawn(self._acquaintances.forget(contact), "contact_forgotten")

    def _spawn(
        self, work: Coroutine[Any, Any, bool], event: str, failure: str = "contact_not_kept"
    ) -> None:
        task = asyncio.create_task(self._done(work, event, failure))
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)

    async def _done(self, work: Coroutine[Any, Any, bool], event: str, failure: str) -> None:
        try:
            if await work:
                self._events(event)
        except ChevetError as error:
            self._events(failure, reason=type(error).__name__)

    def stop(self) -> None:
        """Make no invitation and no call any more."""
        if self._waiting is not None:
            self._waiting.cancel()

    async def let_go(self, patience_s: float) -> None:
        """Nobody who is still awaited comes in any more; the relay is told, if it can be soon."""
        if self.meeting.resumption is not None:
            return
        token = self.meeting.withdraw()
        if token is not None and self._course.known.relay_is_reachable:
            with suppress(TimeoutError, ChevetError):
                async with asyncio.timeout(patience_s):
                    await self.meeting.take_back(token)

    def _withdraw(self) -> None:
        """The GP who was awaited is awaited no more, and the journal says it."""
        if self._waiting is not None:
            self._waiting.cancel()
        token = self.meeting.withdraw()
        if token is not None:
            work = self._taken_back(token)
            self._spawn(work, "invitation_taken_back", "invitation_not_taken_back")
        self._keeper.note(JournalEvent.WITHDRAWN)
        self._events("withdrawn")

    async def _taken_back(self, token: bytes) -> bool:
        await self.meeting.take_back(token)
        return True

    async def _invite(self) -> None:
        try:
            url, expires_at = await self.meeting.invite()
        except ChevetError as error:
            self._events("invitation_failed", reason=type(error).__name__)
            if self._course.state is State.INVITING:
                self._course.step(Step.NOT_TAKEN, call_failure=error)
            self._waiting = None  # the person presses the key again
            return
        invitation = InvitationView(url, expires_at)
        self._course.step(Step.INVITED, invitation=invitation, call_failure=None)
        self._keeper.note(JournalEvent.INVITED)
        self._events("invitation", url=url, expires_at=expires_at.isoformat())

    async def _call(self, public: bytes) -> None:
        contact = self._acquaintances.of(public)
        views = {view.public: view for view in self._acquaintances.views}
        if contact is None:
            if self._course.state is State.INVITING:
                self._course.step(Step.NOT_TAKEN)
            self._waiting = None
            return
        called = views[public]
        self._course.step(Step.INVITED, calling=called, gp_name=contact.name, call_failure=None)
        try:
            is_left = self._course.known.dossier.is_deferred
            await self.meeting.call(contact, self._keeper.keep_call if is_left else None)
        except ChevetError as error:
            self._call_refused(error)
            return
        self._course.change(is_waiting_for_page=True)
        self._keeper.note(JournalEvent.CALLED)
        self._events("called")
        if self._course.state is State.INVITING:
            self._on_called()

    def _call_refused(self, error: ChevetError) -> None:
        """The call cannot be made, or the GP's page does not take it."""
        if self._course.state is not State.INVITING:
            return
        if self._course.known.dossier.is_deferred:
            self._refuse(error, "finished")
            return
        reason = type(error).__name__
        self._keeper.note(JournalEvent.TRUST_REFUSED, reason=reason)
        self._events("not_taken", reason=reason)
        self.meeting.withdraw()
        self._waiting = None
        self._course.step(
            Step.NOT_TAKEN,
            calling=None,
            gp_name="",
            is_waiting_for_page=False,
            call_failure=error,
        )

    def _relay_changed(self, is_reachable: bool) -> None:  # noqa: FBT001 -- a plain callback
        if is_reachable is not self._course.known.relay_is_reachable:
            self._course.change(relay_is_reachable=is_reachable)
            event = JournalEvent.RELAY_BACK if is_reachable else JournalEvent.RELAY_LOST
            self._keeper.note(event)
            self._events(event.value)
            if is_reachable:
                self._on_relay_back()

    def _knock_refused(self, reason: str) -> None:
        """Somebody else knocked with this invitation; the one who came first goes on."""
        self._keeper.note(JournalEvent.TRUST_REFUSED, reason=reason)
        self._events("knock_refused", reason=reason)

    def _agreed(self, agreed: KeysAgreed) -> None:
        if self._course.state is not State.INVITING:
            return
        contact = self._acquaintances.of(agreed.peer_public)
        if contact is not None and contact.is_revoked:
            self._refuse(ContactRevokedError(), "finished")
            return
        self._course.step(Step.KEYS_AGREED, words=agreed.words, invitation=None)
        self._keeper.note(JournalEvent.KEYS_AGREED)
        self._events("words", words=" ".join(agreed.words))
        self._on_met(agreed)
