"""The estimator: from feedback to `LineEstimate`."""

from collections import deque
from dataclasses import dataclass
from statistics import median
from typing import Final

from client.core.adaptation.estimator.carried import Carried
from client.core.adaptation.estimator.contention import Contention
from client.core.adaptation.estimator.growth import Growth
from client.core.adaptation.estimator.lasting import Lasting
from client.core.adaptation.estimator.line_model import LineModel, Tuning
from client.core.adaptation.estimator.losses import Losses
from client.core.adaptation.estimator.overload import Overload
from client.core.adaptation.observation import Arrival, Feedback, LineEstimate, Passed

BEGIN_BPS: Final = 100_000
"""Where an unmeasured line begins; `plan.DEFAULT_PICTURE_RUNG` and voice fit in."""
SILENCE_S: Final = 1.0
IN_FLIGHT_LIMIT: Final = 4_096
"""Packets remembered until the receiver speaks of them; the oldest is taken for arrived."""

_KNOWN_SPREAD: Final = 0.25
_KNOWN_PACKETS: Final = 6
_PLENTY_BPS: Final = 400_000
"""chosen: a line that surely carries this is known well enough to begin."""


@dataclass(frozen=True, slots=True)
class LineSeed:
    """What a measurement before the session found."""

    capacity_bps: int


@dataclass(frozen=True, slots=True)
class Control:
    """What the sweep chose for the way from belief to rate."""

    caution: float = 0.4
    """Probability, by the model, that the true capacity is below what is used."""
    standing_s: float = 0.03
    """A queue this long, and one packet, is ours to have."""
    drain_s: float = 0.4
    """Time in which a longer one is to be gone."""
    deepest_cut: float = 0.45
    """The most of the capacity given up for draining: after a cut half of it is used at once."""
    lasting_s: float = 0.4
    """A gain is believed when it has lasted so long."""


class Estimator:
    """What the line can carry. Every ``now_s`` is the sender's monotonic clock."""

    def __init__(
        self,
        now_s: float,
        seed: LineSeed | None = None,
        tuning: Tuning | None = None,
        control: Control | None = None,
    ) -> None:
        self._seed = seed
        self._control = control or Control()
        self.model: Final = LineModel(tuning or Tuning(), seed.capacity_bps if seed else None)
        self._losses = Losses()
        self._in_flight: deque[tuple[float, int]] = deque(maxlen=IN_FLIGHT_LIMIT)
        self._sent: deque[tuple[float, int]] = deque()
        """Of the last second."""
        self._sent_bytes = 0
        self._contention = Contention()
        self._overload = Overload()
        self._awaited_s: deque[float] = deque(maxlen=IN_FLIGHT_LIMIT)
        self._unanswered_s: float | None = None
        self._round_trips_s: deque[float] = deque(maxlen=5)
        self._quickest = Lasting(_QUICKEST_S)
        self._lasting = Lasting(self._control.lasting_s)
        self._growth = Growth()
        self._carried = Carried()
        self._observed = 0
        self._is_known = False
        self._newest: int | None = None
        self._skipped: list[Passed] = []
        self._now_s = now_s

    def sent(self, size_bytes: int, now_s: float, *, is_numbered: bool) -> None:
        """A packet has left; size on the line. Only numbered ones are ever spoken of."""
        self._in_flight.append((now_s, size_bytes))
        self._sent.append((now_s, size_bytes))
        self._sent_bytes += size_bytes
        if len(self._sent) > IN_FLIGHT_LIMIT:
            self._sent_bytes -= self._sent.popleft()[1]
        if is_numbered:
            self._awaited_s.append(now_s)
            if self._unanswered_s is None:
                self._unanswered_s = now_s

    def hear(self, feedback: Feedback) -> None:
        """Take in what the receiver says."""
        self._now_s = max(self._now_s, feedback.heard_s)
        self._unanswered_s = None
        queue_s = self._filled_s()
        for arrival in feedback.arrivals:
            is_lost = arrival.arrived_s is None
            self._losses.note(is_lost=is_lost, queue_s=queue_s, now_s=self._now_s)
            self._note(arrival)
        arrived = [one.sent_s for one in feedback.arrivals if one.arrived_s is not None]
        if arrived:
            self._round_trips_s.append(feedback.heard_s - max(arrived))
            self._quickest.note(feedback.heard_s - max(arrived), self._now_s)
            self._settle(max(arrived))
            self._know()
            self._carried.note(feedback.arrivals, queue_s, self._now_s)
            self._note_contention(feedback)
        self._lasting.note(self.model.quantile_bps(self._control.caution), self._now_s)
        if self._is_known and self._round_trips_s:
            self._growth.note(self._safe_bps, median(self._round_trips_s), self._now_s)

    def tick(self, now_s: float) -> None:
        """Let time pass; the estimate depends on it."""
        self._now_s = max(self._now_s, now_s)

    @property
    def estimate(self) -> LineEstimate:
        """What the line can carry now."""
        capacity_bps, usable_bps = self._rates()
        return LineEstimate(
            capacity_bps=int(capacity_bps),
            usable_bps=int(usable_bps),
            is_known=self._is_known,
            is_silent=self._is_silent(),
            queue_s=self.queue_s,
            rtt_s=median(self._round_trips_s) if self._round_trips_s else None,
            jitter_s=self.model.noise_s,
            loss_fraction=self._losses.fraction(self._now_s),
            loss_kind=self._losses.kind(self._now_s),
        )

    @property
    def sure_bps(self) -> float:
        """What the line almost surely carries; for sizing a probe."""
        return self.model.quantile_bps(_SURE)

    @property
    def queue_s(self) -> float:
        """The bottleneck's queue at this moment."""
        return max(self._filled_s(), self._overdue_s())

    def _filled_s(self) -> float:
        """The last queue observed, and what was sent since."""
        if not self._observed:
            return 0.0
        queue_s, sent_s = self.model.queue_s()
        since_bytes = sum(size for at_s, size in self._in_flight if at_s > sent_s)
        left_s = queue_s - (self._now_s - sent_s)
        return max(0.0, left_s + since_bytes * 8 / self.model.quantile_bps(0.5))

    def _overdue_s(self) -> float:
        """How much later than ever the answer to the oldest packet in flight is."""
        if not self._awaited_s or not self._round_trips_s:
            return 0.0
        patience_s = self._quickest.lowest(self._now_s) + _REPORT_S + 2 * self.model.noise_s
        return self._now_s - self._awaited_s[0] - patience_s

    def _rates(self) -> tuple[float, float]:
        if not self._is_known:
            begin_bps = 0.8 * self._seed.capacity_bps if self._seed else BEGIN_BPS
            known_bps = self.model.quantile_bps(self._control.caution)
            return begin_bps, min(begin_bps, known_bps) if self._observed else begin_bps
        control = self._control
        capacity_bps = self.model.quantile_bps(0.5)
        allowed_s = control.standing_s + _PACKET_BITS / capacity_bps
        excess_s = max(0.0, self.queue_s - allowed_s)
        cut = min(control.deepest_cut, excess_s / control.drain_s)
        loss_fraction = self._losses.fraction(self._now_s)
        floor_bps = self._contention.floor_bps(self._carried.best_bps, loss_fraction)
        usable_bps = min(self._safe_bps * (1 - cut), self._overload.ceiling_bps)
        return max(capacity_bps, floor_bps), max(usable_bps, floor_bps)

    @property
    def _safe_bps(self) -> float:
        """What is believed for a while already, and has been carried or may be tried."""
        tried_bps = self._growth.highest_bps(self._now_s)
        seen_bps = self._carried.best_bps
        return min(self._lasting.lowest(self._now_s), max(tried_bps, seen_bps))

    def _note_contention(self, feedback: Feedback) -> None:
        delays_s = [
            one.arrived_s - one.sent_s for one in feedback.arrivals if one.arrived_s is not None
        ]
        capacity_bps = self.model.quantile_bps(0.5)
        self._overload.note(min(delays_s), self._sending_bps(), self._now_s)
        self._contention.note(min(delays_s), capacity_bps, self._sending_bps(), self._now_s)

    def _sending_bps(self) -> float:
        while self._sent and self._sent[0][0] < self._now_s - _SENDING_S:
            self._sent_bytes -= self._sent.popleft()[1]
        return self._sent_bytes * 8 / _SENDING_S

    def _know(self) -> None:
        """Once measured, a line stays known: what is uncertain then is told by caution."""
        if self._observed >= _KNOWN_PACKETS:
            sure_bps = self.model.quantile_bps(0.1)
            self._is_known |= self.model.spread < _KNOWN_SPREAD or sure_bps > _PLENTY_BPS

    def _is_silent(self) -> bool:
        if self._unanswered_s is None or not self._round_trips_s:
            return False
        patience_s = max(SILENCE_S, median(self._round_trips_s) + SILENCE_S / 2)
        return self._now_s - self._unanswered_s > patience_s

    def _note(self, arrival: Arrival) -> None:
        if self._newest is not None and arrival.number <= self._newest:
            return
        if self._newest is not None and arrival.number > self._newest + 1:
            self.model.forget_queue()
        self._newest = arrival.number
        if arrival.arrived_s is None:
            self._skipped += *arrival.before, Passed(arrival.sent_s, arrival.size_bytes)
            del self._skipped[:-_SKIPPED_LIMIT]
            return
        before = (*self._skipped, *arrival.before)
        delay_s = arrival.arrived_s - arrival.sent_s
        self.model.observe(arrival.size_bytes, before, arrival.sent_s, delay_s)
        self._skipped.clear()
        self._observed += 1

    def _settle(self, sent_s: float) -> None:
        while self._in_flight and self._in_flight[0][0] <= sent_s:
            self._in_flight.popleft()
        while self._awaited_s and self._awaited_s[0] <= sent_s:
            self._awaited_s.popleft()


_SENDING_S: Final = 1.0
_SKIPPED_LIMIT: Final = 512
"""Lost packets, and those between, that count when the next one arrives; chosen: more than two
seconds of any line that may lose them to a full queue."""
_SURE: Final = 0.2
_PACKET_BITS: Final = 8_000
_REPORT_S: Final = 0.12
"""chosen: the receiver's reports come every 70 to 100 ms, and on their way may wait a little."""
_QUICKEST_S: Final = 20.0
