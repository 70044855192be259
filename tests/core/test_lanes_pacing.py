"""How much of the line is used at once: one packet ahead, never above the cap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lane_bench import Left, Push, every, plan, run, scheduler, sized

from client.core.adaptation.link_layer import LinkLayer
from client.core.lanes import PACKET_S, Carrier, Lane, packet_limit_bytes
from client.core.lanes.pacer import LATENESS_S

LARGEST = 1_200

bursts = st.lists(
    st.builds(
        Push,
        st.floats(0, 5),
        st.sampled_from(Lane),
        st.integers(60, LARGEST).map(lambda size: sized(size, picture=1, is_key=True)),
        st.just(1e9),
    ),
    max_size=120,
)


def most_in_a_second(left: list[Left]) -> int:
    """Bytes of the fullest window of a second, its end included."""
    return max(
        (
            sum(
                other.packet.size_bytes for other in left if one.at_s <= other.at_s < one.at_s + 1.0
            )
            for one in left
        ),
        default=0,
    )


@given(bursts, st.integers(8_000, 512_000))
def test_the_line_gets_its_rate_and_one_packet_ahead(pushes: list[Push], send_bps: int) -> None:
    left = run(scheduler(plan(send_bps)), pushes)
    train_bytes = max(LARGEST, send_bps / 8 * 0.06) + send_bps / 8 * LATENESS_S
    for start, first in enumerate(left):
        sent_bytes = 0
        for one in left[start:]:
            sent_bytes += one.packet.size_bytes
            assert sent_bytes <= (one.at_s - first.at_s) * send_bps / 8 + train_bytes + 1


@given(bursts, st.integers(12_000, 128_000), st.integers(8_000, 512_000))
def test_no_second_carries_more_than_the_cap(
    pushes: list[Push], cap_bps: int, send_bps: int
) -> None:
    left = run(scheduler(plan(send_bps, cap_bps=cap_bps)), pushes)
    assert most_in_a_second(left) <= cap_bps / 8


def test_a_train_that_would_pass_the_cap_is_cut() -> None:
    """Nine packets fit into a second, the ninth is the first of a train."""
    line = scheduler(plan(64_000, cap_bps=16_000))
    parts = [Push(0.0, Lane.PICTURE, sized(220, picture=1, is_key=True), 9.0)] * 12
    assert most_in_a_second(run(line, parts)) == 9 * 220


@given(st.integers(12_000, 128_000), st.integers(1, 12))
def test_padding_that_probes_the_line_keeps_the_cap_too(cap_bps: int, packets: int) -> None:
    line = scheduler(plan(cap_bps, cap_bps=cap_bps))
    left = run(line, every(0.01, Lane.STILL, 600, until_s=1.5), until_s=1.5)
    beside = [Left(1.5, Lane.RETRANSMISSION, sized(330)) for _ in range(packets)]
    left += [one for one in beside if line.admits_beside(one.packet, 1.5)]
    left += run(line, [], until_s=3.0)
    assert most_in_a_second(left) <= cap_bps / 8
    assert line.counts[Lane.RETRANSMISSION].bytes_sent == 330 * left.count(beside[0])


def test_voice_does_not_wait_for_padding() -> None:
    line = scheduler(plan(64_000))
    assert all(line.admits_beside(sized(400), 1.0) for _ in range(4))
    (left,) = run(line, [Push(1.0, Lane.VOICE, sized(120))])
    assert left.at_s == 1.0


def test_below_a_cap_padding_is_paid_for_before_anything_else_leaves() -> None:
    line = scheduler(plan(64_000, cap_bps=64_000))
    assert all(line.admits_beside(sized(400), 1.0) for _ in range(2))
    (left,) = run(line, [Push(1.0, Lane.VOICE, sized(120))])
    assert left.at_s == pytest.approx(1.0 + 2 * 400 * 8 / 64_000 - LATENESS_S, abs=1e-4)


def test_a_silent_line_is_not_probed() -> None:
    assert not scheduler(plan(is_silent=True)).admits_beside(sized(330), 1.0)


def test_a_packet_larger_than_a_second_of_the_cap_waits_for_an_empty_one() -> None:
    line = scheduler(plan(8_000, cap_bps=8_000))
    left = run(line, [Push(0.0, Lane.READINGS, sized(1_100)) for _ in range(3)])
    assert [round(one.at_s, 2) for one in left] == [0.0, 1.1, 2.2]


def test_after_a_pause_no_burst_leaves() -> None:
    left = run(scheduler(), [Push(60.0, Lane.BULK, sized(480)) for _ in range(10)])
    assert [one.at_s for one in left[:2]] == [60.0, pytest.approx(60.04, abs=1e-3)]


def test_a_new_rate_holds_from_the_next_packet_on() -> None:
    line = scheduler(plan(64_000))
    for _ in range(4):
        line.push(Lane.BULK, sized(1_000), 0.0)
    line.pop(0.0)
    assert line.next_at() == pytest.approx(0.125, abs=1e-5)
    line.follow(plan(128_000), LinkLayer.ETHERNET, 0.0)
    assert line.next_at() == pytest.approx(0.0625, abs=1e-5)


def test_the_time_before_a_new_rate_counts_at_the_old_one() -> None:
    line = scheduler(plan(64_000))
    for _ in range(2):
        line.push(Lane.BULK, sized(1_000), 0.0)
    line.pop(0.0)
    line.follow(plan(8_000), LinkLayer.ETHERNET, 0.1)
    assert line.next_at() == pytest.approx(0.1 + 0.2, abs=1e-5)


def test_a_new_cap_counts_what_has_just_left() -> None:
    line = scheduler(plan(64_000))
    for _ in range(4):
        line.push(Lane.BULK, sized(1_000), 0.0)
    assert len(line.pop(0.0)) == 1
    line.follow(plan(64_000, cap_bps=12_000), LinkLayer.ETHERNET, 0.0)
    assert line.next_at() == pytest.approx(1.0, abs=1e-5)


def test_cells_are_paced_and_counted_on_adsl() -> None:
    line = scheduler(plan(64_000), LinkLayer.ADSL)
    left = run(line, [Push(0.0, Lane.BULK, sized(105)) for _ in range(3)])
    # 105 + 40 bytes fill three cells of 48 and begin a fourth: 4 * 53 bytes on the line.
    assert line.counts[Lane.BULK].bytes_sent == 3 * 212
    assert [one.at_s for one in left] == pytest.approx([0, 0.0265, 0.053], abs=1e-4)


def test_a_train_of_two_leaves_when_both_are_short() -> None:
    line = scheduler(plan(64_000))
    for _ in range(3):
        line.push(Lane.PICTURE, sized(240, picture=1, is_key=True), 0.0)
    assert len(line.pop(0.0)) == 2


@pytest.mark.parametrize(("size", "pictures"), [(300, (1, 1)), (240, (1, 2))])
def test_no_train_of_long_packets_or_of_two_pictures(size: int, pictures: tuple[int, int]) -> None:
    line = scheduler(plan(64_000))
    for picture in pictures:
        line.push(Lane.PICTURE, sized(size, picture=picture, is_key=True), 0.0)
    assert len(line.pop(0.0)) == 1


@pytest.mark.parametrize("capacity_bps", [64_000, 128_000, 256_000, 512_000])
def test_the_queue_we_cause_stays_short_on_a_constant_line(capacity_bps: int) -> None:
    """Voice, key pictures, readings and a still at once, 15 % of the line left free."""
    send_bps = int(capacity_bps * 0.85)
    data = packet_limit_bytes(send_bps, Carrier.DATA)
    traffic = [
        *every(0.06, Lane.VOICE, 154, until_s=20),
        *every(1.0, Lane.READINGS, 240, until_s=20),
        *every(data * 16 / send_bps, Lane.STILL, data, until_s=20),
        *every(0.1, Lane.PICTURE, min(1_200, send_bps // 160), until_s=20),
    ]
    left = run(scheduler(plan(send_bps, still_bps=30_000)), traffic, until_s=20)
    free_s, queues_s = 0.0, []
    for one in left:
        queues_s.append(max(0.0, free_s - one.at_s))
        free_s = max(free_s, one.at_s) + one.packet.size_bytes * 8 / capacity_bps
    queues_s.sort()
    assert queues_s[int(len(queues_s) * 0.95)] < 0.06


@pytest.mark.parametrize("link", LinkLayer)
@given(send_bps=st.integers(8_000, 4_000_000), carrier=st.sampled_from(Carrier))
def test_packets_are_as_large_as_the_line_is_patient(
    link: LinkLayer, send_bps: int, carrier: Carrier
) -> None:
    limit = packet_limit_bytes(send_bps, carrier, link)
    assert 330 <= limit <= 1_200
    if limit > 700:
        assert link.cost_bytes(limit) * 8 <= send_bps * PACKET_S[carrier]
    if limit < 1_200:
        assert link.cost_bytes(limit) < link.cost_bytes(limit + 1)


def test_packet_sizes_of_the_thin_lines() -> None:
    rates = (27_000, 54_000, 109_000, 218_000)
    assert [packet_limit_bytes(rate, Carrier.RTP) for rate in rates] == [330, 405, 817, 1_200]
    assert [packet_limit_bytes(rate, Carrier.DATA) for rate in rates] == [1_200] * 4
