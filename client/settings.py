"""What can be set, with its unit and its reason. No file is read here."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the quality ladder: what is sent on a line of a given capacity."""

    video_codec: str
    """``av1`` or ``vp9``."""
    width: int
    height: int
    frames_per_s: int
    video_bps: int
    audio_bps: int
    audio_packet_ms: int
    """Opus packet duration: 20, 40, 60 or 120."""


DEFAULT_RUNG: Final = Rung(
    video_codec="av1",
    width=320,
    height=240,
    frames_per_s=12,
    video_bps=70_000,
    audio_bps=16_000,
    audio_packet_ms=60,
)
"""About 100 kbit/s in all with headers (measured: docs in README, life of a frame)."""

UPLINK_BPS: Final = 256_000
"""chosen: the pacing rate until an estimator knows the line; a rural ADSL uplink."""
