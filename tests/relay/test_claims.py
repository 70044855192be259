"""Which of several nodes keeps a mailbox's visitor."""

from hypothesis import given
from hypothesis import strategies as st

from client.relay.storage.claims import Claims

SITE = b"s" * 32


def test_the_newest_visitor_stays_whatever_order_the_nodes_hear_in() -> None:
    first, second = Claims(b"node one"), Claims(b"node two")
    told_first, told_second = first.begun(SITE, 100), second.begun(SITE, 200)
    assert second.heard(told_first) is None  # late news of an older visitor
    assert first.heard(told_second) == SITE
    assert first.heard(told_second) is None  # who left need not leave again


@given(st.integers(0, 1 << 60), st.integers(0, 1 << 60))
def test_one_stays_and_one_leaves_at_any_two_times(one_us: int, other_us: int) -> None:
    one, other = Claims(b"node one"), Claims(b"node two")
    told_one, told_other = one.begun(SITE, one_us), other.begun(SITE, other_us)
    assert [one.heard(told_other), other.heard(told_one)].count(SITE) == 1


def test_nobody_leaves_its_own_mailbox_or_another() -> None:
    node = Claims(b"node one")
    told = node.begun(SITE, 100)
    assert node.heard(told) is None
    assert node.heard(Claims(b"node two").begun(b"g" * 32, 200)) is None
    node.ended(SITE)
    assert node.heard(Claims(b"node two").begun(SITE, 200)) is None


@given(st.binary(max_size=100))
def test_noise_makes_nobody_leave(noise: bytes) -> None:
    node = Claims(b"node one")
    node.begun(SITE, 1 << 63)
    assert node.heard(noise) is None
