"""Rules of listening to a chest at a distance: where, for how long, and when live at all.

Nothing here is clinical: a place is a label the person chose, a refusal is about the line.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from client.core.adaptation.observation import LineEstimate

LEAST_S: Final = 10.0
"""A recording is no shorter; some breaths and a dozen beats."""
MOST_S: Final = 15.0
"""It ends by itself; this bounds its memory as well."""
HEART_LOSS: Final = 0.10
"""Of packets; above it live heart sounds are not passed on (the issue's figures, all three)."""
LUNG_LOSS: Final = 0.02
DELAY_VARIATION_S: Final = 0.050
LIVE_FROM_BPS: Final = 130_000
"""Of what the line carries; chosen: from there a plan gives voice nearly as much as this takes."""
LIVE_BPS: Final = 24_000
"""Opus of live listening, at least; below it libopus gives up the upper half of the band."""
GAP_S: Final = 0.05
"""chosen: less is the unevenness of a machine's clock and buffers."""

_SETTLED_S: Final = 1.0
"""How long it takes to see by how much a source is late at its earliest."""


class Place(StrEnum):
    """Where the chest piece is held."""

    AORTIC = "aortic"
    PULMONARY = "pulmonary"
    TRICUSPID = "tricuspid"
    MITRAL = "mitral"
    RIGHT_UPPER = "right_upper"
    RIGHT_LOWER = "right_lower"
    LEFT_UPPER = "left_upper"
    LEFT_LOWER = "left_lower"

    @property
    def is_heart(self) -> bool:
        """One of the four of the heart, else of the lungs."""
        return self in (Place.AORTIC, Place.PULMONARY, Place.TRICUSPID, Place.MITRAL)


PLACES: Final = tuple(Place)


class NotLive(StrEnum):
    """Why the sound is recorded and then sent instead."""

    UNKNOWN = "unknown"
    """Nothing is known of the line yet, or nothing is heard of it."""
    NARROW = "narrow"
    LOSS = "loss"
    JITTER = "jitter"


def why_not_live(place: Place, line: LineEstimate | None) -> NotLive | None:
    """Why this place cannot be listened to live on this line; `None`: it can."""
    if line is None or line.is_silent or not line.is_known:
        return NotLive.UNKNOWN
    if line.loss_fraction > (HEART_LOSS if place.is_heart else LUNG_LOSS):
        return NotLive.LOSS
    if line.jitter_s > DELAY_VARIATION_S:
        return NotLive.JITTER
    return NotLive.NARROW if line.usable_bps < LIVE_FROM_BPS else None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A finished recording."""

    samples: bytes
    """Signed 16-bit, little endian, one channel."""
    rate_hz: int
    began_at: datetime
    missing_s: float
    """Sound that the machine did not hear; 0 below `GAP_S`."""

    @property
    def length_s(self) -> float:
        """How long it lasts."""
        return len(self.samples) / 2 / self.rate_hz


class Tape:
    """Takes the samples of one recording, and notices what is missing between them.

    A source hands samples over late by what its buffers please, but never early, and what it lost
    makes all that follows late for good: so the least lateness of the last second is compared with
    that of the first.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._samples = bytearray()
        self._began_at: datetime | None = None
        self._first_s: float | None = None
        """The least lateness of the first second."""
        self._lateness: list[tuple[float, float]] = []
        """Of each piece of the last second: where it ends and how late it was."""

    @property
    def length_s(self) -> float:
        """How much is on it."""
        return len(self._samples) / 2 / self._rate_hz

    @property
    def is_long_enough(self) -> bool:
        """It can be ended."""
        return self.length_s >= LEAST_S

    @property
    def is_full(self) -> bool:
        """Nothing more goes on it."""
        return self.length_s >= MOST_S

    def take(self, samples: bytes, taken_at: datetime) -> None:
        """Add samples, the last of which was received then; what is too much is left out."""
        if self.is_full:
            return
        self._began_at = self._began_at or taken_at
        self._samples += samples
        del self._samples[2 * round(MOST_S * self._rate_hz) :]
        length_s = self.length_s
        late_s = (taken_at - self._began_at).total_seconds() - length_s
        self._lateness = [
            (end, late) for end, late in self._lateness if end > length_s - _SETTLED_S
        ]
        self._lateness.append((length_s, late_s))
        if self._first_s is None or length_s <= _SETTLED_S:
            self._first_s = min(late_s, late_s if self._first_s is None else self._first_s)

    def finished(self) -> Recorded | None:
        """The recording; `None` while there is nothing on it."""
        if self._began_at is None or self._first_s is None:
            return None
        missing_s = min(late for _, late in self._lateness) - self._first_s
        return Recorded(
            bytes(self._samples),
            self._rate_hz,
            self._began_at,
            missing_s if missing_s >= GAP_S else 0.0,
        )
