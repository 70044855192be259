import pytest
from fakes.line import LossyLine
from hypothesis import given
from hypothesis import strategies as st

from client.core import parcels, wire
from client.core.flights import Flights
from client.core.inbox import (
    AHEAD_LIMIT,
    HELD_LIMIT,
    REPORTED_LIMIT,
    Allowance,
    Inbox,
    Order,
    TooMuchSaidError,
)
from client.core.outbox import Outbox
from client.core.wire import Measured, Message, Parcel, Received, Text


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


def test_a_peer_cannot_fill_the_disk() -> None:
    inbox = Inbox(allowance=Allowance(messages=10, size_bytes=1_000))
    for number in range(1, 10):
        inbox.accept(number, inbox.require_room(number, 100))
    with pytest.raises(TooMuchSaidError):
        inbox.require_room(10, 101)
    assert inbox.accept(10, inbox.require_room(10, 100))
    with pytest.raises(TooMuchSaidError):
        inbox.require_room(11, 0)


def test_a_repeated_message_takes_no_room() -> None:
    inbox = Inbox(allowance=Allowance(messages=10, size_bytes=150))
    for _ in range(3):
        inbox.accept(1, 100)
    assert inbox.require_room(2, 50) == 50


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


def text(number: int) -> Parcel:
    return Parcel(number, Text(str(number), number))


def reading(number: int) -> Parcel:
    return Parcel(number, Measured("spo2", 97, "%", "good", number, "", None))


@given(numbers=st.permutations(range(1, 30)), readings=st.sets(st.integers(1, 29)))
def test_messages_are_handed_over_in_order_and_readings_at_once(
    numbers: list[int], readings: set[int]
) -> None:
    order, texts = Order(), list[Message]()
    for number in numbers:
        if number in readings:
            ready = order.take(reading(number))
            assert ready[0] == reading(number).message
            texts += ready[1:]
        else:
            texts += order.take(text(number))
    assert texts == [text(number).message for number in range(1, 30) if number not in readings]
    assert not order.is_waiting
    assert order.release() == []


def test_after_a_while_they_wait_no_longer_and_what_comes_late_is_still_handed_over() -> None:
    order = Order()
    assert order.take(text(3)) == order.take(text(2)) == []
    assert order.is_waiting
    assert order.release() == [text(2).message, text(3).message]
    assert not order.is_waiting
    assert order.take(text(4)) == [text(4).message]
    assert order.take(text(1)) == [text(1).message]


def test_what_waits_for_an_earlier_message_is_bounded() -> None:
    order = Order()
    for number in range(2, HELD_LIMIT + 2):
        assert order.take(text(number)) == []
    late = order.take(text(HELD_LIMIT + 2))
    assert late == [text(number).message for number in range(2, HELD_LIMIT + 3)]
    assert order._held == {}


@given(
    seed=st.integers(0, 1 << 32),
    loss=st.floats(0, 0.6),
    count=st.integers(1, 60),
    readings=st.sets(st.integers(1, 60)),
)
def test_everything_arrives_once_and_in_order_over_a_line_that_loses_reorders_and_doubles(
    seed: int, loss: float, count: int, readings: set[int]
) -> None:
    outbox, flights, inbox, order = Outbox(), Flights(), Inbox(), Order()
    down, up = LossyLine[Parcel](seed, loss), LossyLine[wire.Received](seed + 1, loss)
    heard = list[Message]()
    for step in range(100_000):
        now_s = step / 10
        if step < count:
            number = step + 1
            message = (reading if number in readings else text)(number).message
            parcel = outbox.add(message)
            flights.note_sent(number, now_s)
            down.send(parcel, now_s)
        elif not outbox.unacknowledged():
            break
        for parcel in down.arrived(now_s):
            if inbox.accept(parcel.number or 0):
                heard += order.take(parcel)
            up.send(inbox.receipt(), now_s)
        for receipt in up.arrived(now_s):
            is_all = len(receipt.beyond) < REPORTED_LIMIT
            flights.note_arrived(outbox.acknowledge(receipt), now_s, is_all=is_all)
        for number in flights.due(now_s):
            flights.note_sent(number, now_s)
            down.send(outbox[number], now_s)
    assert len(flights) == 0
    texts = [message for message in heard if isinstance(message, Text)]
    assert texts == [text(n).message for n in range(1, count + 1) if n not in readings]
    values = sorted(message.taken_ms for message in heard if isinstance(message, Measured))
    assert values == sorted(number for number in readings if number <= count)


def test_it_goes_on_from_the_numbers_that_were_kept() -> None:
    inbox = Inbox(known=[1, 2, 5])
    assert inbox.receipt() == Received(2, [5])
    assert [inbox.accept(number) for number in (2, 5, 3, 4)] == [False, False, True, True]
    assert inbox.receipt() == Received(5, [])


def test_order_goes_on_behind_what_was_handed_over_before() -> None:
    order = Order(known=[1, 2, 5])
    assert order.take(Parcel(4, Text("4", 0))) == []
    assert order.take(Parcel(3, Text("3", 0))) == [Text("3", 0), Text("4", 0)]
    assert order.take(Parcel(6, Text("6", 0))) == [Text("6", 0)]
