"""How the site meets the GP: the invitation, the mailboxes, the handshake.

It ends with keys that both share; from then on it only carries sealed envelopes.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from client.core.handshake import KeysAgreed, KnockRefused, Post, SiteHandshake
from client.core.identity import Identity, address_of
from client.core.invitation import Invitation
from client.core.letters import Letter, LetterUnreadableError
from client.net.peering import IceServer
from client.net.relay_client import RelayClient

_log = logging.getLogger(__name__)

INVITATION_LASTS: Final = timedelta(minutes=30)
"""chosen: long enough for a GP to finish with a patient, short enough to be useless tomorrow."""
CONSULTATION_LASTS: Final = timedelta(hours=12)
"""How long the GP may write to this mailbox; chosen: a day at the pharmacy."""
LETTER_TTL_S: Final = 24 * 3600
"""Seconds the relay keeps a letter that nobody fetches."""


class SiteMeeting:
    """The site's end, over one relay."""

    def __init__(  # noqa: PLR0913 -- all but two by name
        self,
        identity: Identity,
        relay_url: str,
        *,
        entropy: Callable[[int], bytes],
        now: Callable[[], datetime],
        on_agreed: Callable[[KeysAgreed], None],
        on_envelope: Callable[[bytes], Awaitable[None]],
        on_refused: Callable[[str], None],
        on_reachable: Callable[[bool], None],
    ) -> None:
        self._identity = identity
        self._relay_url = relay_url
        self._entropy = entropy
        self._now = now
        self._on_agreed = on_agreed
        self._on_envelope = on_envelope
        self._on_refused = on_refused
        self._relay = RelayClient(
            relay_url, identity, on_letter=self._on_letter, on_state=on_reachable
        )
        self._handshake: SiteHandshake | None = None
        self._invitation: Invitation | None = None
        self._agreed: KeysAgreed | None = None

    async def run(self) -> None:
        """Stay in touch with the relay until cancelled."""
        await self._relay.run()

    @property
    def ice_servers(self) -> Sequence[IceServer]:
        """What the relay lends where no direct way leads to the GP."""
        return self._relay.ice_servers

    def doubt(self) -> None:
        """The GP has fallen silent: reach the relay anew, perhaps by another line."""
        self._relay.doubt()

    async def invite(self) -> tuple[str, datetime]:
        """A link for the GP, and when it expires. The relay admits whoever holds it."""
        expires_at = self._now() + INVITATION_LASTS
        invitation = Invitation(self._identity.address, self._entropy(16), expires_at, None)
        self._invitation = invitation
        self._handshake = SiteHandshake(self._identity, invitation, self._entropy)
        until = self._now() + CONSULTATION_LASTS
        await self._relay.admit(invitation.site_token, int(until.timestamp()))
        return invitation.url(self._relay_url), expires_at

    async def post(self, envelope: bytes) -> None:
        """Put one sealed envelope into the GP's mailbox; returns when it is stored there."""
        if self._agreed is None or self._invitation is None:
            raise RuntimeError("nothing is sealed before keys are agreed")
        letter = Letter.sealed(self._agreed.keys.tag, envelope)
        to = address_of(self._agreed.peer_public)
        await self._put(Post(to, self._invitation.gp_token, letter))

    async def _put(self, post: Post) -> None:
        await self._relay.put(post.to, post.token, post.letter.encode(), LETTER_TTL_S)

    async def _on_letter(self, data: bytes) -> None:
        try:
            letter = Letter.decode(data)
        except LetterUnreadableError:
            _log.warning("a letter of no known kind was thrown away")
            return
        envelope = letter.envelope_for(self._agreed.keys.tag) if self._agreed else None
        if envelope is not None:
            await self._on_envelope(envelope)
        elif self._handshake is not None:
            await self._step(self._handshake, letter)

    async def _step(self, handshake: SiteHandshake, letter: Letter) -> None:
        for outcome in handshake.receive(letter, self._now()):
            match outcome:
                case Post():
                    await self._put(outcome)
                case KeysAgreed():
                    self._agreed = outcome
                    self._on_agreed(outcome)
                case KnockRefused(reason):
                    self._on_refused(reason.name.lower())
