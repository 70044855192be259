"""When sound was captured, told from when it came: late by whatever the machine pleases."""

from typing import Final

_SLOWEST: Final = 1e-3
"""chosen: a sound card whose seconds last this much longer than ours is still followed."""
_GAP_S: Final = 0.5
"""chosen: later than this, sound was lost or the machine slept; above any device's buffer."""


class CaptureClock:
    """The moments at which blocks of sound began, of a source that is never early.

    A device hands over several blocks at once and the machine adds its own delays; the block that
    waited least tells the truth about all. The source's clock may run faster or slower than ours.
    """

    def __init__(self) -> None:
        self._end_s: float | None = None

    def began_s(self, came_s: float, length_s: float) -> float:
        """When the block of `length_s` that came at `came_s` began; on the same clock."""
        end_s = came_s
        if self._end_s is not None:
            expected_s = self._end_s + length_s
            late_s = came_s - expected_s
            if 0 < late_s < _GAP_S:
                end_s = expected_s + min(late_s, length_s * _SLOWEST)
        self._end_s = end_s
        return end_s - length_s
