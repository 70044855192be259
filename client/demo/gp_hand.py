"""What the demo's GP can do, whoever plays the part."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StillSeen:
    """A still that is whole at the GP's."""

    sha256: str
    """Hexadecimal."""


@dataclass(frozen=True, slots=True)
class MediaSeen:
    """What reached the GP's eyes and ears."""

    frames_decoded: int
    distinct_frames: int
    """Pictures that differ from the one before."""
    voice_dbfs: float
    """Loudness of all the voice heard, root mean square over full scale."""


class GpHand(Protocol):
    """Joins, looks, asks, writes. Every call raises `TimeoutError` when its effect never comes."""

    kind: str
    """``chromium`` or ``python``."""

    async def arrive(self) -> None:
        """Sit down: everything that has nothing to do with the consultation, such as a browser."""

    async def join(self, url: str) -> tuple[str, ...]:
        """Open the invitation; returns the words to compare."""

    async def accept_words(self) -> None:
        """They are the same; returns once the link is up."""

    async def see_reading(self, vital: str) -> str:
        """Wait for a value of this vital sign (`devices.readings.Vital` code); returns it."""

    async def ask(self, what: str) -> None:
        """Ask for a step and wait until the site says it is done."""

    async def see_still(self) -> StillSeen:
        """Wait until a still is whole."""

    async def attach(self, label: str, pdf: bytes) -> None:
        """Send a document, to be named by the summary that follows."""

    async def summarise(self, text: str) -> None:
        """Send the summary and wait for its receipt."""

    async def measure_media(self) -> MediaSeen:
        """What has been seen and heard so far."""

    async def leave(self) -> None:
        """End the consultation."""

    async def close(self) -> None:
        """Release everything."""
