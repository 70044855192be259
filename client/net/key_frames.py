"""When to ask the encoder for a key frame: once wanted, and at most once a second."""

from typing import Final

INTERVAL_S: Final = 1.0
"""chosen: a browser repeats its PLI every 0.2 s until a key frame lands, 0.4 s at 64 kbit/s."""


class KeyFrames:
    """What is wanted of one picture encoder. Sans-IO: times are one monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._is_wanted = False
        self._asked_s = float("-inf")

    def want(self) -> None:
        """Somebody cannot go on without one."""
        self._is_wanted = True

    def note_made(self) -> None:
        """One is on its way."""
        self._is_wanted = False

    def is_due(self, now_s: float) -> bool:
        """Whether to ask the encoder now; asking counts from here, and again if none comes."""
        if not self._is_wanted or now_s < self._asked_s + INTERVAL_S:
            return False
        self._asked_s = now_s
        return True

    def next_at(self) -> float | None:
        """When `is_due` may next be true; None while none is wanted."""
        return self._asked_s + INTERVAL_S if self._is_wanted else None
