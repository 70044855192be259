"""When the next picture is due, and how fast a source really is. No clock of its own."""

import math
from typing import Final

from client.core.adaptation.plan import PictureRung

IDLE_S: Final = 0.25
"""chosen: between two looks while nothing may leave."""
FRESH_S: Final = 0.02
"""chosen: between two looks for a picture that is due and not yet taken."""
_LONGEST_DEBT_S: Final = 0.2
"""chosen: a frame so much too large is made up for by leaving out the next ones."""
_METER_S: Final = 2.0  # chosen: long enough to count pictures rather than their jitter


class Pace:
    """Turns at a rung's pace; after a frame that was too large, the next come later."""

    def __init__(self) -> None:
        self._turn_s = -math.inf
        self._owed_bits = 0.0
        self._owed_at_s = 0.0

    def next_s(self, rung: PictureRung | None) -> float:
        """When the next turn is; by the rung in use now, whatever it was before."""
        due_s = self._turn_s + _interval_s(rung)
        if rung is None:
            return due_s
        allowed_s = max(_LONGEST_DEBT_S, _interval_s(rung))
        return max(due_s, self._owed_at_s + self._owed_bits / rung.bitrate_bps - allowed_s)

    def take(self, rung: PictureRung | None, now_s: float) -> None:
        """It is taken; a turn that came late by more than one is lost, not made up for."""
        due_s = self.next_s(rung)
        self._turn_s = due_s if now_s - due_s < _interval_s(rung) else now_s

    def give_back(self, rung: PictureRung | None, now_s: float) -> None:
        """There was nothing new to show: look again soon."""
        self._turn_s = now_s + FRESH_S - _interval_s(rung)

    def spend(self, size_bytes: int, rung: PictureRung, now_s: float) -> None:
        """A picture of this size was encoded."""
        carried_bits = (now_s - self._owed_at_s) * rung.bitrate_bps
        self._owed_bits = max(0.0, self._owed_bits - carried_bits) + size_bytes * 8
        self._owed_at_s = now_s

    def restart(self) -> None:
        """The next turn is now."""
        self._turn_s = -math.inf


class PaceMeter:
    """Counts the pictures of a source."""

    def __init__(self) -> None:
        self.frames_per_s: float | None = None
        """`None` until it was looked at for two seconds."""
        self._count = 0
        self._since_s: float | None = None

    def look(self, captured: int, now_s: float) -> None:
        """So many were captured so far."""
        if self._since_s is not None and now_s - self._since_s < _METER_S:
            return
        if self._since_s is not None:
            self.frames_per_s = (captured - self._count) / (now_s - self._since_s)
        self._count, self._since_s = captured, now_s


def _interval_s(rung: PictureRung | None) -> float:
    return IDLE_S if rung is None else 1 / rung.frames_per_s
