"""Everything between two ends that share keys: one conversation over one link at a time."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from client.core import wire
from client.core.lanes import Lane
from client.core.stills import piece_bytes
from client.session.conversation import Conversation
from client.session.pauses import USUAL, Pauses
from client.session.posting import Supply
from client.session.switching import Link
from devices.errors import outline

_log = logging.getLogger(__name__)

BEGIN_AGAIN_S: Final = 1.0
"""chosen: a fault that repeats must not keep the processor busy."""
FEED_S: Final = 0.02
"""How often the still lane is fed; chosen: with two packets each time, more than 800 kbit/s."""
IDLE_S: Final = 0.2
"""How often it is looked for a still while there is none."""
PACKETS_AHEAD: Final = 2
"""Packets in the still lane; chosen: little is stale when its rate changes."""


class Dialogue:
    """Runs a conversation and its link as one task with one owner."""

    def __init__(
        self,
        conversation: Conversation,
        link: Link,
        next_piece: Callable[[int], wire.StillPiece | None] = lambda _: None,
        next_letter: Supply | None = None,
        *,
        pauses: Pauses = USUAL,
    ) -> None:
        """Begin at once; call on the event loop.

        `next_piece` gives the part of a still to send next, at most so many bytes of it;
        `next_letter` the part that goes by mailbox, while there is no line for long.
        """
        self._pauses = pauses
        self._next_letter = next_letter
        self._idle_s = 0.0
        self._conversation = conversation
        self._link = link
        self._next_piece = next_piece
        self._task = asyncio.create_task(self._run())

    @property
    def waiting(self) -> int:
        """Durable messages the peer has not acknowledged."""
        return self._conversation.waiting

    @property
    def rejected(self) -> int:
        """Envelopes that were forged, replayed, malformed or too many."""
        return self._conversation.rejected

    def say(self, message: wire.Message, *, lane: Lane = Lane.READINGS) -> int | None:
        """See `Conversation.say`."""
        return self._conversation.say(message, lane=lane)

    async def hear_letter(self, envelope: bytes) -> None:
        """An envelope came by the mailbox, which may forget it once this returns."""
        await self._conversation.take_letter(envelope)

    async def finish(self, receipt_s: float) -> bool:
        """Wait for the peer's last receipt, then stop; false when it did not come in time."""
        is_settled = await self._conversation.settle(receipt_s)
        self._conversation.send_receipt()
        await asyncio.sleep(self._pauses.flush_s)
        await self.stop()
        return is_settled

    async def stop(self) -> None:
        """Close the link; what is unacknowledged stays in the record."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        """Until cancelled: after a fault of ours the line is made anew; what waits is kept."""
        while True:
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._conversation.run())
                    tasks.create_task(self._link.run())
                    tasks.create_task(self._feed())
            except* Exception as error:  # noqa: BLE001 -- whatever it was, a consultation goes on
                _log.error("the dialogue failed; it begins again: %s", outline(error))
            await asyncio.sleep(BEGIN_AGAIN_S)

    async def _feed(self) -> None:
        """Keep a little in the still lane: who paces it can then slow it down at once."""
        while True:
            wait_s = FEED_S if self._send_pieces() else IDLE_S
            self._idle_s = 0.0 if self._link.open_peer else self._idle_s + wait_s
            self._conversation.supply(
                self._next_letter if self._idle_s >= self._pauses.away_s else None
            )
            await asyncio.sleep(wait_s)

    def _send_pieces(self) -> bool:
        """Fill the lane's room; false when there is nothing to send."""
        peer = self._link.open_peer
        if peer is None:
            return False
        limit_bytes = peer.data_limit_bytes
        room = PACKETS_AHEAD - peer.waiting_bytes(Lane.STILL) // limit_bytes
        for _ in range(room):
            piece = self._next_piece(piece_bytes(limit_bytes))
            if piece is None:
                return False
            self._conversation.say(piece, lane=Lane.STILL)
        return True
