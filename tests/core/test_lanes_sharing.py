"""The still and the live picture side by side; pictures that come too late."""

from itertools import groupby, pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lane_bench import Left, Push, every, plan, run, scheduler, sized

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import Plan
from client.core.lanes import Lane

FOREVER_S = 1e9


def both_full(send_bps: int, size: int, until_s: float) -> list[Push]:
    """Of either as much as the line takes; nothing of it is ever late."""
    return [
        Push(push.at_s, push.lane, push.packet, FOREVER_S)
        for lane in (Lane.STILL, Lane.PICTURE)
        for push in every(size * 8 / send_bps, lane, size, until_s=until_s)
    ]


def sent_bytes(left: list[Left], lane: Lane, since_s: float, until_s: float) -> int:
    return sum(
        one.packet.size_bytes for one in left if one.lane is lane and since_s <= one.at_s < until_s
    )


@settings(max_examples=25)
@pytest.mark.parametrize("send_bps", [54_000, 218_000])
@given(
    parts=st.tuples(st.integers(10, 90), st.integers(10, 90)),
    since_s=st.floats(0.2, 2),
    size=st.integers(300, 600),
)
def test_two_that_are_always_there_get_their_shares_within_two_seconds(
    send_bps: int, parts: tuple[int, int], since_s: float, size: int
) -> None:
    share = plan(send_bps, picture_bps=parts[0] * 1_000, still_bps=parts[1] * 1_000)
    left = run(scheduler(share), both_full(send_bps, size, 4.0), until_s=4.0)
    picture = sent_bytes(left, Lane.PICTURE, since_s, since_s + 2)
    still = sent_bytes(left, Lane.STILL, since_s, since_s + 2)
    assert picture / (picture + still) == pytest.approx(parts[0] / sum(parts), abs=0.1)


@pytest.mark.parametrize("alone", [Lane.STILL, Lane.PICTURE])
def test_each_uses_all_that_the_other_leaves(alone: Lane) -> None:
    share = plan(100_000, picture_bps=50_000, still_bps=50_000)
    crowd = [push for push in both_full(100_000, 500, 3.0) if push.lane is alone]
    left = run(scheduler(share), crowd, until_s=3.0)
    assert sent_bytes(left, alone, 0, 3) == pytest.approx(3 * 100_000 / 8, rel=0.05)


@pytest.mark.parametrize("frames_per_s", [5, 25])
def test_a_picture_within_its_budget_leaves_in_one_go(frames_per_s: float) -> None:
    """Five pictures a second of 1,200 bytes, and a still that would take everything."""
    share = plan(160_000, picture_bps=50_000, still_bps=110_000, frames_per_s=frames_per_s)
    pictures = [
        Push(0.5 + number * 0.2, Lane.PICTURE, sized(400, picture=number, is_key=True))
        for number in range(20)
        for _ in range(3)
    ]
    still = every(0.01, Lane.STILL, 1_000, until_s=4.5)
    left = run(scheduler(share), [*still, *pictures], until_s=4.5)
    lasts = [one.at_s for one in left if one.lane is Lane.PICTURE][2::3]
    assert len(lasts) == 20
    one_piece_s = 1_000 * 8 / 160_000
    for number, at_s in enumerate(lasts):
        assert (
            at_s - (0.5 + number * 0.2) <= one_piece_s + 0.041
        )  # two packets' time before the last


def test_a_still_that_paused_does_not_stop_the_picture_to_catch_up() -> None:
    share = plan(100_000, picture_bps=30_000, still_bps=70_000)
    pictures = [push for push in both_full(100_000, 300, 8.0) if push.lane is Lane.PICTURE]
    still = [
        push for push in both_full(100_000, 300, 8.0) if push.lane is Lane.STILL and push.at_s > 4
    ]
    left = run(scheduler(share), [*pictures, *still], until_s=8.0)
    times = [*(one.at_s for one in left if one.lane is Lane.PICTURE), 8.0]
    assert max(after - before for before, after in pairwise(times)) < 0.3


@pytest.mark.parametrize("forgotten", [Lane.STILL, Lane.PICTURE])
def test_what_the_plan_forgot_is_not_starved(forgotten: Lane) -> None:
    is_still = forgotten is Lane.STILL
    share = plan(100_000, picture_bps=90_000 * is_still, still_bps=90_000 * (not is_still))
    left = run(scheduler(share), both_full(100_000, 500, 4.0), until_s=4.0)
    assert 0.02 < sent_bytes(left, forgotten, 0, 4) / (4 * 100_000 / 8) < 0.1


picture_streams = st.lists(
    st.tuples(
        st.sampled_from((0.0, 0.03, 0.1, 0.5)),  # wait before it, s
        st.integers(1, 5),  # parts
        st.booleans(),  # is_key
        st.floats(0.05, 1.0),  # patience, s
    ),
    max_size=40,
)


@given(picture_streams, st.integers(16_000, 128_000))
def test_what_arrives_can_always_be_decoded(
    stream: list[tuple[float, int, bool, float]], send_bps: int
) -> None:
    """Pictures leave whole, or their first parts only and then a key picture comes next."""
    assume(stream)
    at_s, pushes, sizes, keys = 0.0, [], {}, set()
    for number, (wait_s, parts, is_key, patience_s) in enumerate(stream):
        at_s += wait_s
        sizes[number] = parts
        keys |= {number} if is_key else set()
        part = sized(600, picture=number, is_key=is_key)
        pushes += [Push(at_s, Lane.PICTURE, part, at_s + patience_s)] * parts
    line = scheduler(plan(send_bps))
    left = run(line, pushes, until_s=60.0)
    before, was_whole = -1, True
    for number, parts_left in groupby(one.packet.picture or 0 for one in left):
        count = len(list(parts_left))
        assert number in keys or (was_whole and number == before + 1)
        before, was_whole = number, count == sizes[number]
    if before >= 0 and not was_whole:
        assert line.needs_key_frame or before == len(stream) - 1


def test_stale_pictures_go_whole_and_a_key_frame_is_asked_for() -> None:
    line = scheduler()
    for part in range(4):
        part_of_it = sized(1_000, picture=1, is_key=True)
        line.push(Lane.PICTURE, part_of_it, 0.0, deadline_s=0.1 + part)
    line.push(Lane.PICTURE, sized(100, picture=2), 0.05, deadline_s=9.0)
    assert len(line.pop(0.05)) == 1
    assert [one.picture for _, one in line.pop(0.2)] == [1]
    assert line.pop(7.5) == []
    assert line.needs_key_frame
    assert line.counts[Lane.PICTURE].packets_dropped == 3


def test_after_a_drop_only_a_key_frame_is_taken() -> None:
    line = scheduler()
    line.push(Lane.PICTURE, sized(100, picture=1, is_key=True), 0.0, deadline_s=0.1)
    line.pop(0.0)
    line.push(Lane.PICTURE, sized(100, picture=2), 0.0, deadline_s=0.1)
    line.pop(0.2)
    line.push(Lane.PICTURE, sized(100, picture=2), 0.2, deadline_s=0.5)
    line.push(Lane.PICTURE, sized(100, picture=3), 0.2, deadline_s=0.5)
    assert line.needs_key_frame
    line.push(Lane.PICTURE, sized(100, picture=4, is_key=True), 0.2, deadline_s=0.5)
    line.push(Lane.PICTURE, sized(100, picture=5), 0.2, deadline_s=0.5)
    assert not line.needs_key_frame
    assert [one.packet.picture for one in run(line, [])] == [4, 5]


def test_dropping_stops_at_a_key_frame_that_is_in_time() -> None:
    line = scheduler()
    line.push(Lane.PICTURE, sized(100, picture=1), 0.0, deadline_s=0.1)
    line.push(Lane.PICTURE, sized(100, picture=2), 0.0, deadline_s=0.9)
    for _ in range(2):
        line.push(Lane.PICTURE, sized(300, picture=3, is_key=True), 0.0, deadline_s=0.9)
    first = [one.picture for _, one in line.pop(0.5)]
    assert first + [one.packet.picture for one in run(line, [])] == [3, 3]
    assert not line.needs_key_frame


def test_a_full_picture_lane_drops_whole_pictures() -> None:
    pushes = [
        Push(0.0, Lane.PICTURE, sized(1_044, picture=number, is_key=True), FOREVER_S)
        for number in range(20)
        for _ in range(5)
    ]
    left = [one.packet.picture for one in run(scheduler(), pushes)]
    # The first packet had left before the lane was full.
    assert {left.count(number) for number in set(left) - {0}} == {5}


def key_picture(at_s: float, size: int) -> list[Push]:
    """Its packets of 300 bytes, without deadlines of their own."""
    return [Push(at_s, Lane.PICTURE, sized(300, picture=0, is_key=True))] * (size // 300)


def test_voice_passes_between_the_packets_of_a_key_picture() -> None:
    """6 kB at 30 kbit/s take 1.6 s; what follows the key picture waits for it."""
    voice = every(0.12, Lane.VOICE, 184, until_s=3.0)
    following = [Push(0.5, Lane.PICTURE, sized(150, picture=1))]
    left = run(
        scheduler(plan(42_000, picture_bps=30_000, frames_per_s=5)),
        [*voice, *key_picture(0.0, 6_000), *following],
        until_s=3.0,
    )
    assert [one.packet.picture for one in left if one.lane is Lane.PICTURE] == [0] * 20 + [1]
    waits = [
        at.at_s - push.at_s
        for at, push in zip([one for one in left if one.lane is Lane.VOICE], voice, strict=True)
    ]
    assert max(waits) <= 300 * 8 / 42_000 + 1e-5


@pytest.mark.parametrize(
    ("share", "seconds"),
    [
        (plan(27_000, picture_bps=8_000, frames_per_s=0.2), 10.0),
        (plan(54_000, picture_bps=24_000, frames_per_s=5), 0.6),
        (plan(218_000, picture_bps=170_000, frames_per_s=20), 0.4),
        (plan(218_000, picture_bps=170_000, frames_per_s=2), 1.0),
    ],
)
def test_a_picture_is_stale_by_the_rhythm_of_its_rung(share: Plan, seconds: float) -> None:
    line = scheduler(share)
    line.push(Lane.VOICE, sized(1_200), 0.0)
    line.pop(0.0)
    line.push(Lane.PICTURE, sized(100, picture=1), 0.0)
    line.pop(seconds - 0.01)
    assert line.counts[Lane.PICTURE].packets_sent == 1
    line.push(Lane.VOICE, sized(1_200), 10.0)
    line.pop(10.0)
    line.push(Lane.PICTURE, sized(100, picture=2), 10.0)
    line.pop(10.0 + seconds + 0.01)
    assert line.counts[Lane.PICTURE].packets_dropped == 1


def test_the_encoder_is_told_to_skip_while_a_backlog_waits() -> None:
    line = scheduler(plan(64_000, picture_bps=40_000, frames_per_s=10))
    assert line.has_room_for_picture
    for push in key_picture(0.0, 3_000):
        line.push(push.lane, push.packet, push.at_s)
    assert not line.has_room_for_picture
    run(line, [])
    assert line.has_room_for_picture


def test_without_a_rung_no_picture_is_wanted() -> None:
    line = scheduler()
    share = line.plan
    line.follow(Plan(share.send_bps, share.voice, None, 0, 0, 0), LinkLayer.ETHERNET, 0.0)
    assert not line.has_room_for_picture
    line.push(Lane.PICTURE, sized(100, picture=1), 0.0, deadline_s=0.1)
    line.pop(9.0)
    line.push(Lane.PICTURE, sized(100, picture=2), 9.0, deadline_s=9.1)
    line.pop(9.2)
    assert not line.needs_key_frame


def test_what_comes_after_a_key_picture_has_left_is_as_impatient_as_ever() -> None:
    line = scheduler(plan(64_000, picture_bps=20_000, frames_per_s=10))
    line.push(Lane.PICTURE, sized(100, picture=0, is_key=True), 0.0)
    line.pop(0.0)
    line.push(Lane.VOICE, sized(1_200), 0.1)
    line.pop(0.1)
    line.push(Lane.PICTURE, sized(100, picture=1), 0.1)
    line.pop(0.6)
    assert line.counts[Lane.PICTURE].packets_dropped == 1


def test_the_rest_of_a_dropped_key_picture_is_dropped_too() -> None:
    line = scheduler()
    line.push(Lane.PICTURE, sized(400, picture=1, is_key=True), 0.0, deadline_s=0.1)
    line.pop(0.2)
    line.push(Lane.PICTURE, sized(400, picture=1, is_key=True), 0.2, deadline_s=0.9)
    line.push(Lane.VOICE, sized(1_200), 0.0)
    line.pop(0.2)
    late = sized(400, picture=2, is_key=True)
    line.push(Lane.PICTURE, late, 0.2, deadline_s=0.25)
    line.pop(0.3)
    line.push(Lane.PICTURE, late, 0.3, deadline_s=0.9)
    assert line.needs_key_frame
    assert line.waiting_bytes(Lane.PICTURE) == 0
