"""A rate that follows bad news at once and good news only when it lasts."""

from collections import deque
from typing import Final

HOLD_S: Final = 2.0
"""chosen: a rate must last this long to be built on; shorter gains are left to waiting lanes."""
_SAME_DOWN: Final = 0.97
_SAME_UP: Final = 1.05
"""chosen: less change than this is noise of the estimate, not worth telling an encoder."""


class SteadyRate:
    """The lowest rate of the last seconds; small changes are ignored."""

    def __init__(self, hold_s: float = HOLD_S) -> None:
        self._hold_s = hold_s
        self._recent: deque[tuple[float, int]] = deque()
        self._kept_bps: int | None = None

    def forget(self) -> None:
        """What was seen says nothing about what comes: the next rate holds at once."""
        self._recent.clear()
        self._kept_bps = None

    def after(self, rate_bps: int, now_s: float) -> int:
        """What to build on; never above `rate_bps` by more than a few percent."""
        while self._recent and self._recent[0][0] < now_s - self._hold_s:
            self._recent.popleft()
        while self._recent and self._recent[-1][1] >= rate_bps:
            self._recent.pop()
        self._recent.append((now_s, rate_bps))
        lowest_bps = self._recent[0][1]
        kept_bps = self._kept_bps
        if kept_bps is None or not _SAME_DOWN * kept_bps <= lowest_bps <= _SAME_UP * kept_bps:
            self._kept_bps = kept_bps = lowest_bps
        return kept_bps
