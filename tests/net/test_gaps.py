from hypothesis import given
from hypothesis import strategies as st

from client.net.gaps import GAPS_LIMIT, VOICE_S, Gaps

RTT_S = 0.05


def test_a_gap_is_asked_for_once_a_round_trip_while_it_is_of_use() -> None:
    gaps, asked = Gaps(VOICE_S), []
    gaps.note(65_534, 0, 0.0, RTT_S)
    for number in range(30):  # 65,535 and 0 are missing
        lost = gaps.note(1 + number, 0, 0.06 + 0.02 * number, RTT_S)
        asked += [(round(0.02 * number, 2), lost)] if lost else []
    assert asked == [(at, [65_535, 0]) for at in (0.0, 0.06, 0.12, 0.18, 0.24)]


def test_what_has_come_is_not_asked_for() -> None:
    gaps = Gaps(VOICE_S)
    gaps.note(10, 0, 0.0, RTT_S)
    assert gaps.note(13, 0, 0.0, RTT_S) == [11, 12]
    assert gaps.note(11, 0, 0.06, RTT_S) == [12]
    assert gaps.note(12, 0, 0.06, RTT_S) == []
    assert gaps.note(14, 0, 0.2, RTT_S) == []


def test_what_is_repeated_in_a_later_packet_is_not_asked_for() -> None:
    gaps = Gaps(VOICE_S)
    gaps.note(10, 0, 0.0, RTT_S)
    assert gaps.note(13, 1, 0.0, RTT_S) == [11]
    assert gaps.note(16, 2, 0.0, RTT_S) == []


def test_nothing_is_asked_for_that_would_come_too_late() -> None:
    gaps = Gaps(VOICE_S)
    gaps.note(10, 0, 0.0, 0.6)
    assert gaps.note(12, 0, 0.02, VOICE_S + 0.01) == []


def test_after_a_cut_nothing_before_it_is_asked_for() -> None:
    gaps = Gaps(VOICE_S)
    gaps.note(10, 0, 0.0, RTT_S)
    assert gaps.note(10 + GAPS_LIMIT + 1, 0, 0.02, RTT_S) == []


@given(st.lists(st.tuples(st.integers(0, 65_535), st.integers(0, 7)), max_size=300))
def test_whatever_numbers_come_little_is_remembered_and_asked(sent: list[tuple[int, int]]) -> None:
    gaps = Gaps(VOICE_S)
    for sequence, repeated in sent:
        assert len(gaps.note(sequence, repeated, 0.0, RTT_S)) <= GAPS_LIMIT
    assert len(gaps._gaps) <= GAPS_LIMIT
