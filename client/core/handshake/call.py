"""A call between two ends that know each other: M1 to a standing bundle, and no knock.

The GP may be away: the CALL waits in its mailbox, and the M2 comes when its page is opened. Both
keys are pinned, so nobody needs to compare words; they are derived all the same.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Final, Self

from client.core.handshake import kem
from client.core.handshake.bond import Bond, Call
from client.core.handshake.errors import (
    CALL_REFUSAL_ERRORS,
    BadLetterError,
    ChangedKeyError,
    PrekeyExpiredError,
)
from client.core.handshake.events import KeysAgreed, Post
from client.core.handshake.knock import Bundle, Entropy
from client.core.handshake.offer import Offer
from client.core.handshake.placed_call import PlacedCall
from client.core.handshake.reply import Reply
from client.core.handshake.transcript import M1
from client.core.identity import Identity
from client.core.letters import Letter, LetterKind

CALL_LASTS: Final = timedelta(days=7)
"""As long as the relay keeps a letter (`client.core.mailbox.TTL_LIMIT_S`)."""

CallEvent = Post | KeysAgreed


class SiteCall:
    """One call of the site's, from its CALL to the keys."""

    def __init__(self, placed: PlacedCall) -> None:
        """A call that was made before, perhaps by an earlier process."""
        self.placed: PlacedCall | None = placed
        """What a later process would take the answer up with; `None` once there is one."""
        self._bond = placed.bond
        self._number, self._letter, self._ends_at = placed.number, placed.letter, placed.ends_at
        self._answered: tuple[bytes, Letter] | None = None
        self.rejected = 0
        """Letters that meant nothing."""

    @classmethod
    def made(  # noqa: PLR0913 -- whom, by what, as which
        cls,
        identity: Identity,
        bond: Bond,
        bundle: Bundle,
        *,
        number: int,
        entropy: Entropy,
        now: datetime,
    ) -> Self:
        """A new call; `PrekeyExpiredError` if the bundle serves no more.

        `number` must be above that of every call before to this GP. Entropy is drawn as for
        `Offer.made`, then as the nonce of the CALL.
        """
        if now.timestamp() >= bundle.expires_s:
            raise PrekeyExpiredError
        offer = Offer.made(identity, bundle, entropy, now)
        call = Call(number, bundle.digest, offer.m1)
        letter = Letter(LetterKind.CALL, bond.seal_call(call, entropy))
        return cls(PlacedCall(bond, number, offer, letter, now + CALL_LASTS))

    def start(self) -> list[CallEvent]:
        """Call; again, if nothing comes back."""
        return [self._post(self._letter)]

    def receive(self, letter: Letter, now: datetime) -> list[CallEvent]:
        """Take a letter of any kind, from anybody; a bad one is counted and changes nothing.

        Raises the `TrustError` that the GP's refusal of this call names.
        """
        try:
            return self._take(letter, now)
        except BadLetterError:
            self.rejected += 1
            return []

    def _take(self, letter: Letter, now: datetime) -> list[CallEvent]:
        match letter.kind:
            case LetterKind.M2:
                return self._agree(letter.body, now)
            case LetterKind.REFUSAL:
                return self._be_refused(letter.body)
            case _:
                raise BadLetterError(f"{letter.kind.name} is no answer to a call")

    def _agree(self, body: bytes, now: datetime) -> list[CallEvent]:
        if self._answered is not None:
            digest, m3 = self._answered
            if not compare_digest(digest, sha256(body).digest()):
                raise BadLetterError("an M2 after the agreement")
            return [self._post(m3)]
        if self.placed is None or now >= self._ends_at:
            raise BadLetterError("an M2 after the call's time")
        offer = self.placed.offer
        m3, agreed = offer.agreed(offer.opened(body), body, self._bond.secret)
        self._answered = (sha256(body).digest(), m3)
        self.placed = None  # forward secrecy: the ephemeral key ends here
        return [self._post(m3), agreed]

    def _be_refused(self, body: bytes) -> list[CallEvent]:
        number, reason = self._bond.open_refusal(body)
        if number != self._number or self._answered is not None:
            raise BadLetterError("the refusal of another call")
        raise CALL_REFUSAL_ERRORS[reason]

    def _post(self, letter: Letter) -> Post:
        return Post(self._bond.gp_address, self._bond.gp_token, letter)


class GpAnswer:
    """The GP's answer to one CALL, from M2 to the keys."""

    def __init__(  # noqa: PLR0913 -- whose, to what
        self,
        identity: Identity,
        bond: Bond,
        site_public: bytes,
        call: Call,
        *,
        bundle: Bundle,
        prekey: kem.KeyPair,
        entropy: Entropy,
    ) -> None:
        """Answer; `BadLetterError` for no M1, `ChangedKeyError` if it is not the pinned site's.

        `bundle` and `prekey` are those the call was sealed to. Entropy is drawn as for `Reply.to`.
        """
        m1 = M1.open(call.m1, bundle, prekey)
        if not compare_digest(m1.site_public, site_public):
            raise ChangedKeyError
        self._bond = bond
        self._call = call
        self._reply = Reply.to(
            *(m1, call.m1, bundle), identity=identity, secret=bond.secret, entropy=entropy
        )
        self._is_agreed = False
        self.rejected = 0
        """Letters that meant nothing."""

    def start(self) -> list[CallEvent]:
        """Answer with M2; again, if nothing comes back."""
        return [Post(self._bond.site_address, self._bond.site_token, self._reply.m2)]

    def receive(self, letter: Letter) -> list[CallEvent]:
        """Take a letter of any kind; a bad one is counted and changes nothing.

        `HandshakeError` for an M3 that breaks its commitment.
        """
        try:
            return self._take(letter)
        except BadLetterError:
            self.rejected += 1
            return []

    def _take(self, letter: Letter) -> list[CallEvent]:
        if letter.kind is LetterKind.CALL and self._bond.open_call(letter.body) == self._call:
            return self.start()
        if letter.kind is not LetterKind.M3:
            raise BadLetterError(f"{letter.kind.name} is not for a page that has answered")
        agreed = self._reply.agreed(letter.body)
        if self._is_agreed:
            return []
        self._is_agreed = True
        return [agreed]
