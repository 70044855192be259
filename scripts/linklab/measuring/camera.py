"""One stamped clip for every peer: prepared once, played in real time, compared with afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from client.media.fitting import Fitter
from client.media.reading import video_frames
from linklab.measuring import stamp

LOOP_S: Final = 20
"""chosen: longer than any picture is late, short enough to be kept as raw pictures (230 MB)."""
_FRAME_MARK: Final = b"FRAME\n"
_NEUTRAL: Final = 128

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class CameraShape:
    """What the camera gives."""

    width: int = 640
    height: int = 480
    frames_per_s: int = 25

    @property
    def frame_bytes(self) -> int:
        """One picture, 4:2:0."""
        return self.width * self.height * 3 // 2

    @property
    def header(self) -> bytes:
        """How a YUV4MPEG2 stream of it begins (yuv4mpeg(5), MJPEG tools)."""
        size = f"W{self.width} H{self.height} F{self.frames_per_s}:1"
        return f"YUV4MPEG2 {size} Ip A1:1 C420jpeg\n".encode()


def make_loop(clip: Path, target: Path, shape: CameraShape) -> "Loop":
    """Write the clip there and back again until `LOOP_S` is full, each picture with its stamp."""
    pictures = list(islice(_fitted(clip, shape), LOOP_S * shape.frames_per_s))
    there_and_back = cycle(chain(pictures, reversed(pictures)))
    with target.open("wb") as file:
        file.write(shape.header)
        for number, picture in enumerate(islice(there_and_back, LOOP_S * shape.frames_per_s)):
            stamped = picture.copy()
            stamp.draw(stamped[: shape.height], number)
            _make_grey(stamped, shape)
            file.write(_FRAME_MARK + stamped.tobytes())
    return Loop(target, shape)


class Loop:
    """The prepared pictures; the stamp of each is its place in the loop."""

    def __init__(self, path: Path, shape: CameraShape) -> None:
        self.path = path
        self.shape = shape
        self._step = len(_FRAME_MARK) + shape.frame_bytes
        self._file = path.open("rb")
        self._pictures = (path.stat().st_size - len(shape.header)) // self._step

    def __len__(self) -> int:
        return self._pictures

    def framed(self, number: int) -> bytes:
        """One picture as it stands in a YUV4MPEG2 stream."""
        at = len(self.shape.header) + number % len(self) * self._step
        self._file.seek(at)  # not mapped: a site's memory is measured
        return self._file.read(self._step)

    def picture(self, number: int) -> bytes:
        """One picture's planes."""
        return self.framed(number)[len(_FRAME_MARK) :]

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


def _make_grey(planes: Plane, shape: CameraShape) -> None:
    """Take the colour out of the stamp: it would cost bits and say nothing."""
    chroma = planes[shape.height :].reshape(2, shape.height // 2, shape.width // 2)
    chroma[:, : round(shape.height * stamp.STRIP_FRACTION / 2)] = _NEUTRAL


def _fitted(clip: Path, shape: CameraShape) -> Iterator[Plane]:
    """The clip's pictures at the camera's size and rate; a slower clip repeats some."""
    fitter = Fitter(shape.width, shape.height, "yuv420p")
    taken = 0
    with av.open(str(clip)) as container:
        for frame in video_frames(container):
            due = int((frame.time or 0.0) * shape.frames_per_s + 1)
            if due > taken:
                planes = np.asarray(fitter.fit(frame).to_ndarray(), np.uint8)
            while taken < due:
                taken += 1
                yield planes
