"""Files of the GP's at the site: a prescription, an annotated still. Shown by state, kept whole."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final

from client import clock
from client.core.wire import Message, StillOffered, StillPiece, StillReceived
from client.errors import ChevetError
from client.session.album import Album
from client.session.events import EventLog
from client.session.flow_views import DocumentState, DocumentView
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.store.journal import JournalEvent

_log = logging.getLogger(__name__)

REMIND_EVERY_S: Final = 1.0
LABEL_LIMIT: Final = 120
"""Characters of a peer's label that are shown and kept."""


class GpFiles:
    """Takes what the GP sends in pieces; on the event loop."""

    def __init__(
        self,
        keeper: RecordKeeper,
        events: EventLog,
        say: Callable[[Message], None],
        now_s: Callable[[], float] = clock.monotonic_s,
    ) -> None:
        self._keeper = keeper
        self._events = events
        self._album = Album(say, self._whole, now_s, self._damaged)
        self._offers: dict[int, StillOffered] = {}
        self._views: dict[int, DocumentView] = {}

    @property
    def views(self) -> tuple[DocumentView, ...]:
        """As a screen shows them, in the GP's order."""
        return tuple(
            replace(view, done=self._album.held_bytes(identifier))
            if view.state is DocumentState.ARRIVING
            else view
            for identifier, view in sorted(self._views.items())
        )

    def hash_of(self, identifier: int) -> bytes | None:
        """SHA-256 of what was offered under this number."""
        offer = self._offers.get(identifier)
        return offer.sha256 if offer else None

    def hear(self, message: StillOffered | StillPiece) -> None:
        """The GP offers a file, or sends a part of one."""
        if isinstance(message, StillPiece):
            self._album.take(message)
            return
        offer = _bounded(message)
        if self._album.offered(offer):
            self._begin(offer)
            self._events("document_offered", id=offer.id, bytes=offer.size)

    def restore(self, interrupted: Interrupted) -> None:
        """Go on with what an earlier process of this site has of them."""
        for offer in map(_bounded, interrupted.offered_by_gp):
            self._begin(offer)
            self._spawn(self._take_up(offer, interrupted))

    async def run(self) -> None:
        """Tell again what is here when nothing has come for long; until cancelled."""
        while True:
            await asyncio.sleep(REMIND_EVERY_S)
            self._album.remind()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._keeper.start(work)

    def _begin(self, offer: StillOffered) -> None:
        self._offers[offer.id] = offer
        self._views[offer.id] = DocumentView(
            offer.label, offer.media_type, DocumentState.ARRIVING, 0, offer.size
        )

    async def _take_up(self, offer: StillOffered, interrupted: Interrupted) -> None:
        kept = {one.id: one.data for one in interrupted.record.documents}
        if offer.id in kept:
            pieces = [(0, kept[offer.id])]
        else:
            pieces = await self._keeper.begun_pieces(offer.id)
        is_told = interrupted.has_said(StillReceived(offer.id, offer.sha256))
        self._album.restore(offer, pieces, is_received=is_told)

    def _whole(self, offer: StillOffered, data: bytes) -> None:
        """Its pieces are on disk already; now the file itself is kept, then it is shown as held."""
        self._spawn(self._keep(offer, data))

    async def _keep(self, offer: StillOffered, data: bytes) -> None:
        try:
            await self._keeper.keep_document(offer, data)
        except ChevetError as error:
            _log.warning("a document was not kept: %s", type(error).__name__)
            self._show(offer, DocumentState.FAILED)
            return
        self._show(offer, DocumentState.HELD)
        digest = offer.sha256.hex()
        self._keeper.note(
            JournalEvent.DOCUMENT_RECEIVED, id=offer.id, bytes=offer.size, sha256=digest
        )
        self._events("document_received", id=offer.id, sha256=digest)

    def _damaged(self, offer: StillOffered) -> None:
        self._show(offer, DocumentState.FAILED)
        self._keeper.note(JournalEvent.DOCUMENT_DAMAGED, id=offer.id)

    def _show(self, offer: StillOffered, state: DocumentState) -> None:
        done = offer.size if state is DocumentState.HELD else 0
        self._views[offer.id] = replace(self._views[offer.id], state=state, done=done)


def _bounded(offer: StillOffered) -> StillOffered:
    """With as much of the peer's words as is shown."""
    return replace(
        offer, label=offer.label[:LABEL_LIMIT], media_type=offer.media_type[:LABEL_LIMIT]
    )
