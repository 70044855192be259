"""What the GP hears: Opus packets as soon as they are captured, nothing while nobody speaks."""

from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np

from client import clock
from client.core.adaptation.plan import VoiceRung
from client.media.audio_source import FRAME_S, FRAME_SAMPLES, SAMPLES_PER_S, Samples, SoundSource
from client.media.capture import SourceState
from client.media.codecs import opus
from client.media.continuity import Continuity
from client.media.feed import ClockPair, EncodedPacket
from client.media.loudness import dbfs

_PATIENCE_S: Final = 0.2
"""chosen: a live microphone may be that late before its sound is replaced by silence.

Silence put in too early costs the sound that comes after all; the peer plays on in any case.
"""
_IDLE_S: Final = 0.5  # chosen: a feed nobody has read for this long goes on with what is new
_FADE: Final = np.linspace(0, 1, FRAME_SAMPLES)


class VoiceFeed:
    """A `PacketFeed` of voice. Call it from the event loop only.

    A packet leaves as soon as its last frame is captured, so nothing ever waits and no sound is
    dropped to catch up. ``pts`` counts samples by the microphone's own clock and `clock_pair` ties
    them to ours; a microphone that gives nothing is silence. Of silence and of a mute hardly
    anything is sent (two or three packets a second, by DTX), ``pts`` going on: what tells the
    peer a mute from a cut is the session's own report.
    """

    def __init__(
        self,
        source: SoundSource,
        rung: VoiceRung,
        *,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
        on_change: Callable[[SourceState], None] = lambda _: None,
    ) -> None:
        """`on_change` is told, on the event loop, every change of the microphone's state."""
        self._microphone = source
        self._source = source
        self._monotonic_s = monotonic_s
        self._on_change = on_change
        self._encoder = opus.Encoder(rung)
        self._line = Continuity()
        self._ready: deque[tuple[Samples, float]] = deque()
        """Frames on their way into a packet, and when they were captured."""
        self._state: SourceState | None = None
        self._is_muted = False
        self._was_muted = False
        self._clock_pair: ClockPair | None = None
        self.silent_frames = 0
        """Frames of 20 ms filled with silence because none came in time."""
        self.level_dbfs = dbfs(np.zeros(1, np.int16))
        """Loudness of the last packet's sound, sent or not."""

    async def next_packet(self) -> EncodedPacket:
        """The next packet as soon as it is complete; in silence up to half a second later."""
        self._resume()
        packets: list[EncodedPacket] = []
        while not packets:
            while len(self._ready) * FRAME_SAMPLES < self._encoder.packet_samples:
                await self._gather()
            packets = self._encode()
        return packets[0]

    def use(self, rung: VoiceRung, *, expected_loss_pct: int = opus.EXPECTED_LOSS_PCT) -> None:
        """Code like this from the next packet on; ``pts`` and the sound go on without a seam.

        `VoiceRung.is_redundant` is the network layer's. `expected_loss_pct` matters with FEC only.
        """
        self._encoder.use(rung, expected_loss_pct=expected_loss_pct)

    def request_key_frame(self) -> None:
        """Voice has none."""

    def mute(self, *, on: bool) -> None:
        """Send silence while `on` is true; what is said meanwhile is thrown away."""
        self._is_muted = on

    def listen_to(self, source: SoundSource | None) -> None:
        """Send this source as it is in place of the microphone; `None`: the microphone again.

        What the microphone hears meanwhile is thrown away.
        """
        self._source = self._microphone if source is None else source
        self._encoder.be_faithful(on=source is not None)
        self._begin_anew(self._monotonic_s())

    @property
    def clock_pair(self) -> ClockPair | None:
        """When the first sample of the newest packet was captured; `None` before the first."""
        return self._clock_pair

    @property
    def state(self) -> SourceState:
        """What the microphone is doing now."""
        return self._source.state

    def _resume(self) -> None:
        now_s = self._monotonic_s()
        if self._line.end_s is None or now_s - self._line.end_s > _IDLE_S:
            self._begin_anew(now_s)

    def _begin_anew(self, now_s: float) -> None:
        while self._source.take() is not None:
            pass  # captured while nobody listened
        self._ready.clear()
        self._line.restart(now_s)

    async def _gather(self) -> None:
        """One frame more or several, sound or silence, when they are there."""
        self._report_state()
        sound = self._source.take()
        if sound is not None:
            joined = self._line.joined(sound)
            self.silent_frames += max(0, len(joined) - 1)
        else:
            missing_s = self._overdue_s() - self._monotonic_s()
            if missing_s > 0:
                await self._source.heard(missing_s)
                return
            joined = [self._line.silence()]
            self.silent_frames += 1
        self._ready += ((self._unmuted(piece.samples), piece.captured_s) for piece in joined)

    def _overdue_s(self) -> float:
        """When the next frame will have been waited for long enough."""
        patience_s = _PATIENCE_S if self._source.state is SourceState.LIVE else 0
        return (self._line.end_s or 0.0) + FRAME_S + patience_s

    def _unmuted(self, samples: Samples) -> Samples:
        """The frame, or silence; faded where one becomes the other, for a cut would click."""
        was_muted, self._was_muted = self._was_muted, self._is_muted
        if was_muted == self._is_muted:
            return np.zeros_like(samples) if self._is_muted else samples
        return (samples * (_FADE[::-1] if self._is_muted else _FADE)).astype(np.int16)

    def _encode(self) -> list[EncodedPacket]:
        count = self._encoder.packet_samples // FRAME_SAMPLES
        frames = [self._ready.popleft() for _ in range(count)]
        samples = np.concatenate([frame for frame, _ in frames])
        self.level_dbfs = dbfs(samples)
        heard_s = frames[0][1] - self._encoder.lookahead_samples / SAMPLES_PER_S
        self._clock_pair = ClockPair(self._encoder.pts, heard_s)
        return self._encoder.encode(samples)  # 0.5 ms: not worth a thread

    def _report_state(self) -> None:
        state = self._source.state
        if state is not self._state:
            self._state = state
            self._on_change(state)
