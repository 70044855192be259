"""Stills at the site: taken from the otoscope, kept, offered, sent piece by piece."""

import io
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from PIL import Image

from client import clock
from client.core.lanes import Lane
from client.core.record import milliseconds
from client.core.stills import SIZE_LIMIT, StillSender
from client.core.wire import Message, StillHeld, StillOffered, StillPiece, StillReceived
from client.errors import ChevetError
from client.session.snapshot import StillState, StillView
from devices.readings import Still, StillProgress

_log = logging.getLogger(__name__)

TAKING_ESTIMATE: Final = 50_000
"""Bytes shown as the goal until the instrument has told the still's length."""


class StillUnreadableError(ChevetError):
    """What the instrument sent is not a picture that can be shown."""


@dataclass(frozen=True, slots=True)
class TakenStill:
    """A still as it will be kept and sent, byte for byte as the instrument made it."""

    offer: StillOffered
    jpeg: bytes


class StillDesk:
    """One still is taken at a time; any number may be on their way."""

    def __init__(
        self,
        say: Callable[[Message, Lane], None],
        keep: Callable[[TakenStill], Awaitable[None]],
        on_received: Callable[[StillOffered], None],
        now_s: Callable[[], float] = clock.monotonic_s,
    ) -> None:
        self._say = say
        self._keep = keep
        self._on_received = on_received
        self._now_s = now_s
        self._label = ""
        self._senders: dict[int, StillSender] = {}
        self._offers: dict[int, StillOffered] = {}
        self.view: StillView | None = None
        """The still being taken or sent, or the last one."""

    @property
    def is_taking(self) -> bool:
        """The instrument is busy with a still."""
        return self.view is not None and self.view.state is StillState.TAKING

    @property
    def is_sending(self) -> bool:
        """A still is offered and the GP has not confirmed it whole."""
        return bool(self._senders)

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
            offer = describe(still, identifier=len(self._offers) + 1, label=self._label)
            self._offers[offer.id] = offer
            await self._keep(TakenStill(offer, still.jpeg))
        except ChevetError as error:
            _log.warning("a still is lost: %s", type(error).__name__)
            self.view = StillView(self._label, StillState.FAILED, 0, 0)
            return
        self._senders[offer.id] = StillSender(offer.id, still.jpeg)
        self.view = StillView(offer.label, StillState.SENDING, 0, offer.size)
        self._say(offer, Lane.READINGS)

    def held(self, held: StillHeld) -> None:
        """The GP holds this much and wants the rest."""
        sender = self._senders.get(held.id)
        if sender is None:
            return
        sender.acknowledge(held, self._now_s())
        self._show(sender)

    def next_piece(self, limit_bytes: int) -> StillPiece | None:
        """What to send now, at most so long, of the still that was taken first."""
        now_s = self._now_s()
        pieces = (sender.next_piece(limit_bytes, now_s) for sender in self._senders.values())
        return next((piece for piece in pieces if piece is not None), None)

    def received(self, receipt: StillReceived) -> None:
        """The GP has all of it and its hash agrees."""
        offer = self._offers.get(receipt.id)
        if offer is None or receipt.sha256 != offer.sha256:
            return
        self._senders.pop(offer.id, None)
        self.view = StillView(offer.label, StillState.RECEIVED, offer.size, offer.size)
        self._on_received(offer)

    def link_is_new(self) -> None:
        """What was under way is lost: go on from what the GP holds."""
        for sender in self._senders.values():
            sender.rewind()

    def _show(self, sender: StillSender) -> None:
        offer = self._offers[sender.id]
        if not self.is_taking:
            self.view = StillView(offer.label, StillState.SENDING, sender.held, sender.size)


def describe(still: Still, *, identifier: int, label: str) -> StillOffered:
    """What the GP is told of a still; `StillUnreadableError` when it is no picture."""
    if len(still.jpeg) > SIZE_LIMIT:
        raise StillUnreadableError(f"a still of {len(still.jpeg)} bytes")
    try:
        with Image.open(io.BytesIO(still.jpeg), formats=["JPEG"]) as picture:
            width, height = picture.size
    except (OSError, Image.DecompressionBombError) as error:
        raise StillUnreadableError("not a JPEG") from error
    return StillOffered(
        identifier,
        label,
        len(still.jpeg),
        sha256(still.jpeg).digest(),
        width,
        height,
        milliseconds(still.taken_at),
    )
