"""Opus by libopus: 48 kHz mono voice in packets as long as the rung says, none for silence."""

from fractions import Fraction
from typing import Final

import av

from client.core.adaptation.plan import VoiceRung
from client.core.auscultation import LIVE_BPS
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
        self._is_faithful = False
        self._rung, self._expected_loss_pct = rung, EXPECTED_LOSS_PCT
        self._begin()

    def be_faithful(self, *, on: bool) -> None:
        """Code what is not voice as it is, silence and low pitches included; or voice again.

        It takes `LIVE_BPS` at least. ``pts`` goes on.
        """
        if on is not self._is_faithful:
            self._is_faithful = on
            self._begin()

    def _begin(self) -> None:
        self._is_resting = False
        self._encoder = VoiceEncoder(is_speech=not self._is_faithful)
        self.lookahead_samples = self._encoder.lookahead_samples
        """The sound that is heard at a ``pts`` went in this much before it."""
        self.use(self._rung, expected_loss_pct=self._expected_loss_pct)

    def use(self, rung: VoiceRung, *, expected_loss_pct: int = EXPECTED_LOSS_PCT) -> None:
        """Code like this from the next packet on; the sound goes on without a seam."""
        self.packet_samples = rung.packet_ms * SAMPLES_PER_S // 1_000
        """How many samples one packet takes."""
        self._rung, self._expected_loss_pct = rung, expected_loss_pct
        has_fec = rung.has_fec and not self._is_faithful
        least_bps = LIVE_BPS if self._is_faithful else 0
        self._encoder.set_bitrate(max(rung.bitrate_bps, least_bps))
        self._encoder.set_correction(expected_loss_pct if has_fec else 0)

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
