"""What a call leaves behind, before anything is computed from it. Times: wall clock, ms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linklab.measuring.sound import Sound
from linklab.measuring.vmaf import ShownPicture
from linklab.measuring.watching import Sighting


@dataclass(frozen=True, slots=True)
class Still:
    """How a still travelled; None: it never did."""

    size_bytes: int
    began_ms: float | None
    """The sender had it and could begin."""
    ended_ms: float | None
    """The receiver had all of it."""


@dataclass(frozen=True, slots=True)
class SiteUsage:
    """What the site's programs used during the call."""

    cpu_share: float
    """Of one core."""
    peak_memory_mb: float


@dataclass(frozen=True, slots=True)
class LineUse:
    """What the line saw, site to GP."""

    used_fraction: float
    """Bytes that got through, of what the capacity would have passed on."""
    queue_p50_ms: float | None
    """Waiting time in the line."""
    queue_p95_ms: float | None
    late_ms: float
    """The worst delay that the emulator itself added."""
    log: Sequence[Mapping[str, Any]] = ()
    """The laboratory's own, second by second."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One call of one peer."""

    peer: str
    called_ms: float
    """The call was placed: from here to the first voice."""
    picture_allowed_ms: float
    """The picture might be sent: from here to the first picture."""
    began_ms: float
    """From here on it is measured."""
    ended_ms: float
    spoken: Sound
    heard: Sound
    captured: Sequence[Sighting]
    shown: Sequence[Sighting]
    samples: Sequence[ShownPicture]
    """Whole pictures shown, about two a second."""
    illegible: int
    """Pictures shown whose stamp could not be read."""
    statistics: Sequence[Mapping[str, Any]]
    """Of the receiving page, `getStats` once a second."""
    readings: Sequence[tuple[float, float | None]]
    """(taken, arrived); None: not by the end."""
    still: Still
    site: SiteUsage
    lane_bytes: Mapping[str, int]
    """Bytes the site put on the line during the call, IP headers included, by lane."""
    notes: Sequence[str] = ()
    """What was doubtful."""
