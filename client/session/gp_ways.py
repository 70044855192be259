"""How the Python twin of the page comes to a site: by an invitation, or called as a contact."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from client.core.contacts import ContactRevokedError, ReplayedCallError
from client.core.handshake import (
    BadLetterError,
    Bond,
    CallRefusal,
    GpAnswer,
    GpHandshake,
    KeysAgreed,
    Post,
)
from client.core.identity import Identity
from client.core.invitation import Invitation
from client.core.letters import Letter, LetterKind
from client.core.resumption import Resumption
from client.session.gp_book import GpBook

WayEvent = Post | KeysAgreed


class Way(Protocol):
    """From the first letter to the keys."""

    @property
    def tokens(self) -> list[bytes]:
        """Whose holders may write to the GP."""

    @property
    def site(self) -> tuple[bytes, bytes]:
        """Address of the site's mailbox, and what admits us there; once keys are agreed."""

    @property
    def used(self) -> bytes | None:
        """The bond's secret this session came about by; `None` after an invitation."""

    def start(self, now: datetime) -> list[WayEvent]:
        """What to post first."""

    def receive(self, letter: Letter, now: datetime) -> list[WayEvent]:
        """What follows from a letter; raises a `TrustError` when it cannot go on."""


class ByInvitation:
    """Knocks with what the link says."""

    def __init__(
        self, identity: Identity, invitation: Invitation, entropy: Callable[[int], bytes]
    ) -> None:
        self._invitation = invitation
        self._handshake = GpHandshake(identity, invitation, entropy)

    @property
    def tokens(self) -> list[bytes]:
        """See `Way`."""
        return [self._invitation.gp_token]

    @property
    def site(self) -> tuple[bytes, bytes]:
        """See `Way`."""
        return self._invitation.site_address, self._invitation.site_token

    @property
    def used(self) -> bytes | None:
        """See `Way`."""
        return None

    def start(self, now: datetime) -> list[WayEvent]:
        """See `Way`."""
        return self._handshake.start(now)

    def receive(self, letter: Letter, now: datetime) -> list[WayEvent]:
        """See `Way`."""
        return self._handshake.receive(letter, now)


class Again:
    """Goes on with a session that an earlier process of the GP's end had."""

    def __init__(self, session: Resumption) -> None:
        self._session = session

    @property
    def tokens(self) -> list[bytes]:
        """See `Way`."""
        return [self._session.own_token]

    @property
    def site(self) -> tuple[bytes, bytes]:
        """See `Way`."""
        return self._session.to, self._session.token

    @property
    def used(self) -> bytes | None:
        """See `Way`."""
        return None

    def start(self, now: datetime) -> list[WayEvent]:  # noqa: ARG002 -- see `Way`
        """See `Way`."""
        return []

    def receive(self, letter: Letter, now: datetime) -> list[WayEvent]:  # noqa: ARG002 -- same
        """See `Way`; letters of handshakes mean nothing any more."""
        return []


class ByCall:
    """Publishes call keys, and answers the first site of the book that calls."""

    def __init__(self, book: GpBook, entropy: Callable[[int], bytes]) -> None:
        self._book = book
        self._entropy = entropy
        self._bond: Bond | None = None
        self._answer: GpAnswer | None = None
        if book.answered is not None:
            self._bond, self._answer = book.answered
        self._is_met = False
        self.rejected = 0
        """Calls of nobody we know, replayed ones, and letters that mean nothing here."""

    @property
    def tokens(self) -> list[bytes]:
        """See `Way`."""
        return [bond.gp_token for bond in self._book.bonds]

    @property
    def site(self) -> tuple[bytes, bytes]:
        """See `Way`."""
        if self._bond is None:
            raise RuntimeError("nobody has called")
        return self._bond.site_address, self._bond.site_token

    @property
    def used(self) -> bytes | None:
        """See `Way`."""
        return self._bond.secret if self._bond else None

    def start(self, now: datetime) -> list[WayEvent]:
        """See `Way`."""
        return [*self._book.publications(now)]

    def receive(self, letter: Letter, now: datetime) -> list[WayEvent]:  # noqa: ARG002 -- see `Way`
        """See `Way`; a newer call is answered in place of one whose site has not come."""
        if self._answer is not None:
            outcomes = self._answer.receive(letter)
            if any(isinstance(one, KeysAgreed) for one in outcomes):
                self._book.answered = None
                self._is_met = True
            if outcomes or self._is_met:
                return [*outcomes]
        try:
            return self._called(letter)
        except (BadLetterError, ContactRevokedError, ReplayedCallError):
            self.rejected += 1
            return []

    def _called(self, letter: Letter) -> list[WayEvent]:
        if letter.kind is not LetterKind.CALL:
            raise BadLetterError(f"{letter.kind.name} before a call")
        contact, bond, call = self._book.answer(letter.body)
        answer = self._book.answering(contact, bond, call)
        if answer is None:
            body = bond.seal_refusal(call.number, CallRefusal.EXPIRED, self._entropy)
            letter = Letter(LetterKind.REFUSAL, body)
            return [Post(bond.site_address, bond.site_token, letter)]
        self._book.answered = self._bond, self._answer = bond, answer
        return [*answer.start()]
