"""A stock aiortc site: its default encoders, the same camera, voice, readings and still.

``python -m linklab.peers.aiortc_site LOOP.y4m WIDTHxHEIGHT@RATE VOICE.wav STILL_BYTES STILL_AT_S``.
It writes its offer as one JSON line, reads the answer as one, and when told to end by another line
writes what it knows: times of pictures and sound, of readings and of the still.
"""

import asyncio
import json
import sys
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.contrib.media import MediaBlackhole

from client import clock
from linklab.measuring.camera import CameraShape, Loop
from linklab.measuring.sound import RATE_HZ, read_wav
from linklab.peers.surroundings import READING_PERIOD_S, wall_ms

_CHUNK_SAMPLES: Final = 960
_PIECE_BYTES: Final = 16_384
_VIDEO_CLOCK: Final = 90_000


class _Paced(MediaStreamTrack):
    """A track whose frames come in real time."""

    def __init__(self, period_s: float) -> None:
        super().__init__()
        self._period_s = period_s
        self._numbers = count()
        self._began_s: float | None = None
        self.times_ms: list[float] = []

    async def _next(self) -> int:
        now_s = clock.monotonic_s()
        self._began_s = now_s if self._began_s is None else self._began_s
        number = next(self._numbers)
        await asyncio.sleep(self._began_s + (number + 1) * self._period_s - now_s)
        self.times_ms.append(wall_ms())
        return number


class _Camera(_Paced):
    kind = "video"

    def __init__(self, loop: Loop) -> None:
        super().__init__(1 / loop.shape.frames_per_s)
        self._clip = loop

    async def recv(self) -> av.VideoFrame:
        """The next picture of the loop."""
        number = await self._next()
        shape = self._clip.shape
        rows = np.frombuffer(self._clip.picture(number), np.uint8).reshape(-1, shape.width)
        frame = av.VideoFrame.from_ndarray(rows, format="yuv420p")
        frame.pts = number * _VIDEO_CLOCK // shape.frames_per_s
        frame.time_base = Fraction(1, _VIDEO_CLOCK)
        return frame


class _Microphone(_Paced):
    kind = "audio"

    def __init__(self, voice: Path) -> None:
        super().__init__(_CHUNK_SAMPLES / RATE_HZ)
        self._voice = read_wav(voice)

    async def recv(self) -> av.AudioFrame:
        """The next 20 ms."""
        number = await self._next()
        places = np.arange(number * _CHUNK_SAMPLES, (number + 1) * _CHUNK_SAMPLES)
        chunk = self._voice[places % len(self._voice)]
        frame = av.AudioFrame.from_ndarray(chunk[None], "s16", "mono")
        frame.sample_rate, frame.pts = RATE_HZ, number * _CHUNK_SAMPLES
        frame.time_base = Fraction(1, RATE_HZ)
        return frame


async def _run(loop_path: str, size: str, voice: str, still_bytes: str, still_at_s: str) -> None:
    dimensions, _, rate = size.partition("@")
    width, _, height = dimensions.partition("x")
    camera = _Camera(Loop(Path(loop_path), CameraShape(int(width), int(height), int(rate))))
    microphone = _Microphone(Path(voice))
    told: dict[str, Any] = {"taken_ms": [], "still_ms": None}
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    hole = MediaBlackhole()
    connection.on("track", hole.addTrack)
    for track in (microphone, camera):
        connection.addTrack(track)
    channel = connection.createDataChannel("bench")
    opened = asyncio.Event()
    channel.on("open", opened.set)
    await connection.setLocalDescription(await connection.createOffer())
    _say({"sdp": connection.localDescription.sdp})
    answer = await asyncio.to_thread(sys.stdin.readline)
    began_s = clock.monotonic_s()
    await connection.setRemoteDescription(
        RTCSessionDescription(json.loads(answer)["sdp"], "answer")
    )
    await hole.start()
    tasks = [
        asyncio.create_task(_readings(channel, opened, told)),
        asyncio.create_task(
            _still(channel, opened, told, int(still_bytes), began_s + float(still_at_s))
        ),
    ]
    await asyncio.to_thread(sys.stdin.readline)
    for task in tasks:
        task.cancel()
    _say({**told, "captured_ms": camera.times_ms, "spoken_ms": microphone.times_ms})
    await hole.stop()
    await connection.close()


async def _readings(channel: RTCDataChannel, opened: asyncio.Event, told: dict[str, Any]) -> None:
    while True:
        taken_ms = wall_ms()
        told["taken_ms"].append(taken_ms)
        if opened.is_set():
            channel.send(json.dumps({"taken_ms": taken_ms, "spo2_pct": 97}))
        await asyncio.sleep(READING_PERIOD_S)


async def _still(
    channel: RTCDataChannel, opened: asyncio.Event, told: dict[str, Any], size: int, at_s: float
) -> None:
    await asyncio.sleep(max(0.0, at_s - clock.monotonic_s()))
    told["still_ms"] = wall_ms()
    await opened.wait()
    for start in range(0, size, _PIECE_BYTES):
        channel.send(bytes(min(_PIECE_BYTES, size - start)))


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_run(*sys.argv[1:]))
