from dataclasses import replace
from typing import Any

import av
import numpy as np
import pytest
from fakes.media import FakeClock, FakeMicrophone, tone

from client.core.adaptation.plan import DEFAULT_VOICE_RUNG
from client.media.audio_source import FRAME_SAMPLES, QUEUE_FRAMES, AudioSource
from client.media.capture import SourceState
from client.media.loudness import SILENCE_DBFS, dbfs
from client.media.sources import parse_source
from client.media.voice import VoiceFeed


class _Voice(VoiceFeed):
    """A feed, its microphone and its clock."""

    def __init__(self, audio_packet_ms: int = 60) -> None:
        self.clock = FakeClock()
        self.microphone = FakeMicrophone()
        self.changes: list[SourceState] = []
        super().__init__(
            self.microphone,
            replace(DEFAULT_VOICE_RUNG, packet_ms=audio_packet_ms),
            monotonic_s=self.clock.monotonic_s,
            sleep=self.clock.sleep,
            on_change=self.changes.append,
        )

    async def packets(self, count: int) -> list[Any]:
        return [await self.next_packet() for _ in range(count)]


def _decoded(packets: list[Any]) -> np.ndarray:
    decoder = av.CodecContext.create("libopus", "r")
    frames = [frame for packet in packets for frame in decoder.decode(packet)]
    resampler = av.AudioResampler("s16", "mono", 48_000)
    pieces = [p.to_ndarray().ravel() for frame in frames for p in resampler.resample(frame)]
    return np.concatenate(pieces)


@pytest.mark.parametrize("packet_ms", [20, 40, 60, 120])
async def test_time_is_a_count_of_samples_at_every_packet_duration(packet_ms: int) -> None:
    voice = _Voice(packet_ms)
    voice.microphone.hear(tone(2.4))
    packets = await voice.packets(10)
    assert [packet.pts for packet in packets] == [n * packet_ms * 48 for n in range(10)]
    assert voice.clock.seconds == pytest.approx(10 * packet_ms / 1_000)
    assert voice.silent_frames == 0


async def test_the_voice_is_heard_at_its_level_within_the_bitrate() -> None:
    voice = _Voice()
    sound = tone(6.0)
    voice.microphone.hear(sound)
    packets = await voice.packets(100)
    assert dbfs(_decoded(packets)[24_000:]) == pytest.approx(dbfs(sound), abs=1.5)
    assert voice.level_dbfs == pytest.approx(dbfs(sound), abs=0.5)
    bps = sum(packet.size for packet in packets) * 8 / 6.0
    assert bps < DEFAULT_VOICE_RUNG.bitrate_bps * 1.15


async def test_a_dead_microphone_is_silence_at_the_same_pace() -> None:
    voice = _Voice()
    voice.microphone.hear(tone(0.6))
    voice.microphone.state = SourceState.LIVE
    packets = await voice.packets(10)
    voice.microphone.state = SourceState.STALE
    packets += await voice.packets(20)
    assert [packet.pts for packet in packets] == [n * 2_880 for n in range(30)]
    assert voice.silent_frames == 60
    assert voice.level_dbfs == SILENCE_DBFS
    assert voice.changes == [SourceState.LIVE, SourceState.STALE]
    assert voice.clock.seconds == pytest.approx(30 * 0.06, abs=0.03)


async def test_muted_it_sends_small_silence_and_keeps_nothing_for_later() -> None:
    voice = _Voice()
    voice.microphone.hear(tone(6.0))
    voice.mute(on=True)
    packets = await voice.packets(50)
    heard = _decoded(packets)
    assert dbfs(heard) == SILENCE_DBFS
    assert sum(packet.size for packet in packets[5:]) < 45 * 60  # 6 kbit/s
    assert voice.microphone.waiting == 300 - 150  # what was said meanwhile is gone
    voice.mute(on=False)
    await voice.packets(2)
    assert voice.level_dbfs > -20


async def test_a_slow_microphone_does_not_make_voice_drift() -> None:
    voice = _Voice()
    for number in range(200):
        voice.microphone.hear(tone(0.04 if number % 10 == 0 else 0.06))
        packet = await voice.next_packet()
        assert abs((packet.pts or 0) / 48_000 + 0.06 - voice.clock.seconds) < 0.03
    assert voice.silent_frames == 20


async def test_after_a_long_sleep_lost_packets_are_not_hurried_through() -> None:
    voice = _Voice()
    await voice.packets(2)
    voice.clock.wait(600)
    before_s = voice.clock.seconds
    await voice.packets(10)
    assert voice.clock.seconds - before_s == pytest.approx(0.6, abs=0.03)


def test_the_capture_queue_is_bounded_and_loses_the_oldest() -> None:
    source = AudioSource(parse_source("none"))
    for number in range(QUEUE_FRAMES + 7):
        source._put(np.full(FRAME_SAMPLES, number, np.int16))
    assert source.waiting == QUEUE_FRAMES
    assert source.dropped == 7
    first = source.take()
    assert first is not None
    assert first[0] == 7
