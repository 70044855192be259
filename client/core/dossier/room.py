"""The start-of-day check of the place (rules-fr.md, d-8)."""

from dataclasses import dataclass
from enum import StrEnum


class RoomItem(StrEnum):
    """What the responsible person looks at."""

    CALM = "calm"
    LIGHT = "light"
    DOOR = "door"
    DISINFECTION = "disinfection"
    INSTRUMENTS = "instruments"
    CAMERA = "camera"
    VOICE = "voice"
    """Camera, microphone and speaker were seen and heard: "un, deux, trois"."""
    LINE = "line"


@dataclass(frozen=True, slots=True)
class RoomCheck:
    """One opening of the room."""

    at_ms: int
    operator: str
    checked: tuple[RoomItem, ...]
    failed: tuple[RoomItem, ...] = ()
