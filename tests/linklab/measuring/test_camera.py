"""The stamped loop, and VMAF against it."""

from pathlib import Path

import numpy as np
import pytest
from linklab.measuring import stamp
from linklab.measuring.camera import CameraShape, make_loop
from linklab.measuring.vmaf import ShownPicture, find_ffmpeg, vmaf
from numpy.typing import NDArray

from client.demo.media import PATIENT_CAMERA

SHAPE = CameraShape(160, 120, 5)


def _luma(picture: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(picture, np.uint8)[: SHAPE.width * SHAPE.height].reshape(SHAPE.height, -1)


def test_each_picture_carries_its_place_in_the_loop(tmp_path: Path) -> None:
    loop = make_loop(PATIENT_CAMERA, tmp_path / "loop.y4m", SHAPE)
    assert len(loop) == 100
    read = [stamp.read(stamp.cells_of(_luma(loop.picture(number)))) for number in range(100)]
    assert read == list(range(100))
    assert loop.framed(0) == loop.framed(100)
    loop.close()


def test_the_clip_goes_there_and_back_without_a_jump(tmp_path: Path) -> None:
    loop = make_loop(PATIENT_CAMERA, tmp_path / "loop.y4m", SHAPE)
    below = SHAPE.width * 10
    assert loop.picture(49)[below:] == loop.picture(50)[below:]
    assert loop.picture(0)[below:] == loop.picture(99)[below:]
    assert loop.picture(0)[below:] != loop.picture(25)[below:]
    loop.close()


@pytest.mark.skipif(find_ffmpeg() is None, reason="imageio-ffmpeg is not installed")
async def test_a_perfect_picture_scores_high_and_a_blurred_one_low(tmp_path: Path) -> None:
    shape = CameraShape(320, 240, 5)
    loop = make_loop(PATIENT_CAMERA, tmp_path / "loop.y4m", shape)
    perfect = ShownPicture(20, 320, 240, loop.picture(20))
    blurred = ShownPicture(20, 320, 240, bytes([110]) * shape.frame_bytes)
    ffmpeg = find_ffmpeg()
    assert ffmpeg is not None
    scores = await vmaf(ffmpeg, [perfect, blurred, perfect], loop)
    assert len(scores) == 3
    assert scores[0] == scores[2] > 90
    assert scores[1] < 30
    loop.close()
