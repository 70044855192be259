from hypothesis import given
from hypothesis import strategies as st

from client.core import parcels, wire
from client.core.inbox import AHEAD_LIMIT, REPORTED_LIMIT, Inbox


@given(numbers=st.lists(st.integers(-2, 30), max_size=60))
def test_every_number_is_accepted_once_in_any_order(numbers: list[int]) -> None:
    inbox, seen = Inbox(), set[int]()
    for number in numbers:
        assert inbox.accept(number) == (number >= 1 and number not in seen)
        seen |= {number} if number >= 1 else set()
        receipt = inbox.receipt()
        assert set(range(1, receipt.up_to + 1)) | set(receipt.beyond) == seen
        assert receipt.up_to + 1 not in seen


def test_a_peer_cannot_make_it_grow() -> None:
    inbox = Inbox()
    accepted = [number for number in range(2, 3 * AHEAD_LIMIT) if inbox.accept(number)]
    assert accepted == list(range(2, AHEAD_LIMIT + 1))
    assert len(inbox._beyond) < AHEAD_LIMIT


def test_a_receipt_stays_a_small_parcel() -> None:
    inbox = Inbox(up_to=1 << 40)
    for ahead in range(2, AHEAD_LIMIT, 2):
        inbox.accept((1 << 40) + ahead)
    receipt = inbox.receipt()
    assert len(receipt.beyond) == REPORTED_LIMIT
    assert len(parcels.encode(wire.Parcel(None, receipt))) < parcels.PARCEL_LIMIT


def test_it_goes_on_from_what_was_stored() -> None:
    inbox = Inbox(up_to=7)
    assert not inbox.accept(7)
    assert inbox.accept(8)
    assert inbox.receipt() == wire.Received(8, [])
