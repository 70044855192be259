"""What the GP sees: the newest captured picture at the rung's pace, encoded off the event loop."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import av

from client import clock
from client.core.adaptation.plan import PictureRung
from client.media import codecs
from client.media.capture import SourceState
from client.media.codecs.encoder import RTP_TIME_BASE, VideoEncoder
from client.media.errors import CodecMissingError
from client.media.feed import EncodedPacket
from client.media.fitting import Previewer
from client.media.video_source import Picture, PictureSource

_log = logging.getLogger(__name__)

_KEY_FRAME_GAP_S: Final = 1.0
"""chosen: a peer repeats its request every 0.2 s until a key frame lands; one answer is enough."""


@dataclass(frozen=True, slots=True)
class CameraCounts:
    """Pictures since the start, over all sources shown."""

    captured: int
    dropped: int
    """Captured and never encoded because a newer one came first."""
    encoded: int


class CameraFeed:
    """A `PacketFeed` of pictures. Call it from the event loop only."""

    def __init__(
        self,
        source: PictureSource,
        rung: PictureRung,
        *,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        on_change: Callable[[SourceState], None] = lambda _: None,
    ) -> None:
        """`on_change` is told, on the event loop, every change of the state of the source shown."""
        self._source = source
        self._rung = rung
        self._monotonic_s = monotonic_s
        self._sleep = sleep
        self._on_change = on_change
        self._state: SourceState | None = None
        # One worker: an encoder serves one thread, and a cancelled job still finishes first.
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="camera encoder")
        self._encoder: VideoEncoder | None = None
        self._previewer = Previewer()
        self._ready: deque[EncodedPacket] = deque()
        self._due_s = 0.0
        self._epoch_s: float | None = None
        self._last_pts = -1
        self._is_key_frame_wanted = True
        self._key_frame_s: float | None = None
        self._is_off = False
        self._captured_before = 0
        self._dropped_before = 0
        self._encoded = 0

    async def next_packet(self) -> EncodedPacket:
        """The next picture, at most `frames_per_s`; waits while there is nothing new to show."""
        try:
            while not self._ready:
                await self._pace()
                self._report_state()
                if not self._is_off:
                    await self._encode_newest()
        except asyncio.CancelledError:
            # A picture may be encoded and never sent: what follows could not be decoded.
            self._demand_key_frame()
            raise
        return self._ready.popleft()

    def request_key_frame(self) -> None:
        """Make the next picture a whole one, at most once a second."""
        self._is_key_frame_wanted = True

    def switch_off(self, *, on: bool) -> None:
        """Send nothing at all while `on` is true."""
        self._is_off = on
        self._ready.clear()
        self._demand_key_frame()

    def show(self, source: PictureSource) -> None:
        """Send the pictures of this source from now on; the former one stays open."""
        if source is self._source:
            return
        self._captured_before += self._source.captured
        self._dropped_before += self._source.dropped
        self._source = source
        self._captured_before -= source.captured
        self._dropped_before -= source.dropped
        source.take()  # what it saw before it was asked to show is not shown
        self._ready.clear()
        self._demand_key_frame()

    def preview(self, width: int, height: int) -> tuple[bytes, datetime] | None:
        """RGB bytes of the newest picture at this size and when it was taken; `None` if off."""
        picture = None if self._is_off else self._source.newest
        if picture is None:
            return None
        return self._previewer.rgb(picture.frame, width, height), picture.taken_at

    @property
    def counts(self) -> CameraCounts:
        """What happened so far."""
        return CameraCounts(
            self._captured_before + self._source.captured,
            self._dropped_before + self._source.dropped,
            self._encoded,
        )

    @property
    def state(self) -> SourceState:
        """What the source shown is doing now."""
        return self._source.state

    async def close(self) -> None:
        """Release the encoder and its thread; the source stays the caller's."""
        self._is_off = True
        await asyncio.get_running_loop().run_in_executor(self._executor, self._drop_encoder)
        self._executor.shutdown()

    async def _pace(self) -> None:
        now_s = self._monotonic_s()
        # A late picture is lost: the pace goes on from now instead of catching up.
        self._due_s = max(self._due_s + 1 / self._rung.frames_per_s, now_s)
        await self._sleep(self._due_s - now_s)

    def _report_state(self) -> None:
        state = self._source.state
        if state is not self._state:
            self._state = state
            self._on_change(state)

    async def _encode_newest(self) -> None:
        picture = self._source.take()
        if picture is None:
            return
        force = self._is_key_frame_due()
        picture.frame.pts, picture.frame.time_base = self._pts(picture), RTP_TIME_BASE
        packets = await asyncio.get_running_loop().run_in_executor(
            self._executor, self._encode, picture.frame, force
        )
        self._encoded += 1
        if self._is_off or not packets:
            self._demand_key_frame()
            return
        if any(packet.is_keyframe for packet in packets):
            self._is_key_frame_wanted = False
            self._key_frame_s = self._monotonic_s()
        self._ready.extend(packets)

    def _encode(self, frame: av.VideoFrame, force_key_frame: bool) -> list[EncodedPacket]:  # noqa: FBT001 - run_in_executor passes by position
        try:
            if self._encoder is None:
                self._encoder = codecs.encoder(self._rung)
            return self._encoder.encode(frame, force_key_frame=force_key_frame)
        except (av.FFmpegError, CodecMissingError):
            _log.exception("the %s encoder failed; starting a new one", self._rung.codec)
            self._drop_encoder()
            return []

    def _drop_encoder(self) -> None:
        encoder, self._encoder = self._encoder, None
        if encoder is not None:
            encoder.close()

    def _pts(self, picture: Picture) -> int:
        if self._epoch_s is None:
            self._epoch_s = picture.taken_s
        since_s = picture.taken_s - self._epoch_s
        self._last_pts = max(self._last_pts + 1, round(since_s / RTP_TIME_BASE))
        return self._last_pts

    def _is_key_frame_due(self) -> bool:
        if not self._is_key_frame_wanted:
            return False
        last_s = self._key_frame_s
        return last_s is None or self._monotonic_s() - last_s >= _KEY_FRAME_GAP_S

    def _demand_key_frame(self) -> None:
        """Without one the peer could not decode what follows, so no limit applies."""
        self._is_key_frame_wanted = True
        self._key_frame_s = None
