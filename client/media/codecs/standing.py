"""Pictures that stand alone, each as good as its bytes allow: the heartbeat of a thin line.

A rate control needs a stream to learn from, and gives a lone picture a fraction of what it may
cost. With seconds between two pictures there is time to try quantizers until the size is right.
"""

import math
from collections.abc import Callable
from typing import Final

import av

from client.core.adaptation.plan import PictureRung
from client.media.codecs.encoder import RTP_TIME_BASE
from client.media.feed import EncodedPacket
from client.media.fitting import Fitter

_TRIES: Final = 5  # measured: 2 usual, 5 after a change of scene; each some 30 ms
_AIM: Final = 0.9  # of what a picture may be
_FULL_ENOUGH: Final = 0.8
"""chosen: a picture that fills this much of what it may is not tried again."""
_OCTAVE: Final = 9
"""measured: so many quantizer steps halve an AV1 picture of 2 to 8 kB; where the search begins."""

EncodeAlone = Callable[[av.VideoFrame, int], EncodedPacket]
"""One picture of the rung's size at a quantizer, as a key frame; time stamps do not matter."""


class StandingEncoder:
    """A `VideoEncoder` of key frames only, none larger than the rung's bits if that can be."""

    def __init__(
        self, rung: PictureRung, encode_alone: EncodeAlone, quantizers: range, first: int
    ) -> None:
        """`first` of the `quantizers`, where the search for the first picture begins."""
        self._encode_alone = encode_alone
        self._quantizers: Final = quantizers
        self._quantizer = first
        self._limit_bytes = rung.bitrate_bps / rung.frames_per_s / 8
        self._fitter = Fitter(rung.width, rung.height, "yuv420p")

    def encode(self, frame: av.VideoFrame, *, force_key_frame: bool) -> list[EncodedPacket]:  # noqa: ARG002 - of the protocol; here every frame is one
        """See `VideoEncoder`."""
        packet = self._largest_that_fits(self._fitter.fit(frame))
        packet.pts = packet.dts = frame.pts
        packet.time_base = RTP_TIME_BASE
        return [packet]

    def retarget(self, bitrate_bps: int, frames_per_s: float) -> bool:
        """See `VideoEncoder`."""
        self._limit_bytes = bitrate_bps / frames_per_s / 8
        return True

    def close(self) -> None:
        """See `VideoEncoder`."""

    def _largest_that_fits(self, fitted: av.VideoFrame) -> EncodedPacket:
        """Close in on the right quantizer from both sides, beginning where it was last."""
        too_fine, coarse_enough = self._quantizers[0] - 1, self._quantizers[-1] + 1
        best: EncodedPacket | None = None
        for _ in range(_TRIES):
            packet = self._encode_alone(fitted, self._quantizer)
            if packet.size > self._limit_bytes:
                too_fine = self._quantizer
            else:
                coarse_enough, best = self._quantizer, packet
            is_full = _FULL_ENOUGH * self._limit_bytes <= packet.size <= self._limit_bytes
            if is_full or coarse_enough - too_fine <= 1:
                break
            octaves = math.log2(packet.size / (_AIM * self._limit_bytes))
            guess = self._quantizer + round(_OCTAVE * octaves)
            self._quantizer = min(max(guess, too_fine + 1), coarse_enough - 1)
        return packet if best is None else best
