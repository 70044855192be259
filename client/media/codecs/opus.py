"""Opus by libopus: 48 kHz mono voice in packets as long as the rung says."""

from fractions import Fraction
from typing import Final

import av
from av.audio.codeccontext import AudioCodecContext

from client.core.adaptation.plan import VoiceRung
from client.media.audio_source import SAMPLES_PER_S, Samples
from client.media.feed import EncodedPacket

LIBRARY: Final = "libopus"
TIME_BASE: Final = Fraction(1, SAMPLES_PER_S)


class Encoder:
    """libopus at one rung. ``pts`` counts samples from 0 and never anything else."""

    def __init__(self, rung: VoiceRung) -> None:
        self.packet_samples = rung.packet_ms * SAMPLES_PER_S // 1_000
        """How many samples one packet takes."""
        self._pts = 0
        context = av.CodecContext.create(LIBRARY, "w")
        assert isinstance(context, AudioCodecContext)  # noqa: S101 - tells mypy what libopus is
        context.sample_rate, context.layout, context.format = SAMPLES_PER_S, "mono", "s16"
        context.bit_rate = rung.bitrate_bps
        context.time_base = TIME_BASE
        context.options = {
            "application": "voip",
            "frame_duration": str(rung.packet_ms),
            "vbr": "constrained",
        }
        context.open()
        self._context = context

    def encode(self, samples: Samples) -> list[EncodedPacket]:
        """The packet of exactly `packet_samples` samples."""
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLES_PER_S, self._pts, TIME_BASE
        packets = self._context.encode(frame)
        for packet in packets:
            packet.pts = packet.dts = self._pts
            packet.time_base = TIME_BASE
            self._pts += self.packet_samples
        return packets
