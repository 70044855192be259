"""H.264 by x264, in the profile every browser must decode (RFC 7742, 6.2)."""

from typing import Final

from client.core.adaptation.plan import PictureRung
from client.media.codecs.encoder import LibavEncoder

LIBRARY: Final = "libx264"
_NEVER: Final = 100_000  # pictures between key frames nobody asked for: two hours at 12 a second
_BUFFER_S: Final = 0.6  # chosen: as for the other codecs


_HIGHEST: Final = 1.15  # measured: above its first rate it goes on as before
_LOWEST: Final = 0.3  # measured: 30 of 100 kbit/s were kept to


class Encoder(LibavEncoder):
    """x264 at one size; any lower rate, because it can be told a new one at work."""

    def __init__(self, rung: PictureRung) -> None:
        super().__init__(
            LIBRARY,
            rung,
            {
                "preset": "veryfast",  # chosen: 1-1.7 ms a picture at 320x240
                "tune": "zerolatency",
                "profile": "baseline",
                "x264-params": f"keyint={_NEVER}:scenecut=0:sliced-threads=0:threads=1",
                "forced-idr": "1",  # a key frame on request empties the decoder's memory too
                "maxrate": str(rung.bitrate_bps),
                "bufsize": str(round(rung.bitrate_bps * _BUFFER_S)),
            },
        )
        self._frames_per_s: Final = rung.frames_per_s
        """Which it keeps believing in."""

    def retarget(self, bitrate_bps: int, frames_per_s: float) -> bool:
        """See `VideoEncoder`."""
        ratio = bitrate_bps / frames_per_s / self.bits_per_frame
        if self.context is None or not _LOWEST <= ratio <= _HIGHEST:
            return False
        self.context.bit_rate = round(self.bits_per_frame * ratio * self._frames_per_s)
        return True
