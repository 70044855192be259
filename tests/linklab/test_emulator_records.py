"""What is written down of a line."""

from array import array

import pytest
from linklab.capacity import Steps
from linklab.line import Direction, Line
from linklab.lots import lots_of
from linklab.records import Log, Percentiles, percentiles


def test_a_second_and_the_whole_are_told_apart() -> None:
    line = Line(Direction(Steps(((0, 80_000), (1, 8_000))), 0.05, queue_s=0.15), lots_of(1))
    log = Log("up", line, 0.0)
    for moment_s in (0.0, 0.0, 0.5):
        log.passed(1000, line.offer(1000, moment_s))
    log.was_late(0.0015)
    first = log.end_second(1.0, begins_s=0.0)
    log.passed(100, line.offer(100, 1.5))
    second = log.end_second(2.0, begins_s=0.0)
    whole = log.whole(2.0, begins_s=0.0)
    assert (first.offered, first.delivered, first.dropped) == (3, 2, {"queue": 1})
    assert (first.offered_bytes, first.delivered_bytes) == (3000, 2000)
    assert (first.from_s, first.seconds, first.capacity_bps) == (0, 1, 80_000)
    assert first.late_ms == pytest.approx(1.5)
    assert (second.offered, second.capacity_bps, second.late_ms) == (1, 8_000, 0)
    assert (whole.offered, whole.seconds, whole.capacity_bps) == (4, 2, 44_000)


def test_the_run_forgets_what_was_before_it() -> None:
    line = Line(Direction(Steps(((0, 80_000),)), 0.05, queue_s=1), lots_of(1))
    log = Log("down", line, -5.0)
    log.passed(1000, line.offer(1000, -4.0))
    assert log.end_second(-3.0, begins_s=0.0).from_s == -5
    log.begin_run(0.0)
    assert log.whole(1.0, begins_s=0.0).offered == 0


def test_percentiles_are_of_what_was_seen() -> None:
    assert percentiles(array("f")) is None
    assert percentiles(array("f", [7])) == Percentiles(7, 7, 7)
    assert percentiles(array("f", range(101))) == Percentiles(50, 95, 100)
