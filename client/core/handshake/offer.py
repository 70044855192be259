"""The site's half of an agreement: an M1 that is out, and what an M2 makes of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from client.core.handshake import kem
from client.core.handshake.events import KeysAgreed
from client.core.handshake.knock import Bundle, Entropy
from client.core.handshake.transcript import (
    M1,
    M2,
    NONCE_SIZE,
    SEED_SIZE,
    Agreement,
    first_hash,
    second_hash,
)
from client.core.identity import Identity
from client.core.letters import Letter, LetterKind


@dataclass(frozen=True, slots=True, repr=False)
class Offer:
    """An M1 to one bundle, and the secrets behind it.

    They live as long as this object does: who holds it lets go of it once keys are agreed. Python
    gives no promise when the bytes themselves are overwritten.
    """

    site_public: bytes
    bundle: Bundle
    ephemeral: kem.KeyPair
    ephemeral_seed: bytes
    seed: bytes
    nonce: bytes
    m1: bytes
    h1: bytes

    @classmethod
    def made(cls, identity: Identity, bundle: Bundle, entropy: Entropy, now: datetime) -> Self:
        """An offer to the owner of the bundle; draws key seed, seed and nonce, in this order."""
        ephemeral_seed = entropy(kem.SEED_SIZE)
        ephemeral = kem.KeyPair(ephemeral_seed)
        seed, nonce = entropy(SEED_SIZE), entropy(NONCE_SIZE)
        m1 = M1.signed(
            identity,
            bundle,
            ephemeral=ephemeral.public,
            seed=seed,
            nonce=nonce,
            time_s=int(now.timestamp()),
        ).seal(bundle)
        return cls.kept(identity.public, bundle, ephemeral_seed, seed, nonce, m1)

    @classmethod
    def kept(  # noqa: PLR0913, PLR0917 -- what an offer is
        cls,
        site_public: bytes,
        bundle: Bundle,
        ephemeral_seed: bytes,
        seed: bytes,
        nonce: bytes,
        m1: bytes,
    ) -> Self:
        """An offer that was made before, from what was kept of it."""
        ephemeral, h1 = kem.KeyPair(ephemeral_seed), first_hash(bundle, m1)
        return cls(site_public, bundle, ephemeral, ephemeral_seed, seed, nonce, m1, h1)

    def opened(self, m2_body: bytes) -> M2:
        """The M2 that answers this offer; `BadLetterError` if it does not."""
        gp = self.bundle.gp_public
        return M2.open(m2_body, self.ephemeral, self.h1, gp=gp, site=self.site_public)

    def agreed(self, m2: M2, m2_body: bytes, secret: bytes) -> tuple[Letter, KeysAgreed]:
        """M3, and what both ends share from now on."""
        h2 = second_hash(self.h1, m2_body)
        agreement = Agreement.reached(self.seed, m2.seed, secret, h2)
        m3 = Letter(LetterKind.M3, agreement.seal_nonce(self.nonce))
        words = agreement.words(self.nonce, m2.nonce)
        gp_public = self.bundle.gp_public
        return m3, KeysAgreed(agreement.keys, gp_public, words, agreement.exporter)
