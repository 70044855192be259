"""A pharmacy's back room, made up: what a microphone hears of a speaker and of a person.

origin: synthetic. The voices are the demo's recorded files; the room is an impulse response drawn
by chance: the direct sound, then noise that decays as rooms do (Sabine's reverberation time).
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from client.demo.media import GP_VOICE, PHARMACIST_VOICE
from client.media.audio_processing import SoundProcessing
from client.media.audio_source import (
    FRAME_S,
    FRAME_SAMPLES,
    SAMPLES_PER_S,
    Samples,
    cut,
    samples_of,
)
from client.media.loudness import dbfs
from client.media.reading import audio_frames

Wave = NDArray[np.float64]

_GREETING_S: Final = 6.0
"""chosen: the person at the bedside speaks first; gain control knows the voice from then on."""
_DOUBLE_S: Final = (18.0, 28.0)
_SETTLED_S: Final = 3.0  # chosen: an echo canceller may take that long to learn a room
_ACTIVE_DBFS: Final = -40.0  # chosen: 20 ms of a voice that are not a pause
_CUT_DB: Final = 12.0  # chosen: what lost more is hard to understand
_NOISE_RMS: Final = 10.0  # chosen: -70 dBFS, a quiet room and a plain microphone


@dataclass(frozen=True, slots=True)
class Room:
    """Between the speaker's membrane and the microphone's."""

    delay_s: float = 0.04
    reverberation_s: float = 0.3
    """Until the sound has lost 60 dB."""
    direct_db: float = 6.0
    """The direct sound's energy against that of all its reflections: how near the speaker is."""
    echo_db: float = -6.0
    """The echo's level against what the speaker was given."""
    overdrive: float = 0.0
    """How far the speaker bends loud sound (0: not at all); cheap ones do."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Near-end voice alone, far-end voice alone, both at once, far-end voice alone again."""

    far: Samples
    """What the speaker is given."""
    near: Samples
    """What the person says, as the microphone hears it."""
    microphone: Samples


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of echo and voice."""

    removed_db: float
    """Echo return loss enhancement over all that is far-end alone, once settled."""
    removed_worst_db: float
    """The same in its worst second."""
    near_median_db: float
    """Level of the near voice in double talk against the same voice processed without any echo."""
    near_cut_pct: float
    """Of its 20 ms pieces, those that lost more than `_CUT_DB`."""


def scene(room: Room, *, seed: int = 1) -> Scene:
    """Forty seconds in this room."""
    rng = np.random.default_rng(seed)
    length, greeting, start, end = (
        round(moment_s * SAMPLES_PER_S) for moment_s in (40.0, _GREETING_S, *_DOUBLE_S)
    )
    far, near = np.resize(voice(GP_VOICE), length), np.zeros(length)
    far[:greeting] = 0
    person = voice(PHARMACIST_VOICE)
    near[:greeting], near[start:end] = person[:greeting], person[: end - start]
    heard = _echo(far, room, rng) + near + rng.normal(0, _NOISE_RMS, length)
    return Scene(_int16(far), _int16(near), _int16(heard))


def run(processing: SoundProcessing, far: Samples, microphone: Samples) -> Samples:
    """All of it through the processing, the speaker's sound 60 ms ahead of its time."""
    ahead = 3
    played = far[: len(far) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    heard = microphone[: played.size].reshape(-1, FRAME_SAMPLES)
    sent = []
    for number in range(len(heard)):
        for due in range(ahead + 1) if number == 0 else (number + ahead,):
            if due < len(played):
                processing.play(played[due], due * FRAME_S)
        sent.append(processing.process(heard[number], number * FRAME_S))
    return np.concatenate(sent)


def judged(scene: Scene, sent: Samples, near_alone: Samples) -> Verdict:
    """`near_alone` is the near voice through the same processing in a silent room."""
    before, after = _levels(scene.microphone), _levels(sent)
    seconds: Wave = np.arange(len(before), dtype=np.float64) * FRAME_S
    is_double = (seconds >= _DOUBLE_S[0] - FRAME_S) & (seconds < _DOUBLE_S[1] + 0.5)
    is_far = ~is_double & (seconds >= _GREETING_S + _SETTLED_S)
    removed = [
        _power_db(before[part]) - _power_db(after[part])
        for part in _parts(seconds, 1.0)
        if is_far[part].all()
    ]
    is_near = is_double & (_levels(scene.near) > _ACTIVE_DBFS)
    change_db = (after - _levels(near_alone))[is_near]
    return Verdict(
        removed_db=_power_db(before[is_far]) - _power_db(after[is_far]),
        removed_worst_db=min(removed),
        near_median_db=float(np.median(change_db)),
        near_cut_pct=float(np.mean(change_db < -_CUT_DB) * 100),
    )


def voice(path: Path) -> Wave:
    """A recording at 48 kHz mono."""
    with av.open(str(path)) as container:
        frames = [samples_of(frame) for frame in cut(audio_frames(container))]
    return np.concatenate(frames).astype(np.float64)


def _echo(far: Wave, room: Room, rng: np.random.Generator) -> Wave:
    times_s = np.arange(round(room.reverberation_s * SAMPLES_PER_S)) / SAMPLES_PER_S
    response = rng.standard_normal(len(times_s)) * 10 ** (-3 * times_s / room.reverberation_s)
    response[0] = 10 ** (room.direct_db / 20) * np.sqrt(np.sum(response**2))
    response *= 10 ** (room.echo_db / 20) / np.sqrt(np.sum(response**2))
    response = np.concatenate([np.zeros(round(room.delay_s * SAMPLES_PER_S)), response])
    played = far
    if room.overdrive:
        played = np.tanh(far / 32_768 * room.overdrive) / room.overdrive * 32_768
    size = len(far) + len(response)
    spectrum = np.fft.rfft(played, size) * np.fft.rfft(response, size)
    return np.fft.irfft(spectrum, size)[: len(far)]


def _levels(samples: Samples) -> Wave:
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return np.array([dbfs(frame) for frame in frames])


def _power_db(levels_db: Wave) -> float:
    return float(10 * np.log10(np.mean(10 ** (levels_db / 10))))


def _parts(seconds: Wave, length_s: float) -> list[slice]:
    count = round(length_s / FRAME_S)
    return [slice(a, b) for a, b in pairwise(range(0, len(seconds) + 1, count))]


def _int16(wave: Wave) -> Samples:
    return np.clip(wave, -32_768, 32_767).astype(np.int16)
