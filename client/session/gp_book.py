"""The GP's contacts and call keys, for the Python twin of the page; they live with the program."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from client.core.contacts import Contact, acquainted, caller
from client.core.handshake import Bond, Call, GpAnswer, KeysAgreed, Post, bond_secret
from client.core.identity import Identity
from client.core.letters import Letter, LetterKind
from client.core.prekeys import Prekeys
from client.core.wire import Acquaintance


class GpBook:
    """Sites by their pinned keys, and the prekeys by which they call."""

    def __init__(self, identity: Identity, entropy: Callable[[int], bytes]) -> None:
        self.identity = identity
        self.contacts: dict[bytes, Contact] = {}
        self.prekeys = Prekeys()
        self._entropy = entropy
        self._published: dict[bytes, int] = {}
        self.answered: tuple[Bond, GpAnswer] | None = None
        """The newest call that was answered, while the site has not taken the answer up."""

    @property
    def bonds(self) -> list[Bond]:
        """Of every site that may call."""
        address = self.identity.address
        return [
            bond
            for contact in self.contacts.values()
            if not contact.is_revoked
            for bond in contact.bonds_of_gp(address)
        ]

    def newest_bundle(self, now: datetime) -> bytes:
        """By which to be called from now on; a new one each day."""
        self.prekeys = self.prekeys.renewed(self.identity, now, self._entropy)
        return self.prekeys.newest.bundle.encode()

    def publications(self, now: datetime) -> list[Post]:
        """The newest call key, for each site that has not been told of it."""
        self.newest_bundle(now)
        bundle, posts = self.prekeys.newest.bundle, []
        for public, contact in self.contacts.items():
            if contact.is_revoked or self._published.get(public, 0) >= bundle.epoch:
                continue
            self._published[public] = bundle.epoch
            for bond in contact.bonds_of_gp(self.identity.address):
                letter = Letter(LetterKind.BUNDLE, bond.seal_bundle(bundle, self._entropy))
                posts.append(Post(bond.site_address, bond.site_token, letter))
        return posts

    def answer(self, body: bytes) -> tuple[Contact, Bond, Call]:
        """Whose call this is; remembered as answered. Raises what `caller` does."""
        contact, bond, call = caller(tuple(self.contacts.values()), self.identity.address, body)
        self.contacts[contact.public] = replace(contact, calls=call.number)
        return contact, bond, call

    def answering(self, contact: Contact, bond: Bond, call: Call) -> GpAnswer | None:
        """The answer; `None` if the call's key is deleted."""
        prekey = self.prekeys.of(call.bundle_digest)
        if prekey is None:
            return None
        return GpAnswer(
            *(self.identity, bond, contact.public, call),
            bundle=prekey.bundle,
            prekey=prekey.pair,
            entropy=self._entropy,
        )

    def keep(
        self, agreed: KeysAgreed, said: Acquaintance, used: bytes | None, now: datetime
    ) -> None:
        """Keep the site of a verified session."""
        site = agreed.peer_public
        secret = bond_secret(agreed.exporter, site, self.identity.public)
        self.contacts[site] = acquainted(
            *(self.contacts.get(site), site, said),
            secret=secret,
            used=used,
            relay=None,
            now=now,
        )
        self._published[site] = self.prekeys.newest.bundle.epoch if self.prekeys.items else 0
