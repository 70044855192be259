"""Frames out of a file, a fifo or a device, in the time they belong to."""

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Final, Literal, TypeVar

import av
from av.container import InputContainer

from client.media.errors import FormatUnsupportedError
from client.media.fifo import FifoReader
from client.media.sources import MediaAddress, SourceKind

FrameT = TypeVar("FrameT", av.VideoFrame, av.AudioFrame)

_LATE_S: Final = 1.0
"""chosen: later than this (the machine slept), lost time is given up, not hurried through."""
_DEVICE_TIMEOUT_S: Final = 3.0  # chosen: a device that says nothing for this long is opened again
_CAMERA_WISHES: Final[Sequence[Mapping[str, str]]] = (
    {"video_size": "640x480", "framerate": "15"},
    {"video_size": "640x480", "framerate": "30"},
)
"""chosen: what is sent is smaller still, and a camera left alone may give slow full HD."""
_SOUND_WISHES: Final[Mapping[str, str]] = {"audio_buffer_size": "40"}
"""chosen: two frames; what Windows (dshow) gives by itself may be half a second late."""
_SOUND_PACKET_BYTES: Final = 1_920
"""One frame of 20 ms, 48 kHz mono: FFmpeg's WAV reader gathers 40 to 120 ms unless told so."""
_ALSA_SETTINGS: Final = "/usr/share/alsa"
_PROBE_BYTES: Final = 65_536
"""chosen: a live source is recognised from its first frames, not from the default 5 MB."""


def looped(frames: Callable[[], Iterator[FrameT]]) -> Iterator[tuple[float, FrameT]]:
    """Every frame with the second it belongs to; after the last comes the first, time going on."""
    start_s = 0.0
    while True:
        at_s, end_s = start_s, start_s
        for frame in frames():
            at_s = start_s + (frame.time or 0.0)
            yield at_s, frame
            end_s = at_s + _duration_s(frame)
        if end_s == start_s:
            return  # nothing in it
        start_s = end_s


def paced(
    timed: Iterator[tuple[float, FrameT]],
    monotonic_s: Callable[[], float],
    wait: Callable[[float], object],
) -> Generator[FrameT]:
    """Each frame when its second has come on our clock."""
    origin_s = monotonic_s()
    for at_s, frame in timed:
        ahead_s = origin_s + at_s - monotonic_s()
        if ahead_s > 0:
            wait(ahead_s)
        elif ahead_s < -_LATE_S:
            origin_s -= ahead_s
        yield frame


def video_frames(container: InputContainer) -> Generator[av.VideoFrame]:
    """The pictures of the first video stream, decoded on one thread."""
    stream = container.streams.video[0]
    if not stream.codec_context.is_open:
        stream.codec_context.thread_count = 1  # small pictures: more threads only cost memory
    yield from container.decode(stream)


def audio_frames(container: InputContainer) -> Generator[av.AudioFrame]:
    """The sound of the first audio stream."""
    stream = container.streams.audio[0]
    yield from container.decode(stream)


@contextmanager
def opened(address: MediaAddress, stopped: Event, *, is_video: bool) -> Iterator[InputContainer]:
    """The source, open for reading; `OSError` and `av.FFmpegError` pass through."""
    if address.kind is SourceKind.FIFO:
        options = {"probesize": str(_PROBE_BYTES)}
        if not is_video:
            options["max_size"] = str(_SOUND_PACKET_BYTES)
        with (
            FifoReader(address.where, stopped) as fifo,
            av.open(fifo, "r", options=options) as container,
        ):
            yield container
    elif address.kind is SourceKind.FILE:
        with av.open(address.where) as container:
            yield container
    else:
        require_format(address.device_format, mode="r")
        name = device_name(address, is_video=is_video)
        with _open_device(name, address.device_format, is_video=is_video) as container:
            yield container


def _open_device(name: str, device_format: str, *, is_video: bool) -> InputContainer:
    """The device with the first of our wishes that it grants, or else as it likes."""
    for wish in _CAMERA_WISHES if is_video else (_SOUND_WISHES,):
        with suppress(av.FFmpegError):
            return av.open(
                name, format=device_format, timeout=_DEVICE_TIMEOUT_S, options=dict(wish)
            )
    return av.open(name, format=device_format, timeout=_DEVICE_TIMEOUT_S)


def require_format(name: str, *, mode: Literal["r", "w"]) -> None:
    """`FormatUnsupportedError` if the media library here has no such kind of device."""
    if name == "alsa" and Path(_ALSA_SETTINGS).is_dir():
        # PyAV's wheel carries an ALSA that looks for them where it was once built.
        os.environ.setdefault("ALSA_CONFIG_DIR", _ALSA_SETTINGS)
    try:
        av.ContainerFormat(name, mode)
    except ValueError:
        raise FormatUnsupportedError(name) from None


def device_name(address: MediaAddress, *, is_video: bool) -> str:
    """The device as libavdevice wants it named (its manual, sections dshow and avfoundation)."""
    if address.device_format == "dshow" and "=" not in address.where:
        return f"{'video' if is_video else 'audio'}={address.where}"
    if address.device_format == "avfoundation" and ":" not in address.where:
        return f"{address.where}:none" if is_video else f":{address.where}"
    return address.where


def _duration_s(frame: av.VideoFrame | av.AudioFrame) -> float:
    if isinstance(frame, av.AudioFrame):
        return frame.samples / frame.sample_rate
    if frame.duration and frame.time_base:
        return float(frame.duration * frame.time_base)
    return 1 / 15  # chosen: a picture that does not say how long it lasts
