"""The stamp in the picture outlives bad encoders and small sizes."""

from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from linklab.measuring import stamp
from numpy.typing import NDArray

Plane = NDArray[np.uint8]


@given(st.integers(0, stamp.NUMBERS - 1))
def test_every_number_is_read_back_from_a_small_picture(number: int) -> None:
    luma = np.full((120, 160), 90, np.uint8)
    stamp.draw(luma, number)
    assert stamp.read(stamp.cells_of(luma)) == number


@given(st.integers(0, stamp.NUMBERS - 1), st.integers(2, stamp.CELLS - 3))
def test_one_wrong_cell_is_noticed(number: int, cell: int) -> None:
    luma = np.zeros((480, 640), np.uint8)
    stamp.draw(luma, number)
    cells = bytearray(stamp.cells_of(luma))
    cells[cell] = 240 - cells[cell]
    assert stamp.read(cells) is None


def test_consecutive_numbers_differ_in_one_cell_beside_the_checksum() -> None:
    for number in range(stamp.NUMBERS - 1):
        cells = []
        for each in (number, number + 1):
            luma = np.zeros((48, 640), np.uint8)
            stamp.draw(luma, each)
            cells.append(stamp.cells_of(luma)[2:14])
        assert sum(a != b for a, b in zip(*cells, strict=True)) == 1


@pytest.mark.parametrize(
    "luma", [np.zeros((480, 640), np.uint8), np.full((480, 640), 255, np.uint8)]
)
def test_a_picture_without_a_stamp_has_no_number(luma: Plane) -> None:
    assert stamp.read(stamp.cells_of(luma)) is None


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        ("libvpx", {"deadline": "realtime", "cpu-used": "8", "qmax": "63"}),
        ("libx264", {"preset": "ultrafast", "tune": "zerolatency"}),
    ],
)
def test_it_outlives_an_encoder_starved_of_bits(codec: str, options: dict[str, str]) -> None:
    """Panning over noise, 160x120 at 25 frames a second in 30 kbit/s: worse than any rung."""
    numbers = range(300, 340)
    shown = _through(codec, options, [_busy_picture(number) for number in numbers])
    assert len(shown) > len(numbers) / 2
    read = [stamp.read(stamp.cells_of(luma)) for luma in shown]
    assert sum(number is not None for number in read) >= 0.9 * len(read)
    assert {number for number in read if number is not None} <= set(numbers)


def _busy_picture(number: int) -> av.VideoFrame:
    """A panned picture of noise, 640x480, stamped, as a sender would scale it to 160x120."""
    noise = np.random.default_rng(1).integers(40, 215, (60, 80), np.uint8)
    planes = np.full((720, 640), 128, np.uint8)
    planes[:480] = np.roll(np.kron(noise, np.ones((8, 8), np.uint8)), 4 * number, axis=1)
    stamp.draw(planes[:480], number)
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    return frame.reformat(160, 120, interpolation="AREA")


def _through(codec: str, options: dict[str, str], frames: list[av.VideoFrame]) -> list[Plane]:
    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = 160, 120, "yuv420p"
    encoder.bit_rate, encoder.time_base, encoder.framerate = 30_000, Fraction(1, 25), Fraction(25)
    encoder.options = options
    decoder = av.CodecContext.create("h264" if codec == "libx264" else "vp8", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    shown: list[Plane] = []
    for pts, frame in enumerate([*frames, None]):
        if frame is not None:
            frame.pts, frame.time_base = pts, Fraction(1, 25)
        for packet in encoder.encode(frame):
            shown += [_luma(decoded) for decoded in decoder.decode(packet)]
    return shown


def _luma(frame: av.VideoFrame) -> Plane:
    return np.asarray(frame.to_ndarray(), np.uint8)[: frame.height]
