"""The reflector against those who would use it for something else."""

from hypothesis import given
from hypothesis import strategies as st

from client.core import line_probe
from client.core.line_probe import DATAGRAM_LIMIT, Echo, Train, Wagon
from client.relay import reflector as limits
from client.relay.reflector import Address, Reflector

KEY = b"k" * 32
SITE: Address = ("192.0.2.7", 40_000)
OTHER: Address = ("192.0.2.7", 40_001)
TRAIN = Train(20, 1_000, 10, 28)


def token(reflector: Reflector, address: Address = SITE, now_s: float = 0.0) -> bytes:
    (answer,) = reflector.answers(line_probe.hello(1), address, now_s)
    welcome = line_probe.answer(answer)
    assert isinstance(welcome, Echo)
    assert welcome.token is not None
    return welcome.token


def ask(
    reflector: Reflector, proof: bytes, address: Address = SITE, now_s: float = 0.0
) -> list[bytes]:
    return reflector.answers(line_probe.ask(2, proof, TRAIN), address, now_s)


def test_a_probe_is_echoed_with_the_time_of_its_arrival() -> None:
    (data,) = Reflector(KEY, 0.0).answers(line_probe.probe(5, 400), SITE, 12.5)
    assert line_probe.answer(data) == Echo(5, 12.5, 0)


def test_a_train_comes_to_an_address_that_has_proved_itself() -> None:
    reflector = Reflector(KEY, 0.0)
    echo, *wagons = ask(reflector, token(reflector), now_s=3.0)
    assert line_probe.answer(echo) == Echo(2, 3.0, 1)
    assert [len(wagon) for wagon in wagons] == list(TRAIN.sizes_bytes)
    assert [line_probe.answer(wagon) for wagon in wagons] == [
        Wagon(2, index, 3.0) for index in range(30)
    ]


def test_it_counts_what_came_since_the_token() -> None:
    reflector = Reflector(KEY, 0.0)
    ask(reflector, token(reflector))
    (data,) = reflector.answers(line_probe.probe(9, 50), SITE, 0.0)
    assert line_probe.answer(data) == Echo(9, 0.0, 2)
    (data,) = reflector.answers(line_probe.probe(9, 50), OTHER, 0.0)
    assert line_probe.answer(data) == Echo(9, 0.0, 0)


@given(st.binary(max_size=1_500))
def test_without_a_token_no_answer_is_larger_than_what_came(data: bytes) -> None:
    answers = Reflector(KEY, 0.0).answers(data, SITE, 1.0)
    assert sum(map(len, answers)) <= len(data)


@given(
    st.sampled_from((0x21, 0x22, 0x23, 0x31, 0x32, 0x33)),
    st.binary(max_size=DATAGRAM_LIMIT),
)
def test_nor_when_it_looks_like_one_of_ours(kind: int, rest: bytes) -> None:
    data = bytes([kind]) + rest
    answers = Reflector(KEY, 0.0).answers(data, SITE, 1.0)
    assert sum(map(len, answers)) <= len(data)


def test_another_s_token_is_worth_nothing() -> None:
    reflector = Reflector(KEY, 0.0)
    assert len(ask(reflector, token(reflector, OTHER))) == 1
    assert len(ask(reflector, token(Reflector(b"x" * 32, 0.0)))) == 1
    assert len(ask(reflector, bytes(16))) == 1


def test_a_token_ends_after_one_to_two_minutes() -> None:
    reflector = Reflector(KEY, 0.0)
    proof = token(reflector, now_s=59.0)
    assert len(ask(reflector, proof, now_s=60.5)) > 1
    assert len(ask(reflector, proof, now_s=120.5)) == 1


def test_two_relays_cannot_be_set_to_answer_each_other() -> None:
    reflector = Reflector(KEY, 0.0)
    for answer in [*ask(reflector, token(reflector)), line_probe.echo(Echo(1, 0.0, 0, bytes(16)))]:
        assert reflector.answers(answer, SITE, 0.0) == []


def sent_bytes(answers: list[bytes]) -> int:
    return sum(map(len, answers[1:]))


def test_one_address_gets_so_much_a_second() -> None:
    reflector = Reflector(KEY, 0.0)
    proof = token(reflector)
    sent = sum(sent_bytes(ask(reflector, proof)) for _ in range(100))
    assert 0 < sent <= limits.VISIT_BYTES_PER_S
    assert sent_bytes(ask(reflector, proof, now_s=1.0)) > 0, "a second later there is more"


def test_one_visit_gets_so_much_in_all() -> None:
    reflector = Reflector(KEY, 0.0)
    proof = token(reflector)
    sent = sum(sent_bytes(ask(reflector, proof, now_s=second / 10)) for second in range(290))
    assert limits.VISIT_BYTES / 2 < sent <= limits.VISIT_BYTES


def test_all_together_get_so_much_a_second() -> None:
    reflector = Reflector(KEY, 0.0)
    sent = 0
    for port in range(limits.VISITORS_LIMIT):
        address = ("192.0.2.9", port)
        sent += sent_bytes(ask(reflector, token(reflector, address), address))
    assert limits.TOTAL_BYTES_PER_S / 2 < sent <= limits.TOTAL_BYTES_PER_S


def test_there_are_only_so_many_visits_and_each_ends() -> None:
    reflector = Reflector(KEY, 0.0)
    for port in range(limits.VISITORS_LIMIT + 50):
        address = ("192.0.2.9", port)
        ask(reflector, token(reflector, address), address)
    assert len(reflector._visits) == limits.VISITORS_LIMIT
    assert len(ask(reflector, token(reflector))) == 1
    later_s = limits.VISIT_S + 1
    assert len(ask(reflector, token(reflector, now_s=later_s), now_s=later_s)) > 1
    assert len(reflector._visits) == 1


def test_addresses_without_a_token_are_not_remembered() -> None:
    reflector = Reflector(KEY, 0.0)
    for port in range(5_000):
        reflector.answers(line_probe.probe(1, 100), ("192.0.2.9", port), 0.0)
        reflector.answers(line_probe.hello(1), ("192.0.2.9", port), 0.0)
    assert reflector._visits == {}


def test_a_flood_is_answered_only_so_often() -> None:
    reflector = Reflector(KEY, 0.0)
    data = line_probe.probe(1, 100)
    answered = sum(len(reflector.answers(data, SITE, 0.0)) for _ in range(30_000))
    assert answered == limits.TOTAL_ANSWERS_PER_S
