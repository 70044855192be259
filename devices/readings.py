"""What an instrument can say: readings, waveforms, pictures, and what became of it.

A value the instrument does not vouch for is ``None`` with a `Quality`; never 0, never the last one.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import NamedTuple


class _Code(NamedTuple):
    """How a vital sign is named and counted outside Chevet."""

    code: str
    """Chevet's own short name, on the wire and in records."""
    loinc: str
    """LOINC code of the observation."""
    ucum: str
    """UCUM unit of every value of this vital sign."""
    decimals: int
    """Digits after the decimal point that the quantity is shown with."""
    lowest: float
    """Below this no instrument can be right (an engineering guard, not a clinical limit)."""
    highest: float
    """Above this no instrument can be right."""


class Vital(Enum):
    """A vital sign; its unit belongs to it, so a `Reading` carries a bare number."""

    SPO2 = _Code("spo2", "2708-6", "%", 0, 1, 100)
    PULSE = _Code("pulse", "8867-4", "/min", 0, 20, 300)
    PERFUSION_INDEX = _Code("perfusion_index", "61006-3", "%", 1, 0, 22)
    TEMPERATURE = _Code("temperature", "8310-5", "Cel", 1, 30, 45)

    @property
    def code(self) -> str:
        """Short name on the wire and in records."""
        return self.value.code

    @property
    def loinc(self) -> str:
        """LOINC code of the observation."""
        return self.value.loinc

    @property
    def ucum(self) -> str:
        """UCUM unit."""
        return self.value.ucum

    @property
    def decimals(self) -> int:
        """Digits after the decimal point."""
        return self.value.decimals

    def is_possible(self, value: float) -> bool:
        """Whether any instrument could rightly give this value."""
        return self.value.lowest <= value <= self.value.highest

    @classmethod
    def from_code(cls, code: str) -> "Vital":
        """The vital sign with this short name; `ValueError` when there is none."""
        for vital in cls:
            if vital.code == code:
                return vital
        raise ValueError(code)


class Quality(StrEnum):
    """How far the instrument itself vouches for a reading. Technical, never clinical."""

    GOOD = "good"
    WEAK = "weak"
    """The instrument gives a value and says its signal is weak."""
    SEARCHING = "searching"
    """The instrument is looking for a signal; no value."""
    NO_SIGNAL = "no_signal"
    """Probe off, finger out, nothing measured; no value."""
    OUT_OF_RANGE = "out_of_range"
    """The instrument sent a number that cannot be; no value."""


class Wave(StrEnum):
    """A waveform an instrument draws."""

    PLETH = "pleth"


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one vital sign, or the reason why there is none."""

    vital: Vital
    value: float | None
    """In the vital sign's unit; `None` when the instrument does not vouch for it."""
    quality: Quality
    taken_at: datetime
    """When the host received it, UTC."""


@dataclass(frozen=True, slots=True)
class WaveBlock:
    """Consecutive samples of a waveform."""

    wave: Wave
    samples: bytes
    """One unsigned byte a sample, 0..255, scaled as the driver documents."""
    rate_hz: int
    started_at: datetime
    """When the first sample was received, UTC."""


@dataclass(frozen=True, slots=True)
class Identified:
    """The instrument said who it is."""

    model: str
    serial: str | None = None
    firmware: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The instrument is not one this driver may speak for; it is left alone."""

    model: str
    """What it said it is."""


@dataclass(frozen=True, slots=True)
class Resynced:
    """Noise was skipped on the line."""

    dropped: int
    """Bytes thrown away."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A small picture for aiming; the next one replaces it."""

    jpeg: bytes
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class StillProgress:
    """How far the full-quality picture has come."""

    received: int
    """Bytes so far."""
    total: int
    """Bytes in all."""


@dataclass(frozen=True, slots=True)
class Still:
    """A full-quality picture, exactly as the instrument made it."""

    jpeg: bytes
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """What was asked of the instrument did not come; the person can try again."""

    request: str
    """The `devices.driver.Request` that failed."""


@dataclass(frozen=True, slots=True)
class Send:
    """Bytes the driver wants written to the instrument."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Baud:
    """The instrument changes its speed; the port follows before anything more is sent."""

    baud: int


@dataclass(frozen=True, slots=True)
class Alive:
    """The instrument answered and had nothing new to say; it is not silent."""


Event = (
    Reading
    | WaveBlock
    | Identified
    | Refused
    | Resynced
    | Preview
    | StillProgress
    | Still
    | Failed
    | Send
    | Baud
    | Alive
)
