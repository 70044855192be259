"""What instruments gave."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """One reading. Site to GP."""

    vital: str
    """`devices.readings.Vital` code."""
    value: float | None
    unit: str
    """UCUM."""
    quality: str
    """`devices.readings.Quality`."""
    taken_ms: int
    """When the site received it."""
    model: str
    serial: str | None
    origin: str = "live"
    """`devices.readings.Origin`."""
    record: int | None = None
    """Counts the measurements of one instrument; what was measured together shares it."""
    measured_at: str | None = None
    """What the instrument's own clock said, ISO 8601 without a zone; not for order."""
    marks: list[str] = field(default_factory=list)
    """`devices.readings.Mark`, sorted."""
    sent_as: str | None = None
    """Value and unit as the instrument sent them, where the unit is another."""
    firmware: str | None = None


@dataclass(frozen=True, slots=True)
class LabResult:
    """One result of a laboratory test, as the analyser gave it. Site to GP."""

    test: str
    value: str | None
    unit: str | None
    quality: str
    """`devices.readings.Quality`."""
    taken_ms: int
    """When the site received it."""
    model: str
    serial: str | None
    origin: str = "stored"
    """`devices.readings.Origin`."""
    record: int | None = None
    """As for `Measured`: the results of one sample share it."""
    measured_at: str | None = None
    """As for `Measured`."""
    marks: list[str] = field(default_factory=list)
    loinc: str | None = None
    reference_range: str | None = None
    flags: str | None = None
    firmware: str | None = None


@dataclass(frozen=True, slots=True)
class WaveSamples:
    """Live waveform. Site to GP, unnumbered."""

    wave: str
    samples: bytes
    """One unsigned byte a sample; none: the line is too weak to carry the curve now."""
    rate_hz: int
    started_ms: int


@dataclass(frozen=True, slots=True)
class Instruments:
    """All instruments at the site and their state. Site to GP, unnumbered, newest wins."""

    items: list[dict[str, Any]]
    """Maps with ``driver``, ``kind``, ``model``, ``serial`` (or null), ``state``."""
