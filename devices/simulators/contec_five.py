"""A finger in a simple oximeter: what the simulated Contec and Berry draw in their five bytes."""

from math import exp, sin, tau
from typing import Final

from devices.protocols import contec_five

SEARCHING_S: Final = 3.0
"""chosen: how long it looks for a pulse once a finger is back."""
FINGER: Final = "finger"
_LATE_PACKETS: Final = 30
"""A machine that slept does not get more than so many packets at once."""
_TOP: Final = 0x80
_LOW: Final = 0x7F
_BEEP: Final = 0x40
_BAR_FULL: Final = 15
_SIGNAL: Final = 7
INVALID: Final = (0xFF, 0x7F)
"""Pulse rate and SpO2 when there are none."""


def packet(first: int, wave: int, third: int, pulse_bpm: int, spo2_pct: int) -> bytes:
    """Five bytes as they travel: bit 7 of the pulse rate goes into the third."""
    return bytes((_TOP | first, wave, third | pulse_bpm >> 1 & 0x40, pulse_bpm & _LOW, spo2_pct))


class Finger:
    """A quiet adult's: pulse and wave breathe a little."""

    def __init__(self, rate_hz: int, wave_top: int, *, spo2_pct: int, pulse_bpm: int) -> None:
        """`wave_top`: the highest sample the instrument draws."""
        self._rate_hz = rate_hz
        self._wave_top = wave_top
        self._spo2_pct = spo2_pct
        self._pulse_bpm = pulse_bpm
        self._phase = 0.0
        """Where in a beat, 0..1."""
        self._is_out = False
        self._searching_until_s = 0.0

    def move(self, *, is_out: bool, at_s: float) -> None:
        """Take it out, or put it back and let the probe search."""
        self._is_out = is_out
        self._searching_until_s = at_s + SEARCHING_S

    def is_out(self) -> bool:
        """Whether nothing is in the probe."""
        return self._is_out

    def is_searched(self, at_s: float) -> bool:
        """Whether the probe still looks for the pulse."""
        return at_s < self._searching_until_s

    def drawn(self, at_s: float) -> bytes:
        """One packet with a value."""
        breath = sin(tau * at_s / 4.5)
        pulse_bpm = round(self._pulse_bpm + 1.5 * breath)
        step = pulse_bpm / 60 / self._rate_hz
        self._phase = (self._phase + step) % 1
        systole = exp(-(((self._phase - 0.16) / 0.08) ** 2))
        dicrotic = 0.38 * exp(-(((self._phase - 0.45) / 0.11) ** 2))
        height = min(systole + dicrotic, 1)
        wave = round(self._wave_top * (0.14 + 0.8 * height + 0.05 * breath))
        beep = _BEEP if self._phase < step else 0
        bar = round(_BAR_FULL * height)
        return packet(_SIGNAL | beep, wave, bar, pulse_bpm, self._spo2_pct)


class Clock:
    """When packets are due."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._next_s = 0.0

    def due(self, at_s: float) -> list[float]:
        """The moments, since the last call, at which a packet left."""
        self._next_s = max(self._next_s, at_s - _LATE_PACKETS / self._rate_hz)
        moments = []
        while self._next_s <= at_s:
            moments.append(self._next_s)
            self._next_s += 1 / self._rate_hz
        return moments


def recorded(capture: bytes) -> list[bytes]:
    """The packets of a recorded stream, as they were on the wire."""
    groups = contec_five.Groups()
    found, _ = groups.take(capture)
    found += groups.settled()
    return [group.data for group in found if len(group.data) == contec_five.PACKET_BYTES]
