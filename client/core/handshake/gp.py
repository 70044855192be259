"""The GP's side of the handshake."""

from datetime import datetime

from client.core.handshake import kem, knock
from client.core.handshake.errors import (
    REFUSAL_ERRORS,
    BadLetterError,
    InvitationExpiredError,
)
from client.core.handshake.events import KeysAgreed, Post
from client.core.handshake.knock import Bundle, Entropy
from client.core.handshake.reply import Reply
from client.core.handshake.transcript import M1
from client.core.identity import Identity, address_of
from client.core.invitation import Invitation
from client.core.letters import Letter, LetterKind

GpEvent = Post | KeysAgreed


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
        self._reply: Reply | None = None
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
        self._reply = Reply.to(
            *(m1, body, self._bundle),
            identity=self._identity,
            secret=self._invitation.secret,
            entropy=self._entropy,
        )
        self._prekey = None  # forward secrecy: it opens one M1
        return [self._post(self._reply.m2)]

    def _agree(self, body: bytes) -> list[GpEvent]:
        if self._reply is None:
            raise BadLetterError("an M3 before M2")
        agreed = self._reply.agreed(body)
        if self._is_agreed:
            return []
        self._is_agreed = True
        return [agreed]

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
