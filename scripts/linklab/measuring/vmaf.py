"""VMAF of the pictures that were shown, each against the captured one whose stamp it carries.

libvmaf comes with the static ffmpeg of the `imageio-ffmpeg` wheel. Each picture is compared in the
middle of three, with its true neighbours in the reference: VMAF weighs errors by motion, and the
motion between pictures half a second apart would not be the clip's.
"""

import asyncio
import importlib
import importlib.util
import json
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np

from linklab.measuring.camera import CameraShape, Loop
from linklab.measuring.stamp import HIDDEN_FRACTION

_AROUND: Final = (-1, 0, 1)


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture as the page showed it."""

    number: int
    """Its stamp."""
    width: int
    height: int
    planes: bytes
    """4:2:0, rows without padding."""


def find_ffmpeg() -> str | None:
    """An ffmpeg with libvmaf; None where `imageio-ffmpeg` is not installed."""
    if importlib.util.find_spec("imageio_ffmpeg") is None:
        return None
    return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())


async def vmaf(ffmpeg: str, pictures: Sequence[ShownPicture], loop: Loop) -> list[float]:
    """The score of each picture, scaled to the camera's size (bicubic), without its stamp."""
    if not pictures:
        return []
    with tempfile.TemporaryDirectory(prefix="chevet-vmaf-") as name:
        folder = Path(name)
        await asyncio.to_thread(_write, folder, pictures, loop)
        await _compare(ffmpeg, folder, loop.shape)
        log = json.loads((folder / "vmaf.json").read_text(encoding="utf-8"))
    scores = [frame["metrics"]["vmaf"] for frame in log["frames"]]
    return [float(score) for score in scores[1 :: len(_AROUND)]]


def _write(folder: Path, pictures: Sequence[ShownPicture], loop: Loop) -> None:
    with (folder / "shown.yuv").open("wb") as shown, (folder / "camera.yuv").open("wb") as camera:
        for picture in pictures:
            shown.write(_scaled(picture, loop.shape) * len(_AROUND))
            for step in _AROUND:
                camera.write(loop.picture(picture.number + step))


def _scaled(picture: ShownPicture, shape: CameraShape) -> bytes:
    if (picture.width, picture.height) == (shape.width, shape.height):
        return picture.planes
    rows = np.frombuffer(picture.planes, np.uint8).reshape(-1, picture.width)
    frame = av.VideoFrame.from_ndarray(rows, format="yuv420p")
    scaled = frame.reformat(shape.width, shape.height, interpolation="BICUBIC")
    return np.asarray(scaled.to_ndarray(), np.uint8).tobytes()


async def _compare(ffmpeg: str, folder: Path, shape: CameraShape) -> None:
    hidden = 2 * round(shape.height * HIDDEN_FRACTION / 2)
    crop = f"crop={shape.width}:{shape.height - hidden}:0:{hidden}"
    raw = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{shape.width}x{shape.height}")
    graph = f"[0]{crop}[shown];[1]{crop}[camera];[shown][camera]"
    graph += "libvmaf=log_fmt=json:log_path=vmaf.json:n_threads=1"
    process = await asyncio.create_subprocess_exec(
        *(ffmpeg, "-loglevel", "error", *raw, "-i", "shown.yuv", *raw, "-i", "camera.yuv"),
        *("-lavfi", graph, "-f", "null", "-"),
        cwd=folder,
        stdin=DEVNULL,
    )
    if await process.wait():
        raise RuntimeError("ffmpeg could not compare the pictures")
