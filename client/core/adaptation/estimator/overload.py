"""The brake that needs no model: delay far above the line's own means that we send too much.

A queue that has stood for long, and a full one that no longer grows, look to any model like a line
of longer delay. SCReAM (RFC 8298) cuts its window by the delay alone for that reason; so does this,
by halves, until the delay has gone. What stays whatever we send is the line's own after all.
"""

from typing import Final

from client.core.adaptation.estimator.lasting import Lasting

LATE_S: Final = 0.3
"""chosen: above what trains, jitter and the model's own corrections ever cause."""
LEAST_BPS: Final = 16_000.0
"""The smallest voice: what is always sent."""

_GONE_S: Final = 0.12
_BASE_S: Final = 60.0  # chosen: clocks drift by 6 ms in it
_CUT: Final = 0.5
_SETTLING_S: Final = 0.5
"""chosen: shorter than a full queue's round trip; too deep a cut lasts a second, a queue many."""
_LOOK_S: Final = 0.25
_DRAIN: Final = 0.2  # chosen: seconds of queue a second; slower, a queue takes seconds to go
_GROWTH: Final = 3.0  # a second, once the delay has gone
_LONGEST_GROWTH_S: Final = 20.0
"""chosen: any ceiling is forgotten by then; a line may come back after an outage of minutes."""
_SURE_S: Final = 0.3  # chosen: by then a queue that goes away by itself is seen to
_STUBBORN_S: Final = 6.0  # chosen: any queue of ours is gone by then


class Overload:
    """A ceiling for what may be sent, while and after the line was overfilled."""

    def __init__(self) -> None:
        self._base = Lasting(_BASE_S)
        self._ceiling_bps: float | None = None
        self._cut_s = float("-inf")
        self._late_since_s: float | None = None
        self._grown_s = 0.0
        self._looked = (float("-inf"), 0.0)
        self._is_draining = False

    @property
    def ceiling_bps(self) -> float:
        """Infinite where nothing speaks for one."""
        return float("inf") if self._ceiling_bps is None else self._ceiling_bps

    def note(self, delay_s: float, sending_bps: float, now_s: float) -> None:
        """The least one-way delay of one feedback; of unknown offset, so differences count."""
        self._base.note(delay_s, now_s)
        excess_s = delay_s - self._base.lowest(now_s)
        self._look(excess_s, now_s)
        if excess_s > LATE_S:
            self._brake(sending_bps, now_s)
        elif excess_s < _GONE_S:
            self._late_since_s = None
            self._release(sending_bps, now_s)

    def _look(self, excess_s: float, now_s: float) -> None:
        """Whether the queue is going away by itself, as after a cut of the line."""
        looked_s, before_s = self._looked
        if now_s - looked_s >= _LOOK_S:
            self._is_draining = before_s - excess_s > _DRAIN * min(now_s - looked_s, 1.0)
            self._looked = now_s, excess_s

    def _brake(self, sending_bps: float, now_s: float) -> None:
        if self._late_since_s is None:
            self._late_since_s = now_s
        if now_s - self._late_since_s > _STUBBORN_S:
            self._base = Lasting(_BASE_S)
            self._late_since_s = self._ceiling_bps = None
            return
        is_sure = now_s - self._late_since_s >= _SURE_S and not self._is_draining
        if is_sure and now_s - self._cut_s > _SETTLING_S:
            self._ceiling_bps = max(LEAST_BPS, _CUT * min(sending_bps, self.ceiling_bps))
            self._cut_s = self._grown_s = now_s

    def _release(self, sending_bps: float, now_s: float) -> None:
        if self._ceiling_bps is None:
            return
        self._ceiling_bps *= _GROWTH ** min(now_s - self._grown_s, _LONGEST_GROWTH_S)
        self._grown_s = now_s
        if self._ceiling_bps > 3 * sending_bps:
            self._ceiling_bps = None
