"""What happens when, in order; the simulation's only clock."""

import heapq
from collections.abc import Callable
from itertools import count


class Agenda:
    """Calls things at their times."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._entries: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def at(self, time_s: float, action: Callable[[], None]) -> None:
        """Do this then; what is past is done next."""
        heapq.heappush(self._entries, (max(time_s, self.now_s), next(self._order), action))

    def every(self, period_s: float, action: Callable[[], None], first_s: float = 0.0) -> None:
        """Do this again and again."""

        def turn() -> None:
            action()
            self.at(self.now_s + period_s, turn)

        self.at(first_s, turn)

    def run(self, until_s: float) -> None:
        """Let everything happen that is due by then."""
        while self._entries and self._entries[0][0] <= until_s:
            self.now_s, _, action = heapq.heappop(self._entries)
            action()
        self.now_s = until_s
