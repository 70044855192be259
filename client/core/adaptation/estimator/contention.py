"""Whether the queue is others': it stands although we send less than the line carries.

A line that became slower looks the same at first, but its queue drains as soon as we send less than
it carries; that of a TCP flow does not, it takes what we leave (RFC 8867, 5.6 tests it). Then
giving way further serves nobody, and a share is held on to.
"""

from collections import deque
from typing import Final

_WINDOW_S: Final = 2.0
_STANDING_S: Final = 0.08
_DRAINED: Final = 0.7
"""A queue that is down to this share of itself within the window is on its way out."""
_BASE_WINDOW_S: Final = 60.0
"""chosen: a TCP flow that never ends keeps its queue; drift of 100 ppm makes 6 ms of it."""
_RECORDS_LIMIT: Final = 512

SHARE: Final = 0.35
"""chosen: of what the line carried alone; a fair half would meet a full queue with more delay."""
LEAST_BPS: Final = 75_000
"""chosen: with 15 % of headroom off, a little above the 60 kbit/s that must not be starved."""
MOST_SHARE: Final = 0.7
_LOSS_WEIGHT: Final = 3.0
"""chosen: at a third lost, whoever competes does not yield, and there is nothing to hold on to."""


class Contention:
    """Looks at delays and at our rate."""

    def __init__(self) -> None:
        self._excesses: deque[tuple[float, float]] = deque(maxlen=_RECORDS_LIMIT)
        self._lowest_s = self._lowest_before_s = float("inf")
        self._turned_s: float | None = None
        self.is_standing = False

    def note(self, delay_s: float, capacity_bps: float, sending_bps: float, now_s: float) -> None:
        """The smallest one-way delay of a report, and what was known and sent at the time."""
        excess_s = delay_s - self._base_s(delay_s, now_s)
        self._excesses.append((now_s, excess_s))
        while self._excesses[0][0] < now_s - _WINDOW_S:
            self._excesses.popleft()
        if excess_s < _STANDING_S / 2:
            self.is_standing = False
        elif sending_bps < capacity_bps and self._stands(now_s):
            self.is_standing = True

    def floor_bps(self, carried_bps: float, loss_fraction: float) -> float:
        """What to hold on to of what the line carried alone; zero where nobody competes."""
        if not self.is_standing:
            return 0.0
        held_bps = max(SHARE * carried_bps, min(LEAST_BPS, MOST_SHARE * carried_bps))
        return held_bps * max(0.0, 1 - _LOSS_WEIGHT * loss_fraction)

    def _stands(self, now_s: float) -> bool:
        first_at_s, first_s = self._excesses[0]
        if now_s - first_at_s < _WINDOW_S / 2 or min(s for _, s in self._excesses) < _STANDING_S:
            return False
        return self._excesses[-1][1] > _DRAINED * first_s

    def _base_s(self, delay_s: float, now_s: float) -> float:
        if self._turned_s is None or now_s - self._turned_s > _BASE_WINDOW_S / 2:
            self._lowest_before_s, self._lowest_s = self._lowest_s, delay_s
            self._turned_s = now_s
        self._lowest_s = min(self._lowest_s, delay_s)
        return min(self._lowest_s, self._lowest_before_s)
