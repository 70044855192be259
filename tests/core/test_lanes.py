"""Strict lanes over one budget."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.lanes import (
    BURST_BYTES,
    LANE_LIMITS_BYTES,
    Carrier,
    Lane,
    Packet,
    Scheduler,
)

RATE_BPS = 64_000
LARGEST = 1_200


@dataclass(frozen=True)
class Step:
    wait_s: float
    lane: Lane
    size: int


steps = st.lists(
    st.builds(
        Step,
        wait_s=st.sampled_from((0.0, 0.0, 0.001, 0.02, 0.4)),
        lane=st.sampled_from(Lane),
        size=st.integers(1, LARGEST),
    ),
    max_size=120,
)


def packet(size: int = 100, *, picture: int | None = None, is_key: bool = False) -> Packet:
    return Packet(bytes(size), Carrier.RTP, picture, is_key)


def drain(scheduler: Scheduler) -> list[tuple[float, Lane, Packet]]:
    """Everything that still waits, each with the time it left."""
    left: list[tuple[float, Lane, Packet]] = []
    while (at := scheduler.next_at()) is not None:
        out = scheduler.pop(at)
        assert out, "a wake-up found nothing to send"
        left += [(at, lane, one) for lane, one in out]
    return left


def play(scheduler: Scheduler, plan: list[Step]) -> list[tuple[float, Lane, Packet]]:
    now, left = 0.0, []
    for step in plan:
        now += step.wait_s
        scheduler.push(step.lane, packet(step.size, is_key=True), now)
        left += [(now, lane, one) for lane, one in scheduler.pop(now)]
    return left + drain(scheduler)


@given(steps)
def test_the_line_never_gets_more_than_its_rate_and_one_burst(plan: list[Step]) -> None:
    left = play(Scheduler(RATE_BPS, 0.0), plan)
    allowance = BURST_BYTES + LARGEST + Carrier.RTP.value
    for start, (begun, _, _) in enumerate(left):
        sent = 0
        for at, _, one in left[start:]:
            sent += one.size_bytes
            assert sent <= (at - begun) * RATE_BPS / 8 + allowance


@given(steps)
def test_nothing_leaves_before_what_waits_in_a_higher_lane(plan: list[Step]) -> None:
    scheduler = Scheduler(RATE_BPS, 0.0)
    now = 0.0
    for step in plan:
        now += step.wait_s
        scheduler.push(step.lane, packet(step.size, is_key=True), now)
        for lane, _ in (out := scheduler.pop(now)):
            assert not any(scheduler.waiting_bytes(higher) for higher in Lane if higher < lane)
        assert all(first <= second for (first, _), (second, _) in pairwise(out))


@given(steps)
def test_every_lane_keeps_its_bound_and_counts_what_it_dropped(plan: list[Step]) -> None:
    scheduler = Scheduler(RATE_BPS, 0.0)
    for step in plan:
        scheduler.push(step.lane, packet(step.size, is_key=True), 0.0)
        assert scheduler.waiting_bytes(step.lane) <= LANE_LIMITS_BYTES[step.lane]
    drain(scheduler)
    for lane in Lane:
        pushed = [step for step in plan if step.lane is lane]
        count = scheduler.counts[lane]
        assert count.packets_sent + count.packets_dropped == len(pushed)
        sizes = sum(step.size + Carrier.RTP.value for step in pushed)
        assert count.bytes_sent + count.bytes_dropped == sizes


@pytest.mark.parametrize("lane", [lane for lane in Lane if lane is not Lane.PICTURE])
def test_a_full_lane_drops_its_oldest(lane: Lane) -> None:
    scheduler = Scheduler(RATE_BPS, 0.0)
    pushed = [Packet(bytes([n]) * 1_000, Carrier.RTP) for n in range(100)]
    for one in pushed:
        scheduler.push(lane, one, 0.0)
    left = [one for _, _, one in drain(scheduler)]
    assert left == pushed[-len(left) :]
    assert 0 < len(left) < len(pushed)


@given(st.floats(8_000, 512_000), st.floats(0, 2))
def test_voice_waits_for_one_picture_packet_at_most(rate_bps: float, at: float) -> None:
    scheduler = Scheduler(int(rate_bps), 0.0)
    for number in range(40):
        scheduler.push(Lane.PICTURE, packet(LARGEST, picture=number, is_key=True), 0.0)
    while (due := scheduler.next_at()) is not None and due <= at:
        scheduler.pop(due)
    scheduler.push(Lane.VOICE, packet(130), at)
    due = scheduler.next_at()
    assert due is not None
    out = scheduler.pop(max(due, at))
    assert out[0][0] is Lane.VOICE
    one_packet_s = (LARGEST + Carrier.RTP.value) * 8 / int(rate_bps)
    assert due <= at + one_packet_s + 1e-5


def test_a_silent_line_starts_at_once_but_with_one_burst_only() -> None:
    scheduler = Scheduler(RATE_BPS, 0.0)
    for _ in range(10):
        scheduler.push(Lane.BULK, packet(1_000), 60.0)
    sent = sum(one.size_bytes for _, one in scheduler.pop(60.0))
    assert BURST_BYTES <= sent <= BURST_BYTES + 1_044


def test_a_new_rate_holds_from_the_next_packet_on() -> None:
    scheduler = Scheduler(RATE_BPS, 0.0)
    for _ in range(4):
        scheduler.push(Lane.BULK, packet(956), 0.0)
    scheduler.pop(0.0)
    slow = scheduler.next_at()
    scheduler.rate_bps = 2 * RATE_BPS
    fast = scheduler.next_at()
    assert slow is not None
    assert fast is not None
    assert fast == pytest.approx(slow / 2, abs=1e-5)


def test_nothing_waits_nothing_is_due() -> None:
    scheduler = Scheduler(RATE_BPS, 0.0)
    assert scheduler.next_at() is None
    assert scheduler.pop(1.0) == []


def test_stale_pictures_go_whole_and_a_key_frame_is_asked_for() -> None:
    scheduler = Scheduler(RATE_BPS, 0.0)
    for part in range(4):
        scheduler.push(
            Lane.PICTURE, packet(1_000, picture=1, is_key=True), 0.0, deadline_s=0.1 + part
        )
    scheduler.push(Lane.PICTURE, packet(50, picture=2), 0.05, deadline_s=9.0)
    begun = scheduler.pop(0.05)
    assert len(begun) == 2
    assert scheduler.pop(2.5) == []
    assert scheduler.needs_key_frame
    assert scheduler.counts[Lane.PICTURE].packets_dropped == 3


def test_after_a_drop_only_a_key_frame_is_taken() -> None:
    scheduler = Scheduler(RATE_BPS, 0.0)
    scheduler.push(Lane.PICTURE, packet(picture=1, is_key=True), 0.0, deadline_s=0.1)
    scheduler.pop(0.2)
    scheduler.push(Lane.PICTURE, packet(picture=1, is_key=True), 0.2, deadline_s=0.5)
    scheduler.push(Lane.PICTURE, packet(picture=2), 0.2, deadline_s=0.5)
    assert scheduler.needs_key_frame
    scheduler.push(Lane.PICTURE, packet(picture=3, is_key=True), 0.2, deadline_s=0.5)
    scheduler.push(Lane.PICTURE, packet(picture=4), 0.2, deadline_s=0.5)
    assert not scheduler.needs_key_frame
    assert [one.picture for _, one in scheduler.pop(0.2)] == [3, 4]


def test_dropping_stops_at_a_key_frame_that_is_in_time() -> None:
    scheduler = Scheduler(RATE_BPS, 0.0)
    scheduler.push(Lane.PICTURE, packet(picture=1), 0.0, deadline_s=0.1)
    scheduler.push(Lane.PICTURE, packet(picture=2), 0.0, deadline_s=0.9)
    scheduler.push(Lane.PICTURE, packet(picture=3, is_key=True), 0.0, deadline_s=0.9)
    scheduler.push(Lane.PICTURE, packet(picture=3, is_key=True), 0.0, deadline_s=0.9)
    assert [one.picture for _, one in scheduler.pop(0.5)] == [3, 3]
    assert not scheduler.needs_key_frame


def test_a_full_picture_lane_drops_whole_pictures() -> None:
    scheduler = Scheduler(RATE_BPS, 0.0)
    for number in range(20):
        for _ in range(5):
            scheduler.push(Lane.PICTURE, packet(1_000, picture=number, is_key=True), 0.0)
    left = [one.picture for _, _, one in drain(scheduler)]
    assert {left.count(number) for number in set(left)} == {5}


def test_late_voice_is_dropped_alone() -> None:
    scheduler = Scheduler(RATE_BPS, 0.0)
    scheduler.push(Lane.VOICE, packet(100), 0.0, deadline_s=0.1)
    scheduler.push(Lane.VOICE, packet(101), 0.0, deadline_s=0.3)
    assert [len(one.data) for _, one in scheduler.pop(0.2)] == [101]
    assert scheduler.counts[Lane.VOICE].packets_dropped == 1


def test_promoted_packets_keep_their_order_before_what_follows() -> None:
    scheduler = Scheduler(RATE_BPS, 0.0)
    scheduler.push(Lane.READINGS, packet(1), 0.0)
    scheduler.push(Lane.STILL, packet(2), 0.0)
    scheduler.push(Lane.STILL, packet(3), 0.0)
    scheduler.promote(Lane.STILL, Lane.READINGS)
    scheduler.push(Lane.READINGS, packet(4), 0.0)
    assert [len(one.data) for _, one in scheduler.pop(0.0)] == [1, 2, 3, 4]
    assert scheduler.waiting_bytes(Lane.STILL) == 0
