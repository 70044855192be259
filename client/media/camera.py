"""What the GP sees: the newest captured picture at the rung's pace, encoded off the event loop."""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from client import clock
from client.core.adaptation.plan import Content, PictureRung
from client.media.capture import SourceState
from client.media.codecs.encoder import RTP_TIME_BASE
from client.media.feed import ClockPair, EncodedPacket
from client.media.fitting import Previewer
from client.media.pacing import Pace, PaceMeter
from client.media.rung_encoder import EncoderThread
from client.media.video_source import Picture, PictureSource

_KEY_FRAME_GAP_S: Final = 1.0
"""chosen: a peer repeats its request every 0.2 s until a key frame lands; one answer is enough."""
_KEY_FRAME_SHARE: Final = 0.25
"""chosen: of the picture's bits, key frames on request take no more than this."""
_LONGEST_NAP_S: Final = 0.25
"""chosen: how late a new rung is noticed while a heartbeat pauses."""
_BUSY_NAP_S: Final = 0.01
"""chosen: how late the outlet is found free; a packet's time on a line of a megabit."""


@dataclass(frozen=True, slots=True)
class CameraCounts:
    """Pictures since the start, over all sources shown."""

    captured: int
    dropped: int
    """Captured and never encoded because a newer one came first."""
    encoded: int
    encoding_s: float = 0.0
    """Time the encoder's thread was at work."""


@dataclass(frozen=True, slots=True)
class PictureShape:
    """What a source gives."""

    width: int
    height: int
    frames_per_s: float | None
    """`None` until it was counted for two seconds."""


class CameraFeed:
    """A `PacketFeed` of pictures. Call it from the event loop only."""

    def __init__(
        self,
        source: PictureSource,
        rung: PictureRung | None,
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
        self.may_encode: Callable[[], bool] = lambda: True
        """Whether the outlet could send a picture soon; while not, none grows stale before it."""
        self.must_stand_alone: Callable[[], bool] = lambda: False
        """Whether the outlet would drop any picture but a key frame."""
        self.content = Content.FACE
        """What is shown."""
        self._state: SourceState | None = None
        self.encoder = EncoderThread()
        """What encodes."""
        self._previewer = Previewer()
        self._pace = Pace()
        self._meter = PaceMeter()
        self._ready: deque[EncodedPacket] = deque()
        self._epoch_s: float | None = None
        self._last_pts = -1
        self._is_key_frame_wanted = True
        self._key_frame_due_s = -math.inf
        self._key_frame_s = -math.inf
        self._is_off = False
        self._captured_before = 0
        self._dropped_before = 0
        self._encoded = 0

    async def next_packet(self) -> EncodedPacket:
        """The next picture, at most `frames_per_s`; waits while there is nothing new to show."""
        try:
            while not self._ready:
                await self._wait_for_turn()
                self._report_state()
                if self._rung is not None and not self._is_off:
                    await self._encode_newest(self._rung)
        except asyncio.CancelledError:
            # A picture may be encoded and never sent: what follows could not be decoded.
            self._demand_key_frame()
            raise
        return self._ready.popleft()

    def use(self, rung: PictureRung | None) -> None:
        """Encode like this from the next picture on; `None`: no picture leaves.

        A new encoder is opened, and the old one closed, off the event loop, when the next picture
        is due; its first picture is a key frame. A pace or bitrate the encoder can follow needs
        neither. Of another codec than `rung`'s nothing comes any more.
        """
        if rung is None or self._rung is None or rung.codec != self._rung.codec:
            self._restart()
        self._rung = rung

    def request_key_frame(self) -> None:
        """Make the next picture a whole one; not more often than the line can afford."""
        self._is_key_frame_wanted = True

    def switch_off(self, *, on: bool) -> None:
        """Send nothing at all while `on` is true."""
        if on == self._is_off:
            return
        self._is_off = on
        self._restart()

    def show(self, source: PictureSource, content: Content = Content.FACE) -> None:
        """Send the pictures of this source from now on; the former one stays open."""
        self.content = content
        if source is self._source:
            return
        self._captured_before += self._source.captured
        self._dropped_before += self._source.dropped
        self._source = source
        self._captured_before -= source.captured
        self._dropped_before -= source.dropped
        self._meter = PaceMeter()
        source.take()  # what it saw before it was asked to show is not shown
        self._restart()

    @property
    def shape(self) -> PictureShape | None:
        """Size and pace of the source shown; `None` before its first picture."""
        newest = self._source.newest
        if newest is None:
            return None
        frames_per_s = self._meter.frames_per_s
        return PictureShape(newest.frame.width, newest.frame.height, frames_per_s)

    @property
    def newest(self) -> Picture | None:
        """The newest picture of the source shown, however old; `None` if off."""
        return None if self._is_off else self._source.newest

    def preview(self, width: int, height: int) -> tuple[bytes, datetime] | None:
        """RGB bytes of the newest picture at this size and when it was taken; `None` if off."""
        picture = self.newest
        if picture is None:
            return None
        return self._previewer.rgb(picture.frame, width, height), picture.taken_at

    @property
    def clock_pair(self) -> ClockPair | None:
        """Pictures count from the capture of the first."""
        return None if self._epoch_s is None else ClockPair(0, self._epoch_s)

    @property
    def counts(self) -> CameraCounts:
        """What happened so far."""
        return CameraCounts(
            self._captured_before + self._source.captured,
            self._dropped_before + self._source.dropped,
            self._encoded,
            self.encoder.busy_s,
        )

    @property
    def state(self) -> SourceState:
        """What the source shown is doing now."""
        return self._source.state

    async def close(self) -> None:
        """Release the encoder and its thread; the source stays the caller's."""
        self._is_off = True
        await self.encoder.close()

    async def _wait_for_turn(self) -> None:
        """Until a picture is due, affordable and could leave; one encoded then is fresh."""
        while (left_s := self._pace.next_s(self._allowed) - self._monotonic_s()) > 0:
            await self._sleep(min(left_s, _LONGEST_NAP_S))
        while self._allowed is not None and not self._would_leave():
            await self._sleep(_BUSY_NAP_S)
        self._pace.take(self._allowed, self._monotonic_s())

    @property
    def _allowed(self) -> PictureRung | None:
        """What to encode now, if anything."""
        return None if self._is_off else self._rung

    def _would_leave(self) -> bool:
        """Whether a picture encoded now is sent at once, and not in vain."""
        if not self.may_encode():
            return False
        if self.must_stand_alone():
            self._is_key_frame_wanted = True
            return self._monotonic_s() >= self._key_frame_s + _KEY_FRAME_GAP_S
        return True

    def _report_state(self) -> None:
        state = self._source.state
        if state is not self._state:
            self._state = state
            self._on_change(state)

    async def _encode_newest(self, rung: PictureRung) -> None:
        picture = self._source.take()
        if picture is None:
            self._pace.give_back(rung, self._monotonic_s())
            return
        self._meter.look(self._source.captured, picture.taken_s)
        force = self._is_key_frame_due() or self.must_stand_alone()
        picture.frame.pts, picture.frame.time_base = self._pts(picture), RTP_TIME_BASE
        packets = await self.encoder.encode(picture.frame, rung, force_key_frame=force)
        self._encoded += 1
        is_current = self._allowed is not None and self._allowed.codec == rung.codec
        if not is_current or not packets:
            self._demand_key_frame()
            return
        self._account(packets, rung)
        self._ready.extend(packets)

    def _account(self, packets: list[EncodedPacket], rung: PictureRung) -> None:
        now_s = self._monotonic_s()
        size_bytes = sum(packet.size for packet in packets)
        self._pace.spend(size_bytes, rung, now_s)
        if any(packet.is_keyframe for packet in packets):
            self._is_key_frame_wanted = False
            self._key_frame_s = now_s
            gap_s = size_bytes * 8 / rung.bitrate_bps / _KEY_FRAME_SHARE
            self._key_frame_due_s = now_s + max(_KEY_FRAME_GAP_S, gap_s)

    def _pts(self, picture: Picture) -> int:
        if self._epoch_s is None:
            self._epoch_s = picture.taken_s
        since_s = picture.taken_s - self._epoch_s
        self._last_pts = max(self._last_pts + 1, round(since_s / RTP_TIME_BASE))
        return self._last_pts

    def _is_key_frame_due(self) -> bool:
        return self._is_key_frame_wanted and self._monotonic_s() >= self._key_frame_due_s

    def _restart(self) -> None:
        """What was encoded and not read is stale; the next picture is due now."""
        self._ready.clear()
        self._pace.restart()
        self._demand_key_frame()

    def _demand_key_frame(self) -> None:
        """Without one the peer could not decode what follows, so no limit applies."""
        self._is_key_frame_wanted = True
        self._key_frame_due_s = -math.inf
