"""Whom this end knows: pinned keys, and how each was verified.

A contact is made by a verified session and by nothing else. Its key never changes: another key is
another contact, to be verified anew.
"""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from hmac import compare_digest
from typing import Final, Self

from client.core.dossier.numbers import RppsError, checked_rpps
from client.core.handshake import (
    BadLetterError,
    Bond,
    Bundle,
    Call,
    ChangedKeyError,
    PrekeyExpiredError,
    PrekeyRolledBackError,
)
from client.core.identity import address_of
from client.core.wire import Acquaintance
from client.errors import ChevetError

CONTACTS_LIMIT: Final = 30
"""chosen: all are admitted to one mailbox by two bonds each, and it knows 64 tokens
(`client.core.mailbox.TOKENS_LIMIT`)."""
NAME_LIMIT: Final = 120
"""Characters of a name or role that are kept."""
BY_WORDS: Final = "words"
"""`Contact.verified_how`: both people read the same words aloud."""


class UnknownContactError(ChevetError):
    """Nobody in the book answers to that, or more than one does."""

    def __init__(self, found: int) -> None:
        super().__init__(f"{found} contacts answer to that")
        self.found = found


class ContactRevokedError(ChevetError):
    """This contact was revoked here; it is neither called nor answered."""


class ContactsFullError(ChevetError):
    """The book is full; somebody must be forgotten first."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} contacts")
        self.limit = limit


class ReplayedCallError(ChevetError):
    """A call that was answered before, or is older than one that was; it is dropped."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One person, or one site, whose key is pinned here."""

    public: bytes
    """The pinned Ed25519 key."""
    name: str
    role: str
    """As the contact wrote it."""
    rpps: str | None
    """As the contact claims it; its check digit is right. No proof of profession."""
    verified_at: datetime
    verified_how: str
    """`BY_WORDS`."""
    secrets: tuple[bytes, ...] = field(repr=False)
    """Of bonds: the newest, and the one before while the contact may still use it."""
    bundle: bytes | None = None
    """The GP's newest standing bundle, where this is the site."""
    epoch: int = 0
    """The highest that was ever seen of this contact."""
    calls: int = 0
    """Number of the newest call: sent, where this is the site; answered, where this is the GP."""
    relay: str | None = None
    """Where the contact is reached; `None`: where this end always is."""
    revoked_at: datetime | None = None

    @property
    def address(self) -> bytes:
        """Of the contact's mailbox."""
        return address_of(self.public)

    @property
    def is_revoked(self) -> bool:
        """Whether it may neither call nor be called."""
        return self.revoked_at is not None

    def bonds_of_site(self, site_address: bytes) -> tuple[Bond, ...]:
        """This contact is a GP; the newest first."""
        return tuple(Bond(site_address, self.address, secret) for secret in self.secrets)

    def bonds_of_gp(self, gp_address: bytes) -> tuple[Bond, ...]:
        """This contact is a site; the newest first."""
        return tuple(Bond(self.address, gp_address, secret) for secret in self.secrets)

    def with_bundle(self, bundle: Bundle) -> Self:
        """With this bundle, if it is newer than all before.

        `ChangedKeyError` if another key signed it, `PrekeyRolledBackError` if it is older than one
        that was seen, or another of the same epoch.
        """
        if not compare_digest(bundle.gp_public, self.public):
            raise ChangedKeyError
        data = bundle.encode()
        if bundle.epoch < self.epoch or (bundle.epoch == self.epoch and data != self.bundle):
            raise PrekeyRolledBackError
        return replace(self, bundle=data, epoch=bundle.epoch)

    def bundle_at(self, now: datetime) -> Bundle:
        """By which to call; `ContactRevokedError`, or `PrekeyExpiredError` when there is none."""
        if self.is_revoked:
            raise ContactRevokedError
        bundle = Bundle.decode_standing(self.bundle) if self.bundle else None
        if bundle is None or now.timestamp() >= bundle.expires_s:
            raise PrekeyExpiredError
        return bundle

    def can_be_called(self, now: datetime) -> bool:
        """Whether `bundle_at` has one."""
        try:
            self.bundle_at(now)
        except (ContactRevokedError, PrekeyExpiredError):
            return False
        return True

    def with_next_call(self, now: datetime) -> Self:
        """With the number of the next call; it rises even from an old copy of the book."""
        return replace(self, calls=max(self.calls + 1, int(now.timestamp())))

    def with_secret(self, secret: bytes, used: bytes | None) -> Self:
        """With a new bond; `used` is the one this session came by, which the peer surely has."""
        kept = () if used is None or used == secret else (used,)
        return replace(self, secrets=(secret, *kept))


def acquainted(  # noqa: PLR0913 -- who, as they say, by which session
    known: Contact | None,
    public: bytes,
    said: Acquaintance,
    *,
    secret: bytes,
    used: bytes | None,
    relay: str | None,
    now: datetime,
) -> Contact:
    """The contact after a verified session in which it said this; `known` is what was there before.

    Its bundle counts only if it is newer than all before; another key's raises `ChangedKeyError`.
    """
    first = Contact(public, "", "", None, now, BY_WORDS, (), relay=relay)
    contact = replace(
        known or first,
        name=said.name.strip()[:NAME_LIMIT],
        role=said.role.strip()[:NAME_LIMIT],
        rpps=_rpps_or_none(said.rpps),
        relay=relay,
    ).with_secret(secret, used)
    if not said.bundle:
        return contact
    try:
        return contact.with_bundle(Bundle.decode_standing(said.bundle))
    except (BadLetterError, PrekeyRolledBackError):
        return contact


def caller(
    contacts: tuple[Contact, ...], gp_address: bytes, body: bytes
) -> tuple[Contact, Bond, Call]:
    """Which site's CALL this is, under which bond; this end is the GP.

    `BadLetterError` if it is nobody's, `ContactRevokedError`, or `ReplayedCallError` if its number
    is not above that of every call answered before. Answering is to be remembered (`calls`) first.
    """
    for contact in contacts:
        for bond in contact.bonds_of_gp(gp_address):
            try:
                call = bond.open_call(body)
            except BadLetterError:
                continue
            if contact.is_revoked:
                raise ContactRevokedError
            if call.number <= contact.calls:
                raise ReplayedCallError
            return contact, bond, call
    raise BadLetterError("a call of nobody we know")


def publisher(
    contacts: tuple[Contact, ...], site_address: bytes, body: bytes
) -> tuple[Contact, Bundle]:
    """Which GP's BUNDLE this is; `BadLetterError` if it is nobody's. This end is the site."""
    for contact in contacts:
        for bond in contact.bonds_of_site(site_address):
            with suppress(BadLetterError):
                return contact, bond.open_bundle(body)
    raise BadLetterError("a bundle of nobody we know")


def _rpps_or_none(text: str | None) -> str | None:
    """Claimed by the peer: one with a wrong digit is not shown as a number at all."""
    try:
        return None if text is None else checked_rpps(text)
    except RppsError:
        return None


def is_known_by_another_key(contacts: tuple[Contact, ...], public: bytes, name: str) -> bool:
    """Whether somebody of this name is in the book, but by other keys alone."""
    wanted = name.strip().casefold()
    same = [c for c in contacts if c.name.casefold() == wanted and not c.is_revoked]
    return bool(same) and all(contact.public != public for contact in same)


def found(contacts: tuple[Contact, ...], text: str) -> Contact:
    """The one contact whose name or RPPS number contains the text; `UnknownContactError` else."""
    wanted = text.strip().casefold()
    matches = [c for c in contacts if wanted in c.name.casefold() or wanted == c.rpps]
    exact = [contact for contact in matches if contact.name.casefold() == wanted]
    matches = exact if len(exact) == 1 else matches
    if not wanted or len(matches) != 1:
        raise UnknownContactError(len(matches) if wanted else 0)
    return matches[0]
