"""A site and a GP around one invitation, with a clock and an entropy that can be repeated."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Final

from client.core.handshake import GpHandshake, KeysAgreed, Post, SiteHandshake
from client.core.identity import Identity
from client.core.invitation import Invitation
from client.core.letters import Letter

NOW: Final = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)


def entropy(name: str) -> Callable[[int], bytes]:
    """Another stream of bytes for each name."""
    numbers = count()
    return lambda size: sha256(f"{name} {next(numbers)}".encode()).digest()[:size]


@dataclass
class TwoEnds:
    """Both ends of one handshake; letters pass by hand."""

    site_identity: Identity
    gp_identity: Identity
    invitation: Invitation
    site: SiteHandshake
    gp: GpHandshake

    @classmethod
    def met(cls, name: str = "", *, pinned: bytes | None = None) -> "TwoEnds":
        """Two ends that share an invitation for an hour."""
        site_identity = Identity(entropy(f"{name} site identity")(32))
        gp_identity = Identity(entropy(f"{name} gp identity")(32))
        secret = entropy(f"{name} secret")(16)
        invitation = Invitation(site_identity.address, secret, NOW + timedelta(hours=1), None)
        return cls(
            site_identity,
            gp_identity,
            invitation,
            SiteHandshake(site_identity, invitation, entropy(f"{name} site"), pinned),
            GpHandshake(gp_identity, invitation, entropy(f"{name} gp")),
        )

    def letters(self) -> list[Letter]:
        """KNOCK, M1, M2 and M3 of a handshake that is carried to its end here."""
        (knock,) = letters_in(self.gp.start(NOW))
        (m1,) = letters_in(self.site.receive(knock, NOW))
        (m2,) = letters_in(self.gp.receive(m1, NOW))
        (m3,) = letters_in(self.site.receive(m2, NOW))
        self.gp.receive(m3, NOW)
        return [knock, m1, m2, m3]

    def agree(self) -> tuple[KeysAgreed, KeysAgreed]:
        """Carry every letter to its end; what site and GP have agreed on."""
        (knock,) = letters_in(self.gp.start(NOW))
        (m1,) = letters_in(self.site.receive(knock, NOW))
        (m2,) = letters_in(self.gp.receive(m1, NOW))
        at_site = self.site.receive(m2, NOW)
        (m3,) = letters_in(at_site)
        (site_agreed,) = keys_in(at_site)
        (gp_agreed,) = keys_in(self.gp.receive(m3, NOW))
        return site_agreed, gp_agreed


def letters_in(events: Iterable[object]) -> list[Letter]:
    """The letters to be posted."""
    return [event.letter for event in events if isinstance(event, Post)]


def keys_in(events: Iterable[object]) -> list[KeysAgreed]:
    """The agreements reached."""
    return [event for event in events if isinstance(event, KeysAgreed)]
