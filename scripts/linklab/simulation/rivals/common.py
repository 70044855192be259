"""What both rivals need: silence, round trips, losses and the rate received."""

from collections import deque
from typing import Final

from client.core.adaptation.estimator.losses import Losses
from client.core.adaptation.observation import Arrival, Feedback, LineEstimate

BEGIN_BPS: Final = 100_000
LEAST_BPS: Final = 16_000
MOST_BPS: Final = 6_000_000

_SILENCE_S: Final = 1.0
_RATE_WINDOW_S: Final = 0.5
_KNOWN_S: Final = 1.0


class RateControl:
    """A sender's rate that feedback moves; subclasses say how."""

    def __init__(self, now_s: float) -> None:
        self.rate_bps = float(BEGIN_BPS)
        self.queue_s = 0.0
        self.losses = Losses()
        self._began_s = now_s
        self._now_s = now_s
        self._unanswered_s: float | None = None
        self._round_trip_s: float | None = None
        self._received: deque[tuple[float, int]] = deque()

    def sent(self, size_bytes: int, now_s: float, *, is_numbered: bool) -> None:
        """A packet has left."""
        del size_bytes
        if is_numbered and self._unanswered_s is None:
            self._unanswered_s = now_s

    def hear(self, feedback: Feedback) -> None:
        """The receiver has spoken."""
        self._now_s = feedback.heard_s
        self._unanswered_s = None
        for arrival in feedback.arrivals:
            is_lost = arrival.arrived_s is None
            self.losses.note(is_lost=is_lost, queue_s=self.queue_s, now_s=self._now_s)
            if arrival.arrived_s is not None:
                self._received.append(
                    (arrival.arrived_s, arrival.size_bytes + arrival.before_bytes)
                )
                self._round_trip_s = feedback.heard_s - arrival.sent_s
        arrived = [one for one in feedback.arrivals if one.arrived_s is not None]
        self.follow(arrived, feedback.heard_s)
        self.rate_bps = min(max(self.rate_bps, LEAST_BPS), MOST_BPS)

    def follow(self, arrived: list[Arrival], now_s: float) -> None:
        """Move the rate by what arrived."""
        raise NotImplementedError  # a subclass's whole business

    def tick(self, now_s: float) -> None:
        """Time has passed."""
        self._now_s = now_s

    @property
    def received_bps(self) -> float:
        """Of the last half second, by the receiver's clock."""
        newest_s = self._received[-1][0] if self._received else 0.0
        while self._received and self._received[0][0] < newest_s - _RATE_WINDOW_S:
            self._received.popleft()
        return sum(size for _, size in self._received) * 8 / _RATE_WINDOW_S

    @property
    def round_trip_s(self) -> float:
        """The last one seen."""
        return 0.2 if self._round_trip_s is None else self._round_trip_s

    @property
    def sure_bps(self) -> float:
        """For sizing probes."""
        return self.rate_bps

    @property
    def estimate(self) -> LineEstimate:
        """What may be sent, in the words of our engine."""
        silent_s = 0.0 if self._unanswered_s is None else self._now_s - self._unanswered_s
        return LineEstimate(
            capacity_bps=int(self.rate_bps),
            usable_bps=int(self.rate_bps),
            is_known=self._now_s - self._began_s > _KNOWN_S,
            is_silent=silent_s > max(_SILENCE_S, self.round_trip_s + _SILENCE_S / 2),
            queue_s=self.queue_s,
            rtt_s=self._round_trip_s,
            jitter_s=0.0,
            loss_fraction=self.losses.fraction(self._now_s),
            loss_kind=self.losses.kind(self._now_s),
        )
