"""What a call leaves behind, before anything is computed from it. Times: wall clock, ms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linklab.measuring.lanes import Row
from linklab.measuring.presented import PresentedCount
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
    """Waiting time in the line, until the last of the call is over, a late still included."""
    queue_p95_ms: float | None
    late_ms: float
    """The worst delay that the emulator itself added."""
    outage_ends_s: tuple[float, ...] = ()
    """After the beginning, when the line came back from being cut."""
    log: Sequence[Mapping[str, Any]] = ()
    """The laboratory's own, second by second."""


@dataclass(frozen=True, slots=True)
class Received:
    """What the receiving page saw and heard, and what its browser counted."""

    heard: Sound
    shown: Sequence[Sighting]
    illegible: int
    """Pictures shown whose stamp could not be read."""
    presented: Sequence[PresentedCount]
    """What the browser counted as presented, whether the page got to look at it or not."""
    samples: Sequence[ShownPicture]
    """Whole pictures shown, about two a second."""
    statistics: Sequence[Mapping[str, Any]]
    """`getStats`, once a second."""
    descriptions: Sequence[str]
    """Session descriptions of the site."""
    failures: Sequence[str]
    """What went wrong in the watching itself."""


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
    captured: Sequence[Sighting]
    received: Received
    readings: Sequence[tuple[float, float | None]]
    """(taken, arrived); None: not by the end."""
    still: Still
    site: SiteUsage
    packets: Sequence[Row]
    """What the site put on the line, from before the call to after it."""
    trace: str = ""
    """What the site's media engine wrote down of itself; empty for others."""
