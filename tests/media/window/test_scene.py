"""What crosses the pipe to the patient's window, whole, in pieces, and from nobody we know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.media.window.scene import (
    MESSAGE_LIMIT,
    Kind,
    Line,
    NotASceneError,
    PipeReader,
    Pixels,
    Scene,
    picture_message,
    scene_message,
)

SCENE = Scene(Line.UP, "pressure", "bras gauche", "à demain ?", is_muted=True)
PIXELS = Pixels(2, 1, b"abcdef")


@given(cuts=st.lists(st.integers(0, 400), max_size=8))
def test_any_slices_give_the_same_messages(cuts: list[int]) -> None:
    pipe = scene_message(SCENE) + picture_message(Kind.DOCTOR, PIXELS) + scene_message(Scene())
    reader, heard, before = PipeReader(), [], 0
    for cut in [*sorted(cuts), len(pipe)]:
        heard += reader.receive(pipe[before:cut])
        before = max(before, cut)
    assert [kind for kind, _ in heard] == [Kind.SCENE, Kind.DOCTOR, Kind.SCENE]
    assert (heard[0][1], heard[2][1]) == (SCENE, Scene())
    picture = heard[1][1]
    assert isinstance(picture, Pixels)
    assert (picture.width, picture.height, picture.rgb) == (2, 1, b"abcdef")


@pytest.mark.parametrize(
    "pipe",
    [
        b"\x01" + (MESSAGE_LIMIT + 1).to_bytes(4, "little"),
        b"\x09\x00\x00\x00\x00",
        b"\x01\x02\x00\x00\x00[]",
        b"\x02\x01\x00\x00\x00a",
        b"\x02\x05\x00\x00\x00\x09\x00\x09\x00a",
    ],
)
def test_nonsense_is_refused_and_no_more_than_one_picture_is_held(pipe: bytes) -> None:
    with pytest.raises(NotASceneError):
        PipeReader().receive(pipe)


def test_what_was_said_does_not_show_in_a_printed_scene() -> None:
    assert "bras" not in repr(SCENE)
    assert "demain" not in repr(SCENE)
