"""What every picture encoder does, and what those of libavcodec share."""

from collections import deque
from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Protocol

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from client.core.adaptation.plan import PictureRung
from client.media.feed import EncodedPacket
from client.media.fitting import Fitter

RTP_TIME_BASE: Final = Fraction(1, 90_000)
"""RFC 3551, 5: the RTP clock of every picture codec here."""

TICKS_PER_FRAME: Final = 1_000
"""Fine enough to tell one rate from another where time stands for bits."""

_SAME_BITS: Final = 0.15
"""chosen: a frame this much larger or smaller than it should be is made up for by the pace."""


class VideoEncoder(Protocol):
    """Pictures in, packets out, one for one and at once. For one thread at a time."""

    def encode(self, frame: av.VideoFrame, *, force_key_frame: bool) -> list[EncodedPacket]:
        """The packets this picture completes, with its ``pts`` (in `RTP_TIME_BASE`).

        Takes any size and pixel format; what is sent has the rung's size.
        """

    def retarget(self, bitrate_bps: int, frames_per_s: float) -> bool:
        """Go on at this rate without a key frame; false if that takes a new encoder."""

    def close(self) -> None:
        """Release the encoder's threads and memory."""


class LibavEncoder:
    """One of libavcodec's encoders; its size is fixed for its life, and so are its bits per frame.

    It counts pictures and knows no time: its rate control spends the bits of the rung on each,
    whatever the camera's jitter. A slower pace is therefore a lower rate.
    """

    def __init__(self, library: str, rung: PictureRung, options: Mapping[str, str]) -> None:
        self.bits_per_frame: Final = rung.bitrate_bps / rung.frames_per_s
        """As it was opened."""
        self.ticks_per_frame = TICKS_PER_FRAME
        """How long a picture seems to it; a rate control that looks at times spends by that."""
        self._fitter = Fitter(rung.width, rung.height, "yuv420p")
        self._times: deque[int | None] = deque()  # of capture, waiting for their packets
        self._ticks = 0
        context = av.CodecContext.create(library, "w")
        assert isinstance(context, VideoCodecContext)  # noqa: S101 - tells mypy what `library` is
        context.width, context.height, context.pix_fmt = rung.width, rung.height, "yuv420p"
        context.framerate = Fraction(rung.frames_per_s).limit_denominator(1_000)
        context.time_base = 1 / (context.framerate * TICKS_PER_FRAME)
        context.bit_rate = rung.bitrate_bps
        context.options = dict(options)
        context.open()
        self.context: VideoCodecContext | None = context

    def encode(self, frame: av.VideoFrame, *, force_key_frame: bool) -> list[EncodedPacket]:
        """See `VideoEncoder`."""
        if self.context is None:
            return []
        self._times.append(frame.pts)
        fitted = self._fitter.fit(frame)
        fitted.pts, fitted.time_base = self._ticks, self.context.time_base
        fitted.duration = self.ticks_per_frame
        fitted.pict_type = PictureType.I if force_key_frame else PictureType.NONE
        self._ticks += self.ticks_per_frame
        packets = self.context.encode(fitted)
        for packet in packets:
            packet.pts = packet.dts = self._times.popleft()
            packet.time_base = RTP_TIME_BASE
        return packets

    def retarget(self, bitrate_bps: int, frames_per_s: float) -> bool:
        """See `VideoEncoder`."""
        wanted = bitrate_bps / frames_per_s
        return abs(wanted - self.bits_per_frame) <= _SAME_BITS * self.bits_per_frame

    def close(self) -> None:
        """See `VideoEncoder`."""
        if self.context is not None:
            # SVT-AV1 hangs or leaks its threads when it is dropped without a flush.
            self.context.encode(None)
            self.context = None


def is_built_in(library: str) -> bool:
    """The media library has this encoder."""
    try:
        av.Codec(library, "w")
    except av.codec.codec.UnknownCodecError:
        return False
    return True
