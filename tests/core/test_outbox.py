import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.inbox import AHEAD_LIMIT, Inbox
from client.core.outbox import WAITING_LIMIT, Outbox, OutboxFullError, RolledBackError
from client.core.wire import Hello, Parcel, Received, Text

LINE = Text("line", 0)


def test_numbers_count_from_one() -> None:
    outbox = Outbox()
    assert [outbox.add(LINE).number for _ in range(3)] == [1, 2, 3]
    assert [parcel.number for parcel in outbox.unacknowledged()] == [1, 2, 3]


def test_a_receipt_names_what_is_newly_safe() -> None:
    outbox = filled(6)
    assert outbox.acknowledge(Received(2, [4])) == [1, 2, 4]
    assert outbox.acknowledge(Received(2, [4, 5])) == [5]
    assert [parcel.number for parcel in outbox.unacknowledged()] == [3, 6]


@given(up_to=st.integers(0, 1 << 53), beyond=st.lists(st.integers(0, 1 << 53), max_size=20))
def test_a_receipt_for_what_was_never_sent_changes_nothing_later(
    up_to: int, beyond: list[int]
) -> None:
    outbox = filled(3)
    outbox.acknowledge(Received(up_to, beyond))
    assert outbox.add(LINE).number == 4
    assert outbox.unacknowledged()[-1].number == 4


def test_no_more_goes_than_the_peer_can_take_and_the_rest_waits() -> None:
    outbox, inbox = filled(AHEAD_LIMIT + 1), Inbox()
    going = [p.number for p in outbox.unacknowledged() if p.number and outbox.may_go(p.number)]
    assert len(going) == AHEAD_LIMIT
    assert all(inbox.accept(number) for number in reversed(going))
    outbox.acknowledge(inbox.receipt())
    assert outbox.may_go(AHEAD_LIMIT + 1)


def test_it_takes_no_more_than_its_bound() -> None:
    outbox = filled(WAITING_LIMIT)
    with pytest.raises(OutboxFullError):
        outbox.add(LINE)
    outbox.acknowledge(Received(0, list(range(2, WAITING_LIMIT))))
    with pytest.raises(OutboxFullError):  # the span counts, not the heap
        outbox.add(LINE)
    outbox.acknowledge(Received(1, []))
    assert outbox.add(LINE).number == WAITING_LIMIT + 1


@pytest.mark.parametrize("receipt", [Received(4, []), Received(0, [2, 4])])
def test_a_receipt_for_what_an_old_copy_never_gave_out_tells_so(receipt: Received) -> None:
    outbox = filled(3)
    with pytest.raises(RolledBackError):
        outbox.require_given(receipt)
    outbox.require_given(Received(2, [3]))


def test_it_goes_on_from_what_was_stored() -> None:
    restored = Outbox([Parcel(5, LINE), Parcel(3, LINE)], last_number=6)
    assert [parcel.number for parcel in restored.unacknowledged()] == [3, 5]
    assert restored.add(LINE).number == 7
    assert Outbox([Parcel(9, LINE)]).add(LINE).number == 10


def test_passing_parcels_have_no_place_in_it() -> None:
    with pytest.raises(ValueError, match="durable"):
        Outbox([Parcel(None, Hello(b"", b"", 0))])


@given(lost=st.lists(st.booleans(), max_size=40))
def test_all_arrives_once_over_a_line_that_loses_both_ways(lost: list[bool]) -> None:
    outbox, inbox, losses = filled(5), Inbox(), iter(lost)
    arrived: list[int] = []
    while waiting := outbox.unacknowledged():
        for parcel in waiting:
            if next(losses, False) or parcel.number is None:
                continue
            arrived += [parcel.number] * inbox.accept(parcel.number)
            if not next(losses, False):
                outbox.acknowledge(inbox.receipt())
    assert sorted(arrived) == [1, 2, 3, 4, 5]


def filled(size: int) -> Outbox:
    outbox = Outbox()
    for _ in range(size):
        outbox.add(LINE)
    return outbox
