"""What a heart draws: an electrocardiogram in seven leads, and the pulse it sends to a finger.

The beat is a sum of five bumps, P Q R S T, each with its own electrical direction in the frontal
plane; a limb lead sees a bump by the cosine of the angle between them. Einthoven's law (I + III =
II) and Goldberger's (the three augmented leads add up to nothing) follow from the angles.
"""

from math import cos, exp, radians
from typing import Final, NamedTuple

ZERO_LINE: Final = 128
HIGHEST: Final = 250
_PER_MILLIVOLT: Final = 70
_WANDER: Final = 3
"""Breathing moves the zero line so far."""


class _Bump(NamedTuple):
    """One wave of the beat."""

    at: float
    """Where in the beat, 0..1."""
    width: float
    millivolts: float
    degrees: float
    """Direction in the frontal plane: 0 to the left arm, 90 to the feet."""
    chest: float
    """What lead V sees of it, in millivolts."""


_BEAT: Final = (
    _Bump(0.20, 0.025, 0.15, 50, 0.08),  # P
    _Bump(0.335, 0.008, -0.12, 20, 0.0),  # Q
    _Bump(0.36, 0.011, 1.2, 55, 0.5),  # R
    _Bump(0.385, 0.010, -0.25, 75, -0.9),  # S
    _Bump(0.60, 0.055, 0.3, 45, 0.4),  # T
)
"""chosen: an ordinary sinus beat with its axis at about 55 degrees."""
_AUGMENTED: Final = 0.866  # half the square root of 3: Goldberger's leads are that much smaller
_LIMBS: Final = ((0, 1.0), (60, 1.0), (120, 1.0),
                 (-150, _AUGMENTED), (-30, _AUGMENTED), (90, _AUGMENTED))  # fmt: skip
"""I, II, III, aVR, aVL, aVF: degrees, and how much of a bump they see."""


def leads(phase: float, breath: float = 0.0) -> tuple[int, ...]:
    """One sample of I, II, III, aVR, aVL, aVF and V, 0..250 around 128, at 0..1 of a beat."""
    heights = [bump.millivolts * _height(phase, bump) for bump in _BEAT]
    volts = [
        gain * sum(height * cos(radians(degrees - bump.degrees))
                   for height, bump in zip(heights, _BEAT, strict=True))
        for degrees, gain in _LIMBS
    ]  # fmt: skip
    volts.append(sum(bump.chest * _height(phase, bump) for bump in _BEAT))
    return tuple(
        max(0, min(HIGHEST, round(ZERO_LINE + _PER_MILLIVOLT * volt + _WANDER * breath)))
        for volt in volts
    )


def pleth(phase: float) -> int:
    """One sample of the pulse in a finger, 1..100, at 0..1 of a beat."""
    systole = exp(-(((phase - 0.60) / 0.08) ** 2))
    dicrotic = 0.38 * exp(-(((phase - 0.89) / 0.11) ** 2))
    return round(14 + 80 * min(systole + dicrotic, 1))


def _height(phase: float, bump: _Bump) -> float:
    return exp(-(((phase - bump.at) / bump.width) ** 2))
