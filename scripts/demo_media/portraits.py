"""Two public-domain portraits brought to life: they sway, breathe, blink and talk, and loop."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from matplotlib import cbook
from numpy.typing import NDArray
from PIL import Image
from skimage import data

WIDTH: Final = 640
HEIGHT: Final = 480
FRAMES_PER_S: Final = 15
LOOP_S: Final = 10
BITRATE_BPS: Final = 260_000

Floats = NDArray[np.float32]
Motion = Callable[[float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Face:
    """Where things are in the finished 640x480 picture, in pixels."""

    head: tuple[float, float]
    head_size: tuple[float, float]
    eyes: tuple[tuple[float, float], tuple[float, float]]
    eye_size: tuple[float, float]
    mouth: tuple[float, float]
    mouth_size: tuple[float, float]
    blinks_s: tuple[float, ...]
    phase: float
    """Keeps two people from moving alike."""


def make(out: Path) -> list[Path]:
    """Write both videos; returns their paths."""
    patient = Image.fromarray(data.astronaut())
    with cbook.get_sample_data("grace_hopper.jpg") as file:
        gp = Image.open(file).convert("RGB")
    paths = [out / "patient_camera.webm", out / "gp_camera.webm"]
    _write(paths[0], animated(framed(patient, (40, 8, 400, 278)), PATIENT))
    _write(paths[1], animated(framed(gp, (45, 50, 485, 380)), GP))
    return paths


def framed(image: Image.Image, box: tuple[int, int, int, int]) -> Floats:
    """The part of the portrait a webcam would show, at the camera's size."""
    cropped = image.crop(box).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    return np.asarray(cropped, np.float32)


PATIENT: Final = Face(
    head=(330, 215),
    head_size=(150, 190),
    eyes=((287, 164), (367, 166)),
    eye_size=(24, 13),
    mouth=(328, 250),
    mouth_size=(48, 34),
    blinks_s=(1.3, 4.6, 5.1, 8.2),
    phase=0.0,
)
GP: Final = Face(
    head=(320, 200),
    head_size=(165, 200),
    eyes=((255, 201), (378, 195)),
    eye_size=(24, 7),
    mouth=(322, 326),
    mouth_size=(56, 34),
    blinks_s=(0.8, 3.9, 7.0, 9.1),
    phase=1.7,
)


def animated(still: Floats, face: Face) -> Iterator[Floats]:
    """One loop of frames; every motion has whole cycles in it, so the end meets the beginning."""
    noise = np.random.default_rng(20_261_122)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    head = _soft_ellipse(x, y, face.head, face.head_size)
    lids = [_soft_ellipse(x, y, eye, face.eye_size) for eye in face.eyes]
    mouth = _soft_ellipse(x, y, face.mouth, face.mouth_size)
    chest = np.clip((y - 300) / 150, 0, 1)
    for number in range(FRAMES_PER_S * LOOP_S):
        turn = 2 * np.pi * number / (FRAMES_PER_S * LOOP_S) + face.phase
        sway = 5.0 * np.sin(turn) + 2.2 * np.sin(3 * turn + 1) + 0.8 * np.sin(7 * turn)
        nod = 2.5 * np.sin(2 * turn + 0.5) + 1.5 * np.sin(5 * turn + 2)
        breath = 2.4 * np.sin(3 * turn)  # 18 a minute
        blink = _blink(number / FRAMES_PER_S, face.blinks_s)
        jaw = _jaw(turn)
        shake = 0.5 * np.sin(4 * turn)
        dx = head * sway + shake
        dy = head * nod + chest * breath + shake
        for lid in lids:
            dy = dy + lid * blink * face.eye_size[1] * 0.95
        dy = dy + mouth * jaw * np.clip((y - face.mouth[1]) / 12, -0.3, 1)
        zoom = 1 - 0.012 * (1 + np.sin(turn)) / 2 - 0.035
        frame = _sample(
            still,
            (x - WIDTH / 2) * zoom + WIDTH / 2 - dx,
            (y - HEIGHT / 2) * zoom + HEIGHT / 2 - dy,
        )
        light = 1 + 0.012 * np.sin(2 * turn) + 0.006 * np.sin(9 * turn)
        grain = noise.normal(0, 1.6, (HEIGHT, WIDTH, 1)).astype(np.float32)
        yield np.clip(frame * light * 0.96 + 4 + grain, 0, 255)


def _jaw(turn: float) -> float:
    """Talking for most of the loop, at about four syllables a second, with pauses."""
    talking = np.clip(1.6 * np.sin(2 * turn + 0.7) + 0.7, 0, 1)
    syllables = 0.55 + 0.45 * np.sin(38 * turn) * np.cos(3 * turn)
    return float(7.0 * talking * syllables)


def _blink(at_s: float, blinks_s: tuple[float, ...]) -> float:
    return max(float(np.exp(-(((at_s - blink) / 0.075) ** 2))) for blink in blinks_s)


def _soft_ellipse(
    x: Floats, y: Floats, centre: tuple[float, float], size: tuple[float, float]
) -> Floats:
    """1 well inside, fading to 0 at about one and a half times the size."""
    away = ((x - centre[0]) / size[0]) ** 2 + ((y - centre[1]) / size[1]) ** 2
    return np.exp(-(away**1.5)).astype(np.float32)


def _sample(image: Floats, x: Floats, y: Floats) -> Floats:
    """Bilinear; outside, the edge goes on."""
    x = np.clip(x, 0, WIDTH - 1.001)
    y = np.clip(y, 0, HEIGHT - 1.001)
    left, top = x.astype(int), y.astype(int)
    fx, fy = (x - left)[..., None], (y - top)[..., None]
    upper = image[top, left] * (1 - fx) + image[top, left + 1] * fx
    lower = image[top + 1, left] * (1 - fx) + image[top + 1, left + 1] * fx
    return np.asarray(upper * (1 - fy) + lower * fy, np.float32)


def _write(path: Path, frames: Iterator[Floats]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx-vp9", rate=FRAMES_PER_S)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = BITRATE_BPS
        stream.options = {"deadline": "good", "cpu-used": "2", "lag-in-frames": "16"}
        for number, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels.astype(np.uint8), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_S)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
