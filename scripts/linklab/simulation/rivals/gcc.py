"""Google congestion control: a trend of delays, then a rate (draft-ietf-rmcat-gcc-02).

With the trend-line filter libwebrtc uses in place of the draft's Kalman filter (5.3), the adaptive
threshold of 5.4, the rate control of 5.5 and the loss control of 6. Without libwebrtc's probe
controller: what our probes send is to it traffic like any other.
"""

import math
from collections import deque
from typing import Final

from client.core.adaptation.observation import Arrival
from linklab.simulation.rivals.common import RateControl

_GROUPS: Final = 20
_MOST_GROUPS: Final = 60
_GAIN: Final = 4.0
_THRESHOLD_UP: Final = 0.0087
_THRESHOLD_DOWN: Final = 0.039
_OVERUSE_S: Final = 0.010
_BETA: Final = 0.85


class Gcc(RateControl):
    """One sender's."""

    def __init__(self, now_s: float) -> None:
        super().__init__(now_s)
        self._last: Arrival | None = None
        self._sum_s = self._smooth_s = 0.0
        self._groups = 0
        self._points: deque[tuple[float, float]] = deque(maxlen=_GROUPS)
        self._threshold = 0.0125
        self._over_since_s: float | None = None
        self._state = "increase"
        self._changed_s = now_s
        self._link_bps: float | None = None
        self._loss_bps = float("inf")

    def follow(self, arrived: list[Arrival], now_s: float) -> None:
        """See RateControl."""
        for arrival in arrived:
            self._filter(arrival)
        self._detect(now_s)
        self._control(now_s)
        fraction = self.losses.fraction(now_s)
        if fraction > 0.1:  # noqa: PLR2004 - section 6
            self.rate_bps *= 1 - 0.5 * fraction * min(1.0, now_s - self._changed_s)
        self._changed_s = now_s

    def _filter(self, arrival: Arrival) -> None:
        last, self._last = self._last, arrival
        if last is None or last.arrived_s is None or arrival.arrived_s is None:
            return
        self._sum_s += (arrival.arrived_s - last.arrived_s) - (arrival.sent_s - last.sent_s)
        self._smooth_s += 0.1 * (self._sum_s - self._smooth_s)
        self._groups += 1
        self._points.append((arrival.arrived_s, self._smooth_s))
        self.queue_s = max(0.0, self._smooth_s)

    def _slope(self) -> float:
        count = len(self._points)
        if count < _GROUPS:
            return 0.0
        mean_x = sum(x for x, _ in self._points) / count
        mean_y = sum(y for _, y in self._points) / count
        below = sum((x - mean_x) ** 2 for x, _ in self._points)
        above = sum((x - mean_x) * (y - mean_y) for x, y in self._points)
        return above / below if below else 0.0

    def _detect(self, now_s: float) -> None:
        trend = self._slope() * min(self._groups, _MOST_GROUPS) * _GAIN / 1000
        passed_s = min(0.1, now_s - self._changed_s)
        if abs(trend) < self._threshold + 0.015:
            rate = _THRESHOLD_DOWN if abs(trend) < self._threshold else _THRESHOLD_UP
            self._threshold += rate * (abs(trend) - self._threshold) * passed_s * 10
            self._threshold = min(max(self._threshold, 0.006), 0.6)
        if trend > self._threshold:
            if self._over_since_s is None:
                self._over_since_s = now_s
            is_over = now_s - self._over_since_s > _OVERUSE_S
            self._state = "decrease" if is_over else self._state
        else:
            self._over_since_s = None
            self._state = "hold" if trend < -self._threshold else "increase"

    def _control(self, now_s: float) -> None:
        passed_s = min(1.0, now_s - self._changed_s)
        received_bps = self.received_bps
        if self._state == "decrease":
            self.rate_bps = min(self.rate_bps, _BETA * received_bps)
            self._link_bps = received_bps
            self._over_since_s = None
            self._state = "hold"
        elif self._state == "increase":
            near = self._link_bps is not None and received_bps < 1.5 * self._link_bps
            if near:
                response_s = 0.1 + self.round_trip_s
                self.rate_bps += 0.5 * min(1.0, passed_s / response_s) * 9_600
            else:
                self.rate_bps *= math.pow(1.08, passed_s)
            self.rate_bps = min(self.rate_bps, 1.5 * received_bps + 10_000)
