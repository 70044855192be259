"""How good a live picture looks: measured VMAF of its frames, and how smooth its motion is.

The numbers are fitted to what ``scripts/linklab/sweep_pictures`` measured; its table is kept
beside it.
Only bits per pixel matter to the form, so it holds between the points of the sweep too.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from client.core.adaptation.plan import Content

REFERENCE_PIXELS: Final = 320 * 240
REFERENCE_FRAMES_PER_S: Final = 15


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a stream."""

    pixels: int
    scale: float
    """Its width over that of the source."""
    bits: float
    frames_per_s: float | None
    """Of the steady stream it is a part of; `None`: it stands alone."""


@dataclass(frozen=True, slots=True)
class Efficiency:
    """What one codec makes of its bits, at the reference size and frame rate."""

    half_bpp: float
    """Bits per pixel at which a frame reaches half of what its size allows; motion on face."""
    steepness: float
    """How fast quality rises with bits."""
    key_half_bpp: float
    """As `half_bpp`, of a picture that stands alone."""
    key_steepness: float


_SIZE_GAIN: Final = 0.25
"""A larger picture needs fewer bits for each pixel: its neighbours are more alike."""
_PACE_COST: Final = 0.35
"""A slower one needs more for each frame: more has moved since the last."""

EFFICIENCIES: Final[Mapping[str, Mapping[int | None, Efficiency]]] = {
    "av1": {
        8: Efficiency(0.014, 1.6, 0.11, 1.3),
        9: Efficiency(0.015, 1.6, 0.11, 1.3),
        10: Efficiency(0.017, 1.6, 0.12, 1.3),
    },
    "vp9": {None: Efficiency(0.021, 1.6, 0.15, 1.3)},
    "vp8": {None: Efficiency(0.023, 1.6, 0.18, 1.3)},
    "h264": {None: Efficiency(0.033, 1.6, 0.18, 1.3)},
}
"""By codec and preset."""

_DIFFICULTY: Final[Mapping[Content, float]] = {
    Content.FACE: 1.0,
    Content.OTOSCOPE: 1.2,
    Content.DOCUMENT: 1.0,
}

_SCALE_LOSS: Final = (0.02, 0.115, 1.5)
_BEST_VMAF: Final = 99.0

_MOTION_SENSITIVITY: Final[Mapping[Content, float]] = {
    Content.FACE: 3.0,
    Content.OTOSCOPE: 4.5,
    Content.DOCUMENT: 7.0,
}
"""alpha of Q-STAR (Ou, Xue, Wang 2014, eq. 5), lower where missing motion is seen more."""
_MOTION_EXPONENT: Final = 0.63  # Q-STAR, the same for all content
_FULL_MOTION_FRAMES_PER_S: Final = 30


def efficiency(codec: str, preset: int | None) -> Efficiency:
    """Of the preset nearest to this one that was measured."""
    presets = EFFICIENCIES[codec]
    if preset in presets:
        return presets[preset]
    return presets[min(presets, key=lambda known: abs((known or 0) - (preset or 0)))]


def best_vmaf(scale: float) -> float:
    """What a perfect picture scores that is `scale` times as wide as the source it is shown as."""
    _, slope, power = _SCALE_LOSS
    return _BEST_VMAF * (1 - slope * max(0.0, 1 / scale - 1) ** power / (1 + 0.2 / scale))


def vmaf(efficiency: Efficiency, content: Content, frame: Frame) -> float:
    """VMAF, 0 to 100, of such a frame shown at the source's size."""
    is_key = frame.frames_per_s is None
    needed = efficiency.key_half_bpp if is_key else efficiency.half_bpp
    steepness = efficiency.key_steepness if is_key else efficiency.steepness
    needed *= _DIFFICULTY[content] * (REFERENCE_PIXELS / frame.pixels) ** _SIZE_GAIN
    if frame.frames_per_s is not None:
        needed *= (REFERENCE_FRAMES_PER_S / frame.frames_per_s) ** _PACE_COST
    return _reached(frame.bits / frame.pixels / needed, steepness) * best_vmaf(frame.scale)


def smoothness(content: Content, fps: float) -> float:
    """How much of perfect motion is seen, 0 to 1 (Q-STAR's temporal term)."""
    alpha = _MOTION_SENSITIVITY[content]
    pace = min(1.0, fps / _FULL_MOTION_FRAMES_PER_S) ** _MOTION_EXPONENT
    return math.expm1(-alpha * pace) / math.expm1(-alpha)


def _reached(supply: float, steepness: float) -> float:
    """Share of the best quality with `supply` times the bits that give half of it."""
    return supply**steepness / (1 + supply**steepness)
