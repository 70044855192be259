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


class VideoEncoder(Protocol):
    """Pictures in, packets out, one for one and at once. For one thread at a time."""

    def encode(self, frame: av.VideoFrame, *, force_key_frame: bool) -> list[EncodedPacket]:
        """The packets this picture completes, with its ``pts`` (in `RTP_TIME_BASE`).

        Takes any size and pixel format; what is sent has the rung's size.
        """

    def close(self) -> None:
        """Release the encoder's threads and memory."""


class LibavEncoder:
    """One of libavcodec's encoders at one rung; size and bitrate are fixed for its life."""

    def __init__(self, library: str, rung: PictureRung, options: Mapping[str, str]) -> None:
        self._fitter = Fitter(rung.width, rung.height, "yuv420p")
        # The encoder counts pictures: its rate control then spends the bits of the rung's pace
        # whatever the camera's jitter. The capture times wait here for their packets.
        self._times: deque[int | None] = deque()
        self._count = 0
        context = av.CodecContext.create(library, "w")
        assert isinstance(context, VideoCodecContext)  # noqa: S101 - tells mypy what `library` is
        context.width, context.height, context.pix_fmt = rung.width, rung.height, "yuv420p"
        context.framerate = Fraction(rung.frames_per_s).limit_denominator(1_000)
        context.time_base = 1 / context.framerate
        context.bit_rate = rung.bitrate_bps
        context.options = dict(options)
        context.open()
        self._context: VideoCodecContext | None = context

    def encode(self, frame: av.VideoFrame, *, force_key_frame: bool) -> list[EncodedPacket]:
        """See `VideoEncoder`."""
        if self._context is None:
            return []
        self._times.append(frame.pts)
        fitted = self._fitter.fit(frame)
        fitted.pts, fitted.time_base = self._count, self._context.time_base
        fitted.pict_type = PictureType.I if force_key_frame else PictureType.NONE
        self._count += 1
        packets = self._context.encode(fitted)
        for packet in packets:
            packet.pts = packet.dts = self._times.popleft()
            packet.time_base = RTP_TIME_BASE
        return packets

    def close(self) -> None:
        """See `VideoEncoder`."""
        if self._context is not None:
            # SVT-AV1 hangs or leaks its threads when it is dropped without a flush.
            self._context.encode(None)
            self._context = None


def is_built_in(library: str) -> bool:
    """The media library has this encoder."""
    try:
        av.Codec(library, "w")
    except av.codec.codec.UnknownCodecError:
        return False
    return True
