"""Replay of delivery opportunities."""

import pytest
from linklab.line import Delivery, Direction, Line
from linklab.lots import lots_of
from linklab.traces import OPPORTUNITY_BYTES, Trace, UnreadableTraceError, read

SYNTHETIC = "0\n10\n10\n40\n100\n"
"""origin: synthetic; five opportunities in 100 ms, 601.6 kbit/s."""


def departures(sizes: list[int], now_s: float = 0.001) -> list[float]:
    line = Line(Direction(read(SYNTHETIC.splitlines()), 0, queue_s=5), lots_of(1))
    outcomes = [line.offer(size, now_s) for size in sizes]
    return [round(each.departed_s, 6) for each in outcomes if isinstance(each, Delivery)]


def test_reads_mahimahis_format() -> None:
    assert read(SYNTHETIC.splitlines(keepends=True)) == Trace((0, 10, 10, 40, 100))


@pytest.mark.parametrize(
    ("text", "line_number"),
    [("", 0), ("0\n", 1), ("5\nten\n", 2), ("5\n-6\n", 2), ("5\n\n6\n", 2), ("5\n9\n8\n", 3)],
)
def test_says_where_a_trace_is_unreadable(text: str, line_number: int) -> None:
    with pytest.raises(UnreadableTraceError) as caught:
        read(text.splitlines())
    assert caught.value.line_number == line_number


def test_full_packets_leave_one_an_opportunity_and_the_trace_begins_again() -> None:
    assert departures([OPPORTUNITY_BYTES] * 6) == [0.01, 0.01, 0.04, 0.1, 0.1, 0.11]


def test_small_packets_share_an_opportunity() -> None:
    assert departures([500] * 8) == [0.01] * 6 + [0.04] * 2


def test_what_nobody_takes_is_lost() -> None:
    assert departures([100], now_s=0.02) == [0.04]
    assert departures([100, OPPORTUNITY_BYTES], now_s=0.05) == [0.1, 0.1]


def test_the_mean_rate_bounds_the_queue_and_the_moment_is_seen() -> None:
    curve = read(SYNTHETIC.splitlines()).laid_out(lots_of(1))
    assert curve.nominal_bps_at(7) == pytest.approx(601_600)
    assert curve.bps_at(7.003) == pytest.approx(601_600)
