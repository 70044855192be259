"""How a line's rate is shared out: rungs for the encoders, budgets for the lanes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Preference(StrEnum):
    """What the GP, or the person at the bedside, wants most of the picture's share."""

    BALANCED = "balanced"
    SHARP = "sharp"
    """« image nette »: fewer, better pictures."""
    SMOOTH = "smooth"
    """« mouvement fluide »."""
    STILL_FIRST = "still_first"
    """« photo d'abord »: the still in progress before the live picture."""


class Content(StrEnum):
    """What the camera looks at; motion and detail differ."""

    FACE = "face"
    OTOSCOPE = "otoscope"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class VoiceRung:
    """How voice is coded."""

    bitrate_bps: int
    """Opus, 6,000 to 24,000."""
    packet_ms: int
    """Opus packet duration: 20, 40, 60 or 120."""
    is_redundant: bool = False
    """Each packet repeats the one before (RFC 2198), where a round trip is too long for NACK."""
    has_fec: bool = False
    """In-band forward error correction; libopus makes none below about 16 kbit/s."""


@dataclass(frozen=True, slots=True)
class PictureRung:
    """How the live picture is coded."""

    codec: str
    """Name of a file in ``client/media/codecs``: ``av1``, ``vp9``, ``vp8``, ``h264``."""
    width: int
    height: int
    frames_per_s: float
    """Below 1: a heartbeat, one sharp picture every few seconds, each standing alone."""
    bitrate_bps: int
    """Payload; headers come on top."""
    preset: int | None = None
    """The codec's own speed setting; None: its default."""

    @property
    def is_heartbeat(self) -> bool:
        """Slow-scan instead of motion."""
        return self.frames_per_s < 1


@dataclass(frozen=True, slots=True)
class Plan:
    """How the sender uses its line until the next plan. Rates are on the line, headers included."""

    send_bps: int
    """All lanes together; never above the cap."""
    voice: VoiceRung
    picture: PictureRung | None
    """None: audio only."""
    picture_bps: int
    still_bps: int
    bulk_bps: int
    cap_bps: int | None = None
    """Nothing leaves above it in any second; None: `send_bps` alone, which bursts may pass."""
    is_silent: bool = False
    """Nothing is heard of the line: control, voice and readings alone may leave."""


DEFAULT_VOICE_RUNG: Final = VoiceRung(bitrate_bps=16_000, packet_ms=60)
DEFAULT_PICTURE_RUNG: Final = PictureRung(
    codec="av1", width=320, height=240, frames_per_s=12, bitrate_bps=70_000
)
"""With voice about 100 kbit/s in all, headers included: where an unmeasured line begins."""


def first_plan(send_bps: int) -> Plan:
    """The plan of a line of which nothing is known but what may be sent."""
    return Plan(
        send_bps=send_bps,
        voice=DEFAULT_VOICE_RUNG,
        picture=DEFAULT_PICTURE_RUNG,
        picture_bps=send_bps // 2,
        still_bps=send_bps // 2,
        bulk_bps=0,
    )
