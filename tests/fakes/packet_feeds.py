"""Real encoded packets from real encoders, at a real pace: feeds for tests of the network."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any

import av
import numpy as np

from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG
from client.media.codecs import av1, vp8, vp9

# origin: synthetic; to AV1 a frame of which nothing decodes, to VP8 and VP9 no frame at all
_GARBAGE = b"\x32\x20" + bytes(range(0x30, 0x50))
_ENCODERS = {"av1": av1.Encoder, "vp9": vp9.Encoder, "vp8": vp8.Encoder}


class PictureFeed:
    """A moving pattern; a key frame first and whenever one is asked for."""

    def __init__(self, codec: str, *, width: int = 160, height: int = 120) -> None:
        self._rung = replace(DEFAULT_PICTURE_RUNG, width=width, height=height)
        self._encoder = _ENCODERS[codec](self._rung)
        self._due_s: float | None = None
        self._number = 0
        self._wants_key = True
        self.is_broken = False
        """Send damaged pictures until a key frame is asked for."""
        self.key_frames_asked = 0
        self.key_frames_made = 0
        self.made = 0
        self._one_made = asyncio.Event()

    async def until(self, *, made: int) -> None:
        """Wait until that many pictures were given."""
        while self.made < made:
            self._one_made.clear()
            await self._one_made.wait()

    def request_key_frame(self) -> None:
        self.key_frames_asked += 1
        self._wants_key = True
        self.is_broken = False

    def close(self) -> None:
        self._encoder.close()

    async def next_packet(self) -> Any:
        while True:
            await self._pace()
            packets = self._encoder.encode(self._picture(), force_key_frame=self._wants_key)
            self._wants_key = False
            if packets:
                self.key_frames_made += packets[0].is_keyframe
                self.made += 1
                self._one_made.set()
                return _damaged(packets[0]) if self.is_broken else packets[0]

    async def _pace(self) -> None:
        now_s = asyncio.get_running_loop().time()
        self._due_s = max(now_s, (self._due_s or now_s) + 1 / self._rung.frames_per_s)
        await asyncio.sleep(self._due_s - now_s)

    def _picture(self) -> av.VideoFrame:
        x, y = np.meshgrid(np.arange(self._rung.width), np.arange(self._rung.height))
        grey = ((x + 3 * self._number) // 2 + y).astype(np.uint8)
        frame = av.VideoFrame.from_ndarray(np.dstack([grey, 255 - grey, grey // 2]), "rgb24")
        frame.pts = self._number * 90_000 // self._rung.frames_per_s
        frame.time_base = Fraction(1, 90_000)
        self._number += 1
        return frame


def _damaged(packet: Any) -> Any:
    damaged = av.Packet(_GARBAGE)
    damaged.pts, damaged.time_base = packet.pts, packet.time_base
    return damaged


class VoiceFeed:
    """A loud tone of 440 Hz in Opus."""

    def __init__(self, *, packet_ms: int = 60) -> None:
        self._samples = 48 * packet_ms
        self._packet_s = packet_ms / 1_000
        self._due_s: float | None = None
        self._number = 0
        self._encoder: Any = av.CodecContext.create("libopus", "w")
        self._encoder.sample_rate = 48_000
        self._encoder.layout = "mono"
        self._encoder.format = "s16"
        self._encoder.bit_rate = 16_000
        self._encoder.options = {"frame_duration": str(packet_ms), "application": "voip"}

    def request_key_frame(self) -> None:
        raise AssertionError("voice has no key frames")

    async def next_packet(self) -> Any:
        while True:
            now_s = asyncio.get_running_loop().time()
            self._due_s = max(now_s, (self._due_s or now_s) + self._packet_s)
            await asyncio.sleep(self._due_s - now_s)
            packets = self._encoder.encode(self._tone())
            if packets:
                packet = packets[0]
                packet.pts = self._number * self._samples
                packet.time_base = Fraction(1, 48_000)
                return packet

    def _tone(self) -> av.AudioFrame:
        at = np.arange(self._samples) + self._number * self._samples
        tone = (12_000 * np.sin(2 * np.pi * 440 * at / 48_000)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(tone[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = 48_000
        frame.pts = self._number * self._samples
        frame.time_base = Fraction(1, 48_000)
        self._number += 1
        return frame


class Recorder:
    """A sink that remembers what came, and lets a test wait for it."""

    def __init__(self) -> None:
        self.loudest = 0
        self._decoder: Any = av.CodecContext.create("libopus", "r")
        self._decoder.format = "s16"
        self.sounds = 0
        self.pictures: list[tuple[int, int]] = []
        self.distinct: set[int] = set()
        self._changed = asyncio.Event()

    def hear(self, blocks: Sequence[tuple[int, bytes]]) -> None:
        self.sounds += 1
        with suppress(av.error.InvalidDataError):  # as everything that a peer may send
            for frame in self._decoder.decode(av.Packet(blocks[-1][1])):
                self.loudest = max(self.loudest, int(np.abs(frame.to_ndarray()).max()))
        self._changed.set()

    def show(self, frame: av.VideoFrame) -> None:
        self.pictures.append((frame.width, frame.height))
        self.distinct.add(hash(frame.to_ndarray(format="gray").tobytes()))
        self._changed.set()

    async def until(self, *, sounds: int = 0, pictures: int = 0) -> None:
        while self.sounds < sounds or len(self.pictures) < pictures:
            self._changed.clear()
            await self._changed.wait()
