import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.flights import (
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    SHORTEST_WAIT_S,
    Flights,
    RoundTrip,
)


def test_the_wait_follows_rfc_6298() -> None:
    trip = RoundTrip()
    assert trip.wait_s == FIRST_WAIT_S
    trip.note(0.4)
    assert (trip.smoothed_s, trip.wait_s) == (0.4, pytest.approx(0.4 + 4 * 0.2))
    trip.note(0.48)
    assert trip.smoothed_s == pytest.approx(0.41)
    assert trip.wait_s == pytest.approx(0.41 + 4 * (0.75 * 0.2 + 0.25 * 0.08))


@given(samples=st.lists(st.floats(0, 100), min_size=1, max_size=20))
def test_the_wait_has_its_bounds(samples: list[float]) -> None:
    trip = RoundTrip()
    for sample in samples:
        trip.note(sample)
        assert SHORTEST_WAIT_S <= trip.wait_s <= LONGEST_WAIT_S


def test_what_left_before_something_that_arrived_is_due_at_once() -> None:
    flights = Flights()
    for number in (1, 2, 3, 4):
        flights.note_sent(number, number / 10)
    flights.note_arrived([1, 3], 0.6, is_all=True)
    assert flights.due(0.6) == [2]
    assert flights.round_trip.smoothed_s == pytest.approx(0.5)


def test_a_receipt_that_leaves_much_out_proves_no_loss() -> None:
    flights = Flights()
    flights.note_sent(1, 0.0)
    flights.note_sent(2, 0.1)
    flights.note_arrived([2], 0.3, is_all=False)
    assert flights.due(0.3) == []
    assert flights.next_s() == FIRST_WAIT_S


def test_the_receipt_of_something_sent_twice_tells_neither_time_nor_loss() -> None:
    flights = Flights()
    flights.note_sent(1, 0.0)
    flights.note_sent(2, 0.0)
    flights.note_sent(2, 1.0)
    flights.note_arrived([2], 1.1, is_all=True)
    assert flights.round_trip.smoothed_s is None
    assert flights.due(0.5) == []


def test_repeats_come_later_and_later() -> None:
    flights, now_s, waits = Flights(), 0.0, list[float]()
    for _ in range(5):
        flights.note_sent(1, now_s)
        due_s = flights.next_s()
        assert due_s is not None
        assert flights.due(due_s - 0.01) == []
        waits.append(due_s - now_s)
        now_s = due_s
    assert waits == [FIRST_WAIT_S, 4.0, 4.0, 4.0, 4.0]
    assert waits[-1] == LONGEST_WAIT_S


def test_a_slow_line_teaches_patience_though_all_on_it_was_sent_twice() -> None:
    flights = Flights()
    flights.note_sent(1, 0.0)
    flights.note_sent(1, FIRST_WAIT_S)
    flights.note_sent(2, 2.5)
    assert flights.due(2.5 + FIRST_WAIT_S) == []
    flights.note_arrived([1, 2], 5.5, is_all=True)
    assert flights.round_trip.smoothed_s == pytest.approx(3.0)


def test_what_is_known_to_be_lost_says_nothing_of_the_wait() -> None:
    flights = Flights()
    flights.note_sent(1, 0.0)
    flights.note_sent(2, 0.0)
    flights.note_arrived([2], 0.4, is_all=True)
    flights.note_sent(1, 0.4)
    flights.note_sent(3, 0.4)
    assert flights.due(0.4 + flights.round_trip.wait_s) == [3]


@pytest.mark.parametrize("round_trip_s", [0.0, 10.0])
def test_what_a_peer_never_confirms_is_repeated_for_ever(round_trip_s: float) -> None:
    flights = Flights()
    flights.round_trip.note(round_trip_s)
    for times in range(1, 2_000):
        flights.note_sent(1, 0.0)
        wait_s = flights.next_s()
        assert wait_s is not None
        assert times < 6 or wait_s == LONGEST_WAIT_S


def test_a_lost_path_takes_all_with_it() -> None:
    flights = Flights()
    flights.note_sent(1, 0.0)
    flights.forget()
    assert (len(flights), flights.due(100.0), flights.next_s()) == (0, [], None)
