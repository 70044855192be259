"""How late voice is to be played so that nearly all of it has come by then.

A packet's *transit* is when it came less the time in its header: the way it took, counted from an
unknown zero. Aims are transits too: sound is to be played when the clock less its time is the aim.
Clocks that drift apart move the newest transits, and the aim with them.
"""

from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Final

LEAST_S: Final = 0.04
"""chosen: above the shortest transit of late."""
MOST_S: Final = 0.4
"""chosen: above the shortest transit of late; later, two people cannot talk."""
FIRST_S: Final = 0.08
"""chosen: instead of `LEAST_S` while little is known."""
SHARE: Final = 0.99
"""chosen: of the packets is to come in time; by ``scripts/bench_reception``."""
WINDOW_S: Final = 10.0
"""chosen: for so long a packet that came late is remembered."""
TRANSITS_LIMIT: Final = 1_024
"""As many are remembered at most; twice what 20 ms make in the window."""
_LATELY_S: Final = 2.0  # chosen: a line that has become longer for so long will stay so
_FEW: Final = 10
_KNOWN: Final = 50  # chosen: packets after which `FIRST_S` ends
_NEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class _Transit:
    came_s: float
    transit_s: float
    teaches: bool

    @property
    def said_s(self) -> float:
        """By the sender's clock; unlike what came in a burst, evenly spaced."""
        return self.came_s - self.transit_s


class Aim:
    """Learns from every packet; times are one monotonic clock."""

    def __init__(self) -> None:
        self._transits: deque[_Transit] = deque(maxlen=TRANSITS_LIMIT)
        self._is_stalled = False
        self._count = 0
        self._is_stale = True
        self._base_s = self._aim_s = 0.0

    def note(self, transit_s: float, now_s: float) -> None:
        """Sound has come for the first time, in its own packet or in another's."""
        self._follow_stall(transit_s)
        self._transits.append(_Transit(now_s, transit_s, teaches=not self._is_stalled))
        while self._transits[0].came_s < now_s - WINDOW_S:
            self._transits.popleft()
        self._base_s = self._shortest_lately()
        self._count += 1
        self._is_stale = True

    def forget(self) -> None:
        """What comes next has other times."""
        self._transits.clear()
        self._count = 0
        self._is_stalled = False

    @property
    def is_known(self) -> bool:
        """Something has come."""
        return bool(self._transits)

    @property
    def base_s(self) -> float:
        """The shortest transit of late; 0 before any."""
        return self._base_s

    @property
    def aim_s(self) -> float:
        """The transit at which sound is to be played."""
        self._learn()
        return self._aim_s

    @property
    def ceiling_s(self) -> float:
        """Sound need not be later: the aim, or where the newest packets are later, theirs."""
        newest = (one.transit_s for one in islice(reversed(self._transits), _NEWEST))
        return max(self.aim_s, *newest, self.aim_s)

    def _follow_stall(self, transit_s: float) -> None:
        """Packets held back longer than any aim come in a burst, each a little less late.

        No aim could have waited for them: they teach nothing.
        """
        if self._transits:
            late_s = transit_s - self._base_s
            self._is_stalled = late_s > (LEAST_S if self._is_stalled else MOST_S)

    def _learn(self) -> None:
        if not self._is_stale or not self._transits:
            return
        self._is_stale = False
        base_s = self._base_s
        latest_s = base_s + MOST_S
        useful = sorted(
            one.transit_s for one in self._transits if one.teaches and one.transit_s <= latest_s
        )
        wanted_s = useful[int(SHARE * (len(useful) - 1) + 0.5)] if useful else base_s
        least_s = LEAST_S if self._count > _KNOWN else FIRST_S
        self._aim_s = max(base_s + least_s, wanted_s)

    def _shortest_lately(self) -> float:
        newest = self._transits[-1]
        shortest_s = newest.transit_s
        for place, one in enumerate(reversed(self._transits)):
            if place >= _FEW and one.said_s < newest.said_s - _LATELY_S:
                break
            shortest_s = min(shortest_s, one.transit_s)
        return shortest_s
