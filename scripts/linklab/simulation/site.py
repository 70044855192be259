"""The sender as it is built, over a modelled line."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from client.core.adaptation.allocator import Allocator
from client.core.adaptation.estimator.estimator import BEGIN_BPS
from client.core.adaptation.feedback import parse
from client.core.adaptation.flight import Flight
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.observation import Feedback, LineEstimate
from client.core.adaptation.plan import Plan, first_plan
from client.core.adaptation.probing import TRAILING_BYTES, Prober, Trailing
from client.core.adaptation.wishes import Wishes
from client.core.lanes import Carrier, Lane, Packet, Scheduler
from linklab.simulation.agenda import Agenda
from linklab.simulation.limits import LIMITS, plain_ladder
from linklab.simulation.packets import Cargo, Kind, Load
from linklab.simulation.sources import Scene, Sources, Still

PLAN_S: Final = 0.1
"""How often the plan is made anew."""
_AGAIN_S: Final = 0.2
_READING_AGAIN_S: Final = 1.0
_HISTORY: Final = 256
_PADDING_OVERHEAD_BYTES: Final = 12 + 8


class CapacityEstimator(Protocol):
    """What the sweep compares: `client.core.adaptation.estimator.Estimator` and its rivals."""

    def sent(self, size_bytes: int, now_s: float, *, is_numbered: bool) -> None:
        """A packet has left; size on the line."""

    def hear(self, feedback: Feedback) -> None:
        """The receiver has spoken."""

    def tick(self, now_s: float) -> None:
        """Time has passed."""

    @property
    def sure_bps(self) -> float:
        """What the line almost surely carries."""

    @property
    def estimate(self) -> LineEstimate:
        """What the line can carry now."""


@dataclass(slots=True)
class Log:
    """What the site did, for the outcome."""

    sent: list[tuple[float, int, Kind]] = field(default_factory=list)
    estimates: list[tuple[float, LineEstimate]] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)


Send = Callable[[Load, int | None, int], None]
"""Puts a packet on the line: what it is, its transport-wide number, its size there."""


class Site:
    """Scheduler, flight, estimator, allocator and sources, wired as the session does."""

    def __init__(
        self, agenda: Agenda, estimator: CapacityEstimator, scene: Scene, send: Send, seed: int
    ) -> None:
        self._agenda = agenda
        self._estimator = estimator
        self._send = send
        self._flight = Flight()
        self._prober = Prober(agenda.now_s)
        self._trailing = Trailing()
        self._allocator = Allocator(plain_ladder)
        self._scheduler = Scheduler(first_plan(BEGIN_BPS), LinkLayer.ETHERNET, agenda.now_s)
        self._cargo = Cargo()
        self._scene = scene
        self.sources = Sources(agenda, self._push, scene, random.Random(seed))  # noqa: S311 - repeatable
        self.still = Still(agenda, self._push, scene)
        self.log = Log()
        self._history: dict[tuple[Kind, int], tuple[Packet, Load, float]] = {}
        self._readings: dict[int, tuple[Packet, Load]] = {}
        self._wake_s: float | None = None
        self._sending_bytes = 0
        self._sending_bps = 0.0
        agenda.every(PLAN_S, self._plan)

    def hear(self, packet: bytes) -> None:
        """A feedback packet has come."""
        self._estimator.hear(self._flight.join(parse(packet), self._agenda.now_s))
        self._plan()

    def send_again(self, missing: list[tuple[Kind, int]]) -> None:
        """The far end misses these packets of voice or pictures."""
        now_s = self._agenda.now_s
        for key in missing:
            if key not in self._history:
                continue
            packet, load, again_s = self._history[key]
            if now_s < again_s:
                continue
            self._history[key] = (packet, load, now_s + _AGAIN_S)
            copy = Packet(packet.data, packet.carrier)
            again = Load(
                *(load.kind, Lane.RETRANSMISSION, load.unit, load.part, load.parts),
                *(load.born_s, True, load.stream_number),
            )
            self._push(copy, again)

    def reading_received(self, unit: int) -> None:
        """A reading needs no repeating any more."""
        self._readings.pop(unit, None)

    def _plan(self) -> None:
        now_s = self._agenda.now_s
        self._estimator.tick(now_s)
        estimate = self._estimator.estimate
        shows = now_s >= self._scene.picture_from_s
        wishes = Wishes(LIMITS if shows else None, is_still_waiting=self.still.is_waiting)
        plan = self._allocator.plan(estimate, wishes, now_s)
        self._scheduler.follow(plan, LinkLayer.ETHERNET, now_s)
        self.sources.plan = self.still.plan = plan
        self.still.round_trip_s = estimate.rtt_s or 0.5
        self.log.estimates.append((now_s, estimate))
        self.log.plans.append(plan)
        self._probe(estimate)
        self._pump()

    def _probe(self, estimate: LineEstimate) -> None:
        now_s = self._agenda.now_s
        recent = 0
        for at_s, size, _ in reversed(self.log.sent):
            if at_s < now_s - 1:
                break
            recent += size
        probe = self._prober.due(now_s, estimate, self._estimator.sure_bps, recent * 8)
        if probe is None:
            return
        for _ in range(probe.packets):
            self._pad(probe.padding_bytes)

    def _pad(self, padding_bytes: int) -> None:
        packet = Packet(bytes(_PADDING_OVERHEAD_BYTES + padding_bytes), Carrier.RTP)
        now_s = self._agenda.now_s
        load = Load(Kind.PADDING, Lane.RETRANSMISSION, -1, 0, 1, now_s, is_numbered=True)
        self._leave(load, packet.size_bytes)

    def _push(self, packet: Packet, load: Load) -> None:
        self._cargo.put(packet, load)
        self._scheduler.push(load.lane, packet, self._agenda.now_s)
        self._pump()

    def _pump(self) -> None:
        now_s = self._agenda.now_s
        for _, packet in self._scheduler.pop(now_s):
            load = self._cargo.take(packet)
            self._remember(packet, load)
            self._leave(load, packet.size_bytes)
        self.sources.has_room = self._scheduler.has_room_for_picture
        self.still.waiting_bytes = self._scheduler.waiting_bytes(Lane.STILL)
        if self._scheduler.needs_key_frame:
            self.sources.wants_key = True
        next_s = self._scheduler.next_at()
        if next_s is not None and (self._wake_s is None or next_s < self._wake_s):
            self._wake_s = next_s
            self._agenda.at(next_s, self._wake)

    def _wake(self) -> None:
        self._wake_s = None
        self._pump()

    def _leave(self, load: Load, size_bytes: int) -> None:
        now_s = self._agenda.now_s
        number = None
        if load.is_numbered:
            number = self._flight.number(load.lane, size_bytes, now_s)
            self._trailing.note_numbered(size_bytes, now_s)
        else:
            self._flight.pass_by(size_bytes, now_s)
        self._estimator.sent(size_bytes, now_s, is_numbered=load.is_numbered)
        self.log.sent.append((now_s, size_bytes, load.kind))
        self._send(load, number, size_bytes)
        if not load.is_numbered:
            self._trail(size_bytes)

    def _trail(self, size_bytes: int) -> None:
        if self._trailing.is_due(size_bytes, self._estimator.sure_bps, self._agenda.now_s):
            self._pad(TRAILING_BYTES)

    def _remember(self, packet: Packet, load: Load) -> None:
        if load.kind in {Kind.VOICE, Kind.PICTURE}:
            key = (load.kind, load.stream_number)
            if key not in self._history:
                self._history[key] = (packet, load, 0.0)
            if len(self._history) > _HISTORY:
                del self._history[next(iter(self._history))]
        elif load.kind in {Kind.READING, Kind.STILL}:
            self._watch(packet, load)

    def _watch(self, packet: Packet, load: Load) -> None:
        """SCTP's part: what is not acknowledged goes again, with patience."""
        if load.kind is Kind.READING:
            self._readings[load.unit] = (packet, load)
        self._agenda.at(self._agenda.now_s + _READING_AGAIN_S, lambda: self._repeat(packet, load))

    def _repeat(self, packet: Packet, load: Load) -> None:
        is_open = (
            load.unit in self._readings
            if load.kind is Kind.READING
            else self.still.is_waiting and load.unit == self.still.next_missing
        )
        if is_open:
            self._push(Packet(packet.data, packet.carrier), load)
        elif load.kind is Kind.STILL and self.still.is_missing(load.unit):
            self._agenda.at(self._agenda.now_s + 0.1, lambda: self._repeat(packet, load))
