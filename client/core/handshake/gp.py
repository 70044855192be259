"""The GP's side of the handshake."""

from dataclasses import dataclass
from datetime import datetime

from client.core.handshake import kem, knock
from client.core.handshake.errors import (
    REFUSAL_ERRORS,
    BadLetterError,
    HandshakeError,
    InvitationExpiredError,
)
from client.core.handshake.events import KeysAgreed, Post
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
from client.core.identity import Identity, address_of
from client.core.invitation import Invitation
from client.core.letters import Letter, LetterKind

GpEvent = Post | KeysAgreed


@dataclass(frozen=True, slots=True, repr=False)
class _Reply:
    """An M1 that was answered with M2; waits for M3."""

    m1: M1
    m1_body: bytes
    m2: Letter
    nonce: bytes
    agreement: Agreement


class GpHandshake:
    """Knocks at the site of the invitation and agrees on keys with it once."""

    def __init__(self, identity: Identity, invitation: Invitation, entropy: Entropy) -> None:
        """Make a prekey for this invitation.

        Args:
            identity: the GP's.
            invitation: the one received.
            entropy: where secrets come from; drawn as prekey seed and knock nonce, later as seed
                and nonce of M2.
        """
        self._identity = identity
        self._invitation = invitation
        self._entropy = entropy
        self._prekey: kem.KeyPair | None = kem.KeyPair(entropy(kem.SEED_SIZE))
        expires_s = int(invitation.expires_at.timestamp())
        self._bundle = Bundle.signed(identity, self._prekey.public, expires_s)
        self._knock = Letter(LetterKind.KNOCK, knock.seal_knock(invitation, self._bundle, entropy))
        self._reply: _Reply | None = None
        self._is_agreed = False
        self.rejected = 0
        """Letters that meant nothing."""

    def start(self, now: datetime) -> list[GpEvent]:
        """Knock; again, if nothing comes back. `InvitationExpiredError` once it is too late."""
        self._check_time(now)
        return [self._post(self._knock)]

    def receive(self, letter: Letter, now: datetime) -> list[GpEvent]:
        """Take a letter of any kind, from anybody; a bad one is counted and changes nothing.

        Letters may come twice and in any order. Raises the `TrustError` the site's refusal names,
        `InvitationExpiredError` for an M1 that comes too late, and `HandshakeError` for an M3 that
        breaks its commitment; after either the handshake must not be used any more.
        """
        try:
            return self._take(letter, now)
        except BadLetterError:
            self.rejected += 1
            return []

    def _take(self, letter: Letter, now: datetime) -> list[GpEvent]:
        match letter.kind:
            case LetterKind.M1:
                return self._answer(letter.body, now)
            case LetterKind.M3:
                return self._agree(letter.body)
            case LetterKind.REFUSAL:
                return self._be_refused(letter.body)
            case _:
                raise BadLetterError(f"{letter.kind.name} is not for a page")

    def _answer(self, body: bytes, now: datetime) -> list[GpEvent]:
        if self._reply and self._reply.m1_body == body:
            return [self._post(self._reply.m2)]
        if self._prekey is None:
            raise BadLetterError("a second M1")
        m1 = M1.open(body, self._bundle, self._prekey)
        if address_of(m1.site_public) != self._invitation.site_address:
            raise BadLetterError("an M1 of another site")
        self._check_time(now)
        self._reply = self._replied(m1, body)
        self._prekey = None  # forward secrecy: it opens one M1
        return [self._post(self._reply.m2)]

    def _replied(self, m1: M1, m1_body: bytes) -> _Reply:
        h1 = first_hash(self._bundle, m1_body)
        seed, nonce = self._entropy(SEED_SIZE), self._entropy(NONCE_SIZE)
        m2 = M2.signed(self._identity, m1.site_public, h1, seed=seed, nonce=nonce)
        m2_body = m2.seal(m1.ephemeral, h1)
        agreement = Agreement.reached(
            m1.seed, seed, self._invitation.secret, second_hash(h1, m2_body)
        )
        return _Reply(m1, m1_body, Letter(LetterKind.M2, m2_body), nonce, agreement)

    def _agree(self, body: bytes) -> list[GpEvent]:
        if self._reply is None:
            raise BadLetterError("an M3 before M2")
        m1, agreement = self._reply.m1, self._reply.agreement
        site_nonce = agreement.open_nonce(body)
        if self._is_agreed:
            return []
        if commitment_to(m1.site_public, site_nonce) != m1.commitment:
            raise HandshakeError("the site's nonce is not the one it committed to")
        self._is_agreed = True
        words = agreement.words(site_nonce, self._reply.nonce)
        return [KeysAgreed(agreement.keys, m1.site_public, words)]

    def _be_refused(self, body: bytes) -> list[GpEvent]:
        reason = knock.open_refusal(self._invitation, body)
        if self._is_agreed:
            return []
        raise REFUSAL_ERRORS[reason]

    def _check_time(self, now: datetime) -> None:
        if self._invitation.has_expired(now):
            raise InvitationExpiredError

    def _post(self, letter: Letter) -> Post:
        return Post(self._invitation.site_address, self._invitation.site_token, letter)
