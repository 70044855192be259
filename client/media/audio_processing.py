"""What a microphone's sound goes through before it is sent: echo, noise and level.

The work is done by libwebrtc's audio processing module (AEC3, noise suppression, high-pass filter,
gain control), which ships in the ``livekit`` wheel and needs no server. It is loaded on the
microphone's thread with the first sound, which takes a third of a second and 40 MB.
"""

import logging
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from client.media.audio_source import SAMPLES_PER_S, Samples
from client.media.echo import EchoReference

if TYPE_CHECKING:
    from livekit.rtc.apm import AudioProcessingModule

_log = logging.getLogger(__name__)

_DELAY_S: Final = 716 / SAMPLES_PER_S  # measured, release 1.2.0: its filters and their blocks
BLOCK_SAMPLES: Final = SAMPLES_PER_S // 100
"""10 ms, the only length that libwebrtc's module takes."""


class SoundProcessing(Protocol):
    """Between a microphone and whoever takes its sound."""

    @property
    def delay_s(self) -> float:
        """How much later than it went in sound comes out."""

    def process(self, samples: Samples, captured_s: float) -> Samples:
        """The same 20 ms as it should be sent. Called on the microphone's thread, in order."""

    def play(self, samples: Samples, heard_s: float) -> None:
        """What the speaker plays from `heard_s` on. Called on the speaker's thread, in order."""

    def close(self) -> None:
        """Release what it holds; sound still on its way passes as it is."""


class Untouched:
    """Nothing at all: for a stethoscope, and where the person at the bedside wants it so."""

    delay_s: Final = 0.0

    def process(self, samples: Samples, captured_s: float) -> Samples:  # noqa: ARG002 -- a protocol's signature
        """The same sound."""
        return samples

    def play(self, samples: Samples, heard_s: float) -> None:
        """Nobody asks for it."""

    def close(self) -> None:
        """Nothing to release."""


class VoiceProcessing:
    """Takes out what the speaker plays and what the room hums; keeps the voice at one level."""

    def __init__(self) -> None:
        self._reference = EchoReference()
        self._lock = Lock()
        self._module: AudioProcessingModule | None = None
        self._is_done = False
        """There is no module, or no more."""

    @property
    def delay_s(self) -> float:
        """How much later than it went in sound comes out."""
        return 0.0 if self._module is None else _DELAY_S

    def process(self, samples: Samples, captured_s: float) -> Samples:
        """The sound without the echo of what was played."""
        with self._lock:
            if self._module is None and not self._is_done:
                self._module = _module()
                self._is_done = self._module is None
            if self._module is None:
                return samples
            played = self._reference.during(captured_s, len(samples))
            return _processed(self._module, samples, played)

    def play(self, samples: Samples, heard_s: float) -> None:
        """Note what is played."""
        self._reference.put(samples, heard_s)

    def close(self) -> None:
        """Release the module; its library's threads end with the process."""
        with self._lock:
            self._module, self._is_done = None, True


def _module() -> "AudioProcessingModule | None":
    """The module, or `None` on a system the wheel is not made for."""
    try:
        from livekit.rtc.apm import AudioProcessingModule  # noqa: PLC0415 -- 0.3 s and 40 MB
    except (ImportError, OSError) as error:
        _log.warning("no echo cancellation: %s", error)
        return None
    return AudioProcessingModule(
        echo_cancellation=True,
        noise_suppression=True,
        high_pass_filter=True,
        auto_gain_control=True,
    )


def _processed(module: "AudioProcessingModule", samples: Samples, played: Samples) -> Samples:
    from livekit.rtc.audio_frame import AudioFrame  # noqa: PLC0415 -- only once it is there

    pieces = []
    for start in range(0, len(samples), BLOCK_SAMPLES):
        block = slice(start, start + BLOCK_SAMPLES)
        far, near = (
            AudioFrame(sound[block].tobytes(), SAMPLES_PER_S, 1, BLOCK_SAMPLES)
            for sound in (played, samples)
        )
        module.process_reverse_stream(far)
        module.process_stream(near)
        pieces.append(np.array(near.data, np.int16))
    return np.concatenate(pieces)
