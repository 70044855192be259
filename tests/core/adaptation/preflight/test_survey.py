"""Whole surveys over simulated lines: what they find, how long they take, what they do to them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linklab.loss import RandomLoss
from linklab.profile import line, with_atm_cells
from linklab.profiles import find
from survey_bench import survey_over

from client.core import line_probe
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.preflight.survey import (
    PATIENCE_S,
    ROUNDS_LIMIT,
    SURVEY_S,
    Carrier,
    Survey,
)
from client.core.line_probe import Echo, Wagon

TRUE = {
    "adsl-rural": (256_000, 2_000_000, 0.05),
    "adsl-poor": (128_000, 512_000, 0.07),
    "3g-fair": (384_000, 1_000_000, 0.12),
    "edge-64": (64_000, 128_000, 0.3),
    "floor-32": (32_000, 64_000, 0.4),
    "sat-geo": (512_000, 2_000_000, 0.6),
    "good-2m": (2_000_000, 8_000_000, 0.04),
}
"""Up and down in bits per second, and the round trip: issue 3, profiles."""
CABLES = [name for name in TRUE if name != "3g-fair"]


@pytest.mark.parametrize("name", TRUE)
def test_finds_rates_and_round_trip(name: str) -> None:
    up_bps, down_bps, rtt_s = TRUE[name]
    run = survey_over(find(name))
    assert run.measurement.up_bps == pytest.approx(up_bps, rel=0.1)
    assert run.measurement.down_bps == pytest.approx(down_bps, rel=0.1)
    assert run.measurement.rtt_s == pytest.approx(rtt_s, abs=0.015)


@pytest.mark.parametrize("name", TRUE)
@pytest.mark.parametrize("has_cells", [False, True])
def test_takes_five_seconds_and_never_fills_the_line(name: str, has_cells: bool) -> None:  # noqa: FBT001 -- pytest's
    run = survey_over(with_atm_cells(find(name)) if has_cells else find(name))
    assert run.seconds <= SURVEY_S + 0.001
    assert run.queue_s < 0.18
    assert run.sent_bytes < 300_000


@pytest.mark.parametrize("name", CABLES)
def test_tells_cells_from_bytes(name: str) -> None:
    up_bps = TRUE[name][0]
    in_cells = survey_over(with_atm_cells(find(name))).measurement
    assert in_cells.link_layer is LinkLayer.ADSL
    assert in_cells.up_bps == pytest.approx(up_bps, rel=0.1)
    assert survey_over(find(name)).measurement.link_layer is LinkLayer.ETHERNET


@pytest.mark.parametrize("name", ["3g-fair", "3g-weak"])
def test_a_radio_is_known_by_its_jitter(name: str) -> None:
    found = survey_over(find(name)).measurement
    assert found.link_layer is LinkLayer.MOBILE
    assert found.jitter_s > 0.003


def test_a_weak_radio_s_rate_is_one_that_it_had() -> None:
    """Its capacity is drawn anew every two to five seconds, between 60 and 200 kbit/s."""
    for seed in range(5):
        assert 45_000 < survey_over(find("3g-weak"), seed).measurement.up_bps < 220_000


def test_what_the_person_says_of_the_line_is_not_guessed() -> None:
    told = survey_over(with_atm_cells(find("adsl-rural")), link_layer=LinkLayer.ETHERNET)
    assert told.measurement.link_layer is LinkLayer.ETHERNET
    assert told.measurement.up_bps < 0.95 * 256_000, "IP bytes are fewer than cells"


@pytest.mark.parametrize("bps", [20_000, 20_000_000])
def test_works_from_the_slowest_to_the_quickest(bps: int) -> None:
    run = survey_over(line("any", bps, bps, delay_ms=15, queue_ms=400))
    assert run.measurement.up_bps == pytest.approx(bps, rel=0.1)
    assert run.measurement.down_bps == pytest.approx(bps, rel=0.1)


def test_losses_are_told_apart_by_direction() -> None:
    """By who lost them: the relay's questions lost on the way up, its answers on the way down."""
    whole = line("whole", 1_000_000, 1_000_000, delay_ms=10, queue_ms=400)
    lossy_up = replace(whole, up=replace(whole.up, loss=RandomLoss(0.1)))
    lossy_down = replace(whole, down=replace(whole.down, loss=RandomLoss(0.1)))
    found = survey_over(lossy_up).measurement
    assert found.loss_up == pytest.approx(0.1, abs=0.05)
    assert found.loss_down == 0
    found = survey_over(lossy_down).measurement
    assert found.loss_down == pytest.approx(0.1, abs=0.05)
    assert found.loss_up == 0


def test_a_relay_that_sends_no_trains_leaves_the_downlink_unknown() -> None:
    def echoes_only(data: bytes, now_s: float) -> list[bytes]:
        asked = line_probe.question(data)
        token = bytes(16) if isinstance(asked, line_probe.Hello) else None
        return [line_probe.echo(Echo(asked.number, now_s, 0, token))]

    found = survey_over(find("adsl-rural"), answers=echoes_only).measurement
    assert found.down_bps is None
    assert found.up_bps == pytest.approx(256_000, rel=0.1)


def test_where_nobody_answers_it_gives_up_soon() -> None:
    run = survey_over(find("adsl-rural"), answers=lambda _data, _now_s: [])
    assert run.seconds == pytest.approx(PATIENCE_S, abs=0.01)
    assert run.found is None
    assert run.sent_bytes < 200, "three hellos"


def test_too_little_says_nothing() -> None:
    survey = Survey(0.0)
    (hello,) = survey.due(0.0)
    survey.hear(line_probe.echo(Echo(line_probe.question(hello).number, 1.0, 0, bytes(16))), 0.1)
    assert survey.result() is None


def test_a_reliable_carrier_hides_losses_and_the_link_layer() -> None:
    survey = Survey(0.0, Carrier(headers_bytes=60, is_reliable=True))
    now_s = 0.0
    while not survey.is_over(now_s):
        for data in survey.due(now_s):
            number = line_probe.question(data).number
            survey.hear(line_probe.echo(Echo(number, now_s, 0, bytes(16))), now_s + 0.01)
        now_s += 0.1
    found = survey.result()
    assert found is not None
    assert (found.loss_up, found.loss_down, found.link_layer) == (None, None, None)
    assert found.is_coarse


def test_progress_goes_from_nothing_to_all() -> None:
    survey = Survey(10.0)
    assert [survey.progress(10.0 + part * SURVEY_S) for part in (-1, 0, 0.5, 1, 2)] == [
        0.0, 0.0, 0.5, 1.0, 1.0,
    ]  # fmt: skip


ANSWERS = st.one_of(
    st.binary(max_size=40),
    st.builds(
        lambda number, stamp, count, token: line_probe.echo(Echo(number, stamp, count, token)),
        st.integers(0, 50),
        st.floats(0, 1e9),
        st.integers(0, 2**32 - 1),
        st.none() | st.binary(min_size=16, max_size=16),
    ),
    st.builds(
        lambda number, index, stamp: line_probe.wagon(Wagon(number, index, stamp), 28),
        st.integers(0, 50),
        st.integers(0, 255),
        st.floats(0, 1e9),
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ANSWERS, st.floats(0, 0.3)), max_size=60))
def test_a_relay_that_says_anything_breaks_nothing(answers: list[tuple[bytes, float]]) -> None:
    survey = Survey(0.0)
    now_s = 0.0
    sent = 0
    for data, passed_s in answers:
        sent += len(survey.due(now_s))
        survey.hear(data, now_s)
        assert survey.next_s(now_s) <= SURVEY_S
        now_s += passed_s
    assert sent <= ROUNDS_LIMIT * 40
    found = survey.result()
    assert found is None or found.up_bps > 0


def test_a_late_answer_to_one_round_does_not_end_the_next() -> None:
    survey = Survey(0.0)
    survey.due(0.0)
    survey.hear(line_probe.echo(Echo(0, 1.0, 0, bytes(16))), 0.1)
    first, second = survey.due(0.1), survey.due(4.55)
    asks = [line_probe.question(sent[0]) for sent in (first, second)]
    for number in range(1, 1 + len(first) + len(second)):
        survey.hear(line_probe.echo(Echo(number, 1.0, 1)), 4.6)
    for index in range(96):
        survey.hear(line_probe.wagon(Wagon(asks[0].number, index, 1.0), 30), 4.65)
    assert not survey.is_over(4.8)
    for index in range(96):
        survey.hear(line_probe.wagon(Wagon(asks[1].number, index, 1.0), 30), 4.7)
    assert survey.is_over(4.8)


def test_a_relay_that_never_stops_is_not_remembered() -> None:
    """Everything kept is bounded by what was asked for: a repeated answer counts once."""
    survey = Survey(0.0)
    survey.due(0.0)
    survey.hear(line_probe.echo(Echo(0, 1.0, 0, bytes(16))), 0.1)
    sent = survey.due(0.1)
    ask = line_probe.question(sent[0])
    assert isinstance(ask, line_probe.Ask)
    for _ in range(3):
        for index in range(256):
            survey.hear(line_probe.wagon(Wagon(ask.number, index, 1.0), 30), 0.2)
        for number in range(1_000):
            survey.hear(line_probe.echo(Echo(number, 1.0, 1)), 0.2)
    assert len(survey._wagons) == len(ask.train.sizes_bytes)
    assert len(survey._echoes) == 1 + len(sent)
