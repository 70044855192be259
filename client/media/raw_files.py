"""Media files unpacked to the plain formats other programs take."""

import wave
from pathlib import Path

import av
import numpy as np

from client.media.audio_source import SAMPLES_PER_S, cut, samples_of
from client.media.fitting import Fitter
from client.media.reading import audio_frames, video_frames


def write_y4m(source: Path, target: Path, *, width: int, height: int) -> None:
    """The first video stream as YUV4MPEG2, 4:2:0, at this even size (yuv4mpeg(5), MJPEG tools)."""
    fitter = Fitter(width, height, "yuv420p")
    with av.open(str(source)) as container, target.open("wb") as file:
        rate = container.streams.video[0].average_rate or 15
        ratio = f"{rate.numerator}:{rate.denominator}"
        file.write(f"YUV4MPEG2 W{width} H{height} F{ratio} Ip A1:1 C420jpeg\n".encode())
        for frame in video_frames(container):
            planes = np.asarray(fitter.fit(frame).to_ndarray(), np.uint8)
            file.write(b"FRAME\n" + planes.tobytes())


def write_wav(source: Path, target: Path) -> None:
    """The first audio stream as 16-bit mono at 48 kHz."""
    with av.open(str(source)) as container, wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLES_PER_S)
        for frame in cut(audio_frames(container)):
            file.writeframes(samples_of(frame).tobytes())
