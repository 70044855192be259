"""Opus by libopus: 48 kHz mono voice in packets as long as the rung says, none for silence."""

from fractions import Fraction
from typing import Final

import av

from client.core.adaptation.plan import VoiceRung
from client.media.audio_source import SAMPLES_PER_S, Samples
from client.media.codecs.libopus import VoiceEncoder
from client.media.feed import EncodedPacket

LIBRARY: Final = "libopus"
TIME_BASE: Final = Fraction(1, SAMPLES_PER_S)
EXPECTED_LOSS_PCT: Final = 10
"""chosen: what forward error correction prepares for where nothing better is known."""
_NOTHING_BYTES: Final = 2
"""A packet of DTX: only its header (libopus, ``opus_encode``)."""


class Encoder:
    """libopus at a rung that may change. ``pts`` counts samples from 0 and never anything else."""

    def __init__(self, rung: VoiceRung) -> None:
        self.pts = 0
        """Of the next packet."""
        self._is_resting = False
        self._encoder = VoiceEncoder()
        self.lookahead_samples = self._encoder.lookahead_samples
        """The sound that is heard at a ``pts`` went in this much before it."""
        self.use(rung)

    def use(self, rung: VoiceRung, *, expected_loss_pct: int = EXPECTED_LOSS_PCT) -> None:
        """Code like this from the next packet on; the sound goes on without a seam."""
        self.packet_samples = rung.packet_ms * SAMPLES_PER_S // 1_000
        """How many samples one packet takes."""
        self._encoder.set_bitrate(rung.bitrate_bps)
        self._encoder.set_correction(expected_loss_pct if rung.has_fec else 0)

    def encode(self, samples: Samples) -> list[EncodedPacket]:
        """The packet of exactly `packet_samples` samples, or nothing while there is only silence.

        Of a silence only the first empty packet is given out: by it the decoder knows that what
        follows is not lost. libopus gives a full one every 0.4 s to keep its noise like ours.
        """
        data = self._encoder.encode(samples)
        pts = self.pts
        self.pts += len(samples)
        was_resting, self._is_resting = self._is_resting, len(data) <= _NOTHING_BYTES
        if was_resting and self._is_resting:
            return []
        packet: EncodedPacket = av.Packet(data)
        packet.pts = packet.dts = pts
        packet.time_base = TIME_BASE
        return [packet]
