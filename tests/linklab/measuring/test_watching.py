"""What was seen: each new picture and its age."""

from linklab.measuring import stamp
from linklab.measuring.watching import Sighting, look, sightings

CAPTURED = [Sighting(1000.0 + 40 * number, number) for number in range(100)]


def test_each_new_picture_counts_once_with_its_age() -> None:
    shown = [Sighting(1100.0, 0), Sighting(1120.0, 0), Sighting(1140.0, 1), Sighting(1180.0, 2)]
    seen = look(CAPTURED, shown, 1000, 2000)
    assert seen.ages_ms == (100, 100, 100)
    assert [one.number for one in seen.shown] == [0, 1, 2]


def test_a_stamp_that_was_not_captured_yet_is_a_misreading() -> None:
    assert look(CAPTURED, [Sighting(1010.0, 50), Sighting(1010.0, 4000)], 0, 5000).shown == ()


def test_in_a_loop_the_latest_capture_is_meant() -> None:
    looped = [Sighting(1000.0, 7), Sighting(21_000.0, 7)]
    assert look(looped, [Sighting(21_300.0, 7)], 0, 60_000).ages_ms == (300,)
    assert look(looped, [Sighting(20_900.0, 7)], 0, 60_000).ages_ms == (19_900,)


def test_only_what_falls_into_the_span_counts() -> None:
    shown = [Sighting(1100.0, 0), Sighting(1500.0, 5), Sighting(2100.0, 20)]
    assert [one.number for one in look(CAPTURED, shown, 1400, 2000).shown] == [5]


def test_nothing_shown_is_no_picture() -> None:
    seen = look(CAPTURED, [], 0, 1000)
    assert (seen.ages_ms, seen.shown) == ((), ())


def test_illegible_stamps_are_left_out() -> None:
    assert sightings([[1.0, *([128] * stamp.CELLS)]]) == []
