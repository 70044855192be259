"""Where the window stands, whatever displays there are: never over the whole of the terminal's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.media.window.place import Place, has_own, place_on

LAPTOP, WIDE, SMALL = (1366, 768), (1920, 1080), (800, 600)
SIZES = st.tuples(st.integers(320, 7680), st.integers(200, 4320))


@pytest.mark.parametrize(
    ("displays", "wanted", "place"),
    [
        ([LAPTOP, WIDE], 2, Place(1, WIDE, is_whole=True)),
        ([LAPTOP, WIDE, SMALL], 3, Place(2, SMALL, is_whole=True)),
        ([WIDE, LAPTOP], 1, Place(0, WIDE, is_whole=True)),
        ([LAPTOP], 2, Place(0, (820, 461), is_whole=False, corner=(506, 267))),
        ([LAPTOP], 1, Place(0, (820, 461), is_whole=False, corner=(506, 267))),
        ([LAPTOP, WIDE], 3, Place(0, (820, 461), is_whole=False)),
    ],
)
def test_it_takes_the_patients_display_or_a_part_of_the_first(
    displays: list[tuple[int, int]], wanted: int, place: Place
) -> None:
    assert place_on(displays, wanted) == place


@given(displays=st.lists(SIZES, min_size=1, max_size=4), wanted=st.integers(1, 9))
def test_the_only_display_is_never_covered(displays: list[tuple[int, int]], wanted: int) -> None:
    place = place_on(displays, wanted)
    assert place.is_whole is has_own(displays, wanted)
    if not place.is_whole:
        assert place.size[0] < displays[0][0]
        assert place.size[1] < displays[0][1]
    if len(displays) == 1:
        assert not place.is_whole
