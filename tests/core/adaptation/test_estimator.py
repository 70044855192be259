"""The estimator, fed by hand. What it does on whole lines: ``tests/linklab/simulation``."""

from dataclasses import dataclass

import pytest

from client.core.adaptation.estimator import Estimator, LineSeed
from client.core.adaptation.estimator.carried import CLEAR_S, Carried
from client.core.adaptation.estimator.contention import Contention
from client.core.adaptation.estimator.estimator import BEGIN_BPS, IN_FLIGHT_LIMIT
from client.core.adaptation.estimator.growth import Growth
from client.core.adaptation.estimator.losses import RECORDS_LIMIT, Losses
from client.core.adaptation.observation import Arrival, Feedback, LossKind, Passed
from client.core.lanes import Lane

OFFSET_S = 900.0
"""The receiver's clock is another."""


@dataclass
class Wire:
    """A first-in first-out line of one capacity, and a report after every packet."""

    estimator: Estimator
    capacity_bps: float
    free_s: float = 0.0
    number: int = 0
    passed: tuple[Passed, ...] = ()

    def send(self, size: int, at_s: float) -> None:
        self.estimator.sent(size, at_s, is_numbered=True)
        self._carry(size, at_s)
        arrived_s = OFFSET_S + self.free_s + 0.05
        arrival = Arrival(self.number, Lane.PICTURE, size, self.passed, at_s, arrived_s)
        self.number, self.passed = self.number + 1, ()
        self.estimator.hear(Feedback(self.free_s + 0.1, (arrival,)))

    def send_data(self, size: int, at_s: float) -> None:
        self.estimator.sent(size, at_s, is_numbered=False)
        self._carry(size, at_s)
        self.passed += (Passed(at_s, size),)

    def _carry(self, size: int, at_s: float) -> None:
        self.free_s = max(self.free_s, at_s) + size * 8 / self.capacity_bps


def traffic(wire: Wire, from_s: float, until_s: float) -> None:
    """Voice and some larger packets, about 40 kbit/s."""
    at_s, index = from_s, 0
    while at_s < until_s:
        wire.send(600 if index % 3 == 0 else 150, at_s)
        at_s, index = at_s + 0.06, index + 1


def test_an_unmeasured_line_begins_cautiously() -> None:
    estimate = Estimator(0.0).estimate
    assert (estimate.is_known, estimate.is_silent, estimate.rtt_s) == (False, False, None)
    assert estimate.usable_bps == BEGIN_BPS


def test_a_seed_is_where_a_line_begins() -> None:
    estimate = Estimator(0.0, LineSeed(50_000)).estimate
    assert not estimate.is_known
    assert estimate.usable_bps == 40_000


def test_packets_of_different_sizes_measure_the_line() -> None:
    estimator = Estimator(0.0)
    traffic(Wire(estimator, 200_000), 0, 3)
    estimate = estimator.estimate
    assert estimate.is_known
    assert 180_000 < estimate.usable_bps <= 210_000
    assert estimate.queue_s < 0.1
    assert estimate.loss_kind is LossKind.NONE


@pytest.mark.parametrize("ahead_s", [0.001, 0.02, 0.04, 0.06])
def test_data_measures_the_line_whenever_it_left_before_the_voice(ahead_s: float) -> None:
    estimator = Estimator(0.0)
    wire = Wire(estimator, 128_000)
    for index in range(100):
        voice_s = index * 0.12
        if index % 4:
            wire.send_data(1_150, voice_s - ahead_s)
        wire.send(170, voice_s)
    assert 0.95 < estimator.estimate.capacity_bps / 128_000 < 1.05


def test_silence_counts_only_packets_that_ask_for_an_answer() -> None:
    estimator = Estimator(0.0)
    traffic(Wire(estimator, 200_000), 0, 3)
    estimator.sent(300, 3.2, is_numbered=False)
    estimator.tick(9.0)
    assert not estimator.estimate.is_silent
    estimator.sent(300, 9.0, is_numbered=True)
    estimator.tick(9.9)
    assert not estimator.estimate.is_silent
    estimator.tick(10.1)
    assert estimator.estimate.is_silent
    assert estimator.estimate.capacity_bps > 180_000


def test_what_is_never_answered_fills_no_memory() -> None:
    estimator = Estimator(0.0)
    for index in range(2 * IN_FLIGHT_LIMIT):
        estimator.sent(100, index / 1_000, is_numbered=True)
    estimator.tick(30.0)
    assert len(estimator._in_flight) == len(estimator._awaited_s) == IN_FLIGHT_LIMIT
    assert len(estimator._sent) <= IN_FLIGHT_LIMIT


def test_losses_without_a_queue_are_the_radios() -> None:
    losses = Losses()
    for index in range(40):
        losses.note(is_lost=index % 10 == 0, queue_s=0.01, now_s=index / 40)
    assert losses.fraction(1.0) == 0.1
    assert losses.kind(1.0) is LossKind.RADIO
    losses.note(is_lost=True, queue_s=0.4, now_s=1.0)
    assert losses.kind(1.0) is LossKind.CONGESTION
    assert losses.kind(3.5) is LossKind.NONE


def test_a_flood_of_fates_is_bounded() -> None:
    losses = Losses()
    for _ in range(2 * RECORDS_LIMIT):
        losses.note(is_lost=True, queue_s=0.0, now_s=1.0)
    assert losses.fraction(1.0) == 1.0


def test_a_queue_that_stands_while_we_send_little_is_others() -> None:
    contention = Contention()
    for index in range(200):
        at_s = index / 10
        contention.note(0.05 if at_s < 10 else 0.5, 200_000, 60_000, at_s)
    assert contention.is_standing
    assert contention.floor_bps(200_000, 0.0) == 75_000
    assert contention.floor_bps(200_000, 0.4) == 0
    contention.note(0.06, 200_000, 60_000, 20.0)
    assert contention.floor_bps(200_000, 0.0) == 0


def test_what_pacing_hides_is_tried_by_doubling() -> None:
    """Packets that leave one by one meet no queue, on this line and on any faster one."""
    estimator = Estimator(0.0)
    wire = Wire(estimator, 32_000)
    traffic(wire, 0, 6)
    before_bps = estimator.estimate.usable_bps
    wire.capacity_bps = 4_000_000
    traffic(wire, 6.5, 7.1)
    assert before_bps < estimator.estimate.usable_bps < 3 * before_bps
    traffic(wire, 7.1, 12)
    assert estimator.estimate.usable_bps > 300_000


def test_a_rate_doubles_within_two_round_trips_at_the_soonest() -> None:
    growth = Growth()
    assert growth.highest_bps(5.0) == float("inf")
    growth.note(30_000, 0.1, 10.0)
    assert growth.highest_bps(10.6) == pytest.approx(60_000)
    growth.note(30_000, 1.0, 20.0)
    assert growth.highest_bps(22.0) == pytest.approx(60_000)
    assert growth.highest_bps(21.0) < 45_000


def arrivals(count: int, size: int, from_s: float, every_s: float) -> list[Arrival]:
    return [
        Arrival(index, Lane.VOICE, size, (), from_s + index * every_s, from_s + index * every_s)
        for index in range(count)
    ]


def test_what_arrived_was_carried() -> None:
    carried = Carried()
    assert carried.best_bps == 0
    carried.note(arrivals(20, 500, 0.0, 0.1), 0.0, 2.0)
    assert carried.best_bps == 40_000
    carried.note(arrivals(20, 100, 2.0, 0.1), 0.0, 20.0)
    assert carried.best_bps == 40_000
    carried.note(arrivals(20, 100, 4.0, 0.1), 0.0, 33.0)
    assert carried.best_bps == 8_000


def test_of_a_full_queue_nobody_knows_what_was_carried() -> None:
    carried = Carried()
    carried.note(arrivals(20, 1_000, 0.0, 0.1), 2 * CLEAR_S, 2.0)
    assert carried.best_bps == 0
