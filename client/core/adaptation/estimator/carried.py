"""The most that the line has lately been seen to carry: what arrived, not what is believed.

Pacing hides a line: where packets leave one by one, no queue ever tells the lines that carry this
much from those that carry ten times as much. So a belief alone is no reason to send much more.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

from client.core.adaptation.observation import Arrival

_WINDOW_S: Final = 1.0
_BEST_S: Final = 30.0
_RECORDS_LIMIT: Final = 4_096
CLEAR_S: Final = 0.25
"""chosen: a queue that is longer may be full, and then nobody knows what of it arrived."""


class Carried:
    """Takes what the reports say; time is the sender's, arrivals are the receiver's."""

    def __init__(self) -> None:
        self._arrived: deque[tuple[float, int]] = deque(maxlen=_RECORDS_LIMIT)
        self._arrived_bytes = 0
        self._best: deque[tuple[float, float]] = deque()

    def note(self, arrivals: Iterable[Arrival], queue_s: float, now_s: float) -> None:
        """A report came while this queue stood."""
        if queue_s > CLEAR_S:
            self._arrived.clear()
            self._arrived_bytes = 0
            return
        for arrival in arrivals:
            if arrival.arrived_s is not None:
                self._note(arrival.arrived_s, arrival.before_bytes + arrival.size_bytes)
        self._remember(self._arrived_bytes * 8 / _WINDOW_S, now_s)

    @property
    def best_bps(self) -> float:
        """Of the last half minute in which this could be seen; zero before the first."""
        return self._best[0][1] if self._best else 0.0

    def _note(self, arrived_s: float, size_bytes: int) -> None:
        if len(self._arrived) == _RECORDS_LIMIT:
            self._forget()
        self._arrived.append((arrived_s, size_bytes))
        self._arrived_bytes += size_bytes
        while self._arrived[0][0] <= arrived_s - _WINDOW_S:
            self._forget()

    def _forget(self) -> None:
        self._arrived_bytes -= self._arrived.popleft()[1]

    def _remember(self, rate_bps: float, now_s: float) -> None:
        while self._best and self._best[-1][1] <= rate_bps:
            self._best.pop()
        self._best.append((now_s, rate_bps))
        while self._best[0][0] < now_s - _BEST_S:
            self._best.popleft()
