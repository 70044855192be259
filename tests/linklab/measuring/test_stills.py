"""A picture of an exact size."""

import io

import pytest
from linklab.measuring.stills import make_still
from PIL import Image

from client.demo.media import EAR


@pytest.mark.parametrize("size_bytes", [200_000, 200_001, 60_000])
def test_it_is_a_picture_of_exactly_this_size(size_bytes: int) -> None:
    jpeg = make_still(EAR, size_bytes)
    assert len(jpeg) == size_bytes
    with Image.open(io.BytesIO(jpeg)) as picture:
        picture.load()
        assert picture.size == (640, 480)


def test_too_few_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        make_still(EAR, 1000)


def test_nearly_all_of_it_is_picture() -> None:
    jpeg = make_still(EAR, 200_000)
    comment_bytes = int.from_bytes(jpeg[4:6])
    assert jpeg[2:4] == b"\xff\xfe"
    assert comment_bytes < 0.02 * len(jpeg)
