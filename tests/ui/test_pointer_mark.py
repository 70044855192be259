"""Where the GP points is seen on the picture."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.wire import Pointed
from client.session.snapshot import PreviewView
from client.ui.pointer_mark import with_mark

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GREY = b"\x80\x80\x80"


def grey(width: int, height: int) -> PreviewView:
    return PreviewView(width, height, GREY * (width * height), NOW)


def pixel(view: PreviewView, x: int, y: int) -> bytes:
    start = (y * view.width + x) * 3
    return view.rgb[start : start + 3]


def test_a_white_cross_within_black_stands_where_the_gp_points() -> None:
    seen = with_mark(grey(160, 120), Pointed(0, 750, 250, is_shown=True))
    assert pixel(seen, 119, 29) == b"\xff\xff\xff"
    assert pixel(seen, 119, 29 - 20) == b"\x00\x00\x00"
    assert pixel(seen, 80, 60) == GREY


@pytest.mark.parametrize(
    "pointed", [None, Pointed(0, 500, 500, is_shown=False), Pointed(3, 500, 500, is_shown=True)]
)
def test_nothing_is_drawn_while_nobody_points_at_what_is_live(pointed: Pointed | None) -> None:
    assert with_mark(grey(16, 12), pointed) == grey(16, 12)


@given(*(st.integers(1, 40), st.integers(1, 40)), *(st.integers(0, 1_000), st.integers(0, 1_000)))
def test_the_picture_keeps_its_size(width: int, height: int, left: int, top: int) -> None:
    seen = with_mark(grey(width, height), Pointed(0, left, top, is_shown=True))
    assert len(seen.rgb) == width * height * 3
