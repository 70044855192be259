"""How the site meets the GP: the invitation or the call, the mailboxes, the handshake.

It ends with keys that both share; from then on it only carries sealed envelopes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from client.core.contacts import Contact
from client.core.envelope import Role, kept
from client.core.handshake import (
    Bond,
    Bundle,
    KeysAgreed,
    KnockRefused,
    PlacedCall,
    Post,
    SiteCall,
    SiteHandshake,
    TrustError,
)
from client.core.identity import Identity, address_of
from client.core.invitation import Invitation
from client.core.letters import Letter, LetterKind, LetterUnreadableError
from client.core.mailbox import TTL_LIMIT_S
from client.core.resumption import Resumption
from client.net.peering import IceServer
from client.net.relay_client import RelayClient
from client.net.relay_errors import NotAdmittedError
from client.session.acquaintances import Acquaintances
from client.session.withdrawn import WithdrawnCalls, goodbye

_log = logging.getLogger(__name__)

INVITATION_LASTS: Final = timedelta(minutes=30)
"""chosen: long enough for a GP to finish with a patient, short enough to be useless tomorrow."""
CONSULTATION_LASTS: Final = timedelta(hours=12)
"""How long the GP may write to this mailbox; chosen: a day at the pharmacy."""
CONTACT_LASTS: Final = timedelta(days=30)
"""How long a contact may write here from the last time this site was on; the relay's limit."""
_ANSWERS: Final = (LetterKind.M2, LetterKind.REFUSAL)
LETTER_TTL_S: Final = 24 * 3600
"""Seconds the relay keeps a letter that nobody fetches."""
_PAST_S: Final = 0
"""An admission until then is taken back."""


Keep = Callable[[PlacedCall], Awaitable[None]]


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
        on_call_refused: Callable[[TrustError], None] = lambda _: None,
        acquaintances: Acquaintances,
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
        self._on_call_refused = on_call_refused
        self._acquaintances = acquaintances
        self._handshake: SiteHandshake | SiteCall | None = None
        self._gp_token = b""
        self._site_token = b""
        self._until_s = 0
        self._letters_last_s = LETTER_TTL_S
        self._agreed: KeysAgreed | None = None
        self._resumption: Resumption | None = None
        self.bond: Bond | None = None
        """By which the GP was called; `None` after an invitation."""
        self.others: Final[dict[bytes, Callable[[bytes], Awaitable[None]]]] = {}
        """Who hears the envelopes of other sessions of this site that are open, by their tags."""
        self.left_calls: Final[dict[int, Callable[[Letter], Awaitable[bool]]]] = {}
        """Who takes up the answers to calls of earlier sessions, by their consultations."""
        self._others_hear = asyncio.Event()
        self._withdrawn = WithdrawnCalls(self.put)

    async def run(self) -> None:
        """Stay in touch with the relay until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            admitting = tasks.create_task(self.admit_contacts())
            if self._resumption is not None:
                tasks.create_task(self._admit_again(self._resumption))
            try:
                await self._relay.run()
            finally:
                admitting.cancel()

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
        until_s = int((self._now() + CONSULTATION_LASTS).timestamp())
        await self._relay.admit(invitation.site_token, until_s)
        self._gp_token, self._site_token = invitation.gp_token, invitation.site_token
        self._until_s = until_s
        self._handshake = SiteHandshake(self._identity, invitation, self._entropy)
        return invitation.url(self._relay_url), expires_at

    async def call(self, contact: Contact, keep: Keep | None = None) -> None:
        """Call a GP who is known; returns once the call lies in the GP's mailbox.

        `keep` puts the call on disk before it is posted. Raises `ContactRevokedError` or
        `PrekeyExpiredError`, and `NotAdmittedError` if the GP's page admits us no more.
        """
        bundle = contact.bundle_at(self._now())
        numbered = await self._acquaintances.numbered(contact)
        *newer, last = numbered.bonds_of_site(self._identity.address)
        for bond in newer:
            try:
                return await self._call(bond, bundle, numbered.calls, keep)
            except NotAdmittedError:
                _log.info("the GP does not know the newest bond: calling by the one before")
        await self._call(last, bundle, numbered.calls, keep)
        return None

    async def _call(self, bond: Bond, bundle: Bundle, number: int, keep: Keep | None) -> None:
        now = self._now()
        handshake = SiteCall.made(
            self._identity, bond, bundle, number=number, entropy=self._entropy, now=now
        )
        if keep is not None and handshake.placed is not None:
            await keep(handshake.placed)
        until = now + CONTACT_LASTS
        self._until_s = int(until.timestamp())
        await self._relay.admit(bond.site_token, self._until_s)
        self._handshake, self._gp_token, self.bond = handshake, bond.gp_token, bond
        self._site_token = bond.site_token
        for outcome in handshake.start():
            if isinstance(outcome, Post):
                letter = outcome.letter.encode()
                await self._relay.put(outcome.to, outcome.token, letter, TTL_LIMIT_S)

    def withdraw(self) -> bytes | None:
        """Let nobody in by the invitation or the call that is out.

        What its invitation admitted the GP's letters by is for `take_back`.
        """
        handshake, self._handshake, self.bond = self._handshake, None, None
        if isinstance(handshake, SiteCall):
            self._withdrawn.add(handshake)
        return self._site_token if isinstance(handshake, SiteHandshake) else None

    async def take_back(self, token: bytes) -> None:
        """Return once the relay takes no letter for us by this token any more."""
        await self._relay.admit(token, _PAST_S)

    async def post(self, envelope: bytes) -> None:
        """Put one sealed envelope into the GP's mailbox; returns when it is stored there."""
        session = self.resumption
        if session is None:
            raise RuntimeError("nothing is sealed before keys are agreed")
        await self.post_to(session, envelope)

    async def post_to(self, session: Resumption, envelope: bytes) -> None:
        """As `post`, in this session of the site's."""
        letter = Letter.sealed(session.keys.tag, envelope)
        await self._put(Post(session.to, session.token, letter))

    @property
    def resumption(self) -> Resumption | None:
        """What a later process needs to go on with the same GP; `None` before keys are agreed."""
        if self._resumption is None and self._agreed is not None:
            public = self._agreed.peer_public
            self._resumption = Resumption(
                *(kept(self._agreed.keys, Role.SITE), public, address_of(public)),
                *(self._gp_token, self._site_token, self._until_s),
            )
        return self._resumption

    @property
    def peer_public(self) -> bytes | None:
        """The GP's identity key, once keys are agreed."""
        return None if self.resumption is None else self.resumption.peer_public

    def resume(self, session: Resumption) -> None:
        """Go on with the GP of an earlier process; call before `run`."""
        self._resumption = session

    def letters_wait(self) -> None:
        """The GP may fetch our letters days from now: the relay is to keep them that long."""
        self._letters_last_s = TTL_LIMIT_S

    def let_go(self) -> None:
        """The session is over: forget its keys and whatever led to them."""
        self._agreed = self._resumption = self._handshake = self.bond = None

    async def _admit_again(self, session: Resumption) -> None:
        await self._relay.admit(session.own_token, session.until_s)

    def hear_others(self) -> None:
        """Everybody who hears for other sessions is known now; letters for them waited so far."""
        self._others_hear.set()

    async def put(self, post: Post) -> None:
        """A letter of an earlier session's, which its GP may fetch days from now."""
        await self._relay.put(post.to, post.token, post.letter.encode(), TTL_LIMIT_S)

    async def _put(self, post: Post) -> None:
        await self._relay.put(post.to, post.token, post.letter.encode(), self._letters_last_s)

    async def _on_letter(self, data: bytes) -> None:
        try:
            letter = Letter.decode(data)
        except LetterUnreadableError:
            _log.warning("a letter of no known kind was thrown away")
            return
        session = self.resumption
        envelope = letter.envelope_for(session.keys.tag) if session else None
        if envelope is not None:
            await self._on_envelope(envelope)
        elif letter.kind is LetterKind.SEALED:
            await self._hear_other(letter)
        elif letter.kind is LetterKind.BUNDLE:
            await self._acquaintances.hear_bundle(letter.body)
        elif letter.kind in _ANSWERS and (
            await self._withdrawn.hear(letter) or await self._is_for_left_call(letter)
        ):
            pass
        elif self._handshake is not None:
            await self._step(self._handshake, letter)

    async def _hear_other(self, letter: Letter) -> None:
        await self._others_hear.wait()
        for tag, hear in list(self.others.items()):
            envelope = letter.envelope_for(tag)
            if envelope is not None:
                await hear(envelope)

    async def _is_for_left_call(self, letter: Letter) -> bool:
        await self._others_hear.wait()
        for hear in list(self.left_calls.values()):
            if await hear(letter):
                return True
        return False

    async def admit_contacts(self) -> None:
        """Let everybody we know tell us new call keys, also while we are off."""
        until_s = int((self._now() + CONTACT_LASTS).timestamp())
        for bond in self._acquaintances.bonds:
            await self._relay.admit(bond.site_token, until_s)

    async def _step(self, handshake: SiteHandshake | SiteCall, letter: Letter) -> None:
        try:
            outcomes = handshake.receive(letter, self._now())
        except TrustError as error:
            self._handshake = None
            self._on_call_refused(error)
            return
        gp_token = self._gp_token
        for outcome in outcomes:
            match outcome:
                case Post():
                    await self._put(outcome)
                case KeysAgreed() if handshake is not self._handshake:  # withdrawn meanwhile
                    await self.put(goodbye(outcome, gp_token))
                case KeysAgreed():
                    self._agreed = outcome
                    self._on_agreed(outcome)
                case KnockRefused(reason):
                    self._on_refused(reason.name.lower())
