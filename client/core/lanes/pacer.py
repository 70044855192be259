"""When the next packet may leave: one packet ahead of the line at most, never above the cap."""

from collections import deque
from typing import Final

LATENESS_S: Final = 0.02
"""chosen: a timer may be this late (Windows: 15.6 ms) without losing capacity."""
CAP_WINDOW_S: Final = 1.0

_PROGRESS_S: Final = 1e-6  # chosen: above any rounding, so that a wake-up always finds budget


class Pacer:
    """A budget of bytes that fills with the rate and may be overdrawn by one packet."""

    def __init__(self, rate_bps: int, cap_bps: int | None, now_s: float) -> None:
        self.rate_bps = rate_bps
        """May be set at any time."""
        self.cap_bps = cap_bps
        """No window of a second carries more; None: no cap."""
        self._budget_bytes = 0.0
        self._filled_s = now_s
        self._recent: deque[tuple[float, int]] = deque()
        self._recent_bytes = 0

    def fill(self, now_s: float) -> None:
        """Let time pass."""
        gained_bytes = max(0.0, now_s - self._filled_s) * self.rate_bps / 8
        most_bytes = self.rate_bps / 8 * LATENESS_S
        self._budget_bytes = min(most_bytes, self._budget_bytes + gained_bytes)
        self._filled_s = max(self._filled_s, now_s)
        while self._recent and self._recent[0][0] <= self._filled_s - CAP_WINDOW_S:
            self._recent_bytes -= self._recent.popleft()[1]

    def admits(self, cost_bytes: int) -> bool:
        """Whether a packet of this size may leave now."""
        return self._budget_bytes >= 0 and self.is_below_cap(cost_bytes)

    def is_below_cap(self, cost_bytes: int) -> bool:
        """Whether the last second has room for it; one that never fits has an empty second."""
        if self.cap_bps is None or not self._recent:
            return True
        return self._recent_bytes + cost_bytes <= self.cap_bps / 8 * CAP_WINDOW_S

    def spend(self, cost_bytes: int) -> None:
        """A packet leaves."""
        self._budget_bytes -= cost_bytes
        self._recent.append((self._filled_s, cost_bytes))
        self._recent_bytes += cost_bytes

    def next_at(self, cost_bytes: int) -> float:
        """When a packet of this size may leave."""
        missing_bytes = max(0.0, -self._budget_bytes)
        paced_s = self._filled_s + missing_bytes * 8 / max(1, self.rate_bps)
        return max(paced_s, self._below_cap_at(cost_bytes)) + _PROGRESS_S

    def _below_cap_at(self, cost_bytes: int) -> float:
        if self.cap_bps is None:
            return self._filled_s
        room_bytes = self.cap_bps / 8 * CAP_WINDOW_S - self._recent_bytes
        free_s = self._filled_s
        for sent_s, sent_bytes in self._recent:
            if room_bytes >= cost_bytes:
                break
            room_bytes += sent_bytes
            free_s = sent_s + CAP_WINDOW_S
        return free_s
