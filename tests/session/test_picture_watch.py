"""When a consultation by video has stopped being one."""

from hypothesis import given
from hypothesis import strategies as st

from client.session.picture_watch import (
    BACK_AFTER_S,
    IMPOSSIBLE_AFTER_S,
    PictureTold,
    PictureWatch,
)


def told(watch: PictureWatch, seconds: list[bool | None], began_s: float = 0.0) -> list[object]:
    """One look a second: is there a picture? `None`: none is wanted."""
    return [
        watch.see(has_picture=bool(has), is_wanted=has is not None, now_s=began_s + number)
        for number, has in enumerate(seconds)
    ]


def test_a_picture_that_stays_away_is_impossible_and_told_once() -> None:
    watch = PictureWatch()
    found = told(watch, [False] * 60)
    assert found.index(PictureTold.IMPOSSIBLE) == IMPOSSIBLE_AFTER_S
    assert [one for one in found if one] == [PictureTold.IMPOSSIBLE]
    assert watch.is_impossible


def test_it_is_back_once_it_stays() -> None:
    watch = PictureWatch()
    told(watch, [False] * 20)
    found = told(watch, [True, True, False] * 5 + [True] * 10, 20.0)
    assert found.index(PictureTold.BACK) == 15 + BACK_AFTER_S
    assert not watch.is_impossible


def test_a_picture_that_comes_and_goes_is_not_impossible() -> None:
    assert not any(told(PictureWatch(), ([False] * 14 + [True]) * 10))


def test_a_cut_line_or_a_camera_turned_off_says_nothing() -> None:
    assert not any(told(PictureWatch(), ([False] * 10 + [None]) * 10))


@given(st.lists(st.sampled_from([True, False, None]), max_size=200))
def test_the_two_words_alternate_whatever_happens(seconds: list[bool | None]) -> None:
    found = [one for one in told(PictureWatch(), seconds) if one]
    expected = [PictureTold.IMPOSSIBLE, PictureTold.BACK] * len(found)
    assert found == expected[: len(found)]
