"""Lanes in strict order, still and picture side by side, nothing beyond its bound."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lane_bench import Push, every, plan, run, scheduler, sized, waits_s

from client.core.adaptation.link_layer import LinkLayer
from client.core.lanes import (
    LANE_LIMITS_BYTES,
    Carrier,
    Lane,
    Packet,
    Scheduler,
    packet_limit_bytes,
)

STRICT = (Lane.CONTROL, Lane.VOICE, Lane.READINGS, Lane.RETRANSMISSION)
PLENTY_S = 1e9

pushes = st.lists(
    st.builds(
        lambda wait_s, lane, size, picture: (wait_s, lane, size, picture),
        st.sampled_from((0.0, 0.0, 0.001, 0.02, 0.4)),
        st.sampled_from(Lane),
        st.integers(60, 1_200),
        st.integers(0, 3),
    ).map(tuple),
    max_size=80,
).map(
    lambda steps: [
        Push(sum(step[0] for step in steps[: number + 1]), lane, sized(size, is_key=True))
        for number, (_, lane, size, _) in enumerate(steps)
    ]
)


def ahead_of(lane: Lane) -> tuple[Lane, ...]:
    """The lanes that go first, whatever the plan says."""
    if lane in STRICT:
        return STRICT[: STRICT.index(lane)]
    return tuple(Lane)[:-1] if lane is Lane.BULK else STRICT


@given(pushes)
def test_nothing_leaves_before_what_waits_in_a_higher_lane(plan_of: list[Push]) -> None:
    line = scheduler()
    for push in plan_of:
        line.push(push.lane, push.packet, push.at_s)
        out = line.pop(push.at_s)
        for lane, _ in out:
            assert not any(line.waiting_bytes(higher) for higher in ahead_of(lane))
        for (first, _), (second, _) in pairwise(out):
            assert second not in ahead_of(first)


@given(pushes)
def test_every_lane_keeps_its_bound_and_counts_what_it_dropped(plan_of: list[Push]) -> None:
    line = scheduler()
    for push in plan_of:
        line.push(push.lane, push.packet, 0.0)
        assert line.waiting_bytes(push.lane) <= LANE_LIMITS_BYTES[push.lane]
    run(line, [])
    for lane in Lane:
        mine = [push.packet.size_bytes for push in plan_of if push.lane is lane]
        count = line.counts[lane]
        assert count.packets_sent + count.packets_dropped == len(mine)
        assert count.bytes_sent + count.bytes_dropped == sum(mine)


@pytest.mark.parametrize("lane", [lane for lane in Lane if lane is not Lane.PICTURE])
def test_a_full_lane_drops_its_oldest(lane: Lane) -> None:
    pushed = [Packet(bytes([n]) * 1_000, Carrier.RTP) for n in range(100)]
    left = run(scheduler(), [Push(0.0, lane, one, PLENTY_S) for one in pushed])
    kept = [one.packet for one in left]
    assert kept[-1] == pushed[-1]
    assert kept[1:] == pushed[len(pushed) - len(kept) + 1 :]
    assert LANE_LIMITS_BYTES[lane] // 1_044 <= len(kept) <= LANE_LIMITS_BYTES[lane] // 1_044 + 1


@pytest.mark.parametrize("send_bps", [27_000, 54_000, 109_000, 218_000])
@given(at_s=st.floats(0.5, 3.0))
def test_a_reading_waits_for_one_packet_of_the_still_at_most(send_bps: int, at_s: float) -> None:
    """A still, pictures and bulk fill the line, each in pieces made for its rate."""
    data = packet_limit_bytes(send_bps, Carrier.DATA)
    crowd = [
        *every(0.02, Lane.STILL, data, until_s=4.0),
        *every(0.02, Lane.BULK, data, until_s=4.0),
        *every(0.05, Lane.PICTURE, packet_limit_bytes(send_bps, Carrier.RTP), until_s=4.0),
    ]
    reading = Push(at_s, Lane.READINGS, sized(240))
    share = plan(send_bps, picture_bps=send_bps // 3, still_bps=send_bps // 3)
    left = run(scheduler(share), [*crowd, reading], until_s=5.0)
    (wait_s,) = waits_s(left, [reading], Lane.READINGS)
    assert wait_s <= data * 8 / send_bps + 1e-5


@pytest.mark.parametrize("send_bps", [27_000, 54_000, 109_000, 218_000])
def test_voice_waits_for_one_packet_while_everything_below_is_full(send_bps: int) -> None:
    data = packet_limit_bytes(send_bps, Carrier.DATA)
    voice = every(0.12, Lane.VOICE, 184, until_s=4.0)
    crowd = [
        push
        for lane in (Lane.RETRANSMISSION, Lane.STILL, Lane.PICTURE, Lane.BULK)
        for push in every(0.03, lane, data, until_s=4.0, begin_s=0.001)
    ]
    left = run(scheduler(plan(send_bps)), [*voice, *crowd], until_s=5.0)
    assert max(waits_s(left, voice, Lane.VOICE)) <= data * 8 / send_bps + 1e-5


def test_late_voice_is_dropped_alone() -> None:
    line = scheduler()
    line.push(Lane.VOICE, sized(144), 0.0, deadline_s=0.1)
    line.push(Lane.VOICE, sized(145), 0.0, deadline_s=0.3)
    assert [one.size_bytes for _, one in line.pop(0.2)] == [145]
    assert line.counts[Lane.VOICE].packets_dropped == 1


def test_voice_is_repeated_before_pictures_are_and_given_up_after_them() -> None:
    line = scheduler()
    again = Packet(bytes(100), Carrier.RTP, is_voice_again=True)
    for _ in range(40):
        line.push(Lane.RETRANSMISSION, sized(1_000), 0.0)
    line.push(Lane.RETRANSMISSION, again, 0.0)
    for _ in range(40):
        line.push(Lane.RETRANSMISSION, sized(1_000), 0.0)
    assert line.counts[Lane.RETRANSMISSION].packets_dropped > 40
    assert line.pop(0.0)[0][1] is again


def test_a_silent_line_gets_control_voice_and_readings_alone() -> None:
    line = scheduler(plan(24_000, is_silent=True))
    crowd = [Push(0.0, lane, sized(100, is_key=True), PLENTY_S) for lane in Lane]
    left = run(line, crowd, until_s=10.0)
    assert [one.lane for one in left] == [Lane.CONTROL, Lane.VOICE, Lane.READINGS]
    assert line.counts[Lane.PICTURE].packets_dropped == 1
    assert not line.needs_key_frame
    assert not line.has_room_for_picture
    line.follow(plan(), LinkLayer.ETHERNET, 10.0)
    assert line.needs_key_frame
    assert [one.lane for one in run(line, [])] == [Lane.RETRANSMISSION, Lane.STILL, Lane.BULK]


def test_pictures_that_wait_when_the_line_falls_silent_are_dropped() -> None:
    line = scheduler()
    line.push(Lane.PICTURE, sized(100, is_key=True), 0.0, PLENTY_S)
    line.follow(plan(24_000, is_silent=True), LinkLayer.ETHERNET, 0.1)
    assert line.counts[Lane.PICTURE].packets_dropped == 1


def test_nothing_waits_nothing_is_due() -> None:
    line: Scheduler = scheduler()
    assert line.next_at() is None
    assert line.pop(1.0) == []
