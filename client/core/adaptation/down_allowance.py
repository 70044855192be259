"""What the GP's end may send to this site: the browser's own floor is above our thinnest lines.

Its congestion control never goes below some 70 kbit/s with voice and face, and what it queues on
the downlink delays our feedback too. So the site says what there is, and takes the face away when
answers come late.
"""

from typing import Final

BEGIN_BPS: Final = 64_000
"""chosen: the GP's voice and no face, until the line has shown that it bears more."""
LEAST_BPS: Final = 24_000
"""The thinnest voice and its feedback."""
MOST_BPS: Final = 250_000
"""chosen: a small, clear face; more would only take from the shop."""

_LATE_S: Final = 0.25  # chosen: above what feedback's own rhythm and a radio's jitter do
_FINE_S: Final = 0.12
_BELOW: Final = 0.7  # of what came through: a queue must drain
_GROWTH: Final = 1.1  # a second
_SETTLING_S: Final = 2.0  # chosen: a cut is told, obeyed, and the queue drained
_FIRST_WAIT_S: Final = 10.0
_LONGEST_WAIT_S: Final = 160.0


class DownAllowance:
    """Down at once when answers come late; up slowly, and after each failure later."""

    def __init__(self, known_bps: int | None = None) -> None:
        """`known_bps`: what a downlink that was measured before bears."""
        self._most_bps = MOST_BPS if known_bps is None else min(MOST_BPS, known_bps)
        begin_bps = BEGIN_BPS if known_bps is None else self._most_bps
        self._bps = float(max(LEAST_BPS, begin_bps))
        self._base_s: float | None = None
        self._cut_s = float("-inf")
        self._wait_s = _FIRST_WAIT_S

    @property
    def bps(self) -> int:
        """Bits per second on the line, headers included."""
        return int(self._bps)

    def note(self, received_bps: int, answer_s: float | None, now_s: float) -> None:
        """Once a second. `answer_s`: round trip without our own queue; `None`: nothing came."""
        if answer_s is None:
            return
        self._base_s = answer_s if self._base_s is None else min(self._base_s, answer_s)
        extra_s = answer_s - self._base_s
        if extra_s > _LATE_S and now_s - self._cut_s >= _SETTLING_S:
            self._cut(received_bps, now_s)
        elif extra_s < _FINE_S and now_s - self._cut_s >= self._wait_s:
            self._bps = max(self._bps, min(self._most_bps, self._bps * _GROWTH))

    def _cut(self, received_bps: int, now_s: float) -> None:
        if self._cut_s > float("-inf") and now_s - self._cut_s > self._wait_s:
            self._wait_s = min(_LONGEST_WAIT_S, 2 * self._wait_s)
        self._bps = max(LEAST_BPS, min(self._bps, received_bps * _BELOW))
        self._cut_s = now_s
