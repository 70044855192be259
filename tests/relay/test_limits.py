"""What one visitor, one mailbox and one network may take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.relay import limits
from client.relay.limits import Buckets, Doorkeeper, Limits

SMALL = Limits(
    connections=3,
    connections_per_network=2,
    connections_per_address=1,
    arrivals_per_s=1,
    arrivals_burst=4,
    frames_per_s=10,
    frames_burst=2,
    address_bytes=86_400,
    network_bytes=2 * 86_400,
)


def test_a_bucket_starts_full_and_fills_with_time() -> None:
    buckets = Buckets(per_s=2, burst=3)
    assert [buckets.wait_s("a", 1, 0.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.wait_s("b", 3, 0.0) == 0
    assert buckets.wait_s("a", 1, 0.5) == 0
    assert buckets.wait_s("a", 4, 99.0) == 0.5  # more than it ever holds


@given(
    st.lists(st.tuples(st.floats(0, 5), st.floats(0.1, 9)), max_size=60),
    st.floats(0.1, 9),
    st.floats(1, 9),
)
def test_nobody_gets_more_than_the_rate_and_the_burst(
    asked: list[tuple[float, float]], per_s: float, burst: float
) -> None:
    buckets, now_s, granted = Buckets(per_s, burst), 0.0, 0.0
    for after_s, cost in asked:
        now_s += after_s
        if buckets.wait_s("a", cost, now_s) == 0:
            granted += cost
    assert granted <= burst + now_s * per_s + 1e-6


def test_a_clock_that_goes_back_fills_nothing() -> None:
    buckets = Buckets(per_s=1, burst=1)
    assert buckets.wait_s("a", 1, 100.0) == 0
    assert buckets.wait_s("a", 1, 0.0) == 1


def test_a_table_holds_so_many_and_the_longest_unused_gives_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "TABLE_LIMIT", 3)
    buckets = Buckets(per_s=1, burst=1)
    for key in ("a", "b", "c", "a", "d"):
        buckets.wait_s(key, 1, 0.0)
    assert len(buckets) == 3
    assert buckets.wait_s("a", 1, 0.0) == 1  # still remembered
    assert buckets.wait_s("b", 1, 0.0) == 0  # began anew


def test_a_network_has_so_many_connections_and_arrivals() -> None:
    door = Doorkeeper(SMALL)
    for _ in range(2):
        assert door.objection("203.0.113.0/24", 0.0) is None
        door.enter("203.0.113.0/24")
    assert door.objection("203.0.113.0/24", 0.0) == "connections_per_network"
    assert door.objection("198.51.100.0/24", 0.0) is None
    door.leave("203.0.113.0/24")
    assert [door.objection("203.0.113.0/24", 0.0) for _ in range(3)] == [None, None, "arrivals"]
    assert door.objection("203.0.113.0/24", 1.0) is None


def test_all_together_are_so_many_whoever_they_are() -> None:
    door = Doorkeeper(SMALL)
    for network in (None, None, "203.0.113.0/24"):
        door.enter(network)
    assert door.objection(None, 0.0) == "connections"
    door.leave(None)
    assert door.objection(None, 0.0) is None


def test_this_machine_is_not_a_network() -> None:
    door = Doorkeeper(SMALL)
    assert {door.objection(None, 0.0) for _ in range(99)} == {None}
    assert {door.frame_wait_s(None, 0.0) for _ in range(99)} == {0.0}


def test_a_mailbox_has_so_many_connections() -> None:
    door = Doorkeeper(SMALL)
    assert door.log_in(b"a")
    assert not door.log_in(b"a")
    assert door.log_in(b"b")
    door.log_out(b"a")
    assert door.log_in(b"a")


def test_those_who_left_take_no_room() -> None:
    door = Doorkeeper(SMALL)
    door.enter("203.0.113.0/24")
    door.log_in(b"a")
    door.leave("203.0.113.0/24")
    door.log_out(b"a")
    assert (door.visitors, len(door._here), len(door._logged_in)) == (0, 0, 0)


def test_a_day_has_a_quota_for_the_sender_and_for_its_network() -> None:
    door = Doorkeeper(SMALL)
    assert door.grants(b"a", "203.0.113.0/24", 86_400, 0.0)
    assert not door.grants(b"a", "203.0.113.0/24", 100, 0.0)
    assert door.grants(b"b", "203.0.113.0/24", 86_000, 0.0)
    assert not door.grants(b"c", "203.0.113.0/24", 400, 0.0)  # the network's is used up
    assert door.grants(b"c", "198.51.100.0/24", 400, 0.0)
    assert door.grants(b"a", "203.0.113.0/24", 100, 200.0)


def test_only_what_was_given_differs_from_the_usual() -> None:
    usual = Limits()
    assert limits.limits(None, None) == usual
    assert limits.limits(7, None).connections == 7
    assert limits.limits(7, 5).connections_per_network == 5
    assert limits.limits(7, 5).send_s == usual.send_s
