"""What was sent, joined with what the receiver says of it."""

import pytest

from client.core.adaptation.feedback import NUMBERS_MODULUS, TICKS_MODULUS, Report
from client.core.adaptation.flight import FLIGHT_LIMIT, Flight
from client.core.adaptation.observation import Arrival, Passed
from client.core.lanes import Lane


def test_joins_arrivals_with_what_was_sent() -> None:
    flight = Flight()
    first = flight.number(Lane.VOICE, 120, 1.0)
    flight.pass_by(300, 1.02)
    flight.pass_by(50, 1.06)
    second = flight.number(Lane.PICTURE, 900, 1.1)
    feedback = flight.join(Report(0, ((first, 4_000), (second, None))), 1.3)
    assert feedback.heard_s == 1.3
    arrived, lost = feedback.arrivals
    assert arrived.arrived_s is not None
    assert lost == Arrival(1, Lane.PICTURE, 900, (Passed(1.02, 300), Passed(1.06, 50)), 1.1, None)


def test_tells_only_news() -> None:
    flight = Flight()
    number = flight.number(Lane.VOICE, 120, 1.0)
    lost, arrived = Report(0, ((number, None),)), Report(1, ((number, 4_000),))
    told = [len(flight.join(report, 1.2).arrivals) for report in (lost, lost, arrived, arrived)]
    assert told == [1, 0, 1, 0]


def test_a_repeats_arrival_says_nothing_but_that_the_first_was_lost() -> None:
    flight = Flight()
    number = flight.number(Lane.VOICE, 120, 1.0)
    flight.repeat(number, 120, 1.3)
    flight.number(Lane.VOICE, 100, 1.4)
    (first,) = flight.join(Report(0, ((number, 4_000),)), 1.6).arrivals
    (second,) = flight.join(Report(0, ((number + 1, 4_000),)), 1.7).arrivals
    assert first.arrived_s is None
    assert second.before_bytes == 120


def test_knows_nothing_of_packets_it_never_sent() -> None:
    flight = Flight()
    assert flight.join(Report(0, ((5, 100),)), 0.1).arrivals == ()
    flight.number(Lane.VOICE, 120, 1.0)
    assert flight.join(Report(0, ((1, 100), (60_000, 100))), 1.1).arrivals == ()


def test_numbers_never_go_back_when_the_sixteen_bits_wrap() -> None:
    flight = Flight()
    for index in range(NUMBERS_MODULUS + 3):
        short = flight.number(Lane.VOICE, 120, float(index))
    (arrival,) = flight.join(Report(0, ((short, 4_000),)), 70_000.0).arrivals
    assert (short, arrival.number) == (2, NUMBERS_MODULUS + 2)


def test_arrival_times_never_go_back_when_the_receivers_clock_wraps() -> None:
    flight = Flight()
    before, after = (flight.number(Lane.VOICE, 120, at) for at in (1.0, 1.1))
    report = Report(0, ((before, TICKS_MODULUS - 200), (after, 200)))
    first, second = flight.join(report, 1.3).arrivals
    assert first.arrived_s is not None
    assert second.arrived_s is not None
    assert second.arrived_s - first.arrived_s == pytest.approx(0.1)


def test_a_receiver_that_never_answers_fills_no_more_than_the_limit() -> None:
    flight = Flight()
    for _ in range(FLIGHT_LIMIT + 1):
        flight.number(Lane.VOICE, 120, 1.0)
    reports = [Report(0, ((number, 4_000),)) for number in (0, 1)]
    assert [len(flight.join(report, 2.0).arrivals) for report in reports] == [0, 1]
