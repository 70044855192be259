"""How good a live picture looks: measured VMAF of its frames, and how smooth its motion is.

Fitted to what ``scripts/linklab/sweep_pictures`` measured (its table is kept beside it): real
footage at 640x480, scored at that size. With s = bytes of a frame / bytes that give half, a frame
reaches s^p / (1 + s^p) of what its size allows; root mean square error 6 VMAF over all clips. The
bytes that give half hardly depend on the coded size: down-scaling saves processor time and the few
bytes of an empty frame, not quality.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from client.core.adaptation.plan import Content


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a stream."""

    scale: float
    """Its width over that of the source."""
    source_pixels: int
    size_bytes: float
    frames_per_s: float | None
    """Of the steady stream it is a part of; `None`: it stands alone."""


@dataclass(frozen=True, slots=True)
class Efficiency:
    """What one codec makes of its bytes."""

    half_bytes: float
    """Of a frame that reaches half, at 15 frames a second of a face at 640x480."""
    steepness: float
    key_half_bytes: float
    """As `half_bytes`, of a picture that stands alone."""
    key_steepness: float


EFFICIENCIES: Final[Mapping[str, Mapping[int | None, Efficiency]]] = {
    "av1": {
        8: Efficiency(440, 1.46, 830, 1.54),
        9: Efficiency(467, 1.45, 830, 1.54),
        10: Efficiency(503, 1.35, 830, 1.54),
        11: Efficiency(523, 1.30, 830, 1.54),
    },
    "vp9": {7: Efficiency(672, 1.50, 938, 1.42)},
    "vp8": {None: Efficiency(744, 1.31, 1_497, 1.48)},
    "h264": {None: Efficiency(870, 1.58, 2_419, 1.72)},
}
"""By codec and preset; alone, AV1 has a preset of its own."""

_FLOORS: Final[Mapping[str, tuple[float, float, float]]] = {
    "av1": (100, 0.28, 2.0),
    "vp9": (80, 0.55, 4.0),
    "vp8": (50, 2.35, 11.0),
    "h264": (20, 0.1, 4.0),
}
"""Smallest frame a codec makes: bytes, bytes per 1,000 pixels; the latter of one alone."""

_REFERENCE_PIXELS: Final = 640 * 480
_REFERENCE_FRAMES_PER_S: Final = 15
_SOURCE_COST: Final = 0.6
"""Exponent: a source of more pixels shows more detail, 1280x720 wanted 1.9 times the bytes."""
_PACE_COST: Final = 0.27
"""Exponent: in a slower stream more has moved since the last frame."""

_DIFFICULTY: Final[Mapping[Content, tuple[float, float]]] = {
    Content.FACE: (1.3, 1.3),
    Content.OTOSCOPE: (1.3, 3.2),
    Content.DOCUMENT: (1.3, 3.2),
}
"""Times the bytes, in a stream and alone. The sweep's sharpest clip wanted 1.18 and 3.2 times those
of the mean; chosen: in a stream a little more, for a webcam's noise, which no clip has."""

_BEST_VMAF: Final = 99.5
_SCALE_LOSS: Final = 3.03
_SCALE_LOSS_EXPONENT: Final = 1.79

_MOTION_SATURATION: Final[Mapping[Content, float]] = {
    Content.FACE: 6.0,
    Content.OTOSCOPE: 6.0,
    Content.DOCUMENT: 12.0,
}
"""chosen, of the form and range of Ou, Ma, Liu and Wang (2011): lower where missing motion is seen
more. A face then has 87 % of its motion at 10 frames a second, and 97 % at 17."""
_FULL_MOTION_FRAMES_PER_S: Final = 30


def efficiency(codec: str, preset: int | None) -> Efficiency:
    """Of the preset nearest to this one that was measured."""
    presets = EFFICIENCIES[codec]
    if preset in presets:
        return presets[preset]
    return presets[min(presets, key=lambda known: abs((known or 0) - (preset or 0)))]


def least_bytes(codec: str, pixels: int, *, is_alone: bool) -> float:
    """Of any frame of this size: however coarse, it is not smaller."""
    fixed_bytes, per_1000_pixels, alone_per_1000_pixels = _FLOORS[codec]
    if is_alone:
        return alone_per_1000_pixels * pixels / 1_000
    return fixed_bytes + per_1000_pixels * pixels / 1_000


def vmaf(codec: Efficiency, content: Content, frame: Frame) -> float:
    """VMAF, 0 to 100, of such a frame shown at the source's size."""
    streamed, alone = _DIFFICULTY[content]
    if frame.frames_per_s is None:
        half_bytes, steepness = codec.key_half_bytes * alone, codec.key_steepness
    else:
        pace = (_REFERENCE_FRAMES_PER_S / frame.frames_per_s) ** _PACE_COST
        half_bytes, steepness = codec.half_bytes * streamed * pace, codec.steepness
    half_bytes *= (frame.source_pixels / _REFERENCE_PIXELS) ** _SOURCE_COST
    reached = math.pow(frame.size_bytes / half_bytes, steepness)
    return best_vmaf(frame.scale) * reached / (1 + reached)


def best_vmaf(scale: float) -> float:
    """What a perfect picture scores that is `scale` times as wide as the source it is shown as."""
    return max(0.0, _BEST_VMAF - _SCALE_LOSS * math.pow(1 / scale - 1, _SCALE_LOSS_EXPONENT))


def smoothness(content: Content, frames_per_s: float) -> float:
    """How much of perfect motion is seen, 0 to 1."""
    saturation = _MOTION_SATURATION[content]
    pace = min(1.0, frames_per_s / _FULL_MOTION_FRAMES_PER_S)
    return math.expm1(-saturation * pace) / math.expm1(-saturation)
