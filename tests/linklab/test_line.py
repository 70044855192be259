"""One direction of a line, told as stories, and held to what no line can do."""

import itertools
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linklab.capacity import Outage, Steps, Wandering, constant
from linklab.cross_traffic import Bursts, TcpFlow
from linklab.line import Delivery, Direction, Drop, Line
from linklab.loss import BurstLoss, RandomLoss
from linklab.lots import lots_of

from client.core.adaptation.link_layer import LinkLayer

PLAIN = Direction(constant(80_000), delay_s=0.05, queue_s=0.5)
"""10 bytes a millisecond: a packet of 1000 bytes takes 100 ms."""


def line(direction: Direction, seed: int = 1) -> Line:
    return Line(direction, lots_of(seed))


def delivered(outcome: Delivery | Drop) -> Delivery:
    assert isinstance(outcome, Delivery)
    return outcome


def test_a_lone_packet_takes_its_own_length_and_the_distance() -> None:
    arrival = delivered(line(PLAIN).offer(1000, 3.0))
    assert arrival.departed_s == pytest.approx(3.1)
    assert arrival.at_s == pytest.approx(3.15)
    assert arrival.queued_s == 0


def test_packets_wait_for_those_before_them() -> None:
    busy = line(PLAIN)
    arrivals = [delivered(busy.offer(1000, 0.0)) for _ in range(3)]
    assert [each.at_s for each in arrivals] == pytest.approx([0.15, 0.25, 0.35])
    assert [each.queued_s for each in arrivals] == pytest.approx([0, 0.1, 0.2])
    assert busy.queue_s(0.05) == pytest.approx(0.25)
    assert busy.queue_s(0.31) == 0


def test_a_full_queue_drops_what_comes_last_and_counts_it() -> None:
    full = line(PLAIN)
    outcomes = [full.offer(1000, 0.0) for _ in range(7)]
    assert outcomes[5:] == [Drop.QUEUE, Drop.QUEUE]
    assert full.counts == {"offered": 7, "delivered": 5, "queue": 2}
    assert isinstance(full.offer(1000, 0.1), Delivery)


def test_a_packet_larger_than_the_queue_passes_when_it_is_alone() -> None:
    narrow = line(replace(PLAIN, queue_s=0.01))
    assert isinstance(narrow.offer(1000, 0.0), Delivery)
    assert narrow.offer(1000, 0.05) is Drop.QUEUE
    assert isinstance(narrow.offer(1000, 0.1), Delivery)


def test_a_slower_line_drains_slower_what_it_took_in_when_it_was_fast() -> None:
    slowing = line(replace(PLAIN, capacity=Steps(((0, 80_000), (1, 8_000)))))
    assert delivered(slowing.offer(1000, 0.95)).departed_s == pytest.approx(1.5)
    assert slowing.queue_s(1.0) == pytest.approx(0.5)
    assert slowing.offer(100, 1.0) is Drop.QUEUE


def test_during_a_cut_what_is_queued_waits_and_what_finds_no_room_is_dropped() -> None:
    cut = line(replace(PLAIN, outages=(Outage(1, 9),)))
    waits = delivered(cut.offer(1000, 0.95))
    assert waits.departed_s == pytest.approx(9.05)
    outcomes = [cut.offer(1000, 2.0) for _ in range(6)]
    assert outcomes.count(Drop.OUTAGE) == 2
    assert delivered(outcomes[3]).departed_s == pytest.approx(9.45)
    assert cut.capacity_bps(2.0) == 0
    assert cut.capacity_bps(9.0) == 80_000


def test_a_line_cut_for_good_delivers_never() -> None:
    dead = line(replace(PLAIN, capacity=Steps(((0, 80_000), (1, 0)))))
    assert delivered(dead.offer(1000, 2.0)).at_s == math.inf


@pytest.mark.parametrize(("ip_bytes", "cells"), [(8, 1), (9, 2), (56, 2), (57, 3), (1480, 32)])
def test_on_adsl_a_packet_costs_its_cells(ip_bytes: int, cells: int) -> None:
    atm = line(replace(PLAIN, link_layer=LinkLayer.ADSL))
    assert delivered(atm.offer(ip_bytes, 0.0)).departed_s == pytest.approx(cells * 53 / 10_000)


def test_the_schedule_begins_when_told_and_the_queue_is_kept() -> None:
    held = Line(
        replace(PLAIN, capacity=Steps(((0, 80_000), (1, 8_000)))),
        lots_of(1),
        begins_s=5 + Line.NEVER_S,
    )
    before = delivered(held.offer(1000, 5.0))
    held.begin(5.02)
    behind = delivered(held.offer(1000, 5.02))
    assert before.departed_s == pytest.approx(5.1)
    assert behind.departed_s == pytest.approx(5.2)
    assert held.capacity_bps(6.0) == 80_000
    assert held.capacity_bps(6.03) == 8_000
    assert delivered(held.offer(100, 6.5)).departed_s == pytest.approx(6.6)


def test_time_only_goes_on() -> None:
    used = line(PLAIN)
    used.offer(100, 1.0)
    with pytest.raises(ValueError, match="went back"):
        used.offer(100, 0.9)


def test_the_same_seed_is_the_same_line_whatever_was_offered() -> None:
    wandering = replace(PLAIN, capacity=Wandering(20_000, 200_000, (2, 5)), loss=RandomLoss(0.5))
    idle, busy, other = line(wandering), line(wandering), line(wandering, seed=2)
    for moment in range(100):
        busy.offer(500, moment / 10)
    rates = [[each.capacity_bps(second) for second in range(60)] for each in (idle, busy, other)]
    assert rates[0] == rates[1]
    assert rates[0] != rates[2]


def test_another_program_makes_ours_wait() -> None:
    shared = line(replace(PLAIN, competitors=(Bursts(hold_s=(5, 5), begins_s=0),)))
    waits = [shared.queue_s(moment / 10) for moment in range(600)]
    assert max(waits) > 0.1
    assert 0.1 < waits.count(0) / len(waits) < 0.9
    assert shared.counts["others"] > 50
    assert "offered" not in shared.counts


def test_a_tcp_flow_fills_the_line_and_its_queue() -> None:
    shared = line(Direction(constant(1_000_000), 0.05, 0.3, competitors=(TcpFlow(rtt_s=0.1),)))
    shared.queue_s(60)
    passed = shared.counts["others"] - shared.counts["others_dropped"]
    assert passed * 12_000 / 60 > 0.9 * 1_000_000
    assert 0 < shared.counts["others_dropped"] < 0.05 * shared.counts["others"]


def test_short_tcp_transfers_leave_the_line_idle_between_them() -> None:
    flow = TcpFlow(rtt_s=0.1, transfer_bytes=(100_000, 100_000), idle_s=10)
    shared = line(Direction(constant(1_000_000), 0.05, 1.0, competitors=(flow,)))
    shared.queue_s(300)
    transfers = (shared.counts["others"] - shared.counts["others_dropped"]) / math.ceil(100 / 1.5)
    assert 15 <= transfers <= 45


rates = st.floats(8_000, 4_000_000)
directions = st.builds(
    Direction,
    capacity=st.one_of(
        rates.map(constant),
        st.builds(Wandering, st.just(10_000), rates.map(lambda bps: 10_000 + bps), st.just((1, 3))),
        st.builds(lambda first, then: Steps(((0, first), (1, 0), (2, then))), rates, rates),
    ),
    delay_s=st.floats(0, 0.3),
    queue_s=st.floats(0, 1.5),
    jitter_s=st.floats(0, 0.1),
    loss=st.sampled_from([None, RandomLoss(0.1), BurstLoss(0.1, burst_packets=3)]),
    outages=st.sampled_from([(), (Outage(0.5, 1.5),), (Outage(1, 2), Outage(2.5, 2.6))]),
    link_layer=st.sampled_from([LinkLayer.ETHERNET, LinkLayer.ADSL]),
    competitors=st.sampled_from([(), (Bursts(),), (TcpFlow(rtt_s=0.1), Bursts())]),
)
offers = st.lists(st.tuples(st.integers(29, 1500), st.floats(0, 0.2)), max_size=60)


def run(model: Line, sent: list[tuple[int, float]]) -> list[tuple[int, float, Delivery | Drop]]:
    """Offer (size, time since the one before); return (size, time, outcome)."""
    moments = itertools.accumulate(wait_s for _, wait_s in sent)
    return [
        (size, now_s, model.offer(size, now_s))
        for (size, _), now_s in zip(sent, moments, strict=True)
    ]


@given(directions, offers, st.integers(0, 99))
def test_never_reorders_and_never_arrives_before_it_was_sent(
    direction: Direction, sent: list[tuple[int, float]], seed: int
) -> None:
    outcomes = run(line(direction, seed), sent)
    arrivals = [outcome for _, _, outcome in outcomes if isinstance(outcome, Delivery)]
    assert arrivals == sorted(arrivals, key=lambda each: each.at_s)
    assert arrivals == sorted(arrivals, key=lambda each: each.departed_s)
    for _, now_s, outcome in outcomes:
        if isinstance(outcome, Delivery):
            assert now_s <= outcome.departed_s <= outcome.at_s


@given(directions, offers, st.integers(0, 99))
def test_no_window_carries_more_than_the_capacity(
    direction: Direction, sent: list[tuple[int, float]], seed: int
) -> None:
    model = line(direction, seed)
    left = [
        (outcome.departed_s, 8 * direction.link_layer.cost_bytes(size))
        for size, _, outcome in run(model, sent)
        if isinstance(outcome, Delivery)
    ]
    for first, last in itertools.combinations(range(len(left)), 2):
        bits = sum(bits for _, bits in left[first + 1 : last + 1])
        assert bits <= model.capacity_bits(left[first][0], left[last][0]) + 1


@given(directions, offers, st.integers(0, 99))
def test_the_queue_stays_within_its_limit_or_one_packet(
    direction: Direction, sent: list[tuple[int, float]], seed: int
) -> None:
    steady = replace(direction, capacity=constant(100_000), outages=())
    largest_s = 8 * 33 * 53 / 100_000  # 1500 bytes are 33 cells
    limit_s = max(steady.queue_s, largest_s) + 1e-6
    model = line(steady, seed)
    now_s = 0.0
    for size, wait_s in sent:
        now_s += wait_s
        outcome = model.offer(size, now_s)
        assert model.queue_s(now_s) <= limit_s
        assert isinstance(outcome, Drop) or outcome.queued_s <= limit_s


@given(directions, offers, st.integers(0, 99))
def test_every_packet_is_accounted_for(
    direction: Direction, sent: list[tuple[int, float]], seed: int
) -> None:
    model = line(direction, seed)
    run(model, sent)
    fates = ("delivered", *Drop)
    assert sum(model.counts.get(fate, 0) for fate in fates) == len(sent)
