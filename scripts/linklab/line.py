"""One direction of a line: a bottleneck with a queue, then air, then distance. No clock, no I/O.

A packet waits in a first-in first-out, drop-tail queue, is passed on at the capacity of the moment,
may then be lost (it has used its share of the line by then), and arrives after the line's delay and
jitter, never before a packet that left earlier. Others' traffic waits in the same queue.

The emulator and the simulator use this same class. Everything is decided when a packet is offered,
so nothing has to be run in between: offering is all that costs.
"""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from client.core.adaptation.link_layer import LinkLayer
from linklab.capacity import Capacity, CapacityPlan, InterruptedCapacity, Outage
from linklab.cross_traffic import CompetitorPlan
from linklab.loss import LossPlan
from linklab.lots import lots_of

_ROUNDING_BITS: Final = 0.01
"""Below this a queue is empty: what floating point leaves of it after hours."""


class Drop(StrEnum):
    """Why a packet does not arrive."""

    QUEUE = "queue"
    """The queue was full."""
    OUTAGE = "outage"
    """The queue was full because the line is cut."""
    LOSS = "loss"
    """Lost on the air, behind the bottleneck."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What becomes of a packet that arrives. Times are those of the caller's clock."""

    at_s: float
    """It arrives; infinite if the line never carries anything again."""
    departed_s: float
    """Its last bit left the bottleneck: between two of these, never more than the capacity."""
    queued_s: float
    """It waited for others before its own first bit went out."""


@dataclass(frozen=True, slots=True)
class Direction:
    """What one direction of a line is like. Times are those of the schedule."""

    capacity: CapacityPlan
    """In bits per second of IP packets, or of whole cells where the link layer is ADSL."""
    delay_s: float
    """Of propagation, one way."""
    queue_s: float
    """The queue's limit: time to drain it at the capacity of the moment.

    During a cut, at the last capacity before it. A packet that finds the queue empty always enters.
    """
    jitter_s: float = 0.0
    """The delay lies this much to either side, evenly, packet by packet, without reordering."""
    loss: LossPlan | None = None
    outages: tuple[Outage, ...] = ()
    link_layer: LinkLayer = LinkLayer.ETHERNET
    competitors: tuple[CompetitorPlan, ...] = ()
    """Others whose packets wait in the same queue."""


class Line:
    """One direction at work."""

    NEVER_S: Final = 1e7
    """A beginning of the schedule far enough off for a clock that counts from the program's."""

    def __init__(self, direction: Direction, lots: random.Random, *, begins_s: float = 0.0) -> None:
        """Lay the direction out. The schedule's zero is at begins_s of the caller's clock.

        Each part draws from lots of its own, so the capacity of a seed does not depend on what is
        offered. Before zero, the capacity of zero holds, and nobody competes.
        """
        capacity: Capacity = direction.capacity.laid_out(_own(lots))
        if direction.outages:
            capacity = InterruptedCapacity(capacity, direction.outages)
        self._capacity = capacity
        self._direction = direction
        self._jitter_lots = _own(lots)
        self._loss = direction.loss and direction.loss.drawn_from(_own(lots))
        self._competitors = [each.drawn_from(_own(lots)) for each in direction.competitors]
        self._begins_s = begins_s
        self._used_bits = float("-inf")  # height of the curve at which the queue is empty
        self._free_s = float("-inf")  # schedule time of the same
        self._arrived_s = float("-inf")  # last arrival, which the next may not overtake
        self._now_s = float("-inf")
        self._counts: Counter[str] = Counter()

    def begin(self, now_s: float) -> None:
        """Put the schedule's zero here, while the line is in use; the queue is kept."""
        left_bits = self._backlog_bits(now_s - self._begins_s)
        self._arrived_s += self._begins_s - now_s
        self._now_s = 0.0
        self._begins_s = now_s
        self._used_bits = self._capacity.bits_by(0) + left_bits
        self._free_s = self._capacity.reached_s(self._used_bits)

    def offer(self, size_bytes: int, now_s: float) -> Delivery | Drop:
        """Send one IP packet of this size, and learn at once what becomes of it.

        Times may not go back from one call to the next.
        """
        time_s = now_s - self._begins_s
        self._come_to(time_s)
        self._counts["offered"] += 1
        outcome = self._enqueue(size_bytes, time_s)
        if isinstance(outcome, Drop):
            self._counts[outcome] += 1
            return outcome
        queued_s, departed_s = outcome
        if self._loss and self._loss.loses_next():
            self._counts[Drop.LOSS] += 1
            return Drop.LOSS
        self._counts["delivered"] += 1
        at_s = self._arrival_s(departed_s)
        return Delivery(at_s + self._begins_s, departed_s + self._begins_s, queued_s)

    def queue_s(self, now_s: float) -> float:
        """Return the time to drain the queue at the capacity of the moment. Time only goes on."""
        time_s = now_s - self._begins_s
        self._come_to(time_s)
        return self._backlog_bits(time_s) / self._capacity.nominal_bps_at(time_s)

    def capacity_bps(self, now_s: float) -> float:
        """Return the rate of the moment, by the link layer's accounting; zero during a cut."""
        return self._capacity.bps_at(now_s - self._begins_s)

    def capacity_bits(self, from_s: float, until_s: float) -> float:
        """Return what the line could have carried between two times."""
        by = self._capacity.bits_by
        return by(until_s - self._begins_s) - by(from_s - self._begins_s)

    @property
    def counts(self) -> Mapping[str, int]:
        """Packets "offered", "delivered", and by each Drop; "others" and "others_dropped"."""
        return self._counts

    def _enqueue(self, size_bytes: int, time_s: float) -> tuple[float, float] | Drop:
        """Return (time waited, time of departure) of a packet that finds room."""
        bits = 8 * self._direction.link_layer.cost_bytes(size_bytes)
        left_bits = self._backlog_bits(time_s)
        limit_bits = self._direction.queue_s * self._capacity.nominal_bps_at(time_s)
        if left_bits and left_bits + bits > limit_bits:
            return Drop.QUEUE if self._capacity.bps_at(time_s) else Drop.OUTAGE
        queued_s = max(self._free_s - time_s, 0.0) if left_bits else 0.0
        self._used_bits = self._capacity.bits_by(time_s) + left_bits + bits
        self._free_s = self._capacity.reached_s(self._used_bits)
        return queued_s, self._free_s

    def _backlog_bits(self, time_s: float) -> float:
        left_bits = self._used_bits - self._capacity.bits_by(time_s)
        return left_bits if left_bits > _ROUNDING_BITS else 0.0

    def _arrival_s(self, departed_s: float) -> float:
        jitter_s = self._direction.jitter_s
        wander_s = self._jitter_lots.uniform(-jitter_s, jitter_s) if jitter_s else 0.0
        at_s = departed_s + max(self._direction.delay_s + wander_s, 0.0)
        self._arrived_s = max(at_s, self._arrived_s)
        return self._arrived_s

    def _come_to(self, until_s: float) -> None:
        """Offer everything the competitors send until then, in order of time."""
        if until_s < self._now_s:
            raise ValueError(f"a line's time went back from {self._now_s} to {until_s} s")
        self._now_s = until_s
        while self._competitors:
            first = min(self._competitors, key=lambda competitor: competitor.next_s)
            if first.next_s > until_s:
                return
            sent_s = first.next_s
            outcome = self._enqueue(
                first.packet_bytes(self._capacity.nominal_bps_at(sent_s)), sent_s
            )
            dropped = isinstance(outcome, Drop)
            self._counts["others"] += 1
            self._counts["others_dropped"] += dropped
            first.sent(None if isinstance(outcome, Drop) else outcome[1])


def _own(lots: random.Random) -> random.Random:
    return lots_of(lots.getrandbits(64))
