"""The Opus library itself, for what FFmpeg's wrapper of it leaves out.

FFmpeg 8.1 fixes bitrate and packet duration when the encoder is opened and knows no DTX; libopus
takes all of them between two packets. It is the very library that PyAV's wheels carry.
"""

import ctypes
import ctypes.util
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import av
import numpy as np

from client.media.audio_source import SAMPLES_PER_S, Samples
from client.media.errors import CodecMissingError

# opus_defines.h of libopus 1.6
_APPLICATION_VOIP: Final = 2048
_APPLICATION_AUDIO: Final = 2049
_SET_BITRATE: Final = 4002
_SET_VBR_CONSTRAINT: Final = 4020
_SET_INBAND_FEC: Final = 4012
_SET_PACKET_LOSS_PERC: Final = 4014
_SET_DTX: Final = 4016
_GET_LOOKAHEAD: Final = 4027
_PACKET_BYTES: Final = 1_276 * 6
"""The longest packet: six frames of 20 ms (RFC 6716, 3.2.1 and 3.4)."""


@cache
def library() -> ctypes.CDLL:
    """libopus; `CodecMissingError` if PyAV's wheel holds none and neither does the system."""
    for name in _names():
        try:
            return _typed(ctypes.CDLL(name))
        except (OSError, AttributeError):  # AttributeError: something else under this name
            continue
    raise CodecMissingError("opus")


def _names() -> Iterator[str]:
    """Where PyAV's wheels keep it on Linux and Windows, then on macOS; then the system's own."""
    package = Path(av.__file__).parent
    for folder in (package.parent / "av.libs", package / ".dylibs"):
        yield from sorted(str(path) for path in folder.glob("libopus*"))
    system = ctypes.util.find_library("opus")
    if system is not None:
        yield system


def _typed(opus: ctypes.CDLL) -> ctypes.CDLL:
    opus.opus_encoder_create.restype = ctypes.c_void_p
    opus.opus_encoder_create.argtypes = [
        ctypes.c_int32,
        ctypes.c_int,
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_int),
    ]
    opus.opus_encoder_destroy.restype = None
    opus.opus_encoder_destroy.argtypes = [ctypes.c_void_p]
    # The rest of its arguments vary: naming the fixed ones is what tells ctypes so.
    opus.opus_encoder_ctl.argtypes = [ctypes.c_void_p, ctypes.c_int]
    opus.opus_encode.argtypes = [
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_int32,
    ]
    return opus


class OpusError(RuntimeError):
    """libopus refused a call: a mistake of ours, its arguments are never a user's."""

    def __init__(self, call: str, code: int) -> None:
        super().__init__(f"libopus: {call} gave {code}")


class VoiceEncoder:
    """One libopus encoder of 48 kHz mono; everything can change between packets."""

    def __init__(self, *, is_speech: bool = True) -> None:
        """Voice with DTX; or any other sound as it is, low pitches and silence included."""
        self._opus = library()
        code = ctypes.c_int()
        # For voice libopus cuts what is below the speaker's pitch; heart sounds are all there.
        application = _APPLICATION_VOIP if is_speech else _APPLICATION_AUDIO
        self._state = ctypes.c_void_p(
            self._opus.opus_encoder_create(SAMPLES_PER_S, 1, application, ctypes.byref(code))
        )
        _checked("opus_encoder_create", code.value)
        self._packet = ctypes.create_string_buffer(_PACKET_BYTES)
        self._set(_SET_VBR_CONSTRAINT, 1)
        self._set(_SET_DTX, int(is_speech))

    def __del__(self) -> None:
        if not sys.is_finalizing() and getattr(self, "_state", None):
            self._opus.opus_encoder_destroy(self._state)

    def set_bitrate(self, bps: int) -> None:
        """From the next packet on."""
        self._set(_SET_BITRATE, bps)

    def set_correction(self, loss_pct: int) -> None:
        """Repeat each packet's essence in the next as far as this loss makes it worth; 0: no."""
        self._set(_SET_INBAND_FEC, int(loss_pct > 0))
        self._set(_SET_PACKET_LOSS_PERC, loss_pct)

    @property
    def lookahead_samples(self) -> int:
        """How much later than it went in sound comes out of the decoder."""
        value = ctypes.c_int32()
        self._control(_GET_LOOKAHEAD, ctypes.byref(value))
        return value.value

    def encode(self, samples: Samples) -> bytes:
        """The packet of 20, 40, 60, 80, 100 or 120 ms; one or two bytes: nothing to send (DTX)."""
        sound = np.ascontiguousarray(samples, np.int16)
        size: int = self._opus.opus_encode(
            self._state, sound.ctypes.data, len(sound), self._packet, _PACKET_BYTES
        )
        _checked("opus_encode", size)
        return ctypes.string_at(self._packet, size)

    def _set(self, request: int, value: int) -> None:
        self._control(request, ctypes.c_int32(value))

    def _control(self, request: int, value: object) -> None:
        _checked("opus_encoder_ctl", self._opus.opus_encoder_ctl(self._state, request, value))


def _checked(call: str, code: int) -> None:
    if code < 0:
        raise OpusError(call, code)
