"""Questions and answers of a measurement: what is understood, and what never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core import line_probe
from client.core.line_probe import (
    DATAGRAM_LIMIT,
    PROBE_LEAST_BYTES,
    WAGON_LEAST_BYTES,
    WAGONS_LIMIT,
    Ask,
    Echo,
    Hello,
    Probe,
    ProbeError,
    Train,
    Wagon,
)

TOKEN = b"sixteen bytes ok"
NUMBERS = st.integers(0, 2**32 - 1)
SIZES = st.integers(WAGON_LEAST_BYTES, DATAGRAM_LIMIT)


@given(NUMBERS, st.integers(0, WAGONS_LIMIT), SIZES, SIZES)
def test_questions_are_understood(number: int, large: int, large_bytes: int, small: int) -> None:
    train = Train(large, large_bytes, WAGONS_LIMIT - large, small)
    assert line_probe.question(line_probe.hello(number)) == Hello(number)
    assert line_probe.question(line_probe.probe(number, large_bytes)) == Probe(number)
    asked = line_probe.ask(number, TOKEN, train)
    assert line_probe.question(asked) == Ask(number, TOKEN, train)


@given(NUMBERS, st.integers(0, 2**40), st.none() | st.just(TOKEN), SIZES)
def test_answers_are_understood(number: int, stamp: int, token: bytes | None, size: int) -> None:
    at_s = stamp / 1_000_000
    assert line_probe.answer(line_probe.echo(Echo(number, at_s, 7, token))) == Echo(
        number, at_s, 7, token
    )
    wagon = line_probe.wagon(Wagon(number, 9, at_s), size)
    assert len(wagon) == size
    assert line_probe.answer(wagon) == Wagon(number, 9, at_s)


def test_a_known_question_byte_by_byte() -> None:
    """origin: synthetic, from the module's own table."""
    asked = line_probe.ask(258, TOKEN, Train(3, 1172, 4, 28))
    assert asked.hex(" ") == f"23 00 00 01 02 {TOKEN.hex(' ')} 03 04 94 04 00 1c"


@given(st.binary(max_size=1_300))
def test_anything_else_is_refused(data: bytes) -> None:
    for understand in (line_probe.question, line_probe.answer):
        try:
            understand(data)
        except ProbeError:
            continue


def test_no_answer_is_a_question_and_no_question_an_answer() -> None:
    train = Train(1, 100, 1, 28)
    questions = [line_probe.hello(1), line_probe.probe(1, 99), line_probe.ask(1, TOKEN, train)]
    answers = [
        line_probe.echo(Echo(1, 2.0, 0)),
        line_probe.echo(Echo(1, 2.0, 0, TOKEN)),
        line_probe.wagon(Wagon(1, 0, 2.0), 100),
    ]
    for data in answers:
        with pytest.raises(ProbeError):
            line_probe.question(data)
    for data in questions:
        with pytest.raises(ProbeError):
            line_probe.answer(data)


@pytest.mark.parametrize(
    "train",
    [
        Train(WAGONS_LIMIT, 100, 1, 100),
        Train(1, DATAGRAM_LIMIT + 1, 0, 28),
        Train(1, 100, 1, WAGON_LEAST_BYTES - 1),
    ],
)
def test_impossible_trains_are_refused(train: Train) -> None:
    with pytest.raises(ProbeError):
        line_probe.question(line_probe.ask(1, TOKEN, train))


def test_a_probe_shorter_than_its_echo_is_none() -> None:
    short = line_probe.probe(1, PROBE_LEAST_BYTES)[:-1]
    with pytest.raises(ProbeError):
        line_probe.question(short)


def test_no_quic_server_takes_them_for_its_own() -> None:
    """RFC 9000, 17.2: every QUIC packet has the bit 0x40 of its first byte set."""
    train = Train(1, 100, 1, 28)
    for data in (line_probe.hello(1), line_probe.probe(1, 99), line_probe.ask(1, TOKEN, train)):
        assert data[0] < 0x40
