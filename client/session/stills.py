"""Stills and clips at the site: taken, looked at, kept, offered, sent piece by piece."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Final

from client import clock
from client.core.lanes import Lane
from client.core.wire import (
    Message,
    RegionAsked,
    StillHeld,
    StillOffered,
    StillPiece,
    StillReceived,
)
from client.errors import ChevetError
from client.media.clips import CLIP_TYPE, clip
from client.media.darkroom import REGION_TYPE, Area, Developed, cut_out, develop
from client.media.previews import PREVIEW_TYPE
from client.session.attachments import PREVIEW, REGION, WHOLE, Attachment, Attachments, Shown
from client.session.snapshot import StillState, StillView
from devices.readings import Clip, Still, StillProgress

_log = logging.getLogger(__name__)

TAKING_ESTIMATE: Final = 50_000
"""Bytes shown as the goal until the instrument has told the still's length."""
STILL_TYPE: Final = "image/jpeg"
REGIONS_LIMIT: Final = 32
"""Of one consultation; chosen: the GP's wishes must leave room for what is taken."""
ORIGINALS_LIMIT: Final = 8
"""Stills whose regions can be asked for: the newest."""


@dataclass(frozen=True, slots=True)
class _Named:
    """A still and what it shows: a later one may show something else, such as the other ear."""

    label: str
    taken: Still


@dataclass(frozen=True, slots=True)
class _Print:
    """A still that was looked at, and may have to wait for a word from the person."""

    of: _Named
    developed: Developed


class StillDesk:
    """One still or clip is taken at a time; any number may be on their way."""

    def __init__(
        self,
        say: Callable[[Message, Lane], None],
        keep: Callable[[Attachment], Awaitable[None]],
        on_received: Callable[[StillOffered], None],
        now_s: Callable[[], float] = clock.monotonic_s,
    ) -> None:
        self.attachments: Final = Attachments(say, keep, on_received, now_s)
        """Whatever else is to reach the GP in pieces goes the same way."""
        self._label = ""
        self._is_asked = False
        """The camera owes a picture or a clip of what `_label` says."""
        self._doubtful: _Print | None = None
        self._originals: dict[int, _Named] = {}
        """What was sent, by the offer's id."""
        self._regions = 0
        self.view: StillView | None = None
        """The still being taken or sent, or the last one."""

    @property
    def is_taking(self) -> bool:
        """The instrument is busy with a still or a clip."""
        return self.view is not None and self.view.state is StillState.TAKING

    @property
    def is_sending(self) -> bool:
        """Something is offered and the GP has not confirmed it whole."""
        return self.attachments.is_sending

    def taking(self, label: str) -> None:
        """A still or a clip was asked of the camera; a doubtful one is thrown away."""
        self._label = label
        self._is_asked = True
        self._doubtful = None
        self.view = StillView(label, StillState.TAKING, 0, TAKING_ESTIMATE)

    def progress(self, event: StillProgress) -> None:
        """More of it has left the instrument."""
        self.view = StillView(self._label, StillState.TAKING, event.received, event.total)

    def failed(self) -> None:
        """What was being taken does not come."""
        if self.is_taking:
            self._lost()

    async def taken(self, still: Still) -> None:
        """Look at it, then send it; a blurred or badly lit one waits for `send_anyway`.

        One that is no picture, or not kept, has failed. One that nobody asked for, as by the
        camera's own button, has no label: what the last one showed says nothing of it.
        """
        if not self._is_asked:
            self.taking("")
        named = _Named(self._label, still)
        self._is_asked = False
        self._doubtful = None
        try:
            developed = await asyncio.to_thread(develop, still.jpeg)
        except ChevetError as error:
            self._lost(error)
            return
        if developed.flaw is not None:
            self._doubtful = _Print(named, developed)
            size = len(developed.jpeg)
            self.view = StillView(self._label, StillState.DOUBTFUL, size, size, developed.flaw)
            return
        await self._send(_Print(named, developed))

    async def send_anyway(self) -> None:
        """The person wants the doubtful still sent as it is."""
        doubtful, self._doubtful = self._doubtful, None
        if doubtful is not None:
            await self._send(doubtful)

    def withdraw(self, besides: Container[int]) -> None:
        """No more of any picture or sound leaves; `besides` were offered for other reasons."""
        self._doubtful = None
        self._is_asked = False
        self._originals.clear()
        self.attachments.withdraw(besides)
        self.view = None

    async def filmed(self, taken: Clip) -> None:
        """Make a film of a clip and send it behind all stills."""
        label, self._is_asked = self._label, False
        try:
            film, width, height = await asyncio.to_thread(clip, taken.jpegs, taken.frames_per_s)
            offer = await self.attachments.offer(
                label, CLIP_TYPE, film, taken.taken_at, Lane.BULK, shown=Shown(width, height)
            )
        except ChevetError as error:
            self._lost(error)
            return
        self.view = StillView(offer.label, StillState.SENDING, 0, offer.size)

    async def region(self, asked: RegionAsked) -> None:
        """The GP wants a part at full resolution; a wish that cannot be met is left."""
        whole = self._originals.get(asked.id)
        area = Area(asked.left, asked.top, asked.width, asked.height)
        if whole is None or not area.is_possible or self._regions >= REGIONS_LIMIT:
            return
        self._regions += 1
        try:
            cut = partial(cut_out, whole.taken.jpeg, area)
            data, width, height = await asyncio.to_thread(cut)
            if asked.id not in self._originals:
                return  # withdrawn meanwhile
            corners = (area.left, area.top, area.width, area.height)
            shown = Shown(width, height, REGION, asked.id, corners)
            await self.attachments.offer(
                whole.label, REGION_TYPE, data, whole.taken.taken_at, shown=shown
            )
        except ChevetError as error:
            _log.warning("a region is lost: %s", type(error).__name__)

    def held(self, held: StillHeld) -> None:
        """The GP holds this much and wants the rest."""
        known = self.attachments.held(held)
        if known is not None:
            self._show(known[0], StillState.SENDING, known[1])

    def next_piece(self, limit_bytes: int) -> StillPiece | None:
        """See `Attachments.next_piece`."""
        return self.attachments.next_piece(limit_bytes)

    def received(self, receipt: StillReceived) -> None:
        """The GP has all of it and its hash agrees."""
        offer = self.attachments.received(receipt)
        if offer is not None:
            self._show(offer, StillState.RECEIVED, offer.size)

    def link_is_new(self) -> None:
        """What was under way is lost: go on from what the GP holds."""
        self.attachments.link_is_new()

    def _show(self, offer: StillOffered, state: StillState, done: int) -> None:
        """How far it has come, unless the person is busy with another one."""
        is_busy = self.is_taking or self._doubtful is not None
        if offer.part == WHOLE and not is_busy:
            self.view = StillView(offer.label, state, done, offer.size, offer.flaw)

    async def _send(self, ready: _Print) -> None:
        label, still, developed = ready.of.label, ready.of.taken, ready.developed
        flaw = developed.flaw or ""
        shown = Shown(developed.width, developed.height, flaw=flaw)
        try:
            offer = await self.attachments.offer(
                label,
                STILL_TYPE,
                developed.jpeg,
                still.taken_at,
                shown=shown,
                made_from=sha256(still.jpeg).digest(),
            )
            self._remember(offer.id, _Named(label, Still(developed.jpeg, still.taken_at)))
            if developed.preview is not None and len(developed.preview) < offer.size:
                small = Shown(developed.width, developed.height, PREVIEW, offer.id, flaw=flaw)
                await self.attachments.offer(
                    label, PREVIEW_TYPE, developed.preview, still.taken_at, shown=small
                )
        except ChevetError as error:
            self._lost(error)
            return
        if not self._is_asked:
            self.view = StillView(offer.label, StillState.SENDING, 0, offer.size, flaw)

    def _remember(self, identifier: int, still: _Named) -> None:
        self._originals[identifier] = still
        while len(self._originals) > ORIGINALS_LIMIT:
            del self._originals[next(iter(self._originals))]

    def _lost(self, error: ChevetError | None = None) -> None:
        if error is not None:
            _log.warning("a still is lost: %s", type(error).__name__)
        self._is_asked = False
        self.view = StillView(self._label, StillState.FAILED, 0, 0)
