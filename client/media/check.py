"""What of camera, microphone, speaker and codecs works on this machine, as data."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import av
import numpy as np

from client.core.adaptation.plan import PictureRung, VoiceRung
from client.errors import ChevetError
from client.media import codecs
from client.media.audio_source import AudioSource
from client.media.capture import SourceState
from client.media.codecs import opus
from client.media.codecs.encoder import is_built_in
from client.media.playout import Speaker
from client.media.sources import MediaAddress, SourceKind
from client.media.video_source import VideoSource

_PICTURES: Final = 24  # chosen: two seconds at the default rung, encoded in about 0.1 s
_LOOK_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class CodecCheck:
    """One encoder."""

    name: str
    works: bool
    ms_per_frame: float
    """Wall time for one picture (or one packet of voice); 0 if it does not work."""
    budget_ms: float
    """The time between two pictures (or packets) at this rung."""


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """One camera, microphone or speaker."""

    address: str
    works: bool | None
    """`None` if there is none to try."""
    failure: str
    """Why it does not work, in English for the log; empty if it does."""


def check_codecs(
    picture: PictureRung, voice: VoiceRung, clock_s: Callable[[], float]
) -> tuple[CodecCheck, ...]:
    """Try every picture encoder and Opus on made-up pictures; about half a second in all."""
    pictures = (_check_picture(replace(picture, codec=name), clock_s) for name in codecs.ENCODERS)
    return (*pictures, _check_voice(voice, clock_s))


def check_camera(
    address: MediaAddress, wait: Callable[[float], object], *, limit_s: float = 3.0
) -> SourceCheck:
    """Wait for a first picture, at most `limit_s`. Blocks; `wait` sleeps."""
    return _check_source(address, VideoSource(address), wait, limit_s)


def check_microphone(
    address: MediaAddress, wait: Callable[[float], object], *, limit_s: float = 3.0
) -> SourceCheck:
    """Wait for the first sound, silence included, at most `limit_s`. Blocks; `wait` sleeps."""
    return _check_source(address, AudioSource(address), wait, limit_s)


def check_speaker(address: MediaAddress, wait: Callable[[float], object]) -> SourceCheck:
    """Play a quarter of a second of silence on a device; a file is not touched."""
    if address.kind is not SourceKind.DEVICE:
        is_none = address.kind is SourceKind.NONE
        return SourceCheck(str(address), None if is_none else True, "")
    try:
        speaker = Speaker(address)
    except ChevetError as error:
        return SourceCheck(str(address), works=False, failure=str(error))
    speaker.start()
    wait(0.25)
    failure = speaker.failure
    speaker.close()
    return SourceCheck(str(address), failure is None, failure or "")


def _check_source(
    address: MediaAddress,
    source: VideoSource | AudioSource,
    wait: Callable[[float], object],
    limit_s: float,
) -> SourceCheck:
    if address.kind is SourceKind.NONE:
        return SourceCheck(str(address), works=None, failure="")
    try:
        source.start()
    except ChevetError as error:
        return SourceCheck(str(address), works=False, failure=str(error))
    try:
        for _ in range(round(limit_s / _LOOK_S)):
            if source.state is not SourceState.STARTING:
                break
            wait(_LOOK_S)
        works = source.state is SourceState.LIVE
        failure = "" if works else source.failure or "nothing came"
        return SourceCheck(str(address), works, failure)
    finally:
        source.close()


def _check_picture(rung: PictureRung, clock_s: Callable[[], float]) -> CodecCheck:
    works = rung.codec in codecs.available()
    spent_ms = _time_pictures(rung, clock_s) if works else 0
    return CodecCheck(rung.codec, works, spent_ms, budget_ms=1_000 / rung.frames_per_s)


def _check_voice(rung: VoiceRung, clock_s: Callable[[], float]) -> CodecCheck:
    works = is_built_in(opus.LIBRARY)
    spent_ms = _time_voice(rung, clock_s) if works else 0
    return CodecCheck("opus", works, spent_ms, budget_ms=float(rung.packet_ms))


def _time_pictures(rung: PictureRung, clock_s: Callable[[], float]) -> float:
    encoder = codecs.encoder(rung)
    frames = [_picture(number) for number in range(_PICTURES)]
    encoder.encode(frames[0], force_key_frame=True)
    started_s = clock_s()
    for frame in frames[1:]:
        encoder.encode(frame, force_key_frame=False)
    spent_s = clock_s() - started_s
    encoder.close()
    return spent_s * 1_000 / (_PICTURES - 1)


def _time_voice(rung: VoiceRung, clock_s: Callable[[], float]) -> float:
    encoder = opus.Encoder(rung)
    times = np.arange(encoder.packet_samples * _PICTURES) / 48_000
    tone = (8_000 * np.sin(2 * np.pi * 220 * times) * np.sin(6 * times)).astype(np.int16)
    started_s = clock_s()
    for packet in tone.reshape(_PICTURES, -1):
        encoder.encode(packet)
    return (clock_s() - started_s) * 1_000 / _PICTURES


def _picture(number: int) -> av.VideoFrame:
    """A 640x480 picture with soft shapes that move, about as hard to encode as a face."""
    y, x = np.mgrid[0:480, 0:640]
    wave = np.sin((x + 3 * number) / 23) * np.cos((y - 2 * number) / 17) + np.sin((x * y) / 9_000)
    grey = (128 + 60 * wave).clip(0, 255).astype(np.uint8)
    frame = av.VideoFrame.from_ndarray(np.stack([grey, grey, 255 - grey], axis=2), "rgb24")
    frame.pts = number
    return frame
