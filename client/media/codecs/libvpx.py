"""What VP8 and VP9 share: both are encoded by libvpx."""

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Final

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from client.core.adaptation.plan import PictureRung
from client.media.codecs.encoder import TICKS_PER_FRAME, LibavEncoder
from client.media.codecs.standing import StandingEncoder
from client.media.feed import EncodedPacket

_NEVER: Final = 100_000  # pictures between key frames nobody asked for: two hours at 12 a second
_FURTHEST: Final = 3.0  # chosen: beyond three times its first rate, its buffer's bounds are too odd

_AMPLE_BPS: Final = 10_000_000  # so that the quantizer alone decides
_ALONE_QUANTIZERS: Final = range(4, 64)
_ALONE_FIRST: Final = 50  # measured: 2 to 6 kB at 640x480


class LibvpxEncoder(LibavEncoder):
    """libvpx at one size; any rate, because it takes a later picture for one that may cost more."""

    def retarget(self, bitrate_bps: int, frames_per_s: float) -> bool:
        """See `VideoEncoder`."""
        ratio = bitrate_bps / frames_per_s / self.bits_per_frame
        if not 1 / _FURTHEST <= ratio <= _FURTHEST:
            return False
        self.ticks_per_frame = round(TICKS_PER_FRAME * ratio)
        return True


def heartbeat(library: str, rung: PictureRung) -> StandingEncoder:
    """An encoder of pictures that stand alone."""
    return StandingEncoder(rung, partial(_alone, library), _ALONE_QUANTIZERS, _ALONE_FIRST)


def options(rung: PictureRung, cpu_used: int) -> Mapping[str, str]:
    """Low delay at a constant bitrate, key frames on request."""
    return {
        "deadline": "realtime",
        "cpu-used": str(cpu_used),
        "lag-in-frames": "0",
        "error-resilient": "0",
        "auto-alt-ref": "0",
        "threads": "1",
        "g": str(_NEVER),
        "minrate": str(rung.bitrate_bps),
        "maxrate": str(rung.bitrate_bps),  # minrate = maxrate = bitrate means constant to libvpx
        "bufsize": str(rung.bitrate_bps * 6 // 10),  # 600 ms
        "qmax": "63",  # with less it cannot get below 62-83 kbit/s
        "qmin": "2",
    }


def _alone(library: str, frame: av.VideoFrame, quantizer: int) -> EncodedPacket:
    context = av.CodecContext.create(library, "w")
    assert isinstance(context, VideoCodecContext)  # noqa: S101 - tells mypy what `library` is
    context.width, context.height, context.pix_fmt = frame.width, frame.height, "yuv420p"
    context.framerate, context.time_base = Fraction(1), Fraction(1)
    context.bit_rate = _AMPLE_BPS
    context.options = {
        "deadline": "good",
        "cpu-used": "4",  # measured: 5 ms a try at 640x480 in VP8, 40 in VP9
        "lag-in-frames": "0",
        "threads": "1",
        "qmin": str(quantizer),
        "qmax": str(quantizer),
    }
    frame.pts, frame.time_base, frame.pict_type = 0, context.time_base, PictureType.I
    return [*context.encode(frame), *context.encode(None)][0]
