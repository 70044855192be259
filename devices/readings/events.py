"""What an instrument says, one thing at a time."""

from dataclasses import dataclass
from datetime import datetime

from devices.readings.vitals import Kind, Mark, Origin, Quality, Vital, Wave


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one vital sign, or the reason why there is none."""

    vital: Vital
    value: float | None
    """In the vital sign's unit; `None` when the instrument does not vouch for it."""
    quality: Quality
    taken_at: datetime
    """When the host received it, UTC."""
    origin: Origin = Origin.LIVE
    record: int | None = None
    """Counts the measurements of one connection, from 1; what was measured together shares it.
    Set for every `SPOT` and `STORED` value."""
    measured_at: datetime | None = None
    """What the instrument's own clock said, naive: shown as its own, never used for order."""
    marks: frozenset[Mark] = frozenset()
    sent_as: str | None = None
    """Value and unit as the instrument sent them, where the unit is not the vital sign's."""


@dataclass(frozen=True, slots=True)
class LabResult:
    """One result of a laboratory test, named and counted as the analyser does."""

    test: str
    """The analyser's own name or code of the test."""
    value: str | None
    """As sent: a number, or words such as ``<0.5``; `None` when the analyser gives none."""
    unit: str | None
    """As sent."""
    quality: Quality
    taken_at: datetime
    """When the host received it, UTC."""
    loinc: str | None = None
    """LOINC code, where test and unit leave no doubt."""
    reference_range: str | None = None
    """As sent."""
    flags: str | None = None
    """As sent."""
    origin: Origin = Origin.STORED
    record: int | None = None
    """As for a `Reading`: the results of one sample share it."""
    measured_at: datetime | None = None
    """What the analyser's own clock said, naive."""
    marks: frozenset[Mark] = frozenset()


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
    kind: Kind | None = None
    """What it is, where the driver serves several kinds."""


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
class Clip:
    """A few seconds of moving picture, each picture exactly as the instrument made it."""

    jpegs: tuple[bytes, ...]
    frames_per_s: float
    """On the average."""
    taken_at: datetime
    """When the first picture was received, UTC."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Consecutive samples of a sound, exactly as the instrument gave them."""

    samples: bytes
    """Signed 16-bit, little endian, one channel."""
    rate_hz: int
    taken_at: datetime
    """When the last sample was received, UTC."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far fetching what the instrument stored has come."""

    received: int
    """Measurements so far."""
    total: int | None
    """Measurements in all, where the instrument says it."""


@dataclass(frozen=True, slots=True)
class CuffPressure:
    """The pressure in a cuff while it measures: it shows that work is done, and is no reading."""

    mmhg: int


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


Statement = (
    Reading
    | LabResult
    | WaveBlock
    | Identified
    | Refused
    | Resynced
    | Preview
    | StillProgress
    | Still
    | Clip
    | Sound
    | Progress
    | CuffPressure
    | Failed
)
"""What an instrument has to say to people."""

Event = Statement | Send | Baud | Alive
"""The same, and what is meant for its port and for whoever watches it."""
