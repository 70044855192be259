"""A stethoscope on a made-up chest: heart sounds and breath, as a microphone would give them.

Synthetic: the shapes are textbook ones (S1 longer and lower than S2, breathing in louder and longer
than breathing out), of nobody.
"""

import sys
from array import array
from collections.abc import Iterator
from math import exp, sin, tau
from random import Random
from typing import ClassVar, Final

from devices.driver import SoundStream
from devices.simulators.instrument import Material

RATE_HZ: Final = SoundStream().rate_hz
FAINT: Final = "faint"
LOUD: Final = "loud"
HUM: Final = "hum"
MURMUR: Final = "murmur"
_LATE_S: Final = 2.0
"""A machine that slept does not get more than so much sound at once."""

_BEAT_S: Final = 60 / 72
_BREATH_S: Final = 4.0
_BREATHING_IN: Final = 0.4
"""Of a breath."""
_HEART: Final = ((0.0, 0.045, 45.0, 0.16), (0.0, 0.03, 90.0, 0.06), (0.3, 0.03, 62.0, 0.11))
"""Parts of a beat: when they begin (s), how fast they fade (s), pitch (Hz), share of full scale."""
_SYSTOLE_S: Final = (0.1, 0.28)
_BREATH: Final = 0.03
_NOISE: Final = 0.0006
_HUM_HZ: Final = 50
_GAINS: Final = {FAINT: 0.004, LOUD: 12.0}


class Simulator:
    """Gives samples for as long as it is plugged in; listens to nothing."""

    WORDS: ClassVar[frozenset[str]] = frozenset({FAINT, LOUD, HUM, MURMUR})
    """`faint`: the chest piece does not touch; `loud`: it is overdriven; `hum`: it picks up the
    mains; `murmur`: blowing between the two heart sounds."""

    def __init__(self, material: Material) -> None:
        self._recorded = material.capture
        self._random = Random(11)  # noqa: S311 - a noise, the same every time
        self._told: set[str] = set()
        self._given = 0
        """Samples since the start."""
        self._low = self._band = 0.0

    @property
    def baud(self) -> int:
        """No serial line: twice what the samples take, so that nothing waits."""
        return 2 * RATE_HZ * 2 * 10

    def receive(self, data: bytes, at_s: float) -> bytes:
        """A microphone takes no commands."""
        del data, at_s
        return b""

    def tick(self, at_s: float) -> bytes:
        """The samples due by now."""
        due = round(at_s * RATE_HZ)
        self._given = max(self._given, due - round(_LATE_S * RATE_HZ))
        count, start = due - self._given, self._given
        if count <= 0:
            return b""
        self._given = due
        if self._recorded:
            return self._repeated(start, count)
        samples = array("h", self._drawn(start, count))
        if sys.byteorder == "big":
            samples.byteswap()
        return samples.tobytes()

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """Begin or end one of `WORDS`."""
        del at_s
        (self._told.add if is_on else self._told.discard)(word)

    def _repeated(self, start: int, count: int) -> bytes:
        recorded = self._recorded or b""
        length = len(recorded) // 2 * 2
        place = 2 * start % length
        doubled = recorded[place:length] + recorded[:length] * (2 * count // length + 1)
        return doubled[: 2 * count]

    def _drawn(self, start: int, count: int) -> Iterator[int]:
        gain = 1.0
        for word, factor in _GAINS.items():
            gain *= factor if word in self._told else 1.0
        for number in range(start, start + count):
            at_s = number / RATE_HZ
            sound = gain * (self._heart(at_s) + self._breath(at_s)) + self._random.gauss(0, _NOISE)
            if HUM in self._told:
                sound += 0.2 * sin(tau * _HUM_HZ * at_s)
            yield max(-32_768, min(32_767, round(32_768 * sound)))

    def _heart(self, at_s: float) -> float:
        phase_s = at_s % _BEAT_S
        sound = 0.0
        for begins_s, fades_s, pitch_hz, height in _HEART:
            since_s = phase_s - begins_s
            if 0 <= since_s < 8 * fades_s:
                rise = 1 - exp(-since_s / 0.008)
                sound += height * rise * exp(-since_s / fades_s) * sin(tau * pitch_hz * since_s)
        return sound

    def _breath(self, at_s: float) -> float:
        """Noise around 300 Hz (a state-variable filter), louder while breathing in."""
        self._band += 0.04 * (self._random.gauss(0, 1) - self._low - self._band)
        self._low += 0.04 * self._band
        phase = at_s % _BREATH_S / _BREATH_S
        is_in = phase < _BREATHING_IN
        share = phase / _BREATHING_IN if is_in else (phase - _BREATHING_IN) / (1 - _BREATHING_IN)
        swell = sin(tau * share / 2) ** 2
        sound = _BREATH * (1.0 if is_in else 0.4) * swell * self._band * 2.5
        if MURMUR in self._told and _SYSTOLE_S[0] < at_s % _BEAT_S < _SYSTOLE_S[1]:
            sound += _BREATH * self._band * 2
        return sound
