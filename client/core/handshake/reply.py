"""The GP's half of an agreement: the M2 to an M1, and what an M3 makes of it."""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Self

from client.core.handshake.errors import HandshakeError
from client.core.handshake.events import KeysAgreed
from client.core.handshake.knock import Bundle, Entropy
from client.core.handshake.transcript import (
    M1,
    M2,
    NONCE_SIZE,
    SEED_SIZE,
    Agreement,
    commitment_to,
    first_hash,
    second_hash,
)
from client.core.identity import Identity
from client.core.letters import Letter, LetterKind


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """An M1 that was answered with M2; waits for M3."""

    m1: M1
    m1_body: bytes
    m2: Letter
    nonce: bytes
    agreement: Agreement

    @classmethod
    def to(  # noqa: PLR0913 -- whom, what and under which secret
        cls,
        m1: M1,
        m1_body: bytes,
        bundle: Bundle,
        *,
        identity: Identity,
        secret: bytes,
        entropy: Entropy,
    ) -> Self:
        """The answer; draws seed and nonce, in this order."""
        h1 = first_hash(bundle, m1_body)
        seed, nonce = entropy(SEED_SIZE), entropy(NONCE_SIZE)
        m2 = M2.signed(identity, m1.site_public, h1, seed=seed, nonce=nonce)
        m2_body = m2.seal(m1.ephemeral, h1)
        agreement = Agreement.reached(m1.seed, seed, secret, second_hash(h1, m2_body))
        return cls(m1, m1_body, Letter(LetterKind.M2, m2_body), nonce, agreement)

    def agreed(self, m3_body: bytes) -> KeysAgreed:
        """What both ends share; `BadLetterError` for no M3 of ours.

        `HandshakeError` if the site breaks its commitment.
        """
        site_nonce = self.agreement.open_nonce(m3_body)
        commitment = commitment_to(self.m1.site_public, site_nonce)
        if not compare_digest(commitment, self.m1.commitment):
            raise HandshakeError("the site's nonce is not the one it committed to")
        words = self.agreement.words(site_nonce, self.nonce)
        return KeysAgreed(self.agreement.keys, self.m1.site_public, words, self.agreement.exporter)
