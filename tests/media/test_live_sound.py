"""A chest heard live: its samples in the microphone's place, low pitches and pauses included."""

from typing import Any

import av
import numpy as np
from fakes.media import FakeClock, FakeMicrophone, tone

from client.core.adaptation.plan import DEFAULT_VOICE_RUNG
from client.core.auscultation import LIVE_BPS
from client.media.audio_source import FRAME_SAMPLES, QUEUE_FRAMES
from client.media.capture import SourceState
from client.media.live_sound import LiveSound
from client.media.loudness import dbfs
from client.media.playout import VoiceQueue
from client.media.voice import VoiceFeed

LOW_HZ = 45
FRAME_BYTES = 2 * FRAME_SAMPLES


def low(length_s: float) -> bytes:
    """What heart sounds are made of, at -20 dBFS."""
    at_s = np.arange(round(48_000 * length_s)) / 48_000
    return bytes(np.rint(4_600 * np.sin(2 * np.pi * LOW_HZ * at_s)).astype("<i2"))


def decoded(packets: list[Any]) -> np.ndarray:
    decoder = av.CodecContext.create("libopus", "r")
    frames = [frame for packet in packets for frame in decoder.decode(packet)]
    resampler = av.AudioResampler("s16", "mono", 48_000)
    return np.concatenate(
        [p.to_ndarray().ravel() for frame in frames for p in resampler.resample(frame)]
    )


class Chest:
    """A stethoscope and a microphone before one feed, in the time of a clock."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.microphone = FakeMicrophone(self.clock)
        self.source = LiveSound(self.clock.monotonic_s)
        self.feed = VoiceFeed(
            self.microphone, DEFAULT_VOICE_RUNG, monotonic_s=self.clock.monotonic_s
        )

    async def packets(self, sound: bytes) -> list[Any]:
        """Everything the feed makes of this; 60 ms at a time."""
        packets = []
        for start in range(0, len(sound), 3 * FRAME_BYTES):
            for place in range(start, start + 3 * FRAME_BYTES, FRAME_BYTES):
                self.clock.wait(0.02)
                self.source.push(sound[place : place + FRAME_BYTES])
            packets.append(await self.feed.next_packet())
        return packets


async def test_heart_sounds_are_heard_at_their_level() -> None:
    chest = Chest()
    chest.feed.listen_to(chest.source)
    sound = low(2.4)
    heard = decoded(await chest.packets(sound))
    steady = heard[24_000:]
    assert abs(dbfs(steady) - dbfs(np.frombuffer(sound, "<i2").astype(np.int16))) < 1


async def test_silence_between_beats_is_sent_too() -> None:
    chest = Chest()
    chest.feed.listen_to(chest.source)
    packets = await chest.packets(bytes(40 * 3 * FRAME_BYTES))
    assert [packet.pts for packet in packets] == [number * 2_880 for number in range(40)]


async def test_it_takes_the_rate_it_needs_whatever_the_plan_gives_voice() -> None:
    chest = Chest()
    chest.feed.listen_to(chest.source)
    noise = np.random.default_rng(2).integers(-3_000, 3_000, 96_000, np.int16)
    packets = await chest.packets(noise[: 96_000 // 2_880 * 2_880].tobytes())
    sent_bps = sum(packet.size for packet in packets) * 8 / (len(packets) * 0.06)
    assert 1.2 * DEFAULT_VOICE_RUNG.bitrate_bps < sent_bps < 1.05 * LIVE_BPS


async def test_time_goes_on_and_the_microphone_is_not_heard_meanwhile() -> None:
    chest = Chest()
    chest.microphone.hear(tone(4.0))
    before = [await chest.feed.next_packet() for _ in range(5)]
    chest.feed.listen_to(chest.source)
    live = await chest.packets(bytes(20 * 3 * FRAME_BYTES))
    chest.feed.listen_to(None)
    after = [await chest.feed.next_packet() for _ in range(5)]
    times = [packet.pts for packet in [*before, *live, *after]]
    assert times == [number * 2_880 for number in range(30)]
    assert dbfs(decoded(live)[4_800:]) < -60
    assert dbfs(decoded(after)[4_800:]) > -40


def test_what_nobody_takes_is_bounded_and_the_oldest_goes() -> None:
    source = LiveSound(FakeClock().monotonic_s)
    for number in range(3 * QUEUE_FRAMES):
        source.push(np.full(FRAME_SAMPLES, number, "<i2").tobytes())
    frames = list(iter(source.take, None))
    assert [frame.samples[0] for frame in frames] == list(range(2 * QUEUE_FRAMES, 3 * QUEUE_FRAMES))


def test_it_says_when_nothing_comes_any_more() -> None:
    clock = FakeClock()
    source = LiveSound(clock.monotonic_s)
    states = [source.state]
    source.push(bytes(10))
    states.append(source.state)
    clock.wait(3)
    states.append(source.state)
    assert states == [SourceState.STARTING, SourceState.LIVE, SourceState.STALE]


def test_a_recording_is_heard_here_over_silence_and_ends() -> None:
    clock = FakeClock()
    queue = VoiceQueue(clock.monotonic_s)
    recording = np.arange(1, 1_501, dtype=np.int16)
    queue.play(recording)
    heard = queue.take(1_000)
    assert queue.is_playing
    heard = np.concatenate([heard, queue.take(1_000)])
    assert not queue.is_playing
    assert np.array_equal(heard[:1_500], recording)
    assert not np.any(heard[1_500:])


def test_an_empty_recording_ends_the_last_one() -> None:
    queue = VoiceQueue(FakeClock().monotonic_s)
    queue.play(np.ones(1_000, np.int16))
    queue.play(np.zeros(0, np.int16))
    assert not np.any(queue.take(1_000))
