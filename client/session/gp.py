"""The GP's end in Python: speaks exactly what the page speaks.

A first-class test tool, and the demo's GP where no browser is installed. Given records it keeps in
them what comes and what it says, and a later process goes on (`Interrupted`); else nothing is kept.
"""

import asyncio
from bisect import insort
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from client import clock
from client.core import wire
from client.core.consultation import LinkState
from client.core.envelope import (
    INCARNATION_SIZE,
    Opener,
    Role,
    Sealer,
    kept,
    resumed_ciphers,
    session_ciphers,
)
from client.core.frame_keys import FrameRatchet
from client.core.handshake import KeysAgreed, Post
from client.core.invitation import Invitation
from client.core.letters import Letter
from client.core.record import Direction, milliseconds
from client.core.resumption import Resumption
from client.errors import ChevetError
from client.net.relay_client import RelayClient
from client.net.relay_errors import NotAdmittedError
from client.session.album import Album
from client.session.conversation import Conversation
from client.session.dialogue import Dialogue
from client.session.gp_book import GpBook
from client.session.gp_ways import Again, ByCall, ByInvitation, Way
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.session.link import GpLink
from client.session.media import EndMedia
from client.session.meeting import CONSULTATION_LASTS, CONTACT_LASTS, LETTER_TTL_S
from client.session.ways import AT_FIRST, Resumed
from devices.readings import Origin

READINGS_LIMIT: Final = 100_000
"""Readings remembered; a day of three a second would be 260,000, an act lasts minutes."""
REPORT_EVERY_S: Final = 1.0
POLL_S: Final = 0.02


@dataclass(slots=True)
class Seen:
    """What has reached the GP."""

    words: tuple[str, ...] = ()
    site_card: wire.Card | None = None
    site_words_equal: bool | None = None
    link: LinkState = LinkState.NONE
    intake: wire.Intake | None = None
    readings: list[tuple[wire.Measured, datetime]] = field(default_factory=list)
    """Each with the moment it arrived; in the order they were taken. Never from a memory."""
    stored: list[wire.Measured] = field(default_factory=list)
    """From the memories of instruments, in the order they came."""
    results: list[wire.LabResult] = field(default_factory=list)
    instruments: wire.Instruments | None = None
    answers: dict[int, str] = field(default_factory=dict)
    """Outcome by ask."""
    stills: dict[int, bytes] = field(default_factory=dict)
    """Whole ones, clips and sounds too, by id."""
    parts: dict[int, bytes] = field(default_factory=dict)
    """Previews and regions, by id."""
    still_offers: dict[int, wire.StillOffered] = field(default_factory=dict)
    wave_samples: int = 0
    waves: set[str] = field(default_factory=set)
    """The waveforms of which any sample came."""
    texts: list[str] = field(default_factory=list)
    deferred: list[wire.Message] = field(default_factory=list)
    """What waited in the mailbox, among all that came."""
    goodbye: str | None = None
    refused: ChevetError | None = None
    is_kept: bool = False
    """The site is in the book now."""

    def _remember_value(self, message: wire.Measured | wire.LabResult) -> None:
        if isinstance(message, wire.LabResult):
            self.results.append(message)
            del self.results[:-READINGS_LIMIT]
        elif message.origin == Origin.STORED:
            self.stored.append(message)
            del self.stored[:-READINGS_LIMIT]
        else:
            insort(self.readings, (message, clock.now()), key=lambda seen: seen[0].taken_ms)
            del self.readings[:-READINGS_LIMIT]

    def remember(self, message: wire.Message) -> None:
        """Take in what the site says, except stills and signalling."""
        match message:
            case wire.Card():
                self.site_card = message
            case wire.WordsCompared(equal):
                self.site_words_equal = equal
            case wire.Intake():
                self.intake = message
            case wire.Measured() | wire.LabResult():
                self._remember_value(message)
            case wire.WaveSamples(wave, samples):
                self.wave_samples += len(samples)
                self.waves |= {wave} if samples else set()
            case wire.Instruments():
                self.instruments = message
            case wire.AskAnswered(identifier, outcome):
                self.answers[identifier] = outcome
            case wire.Text(text):
                self.texts.append(text)
            case wire.Goodbye(reason):
                self.goodbye = reason


class _Memory:
    """Durable for as long as the program: enough for a tool that never restarts."""

    async def sent(self, parcel: wire.Parcel) -> None:
        """Nothing to write."""

    async def received(self, parcel: wire.Parcel) -> None:
        """Nothing to write."""

    async def piece(self, piece: wire.StillPiece) -> None:
        """Nothing to write."""

    async def acknowledged(self, numbers: list[int]) -> None:
        """Nothing to write."""


class GpSession:
    """One consultation seen from the GP's side."""

    def __init__(  # noqa: PLR0913 -- all but five by name
        self,
        book: GpBook,
        invitation: Invitation | None,
        relay_url: str,
        media: EndMedia,
        entropy: Callable[[int], bytes],
        *,
        keeper: RecordKeeper | None = None,
        interrupted: Interrupted | None = None,
    ) -> None:
        """Without an invitation: wait for the call of a site in the book.

        With a `keeper` everything is kept; `interrupted` is what it held of an earlier process,
        which is then gone on with.
        """
        self.seen = Seen()
        self._keeper = keeper
        self._interrupted = interrupted
        self._entropy = entropy
        self._media = media
        self._book = book
        self._way: Way
        if interrupted is not None:
            self._way = Again(interrupted.session)
        elif invitation is not None:
            self._way = ByInvitation(book.identity, invitation, entropy)
        else:
            self._way = ByCall(self._book, entropy)
        self._agreed_keys: KeysAgreed | None = None
        self._site_said: wire.Acquaintance | None = None
        self._is_sure = False
        self._admitting: asyncio.Task[None] | None = None
        self._relay = RelayClient(
            relay_url, book.identity, on_letter=self._on_letter, on_state=lambda _: None
        )
        self._tag = b""
        self._dialogue: Dialogue | None = None
        self._link: GpLink | None = None
        self._album = Album(self._say, self._whole, clock.monotonic_s)
        self._asks = 0

    async def run(self, card: wire.Card) -> None:
        """Knock, meet, take part; until cancelled."""
        self._card = card
        self._media.start()
        if self._interrupted is not None:
            await self._go_on(self._interrupted)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._relay.run())
                tasks.create_task(self._knock())
                tasks.create_task(self._report())
        finally:
            if self._admitting is not None:
                self._admitting.cancel()
            if self._dialogue is not None:
                await self._dialogue.stop()
            await self._media.close()

    @property
    def waiting(self) -> int:
        """Our durable messages that the site has not acknowledged."""
        return self._dialogue.waiting if self._dialogue else 0

    async def wait_for(self, condition: Callable[[Seen], bool], timeout_s: float) -> None:
        """Return once `condition` holds of what has been seen; `TimeoutError` if it never does."""
        async with asyncio.timeout(timeout_s):
            while not (self.seen.refused or condition(self.seen)):  # noqa: ASYNC110 -- many causes
                await asyncio.sleep(POLL_S)
        if self.seen.refused is not None:
            raise self.seen.refused

    def compare_words(self, *, equal: bool) -> None:
        """The GP has compared the words."""
        self._say(wire.WordsCompared(equal))
        if equal:
            self._be_sure()

    def _be_sure(self) -> None:
        """It is the site and nobody else: our picture may leave, and each keeps the other's key."""
        self._is_sure = True
        self._hold_session()
        self._media.let_picture_out(allowed=True)
        bundle = self._book.newest_bundle(clock.now())
        self._say(wire.Acquaintance(self._card.name, self._card.place, None, bundle))
        self._keep_site()

    def _hold_session(self) -> None:
        """From now on a later process can go on."""
        if self._keeper is not None and self._agreed_keys is not None:
            until = clock.now() + CONSULTATION_LASTS
            keys = kept(self._agreed_keys.keys, Role.GP)
            to, token = self._way.site
            own = self._way.tokens[0]
            self._keeper.hold(
                Resumption(
                    *(keys, self._agreed_keys.peer_public, to, token, own, int(until.timestamp()))
                )
            )

    def _keep_site(self) -> None:
        if self._is_sure and self._site_said is not None and self._agreed_keys is not None:
            self._book.keep(self._agreed_keys, self._site_said, self._way.used, clock.now())
            self._site_said = None
            self._admitting = asyncio.create_task(self._admit_sites())

    async def _admit_sites(self) -> None:
        """From now on the sites of the book may call, also while this program is off."""
        until = clock.now() + CONTACT_LASTS
        for bond in self._book.bonds:
            await self._relay.admit(bond.gp_token, int(until.timestamp()))
        self.seen.is_kept = True

    def ask(self, what: str, text: str = "") -> int:
        """Ask for a step of the examination; its id comes back in `Seen.answers`."""
        self._asks += 1
        self._say(wire.Asked(self._asks, what, text))
        return self._asks

    def summarise(self, text: str) -> None:
        """Send the summary."""
        self._say(wire.Summary(text, milliseconds(clock.now())))

    async def leave(self, reason: str, receipt_s: float) -> bool:
        """Say goodbye and wait for its receipt."""
        self._say(wire.Goodbye(reason, milliseconds(clock.now())))
        return await self._dialogue.finish(receipt_s) if self._dialogue else True

    def _say(self, message: wire.Message) -> None:
        if self._dialogue is not None:
            self._dialogue.say(message)

    async def _knock(self) -> None:
        until = clock.now() + CONSULTATION_LASTS
        for token in self._way.tokens:
            await self._relay.admit(token, int(until.timestamp()))
        for outcome in self._way.start(clock.now()):
            if isinstance(outcome, Post):
                with suppress(NotAdmittedError):  # a site that has forgotten us, or an older bond
                    await self._put(outcome)

    async def _put(self, post: Post) -> None:
        await self._relay.put(post.to, post.token, post.letter.encode(), LETTER_TTL_S)

    async def _post(self, envelope: bytes) -> None:
        await self._put(Post(*self._way.site, Letter.sealed(self._tag, envelope)))

    async def _on_letter(self, data: bytes) -> None:
        letter = Letter.decode(data)
        envelope = letter.envelope_for(self._tag) if self._tag else None
        if envelope is not None and self._dialogue is not None:
            await self._dialogue.hear_letter(envelope)
            return
        try:
            outcomes = self._way.receive(letter, clock.now())
        except ChevetError as error:
            self.seen.refused = error
            return
        for outcome in outcomes:
            match outcome:
                case Post():
                    await self._put(outcome)
                case KeysAgreed():
                    self._agreed(outcome)

    def _agreed(self, agreed: KeysAgreed) -> None:
        self.seen.words = agreed.words
        self._tag = agreed.keys.tag
        self._converse(session_ciphers(agreed.keys, Role.GP), FrameRatchet(agreed.keys))
        self._say(self._card)
        self._agreed_keys = agreed
        if self._way.used is not None:
            self._be_sure()

    async def _go_on(self, interrupted: Interrupted) -> None:
        """With the site of an earlier process: what was seen then is seen again."""
        session = interrupted.session
        self._tag, self._is_sure = session.keys.tag, True
        offers: list[wire.StillOffered] = []
        for one in interrupted.in_order:
            message = one.parcel.message
            if one.direction is Direction.SENT:
                self._asks += isinstance(message, wire.Asked)
            elif isinstance(message, wire.StillOffered):
                offers.append(message)
            else:
                self.seen.remember(message)
        ciphers = resumed_ciphers(session.keys, self._entropy(INCARNATION_SIZE))
        self._converse(ciphers, FrameRatchet(session.keys, Role.GP), interrupted.resumed)
        self._media.let_picture_out(allowed=True)
        for offer in offers:
            self.seen.still_offers[offer.id] = offer
            pieces = await self._keeper.begun_pieces(offer.id) if self._keeper else []
            is_received = interrupted.has_said(wire.StillReceived(offer.id, offer.sha256))
            self._album.restore(offer, pieces, is_received=is_received)

    def _converse(
        self,
        ciphers: tuple[Sealer, Opener],
        frame_keys: FrameRatchet,
        resumed: Resumed = AT_FIRST,
    ) -> None:
        conversation = Conversation(
            ciphers,
            self._keeper or _Memory(),
            self._post,
            self._on_message,
            resumed=resumed,
            on_deferred=self.seen.deferred.append,
            on_rolled_back=self._broken,
        )
        self._link = GpLink(
            conversation,
            self._media.flows,
            on_change=self._link_changed,
            on_broken=self._broken,
            now_s=clock.monotonic_s,
            now_ms=lambda: milliseconds(clock.now()),
            frame_keys=frame_keys,
            ice_servers=lambda: self._relay.ice_servers,
        )
        self._dialogue = Dialogue(conversation, self._link)

    def _on_message(self, message: wire.Message) -> None:
        match message:
            case wire.Signal():
                if self._link is not None:
                    self._link.offered(message)
            case wire.StillOffered():
                self._offered(message)
            case wire.StillPiece():
                self._album.take(message)
            case wire.Acquaintance():
                self._site_said = message
                self._keep_site()
            case _:
                self.seen.remember(message)

    def _offered(self, offer: wire.StillOffered) -> None:
        if self._album.offered(offer):
            self.seen.still_offers[offer.id] = offer

    def _whole(self, offer: wire.StillOffered, picture: bytes) -> None:
        kept = self.seen.stills if offer.part == "whole" else self.seen.parts
        kept[offer.id] = picture

    def _link_changed(self, state: LinkState) -> None:
        self.seen.link = state
        if state is LinkState.UP:
            self._album.resume()

    def _broken(self, error: ChevetError) -> None:
        self.seen.refused = error

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            self._album.remind()
            frames = self._media.peer_picture.frames_decoded
            self._say(wire.PageReport(milliseconds(clock.now()), frames, 0.0, 0, 0, 0, 0, 0))
