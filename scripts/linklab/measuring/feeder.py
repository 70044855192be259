"""A camera or a microphone made of a file: it fills a FIFO in real time and notes when.

``python -m linklab.measuring.feeder camera LOOP.y4m WIDTHxHEIGHT@RATE FIFO`` and
``python -m linklab.measuring.feeder microphone VOICE.wav FIFO`` run until their standard input
ends; then they write, as JSON, the wall-clock milliseconds at which each picture was taken, or each
20 ms of sound began. Sound goes in NUT, whose packets come out one by one; WAV's reader waits for
43 ms of sound.
"""

import fcntl
import json
import os
import select
import sys
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import IO, Final

import av
import numpy as np

from client import clock
from linklab.measuring.camera import CameraShape, Loop
from linklab.measuring.sound import RATE_HZ, read_wav

_PIPE_BYTES: Final = 1 << 20
"""A whole picture: its writer need not wait for its reader's every small read."""
CHUNK_SAMPLES: Final = 960


def main() -> None:
    """Feed until told to stop, or until the reader has gone."""
    kind, *words = sys.argv[1:]
    feed = {"camera": _feed_camera, "microphone": _feed_microphone}[kind]
    times_ms: list[float] = []
    with suppress(BrokenPipeError), Path(words[-1]).open("wb", buffering=0) as fifo:
        if kind == "camera":
            fcntl.fcntl(fifo, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        feed(words, fifo, times_ms)
    sys.stdout.write(json.dumps(times_ms))
    sys.stdout.flush()
    os._exit(0)  # whatever the muxer still holds has nobody to go to


def _feed_camera(words: list[str], fifo: IO[bytes], times_ms: list[float]) -> None:
    size, _, rate = words[1].partition("@")
    width, _, height = size.partition("x")
    shape = CameraShape(int(width), int(height), int(rate))
    loop = Loop(Path(words[0]), shape)
    _write(fifo, shape.header)
    for number in _paced(1 / shape.frames_per_s):
        times_ms.append(_wall_ms())
        _write(fifo, loop.framed(number))


def _feed_microphone(words: list[str], fifo: IO[bytes], times_ms: list[float]) -> None:
    voice = read_wav(Path(words[0]))
    chunk_s = CHUNK_SAMPLES / RATE_HZ
    pipe = _Pipe(fifo)
    with av.open(pipe, "w", format="nut", options={"flush_packets": "1"}) as container:
        stream = container.add_stream("pcm_s16le", rate=RATE_HZ, layout="mono")
        for number in _paced(chunk_s):
            times_ms.append(_wall_ms() - chunk_s * 1000)
            places = np.arange(number * CHUNK_SAMPLES, (number + 1) * CHUNK_SAMPLES) % len(voice)
            packet = av.Packet(voice[places].tobytes())
            packet.stream, packet.time_base = stream, Fraction(1, RATE_HZ)
            packet.pts = packet.dts = number * CHUNK_SAMPLES
            packet.duration = CHUNK_SAMPLES
            container.mux(packet)
            if pipe.is_broken:
                return


class _Pipe:
    """What a muxer needs of a file that cannot be rewound."""

    def __init__(self, fifo: IO[bytes]) -> None:
        self._fifo = fifo
        self.is_broken = False
        """The reader has gone; a muxer does not let the error through."""

    def write(self, data: bytes) -> int:
        """Write all of it."""
        try:
            _write(self._fifo, data)
        except BrokenPipeError:
            self.is_broken = True
        return len(data)


def _paced(period_s: float) -> Iterator[int]:
    """0, 1, 2, ... each when its time has come, until standard input ends."""
    began_s = clock.monotonic_s()
    for number in count():
        wait_s = max(0.0, began_s + (number + 1) * period_s - clock.monotonic_s())
        if select.select([sys.stdin], [], [], wait_s)[0]:
            return
        yield number


def _write(fifo: IO[bytes], data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[fifo.write(rest) :]


def _wall_ms() -> float:
    return clock.now().timestamp() * 1000


if __name__ == "__main__":
    main()
