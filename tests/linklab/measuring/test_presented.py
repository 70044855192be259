"""How lively the picture was, from counts of presented frames. origin: synthetic."""

import pytest
from linklab.measuring.presented import PresentedCount, liveliness, moments_ms


def _steady(element: int, track: int, from_ms: float, until_ms: float) -> list[PresentedCount]:
    """25 frames a second, of which the page hears every second one."""
    steps = range(int((until_ms - from_ms) / 80))
    return [PresentedCount(from_ms + 80 * step, element, track, 1 + 2 * step) for step in steps]


def test_frames_count_although_the_page_did_not_hear_of_each() -> None:
    lively = liveliness(moments_ms(_steady(1, 1, 0, 10_000)), (2000, 4000), None)
    assert lively.frames_per_s == lively.frames_per_s_all == 25
    assert lively.frozen_s == lively.frozen_all_s == 0
    assert lively.frames_per_s_during_still is None


def test_a_page_without_time_is_not_a_frozen_picture() -> None:
    moments = moments_ms([PresentedCount(0, 1, 1, 1), PresentedCount(3000, 1, 1, 76)])
    lively = liveliness(moments, (0, 3001), None)
    assert lively.frozen_all_s == 0
    assert len(moments) == 76
    assert moments[1] == pytest.approx(40)


def test_a_pause_that_ends_with_several_frames_at_once_is_still_a_pause() -> None:
    moments = moments_ms([PresentedCount(0, 1, 1, 1), PresentedCount(8000, 1, 1, 4)])
    assert moments == [0, 7800, 7900, 8000]
    assert liveliness(moments, (0, 8001), None).frozen_all_s == pytest.approx(7.3)


def test_a_reconnected_picture_adds_to_the_one_before_and_the_pause_between_stays() -> None:
    counts = [*_steady(1, 1, 0, 2000), *_steady(2, 2, 4000, 6000)]
    moments = moments_ms(counts)
    assert len(moments) == 49 + 49
    pause_s = (4000 - 1920) / 1000
    assert liveliness(moments, (0, 6000), None).frozen_all_s == pytest.approx(pause_s - 0.5)


@pytest.mark.parametrize("late_ms", [0, 13, 40])
def test_two_elements_with_the_same_track_count_once(late_ms: float) -> None:
    counts = [*_steady(1, 1, 0, 4000), *_steady(2, 1, late_ms, 4000)]
    assert len(moments_ms(counts)) in {99, 100}


def test_of_two_elements_with_the_same_track_the_quicker_counts_at_each_moment() -> None:
    slow = [PresentedCount(ms, 2, 1, 1 + ms // 1000) for ms in range(0, 8000, 1000)]
    counts = [*_steady(1, 1, 0, 4000), *slow]
    assert sum(moment < 4000 for moment in moments_ms(counts)) in {99, 100}
    assert sum(moment >= 4000 for moment in moments_ms(counts)) in {3, 4}


def test_a_count_that_begins_anew_takes_nothing_away() -> None:
    counts = [
        PresentedCount(0, 1, 1, 900),
        PresentedCount(40, 1, 1, 2),
        PresentedCount(80, 1, 1, 3),
    ]
    assert moments_ms(counts) == [0, 40, 80]


def test_what_the_same_track_showed_before_an_element_is_not_counted_again() -> None:
    counts = [*_steady(1, 1, 0, 2000), PresentedCount(2100, 2, 1, 900)]
    assert len(moments_ms(counts)) == 49


def test_the_stills_transfer_is_told_apart() -> None:
    moments = [*range(0, 4000, 40), *range(4000, 8000, 1000), *range(8000, 10_000, 40)]
    lively = liveliness([float(moment) for moment in moments], (0, 10_000), (4000, 8000))
    assert lively.frames_per_s == 25
    assert lively.frames_per_s_during_still == 1
    assert lively.frames_per_s_all == pytest.approx(15.4)
    assert (lively.frozen_s, lively.frozen_all_s) == (0, 2)


def test_a_freeze_across_the_stills_end_counts_by_its_parts() -> None:
    lively = liveliness([0.0, 3000.0], (0, 3001), (1000, 2000))
    assert (lively.frozen_s, lively.frozen_all_s) == (1.5, 2.5)


def test_before_the_first_picture_nothing_is_frozen_and_at_the_end_it_may_be() -> None:
    assert liveliness([3000.0], (0, 5000), None).frozen_all_s == 1.5
    assert liveliness([-1000.0], (0, 5000), None).frozen_all_s == 5


def test_without_a_picture_or_time_there_is_no_figure() -> None:
    nothing = liveliness([], (0, 1000), (0, 1000))
    assert (nothing.frames_per_s, nothing.frozen_s, nothing.frozen_all_s) == (None, None, None)
    assert nothing.frames_per_s_all == nothing.frames_per_s_during_still == 0
