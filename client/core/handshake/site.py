"""The site's side of the handshake."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from client.core.handshake import knock
from client.core.handshake.errors import BadLetterError, Refusal
from client.core.handshake.events import KeysAgreed, KnockRefused, Post
from client.core.handshake.knock import Bundle, Entropy
from client.core.handshake.offer import Offer
from client.core.handshake.transcript import M2
from client.core.identity import Identity, address_of
from client.core.invitation import Invitation
from client.core.letters import Letter, LetterKind

ATTEMPT_LIMIT: Final = 4
"""Bundles of one GP that wait for its M2; chosen: a page reloaded in a hurry. Oldest goes first."""

SiteEvent = Post | KeysAgreed | KnockRefused


@dataclass(frozen=True, slots=True, repr=False)
class _Outcome:
    """What is left once keys are agreed: enough to repeat M3, no secret."""

    bundle: Bundle
    m2_digest: bytes
    m3: Letter


class SiteHandshake:
    """Answers whoever holds the invitation; agrees on keys once, with the first who knocked."""

    def __init__(
        self,
        identity: Identity,
        invitation: Invitation,
        entropy: Entropy,
        pinned: bytes | None = None,
    ) -> None:
        """Wait for a knock.

        Args:
            identity: the site's; its address is the invitation's.
            invitation: the one that is out.
            entropy: where secrets come from; drawn per answered knock as key seed, seed, nonce.
            pinned: the only GP key to accept, where the GP is already known.
        """
        self._identity = identity
        self._invitation = invitation
        self._entropy = entropy
        self._gp_public = pinned
        self._is_pinned = pinned is not None
        self._attempts: dict[bytes, Offer] = {}
        self._outcome: _Outcome | None = None
        self.rejected = 0
        """Letters that meant nothing."""

    def receive(self, letter: Letter, now: datetime) -> list[SiteEvent]:
        """Take a letter of any kind, from anybody; a bad one is counted and changes nothing.

        Letters may come twice and in any order. No keys are agreed after the invitation's time.
        """
        try:
            return self._take(letter, now)
        except BadLetterError:
            self.rejected += 1
            return []

    def _take(self, letter: Letter, now: datetime) -> list[SiteEvent]:
        match letter.kind:
            case LetterKind.KNOCK:
                return self._answer(letter.body, now)
            case LetterKind.M2:
                return self._agree(letter.body, now)
            case _:
                raise BadLetterError(f"{letter.kind.name} is not for a site")

    def _answer(self, body: bytes, now: datetime) -> list[SiteEvent]:
        bundle = knock.open_knock(self._invitation, body)
        if self._outcome and self._outcome.bundle == bundle:
            return []
        if refusal := self._refusal(bundle, now):
            return self._refuse(bundle.gp_public, refusal)
        attempt = self._attempts.get(bundle.digest)
        attempt = attempt or Offer.made(self._identity, bundle, self._entropy, now)
        self._gp_public = bundle.gp_public
        self._attempts[bundle.digest] = attempt
        while len(self._attempts) > ATTEMPT_LIMIT:
            del self._attempts[next(iter(self._attempts))]
        return [self._post(bundle.gp_public, Letter(LetterKind.M1, attempt.m1))]

    def _refusal(self, bundle: Bundle, now: datetime) -> Refusal | None:
        if self._invitation.has_expired(now) or now.timestamp() >= bundle.expires_s:
            return Refusal.EXPIRED
        if self._gp_public not in (None, bundle.gp_public):
            return Refusal.CHANGED_KEY if self._is_pinned else Refusal.USED
        return Refusal.USED if self._outcome else None

    def _refuse(self, gp_public: bytes, reason: Refusal) -> list[SiteEvent]:
        body = knock.seal_refusal(self._invitation, reason, self._entropy)
        letter = Letter(LetterKind.REFUSAL, body)
        return [self._post(gp_public, letter), KnockRefused(reason)]

    def _agree(self, body: bytes, now: datetime) -> list[SiteEvent]:
        if self._outcome:
            if self._outcome.m2_digest != sha256(body).digest():
                raise BadLetterError("an M2 after the agreement")
            return [self._post(self._outcome.bundle.gp_public, self._outcome.m3)]
        attempt, m2 = self._opened(body)
        gp_public = attempt.bundle.gp_public
        if self._invitation.has_expired(now):
            return self._refuse(gp_public, Refusal.EXPIRED)
        m3, agreed = attempt.agreed(m2, body, self._invitation.secret)
        self._outcome = _Outcome(attempt.bundle, sha256(body).digest(), m3)
        self._attempts.clear()  # forward secrecy: the ephemeral keys end here
        return [self._post(gp_public, m3), agreed]

    def _opened(self, body: bytes) -> tuple[Offer, M2]:
        for attempt in self._attempts.values():
            with suppress(BadLetterError):
                return attempt, attempt.opened(body)
        raise BadLetterError("an M2 to none of our M1")

    def _post(self, gp_public: bytes, letter: Letter) -> Post:
        return Post(address_of(gp_public), self._invitation.gp_token, letter)
