"""What VP8 and VP9 share: both are encoded by libvpx."""

from collections.abc import Mapping
from typing import Final

from client.core.adaptation.plan import PictureRung
from client.media.codecs.encoder import TICKS_PER_FRAME, LibavEncoder

_NEVER: Final = 100_000  # pictures between key frames nobody asked for: two hours at 12 a second
_FURTHEST: Final = 3.0  # chosen: beyond three times its first rate, its buffer's bounds are too odd


class LibvpxEncoder(LibavEncoder):
    """libvpx at one size; any rate, because it takes a later picture for one that may cost more."""

    def retarget(self, bitrate_bps: int, frames_per_s: float) -> bool:
        """See `VideoEncoder`."""
        ratio = bitrate_bps / frames_per_s / self.bits_per_frame
        if not 1 / _FURTHEST <= ratio <= _FURTHEST:
            return False
        self.ticks_per_frame = round(TICKS_PER_FRAME * ratio)
        return True


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
