"""The GP's end in Python: speaks exactly what the page speaks.

A first-class test tool, and the demo's GP where no browser is installed. Given records it keeps in
them what comes and what it says, and a later process goes on (`Interrupted`); else nothing is kept.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from client import clock
from client.core import wire
from client.core.consultation import LinkState
from client.core.envelope import (
    INCARNATION_SIZE,
    Opener,
    Role,
    Sealer,
    resumed_ciphers,
    session_ciphers,
)
from client.core.frame_keys import FrameRatchet
from client.core.handshake import KeysAgreed, Post
from client.core.invitation import Invitation
from client.core.letters import Letter
from client.core.record import milliseconds
from client.errors import ChevetError
from client.net.relay_client import RelayClient
from client.net.relay_errors import NotAdmittedError
from client.session.album import Album
from client.session.conversation import Conversation
from client.session.dialogue import Dialogue
from client.session.gp_book import GpBook
from client.session.gp_introductions import GpIntroductions
from client.session.gp_papers import GpPapers
from client.session.gp_seen import Memory, Seen
from client.session.gp_ways import Again, ByCall, ByInvitation, Way
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.session.link import GpLink
from client.session.media import EndMedia
from client.session.meeting import CONSULTATION_LASTS, LETTER_TTL_S
from client.session.pauses import USUAL, Pauses
from client.session.ways import AT_FIRST, Resumed

REPORT_EVERY_S: Final = 1.0
POLL_S: Final = 0.02


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
        pauses: Pauses = USUAL,
    ) -> None:
        """Without an invitation: wait for the call of a site in the book.

        With a `keeper` everything is kept; `interrupted` is what it held of an earlier process,
        which is then gone on with.
        """
        self.seen = Seen()
        self._pauses = pauses
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
        self._relay = RelayClient(
            relay_url, book.identity, on_letter=self._on_letter, on_state=lambda _: None
        )
        self._introductions = GpIntroductions(book, self._way, self._relay, keeper, self._kept)
        self._tag = b""
        self._dialogue: Dialogue | None = None
        self._link: GpLink | None = None
        self._album = Album(self._say, self._whole, clock.monotonic_s)
        self._site_public = b""
        self.papers = GpPapers(self._say, keeper)
        """What this end sends in pieces."""

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
            self._introductions.stop()
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
        self._introductions.be_sure()
        self._media.let_picture_out(allowed=True)
        bundle = self._book.newest_bundle(clock.now())
        self._say(wire.Acquaintance(self._card.name, self._card.place, None, bundle))
        self._introductions.keep()

    def ask(self, what: str, text: str = "") -> int:
        """Ask for a step of the examination; its id comes back in `Seen.answers`."""
        self.seen.asked += 1
        self._say(wire.Asked(self.seen.asked, what, text))
        return self.seen.asked

    def summarise(
        self, text: str, stills: Sequence[int] = (), files: Sequence[int] = ()
    ) -> wire.Summary:
        """Send the summary, signed; `stills` are the site's, `files` of `papers`."""
        now_ms = milliseconds(clock.now())
        summary = wire.Summary(text, now_ms, "", list(stills), list(files))
        offers, key = self.seen.still_offers, self._book.identity
        summary = self.papers.signed(summary, offers, key, self._site_public, self._tag)
        self._say(summary)
        return summary

    def tell(self, message: wire.Waiting | wire.Pointed | wire.Text) -> None:
        """Ask for patience, point at something, or write a line."""
        self._say(message)

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
        self._site_public = agreed.peer_public
        self._tag = agreed.keys.tag
        self._converse(session_ciphers(agreed.keys, Role.GP), FrameRatchet(agreed.keys))
        self._say(self._card)
        self._introductions.begin(agreed)
        if self._way.used is not None:
            self._be_sure()

    async def _go_on(self, interrupted: Interrupted) -> None:
        """With the site of an earlier process: what was seen then is seen again."""
        session = interrupted.session
        self._tag = session.keys.tag
        self._site_public = session.peer_public
        self._introductions.be_sure()
        self.papers.restore(interrupted)
        offers = self.seen.remember_all(interrupted)
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
            self._keeper or Memory(),
            self._post,
            self._on_message,
            resumed=resumed,
            on_mailed=self.seen.mailed.update,
            on_deferred=self.seen.deferred.append,
            on_broken=self._broken,
            letter_every_s=self._pauses.letter_every_s,
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
        attachments = self.papers.attachments
        self._dialogue = Dialogue(
            *(conversation, self._link, attachments.next_piece, attachments.freight.next_piece),
            pauses=self._pauses,
        )

    def _on_message(self, message: wire.Message) -> None:
        match message:
            case wire.Signal():
                if self._link is not None:
                    self._link.offered(message)
            case wire.StillOffered():
                self._offered(message)
            case wire.StillPiece():
                self._album.take(message)
            case wire.StillHeld() | wire.StillReceived():
                self.papers.hear(message)
            case wire.Acquaintance():
                self._introductions.hear(message)
            case _:
                self.seen.remember(message)

    def _kept(self) -> None:
        self.seen.is_kept = True

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
            self.papers.attachments.link_is_new()

    def _broken(self, error: ChevetError) -> None:
        self.seen.refused = error

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            self._album.remind()
            frames = self._media.peer_picture.frames_decoded
            self._say(wire.PageReport(milliseconds(clock.now()), frames, 0.0, 0, 0, 0, 0, 0))
