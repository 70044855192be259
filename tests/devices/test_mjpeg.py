"""Pictures out of a stream: whole, in any slices, and what a broken one costs."""

from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from devices.protocols import mjpeg
from devices.protocols.mjpeg import PICTURE_LIMIT, Frames, NotAPictureError, segments, size_of


def drawn(shade: int, **options: object) -> bytes:
    """A picture by libjpeg."""
    file = BytesIO()
    Image.linear_gradient("L").point(lambda v: (v + shade) % 256).save(file, "JPEG", **options)
    return file.getvalue()


PLAIN = drawn(0)
PROGRESSIVE = drawn(40, progressive=True)
RESTARTS = drawn(80, restart_marker_blocks=1)
WITH_THUMBNAIL = PLAIN[:2] + b"\xff\xe1" + (len(PLAIN) + 2).to_bytes(2) + PLAIN + PLAIN[2:]
PICTURES = [PLAIN, PROGRESSIVE, RESTARTS, WITH_THUMBNAIL]


@given(st.data())
def test_pictures_come_out_byte_for_byte_in_any_slices(data: st.DataObject) -> None:
    stream = b"".join(PICTURES)
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=30))
    frames = Frames()
    found = [
        picture
        for start, end in pairwise([0, *sorted(cuts), len(stream)])
        for picture in frames.take(stream[start:end])
    ]
    assert found == PICTURES
    assert frames.skipped() == 0


def test_a_picture_cut_short_is_skipped_and_the_next_one_found() -> None:
    frames = Frames()
    assert frames.take(PLAIN[: len(PLAIN) // 2] + PROGRESSIVE + RESTARTS) == [
        PROGRESSIVE,
        RESTARTS,
    ]
    assert frames.skipped() == len(PLAIN) // 2


def test_what_began_and_does_not_go_on_is_given_up() -> None:
    frames = Frames()
    assert frames.take(b"\xff\xd8\xff\xe0\xff\xff" + PLAIN) == []
    assert frames.is_under_way
    frames.give_up()
    assert frames.take(b"") == [PLAIN]


def test_an_endless_picture_is_no_picture() -> None:
    frames = Frames()
    until_scan = PLAIN[: list(segments(PLAIN))[-2].start]
    scan = PLAIN[len(until_scan) : len(until_scan) + 14]
    frames.take(until_scan + scan)
    for _ in range(PICTURE_LIMIT // 65_536 + 1):
        assert frames.take(bytes(65_536)) == []
    assert not frames.is_under_way
    assert frames.skipped() > PICTURE_LIMIT
    assert frames.take(PLAIN) == [PLAIN]


@pytest.mark.parametrize("broken", [b"", b"\xff\xd8", PLAIN[:-2], PLAIN[2:], b"\xff\xd8\xff\xd8"])
def test_what_is_not_whole_has_no_segments(broken: bytes) -> None:
    with pytest.raises(NotAPictureError):
        list(segments(broken))


def test_the_size_is_the_coded_one() -> None:
    assert [size_of(picture) for picture in PICTURES] == [(256, 256)] * 4
    assert mjpeg.size_of(PLAIN) == (256, 256)
