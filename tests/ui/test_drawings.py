"""Curves, large letters and codes."""

import segno
from fakes.site_story import NOW
from hypothesis import given
from hypothesis import strategies as st

from client.session.snapshot import PreviewView, StillState, StillView
from client.ui.braille import curve
from client.ui.half_blocks import drawn
from client.ui.letters import large
from client.ui.still_line import percent
from client.ui.widgets.preview import LEAST_GAP, Preview, fitted
from client.ui.widgets.qr_code import qr_rows


@given(st.binary(max_size=300), st.integers(1, 90), st.integers(1, 10))
def test_a_curve_always_fills_its_room(samples: bytes, width: int, height: int) -> None:
    rows = curve(samples, width, height)
    assert [len(row) for row in rows] == [width] * height


def test_a_curve_rises_from_the_lower_left_to_the_upper_right() -> None:
    upper, lower = curve(range(160), 4, 2)
    assert (lower[0], upper[0]) != ("⠀", "⠀")
    assert upper[0] == lower[-1] == "⠀"


def test_a_step_is_one_unbroken_line() -> None:
    assert curve([0, 255], 1, 1) == ["⣸"]


def test_no_samples_draw_nothing() -> None:
    assert curve(b"", 5, 2) == ["     ", "     "]


def test_noise_is_not_blown_up() -> None:
    top, *_, bottom = curve([100, 101] * 50, 10, 5)
    assert set(top) == set(bottom) == {"⠀"}


def test_letters_are_three_rows_of_one_width() -> None:
    for text in ("MICRO COUPÉ", "VIDÉO COUPÉE", "PAUSE", "MIC OFF", "37,8", "--", "?"):
        rows = large(text)
        assert len(rows) == 3
        assert len({len(row) for row in rows}) == 1


def test_letters_grow_in_both_directions() -> None:
    small, double = large("É"), large("É", scale=2)
    assert (len(double), len(double[0])) == (6, 2 * len(small[0]))


def test_an_accent_is_drawn() -> None:
    assert large("É") != large("E")


def test_half_blocks() -> None:
    assert drawn([[True, True, False], [True, False, True]]) == ["█▀▄"]
    assert drawn([[True]]) == ["▀"]


def test_a_qr_code_is_the_one_segno_makes() -> None:
    link = "https://chevet.example.org/#abc"
    rows = qr_rows(link, 2)
    code = segno.make(link, error="l", boost_error=False, micro=False)
    pixels = [
        [c in "█▀" for c in row] if half == 0 else [c in "█▄" for c in row]
        for row in rows
        for half in (0, 1)
    ]
    wanted = [[bool(module) for module in row] for row in code.matrix_iter(border=2)]
    assert pixels[: len(wanted)] == wanted


@given(st.integers(1, 200), st.integers(1, 80), st.integers(1, 640), st.integers(1, 480))
def test_a_picture_stays_in_its_room(across: int, down: int, width: int, height: int) -> None:
    columns, rows = fitted(PreviewView(width, height, b"", NOW), across, down)
    assert columns <= across
    assert rows <= max(1, down)


def test_a_still_is_never_done_before_it_is() -> None:
    assert percent(StillView("x", StillState.SENDING, 0, 0)) == 0
    assert percent(StillView("x", StillState.SENDING, 999, 1000)) == 99
    assert percent(StillView("x", StillState.SENDING, 2000, 1000)) == 100


def test_another_source_is_shown_even_if_its_picture_is_older() -> None:
    finder = Preview(id="preview")
    camera = PreviewView(width=1, height=1, rgb=b"abc", taken_at=NOW)
    otoscope = PreviewView(width=1, height=1, rgb=b"def", taken_at=NOW - LEAST_GAP)
    finder.draw(camera, "")
    finder.draw(otoscope, "")
    assert finder.shown_at() == otoscope.taken_at
