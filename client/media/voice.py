"""What the GP hears: Opus packets at the rung's pace, silence where there is no sound."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import numpy as np

from client import clock
from client.core.adaptation.plan import VoiceRung
from client.media.audio_source import FRAME_SAMPLES, Samples, SoundSource
from client.media.capture import SourceState
from client.media.codecs import opus
from client.media.feed import EncodedPacket
from client.media.loudness import dbfs

_GRACE_S: Final = 0.02
"""chosen: one frame; a microphone may be that late before its sound is replaced by silence."""
_LATE_S: Final = 1.0
"""chosen: later than this (the machine slept), lost packets are given up instead of hurried."""


class VoiceFeed:
    """A `PacketFeed` of voice. Call it from the event loop only.

    Packets leave by our clock and ``pts`` counts their samples, so voice cannot drift: a
    microphone that is too slow gets silence filled in, one too fast loses its oldest 20 ms.
    Muted, digital silence is sent at the same pace, 6 kbit/s instead of 16: the peer's jitter
    buffer keeps running, it can tell a mute from a cut, and what is said meanwhile is thrown away.
    """

    def __init__(
        self,
        source: SoundSource,
        rung: VoiceRung,
        *,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        on_change: Callable[[SourceState], None] = lambda _: None,
    ) -> None:
        """`on_change` is told, on the event loop, every change of the microphone's state."""
        self._source = source
        self._packet_s = rung.packet_ms / 1_000
        self._monotonic_s = monotonic_s
        self._sleep = sleep
        self._on_change = on_change
        self._encoder = opus.Encoder(rung)
        self._frames = self._encoder.packet_samples // FRAME_SAMPLES
        self._state: SourceState | None = None
        self._due_s: float | None = None
        self._is_muted = False
        self.silent_frames = 0
        """Frames of 20 ms filled with silence because none came in time."""
        self.level_dbfs = dbfs(np.zeros(1, np.int16))
        """Loudness of the last packet as it was sent."""

    async def next_packet(self) -> EncodedPacket:
        """The next packet, every `audio_packet_ms`."""
        packets: list[EncodedPacket] = []
        while not packets:
            await self._pace()
            self._report_state()
            samples = self._samples()
            self.level_dbfs = dbfs(samples)
            packets = self._encoder.encode(samples)  # 0.5 ms: not worth a thread
        return packets[0]

    def request_key_frame(self) -> None:
        """Voice has none."""

    def mute(self, *, on: bool) -> None:
        """Send silence while `on` is true."""
        self._is_muted = on

    @property
    def state(self) -> SourceState:
        """What the microphone is doing now."""
        return self._source.state

    async def _pace(self) -> None:
        now_s = self._monotonic_s()
        if self._due_s is None or now_s - self._due_s > _LATE_S:
            self._due_s = now_s
        self._due_s += self._packet_s
        if self._due_s > now_s:
            await self._sleep(self._due_s - now_s)
        if self._source.state is SourceState.LIVE and self._source.waiting < self._frames:
            await self._sleep(_GRACE_S)

    def _samples(self) -> Samples:
        taken = [self._source.take() for _ in range(self._frames)]
        frames = [frame for frame in taken if frame is not None and not self._is_muted]
        if not self._is_muted:
            self.silent_frames += self._frames - len(frames)
        samples = np.zeros(self._encoder.packet_samples, np.int16)
        for number, frame in enumerate(frames):
            samples[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES] = frame
        return samples

    def _report_state(self) -> None:
        state = self._source.state
        if state is not self._state:
            self._state = state
            self._on_change(state)
