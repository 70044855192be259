"""The demo's GP where no browser is installed: the page's Python twin."""

import asyncio
import os
import tempfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG
from client.core.consultation import LinkState
from client.core.identity import Identity
from client.core.invitation import Invitation
from client.core.wire import Card
from client.demo.gp_hand import MediaSeen, StillSeen
from client.demo.loudness import wav_dbfs
from client.demo.media import GP_CAMERA, GP_VOICE
from client.media.sources import MediaAddress, SourceKind
from client.session.gp import GpSession
from client.session.gp_book import GpBook
from client.session.interrupted import Interrupted
from client.session.media import EndMedia
from client.session.pauses import USUAL, Pauses

if TYPE_CHECKING:
    from client.session.keeping import RecordKeeper

PATIENCE_S: Final = 60.0
STILL_S: Final = 300.0
"""A still at 100 kbit/s takes about 6 s; chosen: a busy machine."""
RECEIPT_S: Final = 10.0


class PythonGp:
    """Plays the GP with `client.session.gp.GpSession`."""

    kind = "python"

    def __init__(self, card: Card, book: GpBook | None = None, pauses: Pauses = USUAL) -> None:
        """With a book, an earlier meeting's sites may call."""
        self._pauses = pauses
        self._card = card
        self.book = book or GpBook(Identity(os.urandom(32)), os.urandom)
        self._folder = tempfile.TemporaryDirectory(prefix="chevet-gp-")
        self._heard = Path(self._folder.name) / "heard.wav"
        self._media = EndMedia(
            MediaAddress(SourceKind.FILE, str(GP_CAMERA)),
            MediaAddress(SourceKind.FILE, str(GP_VOICE)),
            MediaAddress(SourceKind.FILE, str(self._heard)),
            replace(DEFAULT_PICTURE_RUNG, codec="vp8"),
            DEFAULT_VOICE_RUNG,
        )
        self.keeper: RecordKeeper | None = None
        """Where everything is kept; nowhere for `None`."""
        self._session: GpSession | None = None
        self._running: asyncio.Task[None] | None = None
        self._attached: list[int] = []

    @property
    def session(self) -> GpSession:
        """The session; only after `join`."""
        if self._session is None:
            raise RuntimeError("the GP has not joined")
        return self._session

    async def arrive(self) -> None:
        """Nothing to start."""

    async def join(self, url: str) -> tuple[str, ...]:
        """Open the invitation; returns the words to compare."""
        origin, _, fragment = url.partition("/#")
        invitation = Invitation.from_fragment(fragment)
        self._begin(invitation, invitation.relay or origin)
        await self.session.wait_for(lambda seen: bool(seen.words), PATIENCE_S)
        return self.session.seen.words

    def go_on(self, relay_url: str, interrupted: Interrupted) -> None:
        """Go on with what the `keeper` held of an earlier process."""
        self._session = GpSession(
            *(self.book, None, relay_url, self._media, os.urandom),
            keeper=self.keeper,
            interrupted=interrupted,
            pauses=self._pauses,
        )
        self._running = asyncio.create_task(self._session.run(self._card))

    def open_list(self, relay_url: str) -> None:
        """Watch for the call of a known site, and take it."""
        self._begin(None, relay_url)

    def _begin(self, invitation: Invitation | None, relay_url: str) -> None:
        self._session = GpSession(
            *(self.book, invitation, relay_url, self._media, os.urandom),
            keeper=self.keeper,
            pauses=self._pauses,
        )
        self._running = asyncio.create_task(self._session.run(self._card))

    async def accept_words(self) -> None:
        """They are the same; returns once the link is up."""
        self.session.compare_words(equal=True)
        await self.session.wait_for(lambda seen: seen.link is LinkState.UP, PATIENCE_S)

    async def see_reading(self, vital: str) -> str:
        """Wait for a value of this vital sign; returns it."""
        seen = self.session.seen

        def values() -> list[float]:
            return [m.value for m, _ in seen.readings if m.vital == vital and m.value is not None]

        await self.session.wait_for(lambda _: bool(values()), PATIENCE_S)
        return f"{values()[-1]:g}"

    async def ask(self, what: str) -> None:
        """Ask for a step and wait until the site says it is done."""
        number = self.session.ask(what)
        await self.session.wait_for(lambda seen: number in seen.answers, STILL_S)

    async def see_still(self) -> StillSeen:
        """Wait until a still is whole."""
        await self.session.wait_for(lambda seen: bool(seen.stills), STILL_S)
        newest = self.session.seen.stills[max(self.session.seen.stills)]
        return StillSeen(sha256(newest).hexdigest())

    async def attach(self, label: str, pdf: bytes) -> None:
        """Send a document, to be named by the summary that follows."""
        offer = await self.session.papers.send(label, "application/pdf", pdf)
        self._attached.append(offer.id)
        await self.session.wait_for(lambda _: offer.id in self.session.papers.received, STILL_S)

    async def summarise(self, text: str) -> None:
        """Send the signed summary and wait for its receipt."""
        self.session.summarise(text, sorted(self.session.seen.stills), self._attached)
        await self.session.wait_for(lambda _: self.session.waiting == 0, PATIENCE_S)

    async def measure_media(self) -> MediaSeen:
        """What has been seen and heard so far."""
        picture = self._media.peer_picture
        heard = await asyncio.to_thread(wav_dbfs, self._heard)
        return MediaSeen(picture.frames_decoded, picture.distinct_frames, heard)

    async def leave(self) -> None:
        """End the consultation."""
        await self.session.leave("finished", RECEIPT_S)

    async def close(self) -> None:
        """Release everything."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        self._folder.cleanup()
