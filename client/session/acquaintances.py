"""Whom the site knows: kept after a verified session, called, told of new call keys."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from client.core.contacts import Contact, acquainted, is_known_by_another_key, publisher
from client.core.handshake import (
    BadLetterError,
    Bond,
    ChangedKeyError,
    KeysAgreed,
    PrekeyRolledBackError,
    bond_secret,
)
from client.core.identity import Identity
from client.core.wire import Acquaintance
from client.session.snapshot import ContactView
from client.store.contacts import Contacts

_log: Final = logging.getLogger(__name__)


class Acquaintances:
    """The site's contacts, as its session uses them."""

    def __init__(self, book: Contacts, identity: Identity, now: Callable[[], datetime]) -> None:
        self._book = book
        self._identity = identity
        self._now = now
        self._drawn: tuple[tuple[Contact, ...], datetime] | None = None
        self._views: tuple[ContactView, ...] = ()
        self.refused = 0
        """Bundles that were rolled back or signed by another key."""

    def of(self, public: bytes) -> Contact | None:
        """The contact with this key, revoked or not."""
        return self._book.of(public)

    @property
    def bonds(self) -> list[Bond]:
        """Of everybody who may put letters into our mailbox."""
        address = self._identity.address
        return [
            bond
            for contact in self._book.all
            if not contact.is_revoked
            for bond in contact.bonds_of_site(address)
        ]

    @property
    def views(self) -> tuple[ContactView, ...]:
        """As a screen shows them."""
        everybody, now = self._book.all, self._now()
        drawn = (everybody, now.replace(second=0, microsecond=0))
        if drawn != self._drawn:
            self._drawn = drawn
            self._views = tuple(_view(contact, everybody, now) for contact in everybody)
        return self._views

    def has_namesake(self, public: bytes, name: str) -> bool:
        """Whether somebody of this name is known by another key only."""
        return is_known_by_another_key(self._book.all, public, name)

    async def numbered(self, contact: Contact) -> Contact:
        """The contact with the number of its next call, which is kept before it is used."""
        called = contact.with_next_call(self._now())
        await self._book.keep(called)
        return called

    async def keep(self, agreed: KeysAgreed, said: Acquaintance, used: bytes | None) -> bool:
        """Keep the GP of a verified session; false for one who was revoked here.

        `used`: the bond's secret by which this session came about, if it was a call.
        """
        known = self._book.of(agreed.peer_public)
        if known is not None and known.is_revoked:
            return False
        secret = bond_secret(agreed.exporter, self._identity.public, agreed.peer_public)
        contact = acquainted(
            *(known, agreed.peer_public, said),
            secret=secret,
            used=used,
            relay=None,
            now=self._now(),
        )
        await self._book.keep(contact)
        return True

    async def revoke(self, public: bytes) -> bool:
        """Refuse this contact from now on, and forget what it was called by; false if unknown."""
        contact = self._book.of(public)
        if contact is None:
            return False
        if not contact.is_revoked:
            gone = replace(contact, revoked_at=self._now(), secrets=(), bundle=None)
            await self._book.keep(gone)
        return True

    async def forget(self, public: bytes) -> bool:
        """Delete all that is known of this contact; a later meeting is a first one."""
        if self._book.of(public) is None:
            return False
        await self._book.forget(public)
        return True

    async def hear_bundle(self, body: bytes) -> None:
        """A GP published a new call key; what is older than the last one is refused."""
        try:
            contact, bundle = publisher(self._book.all, self._identity.address, body)
            newer = contact.with_bundle(bundle)
        except (BadLetterError, ChangedKeyError, PrekeyRolledBackError) as error:
            self.refused += 1
            _log.warning("a call key was refused: %s", type(error).__name__)
            return
        if newer != contact and not contact.is_revoked:
            await self._book.keep(newer)


def _view(contact: Contact, everybody: tuple[Contact, ...], now: datetime) -> ContactView:
    namesakes = [c for c in everybody if c.name.casefold() == contact.name.casefold()]
    return ContactView(
        contact.public,
        contact.name,
        contact.role,
        contact.rpps,
        contact.verified_at,
        contact.can_be_called(now),
        contact.is_revoked,
        has_namesake=len([c for c in namesakes if not c.is_revoked]) > 1,
    )
