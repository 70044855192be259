"""Stills at the site: taken from the otoscope, kept, offered, sent piece by piece."""

import io
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from PIL import Image

from client import clock
from client.core.lanes import Lane
from client.core.wire import Message, StillHeld, StillOffered, StillPiece, StillReceived
from client.errors import ChevetError
from client.session.attachments import Attachment, Attachments, Shown
from client.session.snapshot import StillState, StillView
from devices.readings import Still, StillProgress

_log = logging.getLogger(__name__)

TAKING_ESTIMATE: Final = 50_000
"""Bytes shown as the goal until the instrument has told the still's length."""


class StillUnreadableError(ChevetError):
    """What the instrument sent is not a picture that can be shown."""


class StillDesk:
    """One still is taken at a time; any number may be on their way."""

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
        self.view: StillView | None = None
        """The still being taken or sent, or the last one."""

    @property
    def is_taking(self) -> bool:
        """The instrument is busy with a still."""
        return self.view is not None and self.view.state is StillState.TAKING

    @property
    def is_sending(self) -> bool:
        """A still is offered and the GP has not confirmed it whole."""
        return self.attachments.is_sending

    def taking(self, label: str) -> None:
        """A still was asked of the otoscope."""
        self._label = label
        self.view = StillView(label, StillState.TAKING, 0, TAKING_ESTIMATE)

    def progress(self, event: StillProgress) -> None:
        """More of it has left the instrument."""
        self.view = StillView(self._label, StillState.TAKING, event.received, event.total)

    def failed(self) -> None:
        """What was being taken does not come."""
        if self.is_taking:
            self.view = StillView(self._label, StillState.FAILED, 0, 0)

    async def taken(self, still: Still) -> None:
        """Keep it, then offer it to the GP; one that is no picture, or not kept, has failed."""
        try:
            shown = describe(still.jpeg)
            offer = await self.attachments.offer(
                self._label, "image/jpeg", still.jpeg, still.taken_at, shown=shown
            )
        except ChevetError as error:
            _log.warning("a still is lost: %s", type(error).__name__)
            self.view = StillView(self._label, StillState.FAILED, 0, 0)
            return
        self.view = StillView(offer.label, StillState.SENDING, 0, offer.size)

    def held(self, held: StillHeld) -> None:
        """The GP holds this much and wants the rest."""
        known = self.attachments.held(held)
        if known is not None and not self.is_taking:
            offer, size = known
            self.view = StillView(offer.label, StillState.SENDING, size, offer.size)

    def next_piece(self, limit_bytes: int) -> StillPiece | None:
        """See `Attachments.next_piece`."""
        return self.attachments.next_piece(limit_bytes)

    def received(self, receipt: StillReceived) -> None:
        """The GP has all of it and its hash agrees."""
        offer = self.attachments.received(receipt)
        if offer is not None:
            self.view = StillView(offer.label, StillState.RECEIVED, offer.size, offer.size)

    def link_is_new(self) -> None:
        """What was under way is lost: go on from what the GP holds."""
        self.attachments.link_is_new()


def describe(jpeg: bytes) -> Shown:
    """What the GP is told of a still; `StillUnreadableError` when it is no picture."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
            return Shown(*picture.size)
    except (OSError, Image.DecompressionBombError) as error:
        raise StillUnreadableError("not a JPEG") from error
