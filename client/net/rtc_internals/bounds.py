"""Bounds on what a peer can make aiortc's receive path hold, and for how long."""

import asyncio
import queue
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from aiortc.jitterbuffer import JitterFrame

DECODER_QUEUE_LIMIT: Final = 32
"""Coded frames before the decoder; chosen: a second of picture, two of voice."""
FRAME_QUEUE_LIMIT: Final = 16
"""Decoded frames before the sink; chosen: half a second of voice."""


@dataclass(slots=True)
class Drops:
    """What a bounded receive path threw away."""

    frames: int = 0


class _FrameQueue(asyncio.Queue[Any]):
    """Decoded frames; a full one drops its oldest."""

    def __init__(self, drops: Drops) -> None:
        super().__init__(FRAME_QUEUE_LIMIT)
        self._drops = drops

    async def put(self, item: Any) -> None:
        if self.full():
            self.get_nowait()
            self._drops.frames += 1
        self.put_nowait(item)


class _CodedQueue(queue.Queue[Any]):
    """Coded frames on their way to the decoder's thread; a full one drops its oldest."""

    def __init__(self, drops: Drops, on_drop: Callable[[], None]) -> None:
        super().__init__(DECODER_QUEUE_LIMIT)
        self._drops = drops
        self._on_drop = on_drop

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: FBT001, FBT002 -- queue's signature
        if self.full():
            try:
                self.get_nowait()
            except queue.Empty:
                pass
            else:
                self._drops.frames += 1
                self._on_drop()
        super().put(item, block, timeout)


class Unheard:
    """In place of aiortc's jitter buffer for voice: nothing goes on to its decoder.

    See `client.net.rtc_internals.streams.on_voice_packet`.
    """

    def add(self, packet: Any) -> tuple[bool, JitterFrame | None]:  # noqa: ARG002 -- aiortc's signature
        """Whether to ask for a key frame, and a coded frame: neither."""
        return False, None


def bound_receiver(receiver: Any) -> Drops:
    """Bound both queues of a receiver that has its track and has not started.

    Needs ``__decoder_queue``, ``__jitter_buffer``, ``__decoder_error`` (a lost coded frame makes
    aiortc send a PLI) and the track's ``_queue``.
    """
    drops = Drops()
    lost = receiver._RTCRtpReceiver__decoder_error.set  # noqa: SLF001 -- no public name
    receiver._RTCRtpReceiver__decoder_queue = _CodedQueue(drops, lost)  # noqa: SLF001 -- same
    receiver.track._queue = _FrameQueue(drops)  # noqa: SLF001 -- same
    if receiver.track.kind == "audio":
        receiver._RTCRtpReceiver__jitter_buffer = Unheard()  # noqa: SLF001 -- same
    return drops
