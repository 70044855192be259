"""How fast what may be sent grows: no faster than the line answers.

A belief in a faster line is tried by doubling, as in TCP's slow start (RFC 5681, 3.1). Otherwise
what is sent before the first answer stands in a thin line's queue for many seconds.
"""

from typing import Final

_QUICKEST_S: Final = 0.6
"""chosen: of a doubling; a line that got four times faster is used after 1.2 s."""
_ROUND_TRIPS: Final = 2.0
"""chosen: of a doubling; the second one is the answer's, with the time until it is reported."""
_MOST_DOUBLINGS: Final = 16.0  # from the thinnest line to more than any


class Growth:
    """The highest that a rate may be by now. Every ``now_s`` is the same clock."""

    def __init__(self) -> None:
        self._noted_bps = float("inf")
        self._noted_s = 0.0
        self._doubling_s = _QUICKEST_S

    def note(self, rate_bps: float, round_trip_s: float, now_s: float) -> None:
        """This is what is used now."""
        self._noted_bps, self._noted_s = rate_bps, now_s
        self._doubling_s = max(_QUICKEST_S, _ROUND_TRIPS * round_trip_s)

    def highest_bps(self, now_s: float) -> float:
        """Infinite before the first rate."""
        doublings = max(0.0, now_s - self._noted_s) / self._doubling_s
        return self._noted_bps * 2 ** min(doublings, _MOST_DOUBLINGS)
