"""Opus packets to sound by libopus, which also guesses lost ones and reads their spare copies."""

import ctypes
import sys
from functools import cache

import numpy as np

from client.media.audio_source import SAMPLES_PER_S, Samples
from client.media.codecs.libopus import OpusError, library

PACKET_SAMPLES_LIMIT: int = SAMPLES_PER_S * 120 // 1_000
"""The longest packet, 120 ms (RFC 6716, 3.2.5)."""
UNIT_SAMPLES: int = SAMPLES_PER_S // 400
"""2.5 ms: libopus guesses multiples of it (``opus_decode``)."""


@cache
def _opus() -> ctypes.CDLL:
    opus = library()
    opus.opus_decoder_create.restype = ctypes.c_void_p
    opus.opus_decoder_create.argtypes = [
        ctypes.c_int32,
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_int),
    ]
    opus.opus_decoder_destroy.restype = None
    opus.opus_decoder_destroy.argtypes = [ctypes.c_void_p]
    opus.opus_decode.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int32,
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.c_int,
    ]
    opus.opus_packet_get_nb_samples.argtypes = [ctypes.c_char_p, ctypes.c_int32, ctypes.c_int32]
    opus.opus_packet_has_lbrr.argtypes = [ctypes.c_char_p, ctypes.c_int32]
    return opus


def samples_in(payload: bytes) -> int | None:
    """How much sound a packet holds, by its first bytes; `None` if it is no Opus packet."""
    count: int = _opus().opus_packet_get_nb_samples(payload, len(payload), SAMPLES_PER_S)
    return count if 0 < count <= PACKET_SAMPLES_LIMIT else None


def repeats_another(payload: bytes) -> bool:
    """Whether the packet holds a coarse copy of the one before (RFC 6716, 2.1.7)."""
    return bool(_opus().opus_packet_has_lbrr(payload, len(payload)) == 1)


class VoiceDecoder:
    """One libopus decoder of 48 kHz mono; packets are given to it in their order."""

    def __init__(self) -> None:
        self._opus = _opus()
        code = ctypes.c_int()
        self._state = ctypes.c_void_p(
            self._opus.opus_decoder_create(SAMPLES_PER_S, 1, ctypes.byref(code))
        )
        if code.value < 0:
            raise OpusError("opus_decoder_create", code.value)
        self._room = np.zeros(PACKET_SAMPLES_LIMIT, np.int16)

    def __del__(self) -> None:
        if not sys.is_finalizing() and getattr(self, "_state", None):
            self._opus.opus_decoder_destroy(self._state)

    def decode(self, payload: bytes) -> Samples | None:
        """The sound of the next packet; `None` if it is damaged."""
        return self._run(payload, PACKET_SAMPLES_LIMIT, is_before=False)

    def guess(self, count: int) -> Samples:
        """What lost sound may have been, or the noise of a silence; `count`: of `UNIT_SAMPLES`."""
        sound = self._run(None, count, is_before=False)
        return np.zeros(count, np.int16) if sound is None else sound

    def restore(self, following: bytes, count: int) -> Samples:
        """The sound just before a packet, from its copy or guessed; `count`: of `UNIT_SAMPLES`."""
        sound = self._run(following, count, is_before=True)
        return np.zeros(count, np.int16) if sound is None else sound

    def _run(self, payload: bytes | None, count: int, *, is_before: bool) -> Samples | None:
        size = 0 if payload is None else len(payload)
        made: int = self._opus.opus_decode(
            self._state, payload, size, self._room.ctypes.data, count, int(is_before)
        )
        return self._room[:made].copy() if made > 0 else None
