"""What became of the peer's voice, in numbers."""

from dataclasses import dataclass

from client.media.loudness import SILENCE_DBFS


@dataclass(slots=True)
class Tally:
    """Samples counted since the beginning."""

    heard: int = 0
    """Decoded from what came, in time."""
    concealed: int = 0
    """Guessed or left silent because nothing was there; an intended silence is not counted."""
    restored: int = 0
    """Taken from a copy in the packet that followed."""
    shortened: int = 0
    lengthened: int = 0
    skipped: int = 0
    """Left out unheard because it came far too late."""
    late_packets: int = 0
    damaged_packets: int = 0


@dataclass(frozen=True, slots=True)
class VoiceQuality:
    """How the peer's voice is heard at this end; the counts are since the beginning."""

    heard_ms: int = 0
    concealed_ms: int = 0
    restored_ms: int = 0
    shortened_ms: int = 0
    lengthened_ms: int = 0
    skipped_ms: int = 0
    late_packets: int = 0
    damaged_packets: int = 0
    delay_ms: int = 0
    """How long voice is held back now, above the fastest packets' way."""
    level_dbfs: float = SILENCE_DBFS
    """Loudness of what was played last."""

    def concealed_pct_since(self, before: "VoiceQuality") -> float:
        """Share of what should have been heard since then that was not; 0 without any voice."""
        concealed = self.concealed_ms - before.concealed_ms
        voice = self.heard_ms - before.heard_ms + self.restored_ms - before.restored_ms
        return 100 * concealed / (concealed + voice) if concealed > 0 else 0.0
