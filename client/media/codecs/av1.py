"""AV1 by SVT-AV1, low delay: one picture in, one packet out."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Final

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from client.core.adaptation.plan import PictureRung
from client.media.codecs.encoder import LibavEncoder
from client.media.codecs.standing import StandingEncoder
from client.media.feed import EncodedPacket
from client.media.thread_priority import ordinary_priority

LIBRARY: Final = "libsvtav1"

PRESET: Final = 9
"""chosen: 3-4 ms a picture at 320x240, within 1.5 VMAF of preset 8 at two thirds of its time."""

_PARAMETERS: Final = {
    "rtc": 1,
    "pred-struct": 1,  # low delay: no picture waits for a later one
    "rc": 2,  # constant bitrate
    "hierarchical-levels": 0,  # every picture alike: sizes deviate 0.22 instead of 0.88
    "lookahead": 0,
    "lp": 1,  # one worker
    "keyint": -1,  # key frames on request only
    "scm": 0,
}
_BUFFER_MS: Final = 600  # chosen: 200 would squeeze a key frame to 1.3 kB
_BUFFER_BITS: Final = 46_000
"""chosen: at 19 kbit/s a first picture of 1.9 kB instead of 0.8, which is 4 dB better."""

_ALONE_PARAMETERS: Final = {
    "pred-struct": 1,
    "rc": 0,  # the quantizer alone decides
    "hierarchical-levels": 0,
    "lookahead": 0,
    "lp": 1,
    "keyint": 1,
    "scm": 0,
}
_ALONE_PRESET: Final = 5
"""measured: 35 ms a try at 640x480, 0.5 VMAF below preset 4 in less than half its time."""
_ALONE_QUANTIZERS: Final = range(20, 64)
_ALONE_FIRST: Final = 50  # measured: 1.5 to 4 kB at 640x480


class Encoder(LibavEncoder):
    """SVT-AV1 at one rung."""

    def __init__(self, rung: PictureRung) -> None:
        preset = PRESET if rung.preset is None else rung.preset
        with _quietly():
            super().__init__(LIBRARY, rung, _options(preset, _parameters(rung)))


def heartbeat(rung: PictureRung) -> StandingEncoder:
    """An encoder of pictures that stand alone."""
    return StandingEncoder(rung, _alone, _ALONE_QUANTIZERS, _ALONE_FIRST)


def _alone(frame: av.VideoFrame, quantizer: int) -> EncodedPacket:
    context = av.CodecContext.create(LIBRARY, "w")
    assert isinstance(context, VideoCodecContext)  # noqa: S101 - tells mypy what `LIBRARY` is
    context.width, context.height, context.pix_fmt = frame.width, frame.height, "yuv420p"
    context.framerate, context.time_base = Fraction(1), Fraction(1)
    context.options = {**_options(_ALONE_PRESET, _ALONE_PARAMETERS), "qp": str(quantizer)}
    frame.pts, frame.time_base, frame.pict_type = 0, context.time_base, PictureType.I
    with _quietly():
        packets = [*context.encode(frame), *context.encode(None)]
    return packets[0]


def _parameters(rung: PictureRung) -> dict[str, int]:
    """With a buffer, of which a first key frame may take half, that a thin line's picture needs."""
    buffer_ms = max(_BUFFER_MS, _BUFFER_BITS * 1_000 // max(1, rung.bitrate_bps))
    half = {"buf-initial-sz": buffer_ms // 2, "buf-optimal-sz": buffer_ms // 2}
    return {**_PARAMETERS, "buf-sz": buffer_ms, **half}


def _options(preset: int, parameters: Mapping[str, int]) -> dict[str, str]:
    listed = ":".join(f"{name}={value}" for name, value in parameters.items())
    return {"preset": str(preset), "svtav1-params": listed}


@contextmanager
def _quietly() -> Iterator[None]:
    """Open an encoder without a word on the terminal and without urgency."""
    os.environ["SVT_LOG"] = "0"  # it writes on stderr and would wreck the terminal's screen
    with ordinary_priority():
        yield
