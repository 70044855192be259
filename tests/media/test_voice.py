import itertools
from dataclasses import replace
from typing import Any

import av
import numpy as np
import pytest
from fakes.media import FakeClock, FakeMicrophone, tone

from client.core.adaptation.plan import DEFAULT_VOICE_RUNG, VoiceRung
from client.media.audio_source import FRAME_S, FRAME_SAMPLES, QUEUE_FRAMES, AudioSource
from client.media.capture import SourceState
from client.media.loudness import SILENCE_DBFS, dbfs
from client.media.sources import parse_source
from client.media.voice import VoiceFeed

LOOKAHEAD_S = 312 / 48_000  # of libopus at 48 kHz for voice


class _Voice(VoiceFeed):
    """A feed, its microphone and its clock."""

    def __init__(self, packet_ms: int = 60) -> None:
        self.clock = FakeClock()
        self.clock.wait(1_000)
        self.microphone = FakeMicrophone(self.clock)
        self.changes: list[SourceState] = []
        self.delays_s: list[float] = []
        super().__init__(
            self.microphone,
            replace(DEFAULT_VOICE_RUNG, packet_ms=packet_ms),
            monotonic_s=self.clock.monotonic_s,
            on_change=self.changes.append,
        )

    async def packets(self, count: int) -> list[Any]:
        return [await self._timed() for _ in range(count)]

    async def packets_during(self, seconds: float) -> list[Any]:
        packets, end_s = [], self.clock.seconds + seconds - 0.001
        while self.clock.seconds < end_s:
            packets.append(await self._timed())
        return packets

    async def _timed(self) -> Any:
        packet = await self.next_packet()
        pair = self.clock_pair
        assert pair is not None
        assert pair.pts == packet.pts
        self.delays_s.append(self.clock.seconds - pair.captured_s - LOOKAHEAD_S)
        return packet


def _decoded(packets: list[Any]) -> np.ndarray:
    decoder = av.CodecContext.create("libopus", "r")
    frames = [frame for packet in packets for frame in decoder.decode(packet)]
    resampler = av.AudioResampler("s16", "mono", 48_000)
    pieces = [p.to_ndarray().ravel() for frame in frames for p in resampler.resample(frame)]
    return np.concatenate(pieces)


@pytest.mark.parametrize("packet_ms", [20, 40, 60, 120])
async def test_a_packet_leaves_with_its_last_frame_and_time_counts_samples(packet_ms: int) -> None:
    voice = _Voice(packet_ms)
    voice.microphone.hear(tone(2.4))
    packets = await voice.packets(10)
    assert [packet.pts for packet in packets] == [n * packet_ms * 48 for n in range(10)]
    assert voice.delays_s == pytest.approx([packet_ms / 1_000] * 10)
    assert voice.silent_frames == 0


async def test_what_was_captured_before_anybody_asked_is_not_sent() -> None:
    voice = _Voice()
    voice.microphone.hear(tone(5.0))
    voice.clock.wait(1.0)
    await voice.packets(10)
    assert max(voice.delays_s) < 0.06 + FRAME_S


async def test_the_voice_is_heard_at_its_level_within_the_bitrate() -> None:
    voice = _Voice()
    sound = tone(6.0)
    voice.microphone.hear(sound)
    packets = await voice.packets(100)
    assert dbfs(_decoded(packets)[24_000:]) == pytest.approx(dbfs(sound), abs=1.5)
    assert voice.level_dbfs == pytest.approx(dbfs(sound), abs=0.5)
    bps = sum(packet.size for packet in packets) * 8 / 6.0
    assert bps < DEFAULT_VOICE_RUNG.bitrate_bps * 1.15


async def test_a_dead_microphone_is_silence_in_step_with_our_clock() -> None:
    voice = _Voice()
    voice.microphone.hear(tone(0.6))
    packets = await voice.packets(10)
    voice.microphone.state = SourceState.STALE
    packets += await voice.packets_during(6.0)
    assert voice.changes == [SourceState.LIVE, SourceState.STALE]
    assert voice.level_dbfs == SILENCE_DBFS
    assert packets[-1].pts / 48_000 + 1_000.06 == pytest.approx(voice.clock.seconds, abs=0.001)
    assert 300 <= voice.silent_frames <= 330


async def test_of_a_mute_hardly_anything_is_sent_and_nothing_kept_for_later() -> None:
    voice = _Voice()
    voice.microphone.hear(tone(20.0))
    await voice.packets_during(1.0)
    voice.mute(on=True)
    packets = await voice.packets_during(8.0)
    assert len(packets) < 8 * 5.5  # an empty one and a full one every 0.4 s
    assert sum(packet.size for packet in packets) * 8 / 8.0 < 1_000
    assert dbfs(_decoded(packets)[9_600:]) < -80
    voice.mute(on=False)
    await voice.packets(2)
    assert voice.level_dbfs > -20
    assert max(voice.delays_s) < 0.061


async def test_in_a_silence_time_goes_on_and_the_first_packet_after_it_is_not_late() -> None:
    voice = _Voice()
    quiet = np.random.default_rng(3).normal(0, 8, 48_000 * 4).astype(np.int16)
    voice.microphone.hear(np.concatenate([tone(1.2), quiet, tone(1.2)]))
    packets = await voice.packets_during(6.3)
    assert len(packets) < 75  # of 105
    steps = {after.pts - before.pts for before, after in itertools.pairwise(packets)}
    assert all(step % 2_880 == 0 for step in steps)
    assert max(steps) > 2_880
    assert max(voice.delays_s) < 0.061
    assert packets[-1].pts == 6.24 * 48_000


@pytest.mark.parametrize("faster", [0.999, 1.001])
async def test_a_sound_card_of_another_speed_loses_nothing_and_its_time_is_told(
    faster: float,
) -> None:
    voice = _Voice()
    voice.microphone.frame_s = FRAME_S * faster
    voice.microphone.hear(tone(60.0))
    packets = await voice.packets(1_000)
    assert voice.silent_frames == 0
    assert packets[-1].pts == 999 * 2_880
    assert max(voice.delays_s) < 0.061
    assert voice.clock_pair is not None
    captured_s = voice.clock_pair.captured_s - 1_000 + LOOKAHEAD_S
    assert captured_s == pytest.approx(999 * 0.06 * faster, abs=0.001)


async def test_a_late_microphone_delays_only_itself() -> None:
    voice = _Voice(20)
    voice.microphone.hear(tone(4.0))
    await voice.packets(50)
    voice.microphone.delay_s = 0.15
    await voice.packets(20)
    voice.microphone.delay_s = 0.0
    await voice.packets(20)
    assert voice.silent_frames == 0
    assert max(voice.delays_s) == pytest.approx(0.17)
    assert voice.delays_s[-10:] == pytest.approx([0.02] * 10)


async def test_a_hole_in_the_capture_is_silence_of_its_length() -> None:
    voice = _Voice(20)
    voice.microphone.hear(tone(0.2))
    await voice.packets(10)
    voice.clock.wait(0.1)
    voice.microphone.hear(tone(0.4))
    packets = await voice.packets(20)
    assert voice.silent_frames == 5
    assert packets[-1].pts / 48_000 + 1_000.02 == pytest.approx(voice.clock.seconds)


async def test_sound_that_comes_after_its_time_was_filled_is_not_sent() -> None:
    voice = _Voice(20)
    voice.microphone.hear(tone(1.0))
    voice.microphone.delay_s = 0.3
    packets = await voice.packets_during(1.0)
    assert voice.silent_frames > 0
    pts = [packet.pts for packet in packets]
    assert pts == sorted(set(pts))


async def test_after_a_long_sleep_nothing_is_hurried_through() -> None:
    voice = _Voice()
    voice.microphone.hear(tone(0.2))
    await voice.packets(2)
    voice.clock.wait(600)
    voice.microphone.hear(tone(2.0))
    before_s = voice.clock.seconds
    packets = await voice.packets(10)
    assert voice.clock.seconds - before_s == pytest.approx(0.6, abs=0.03)
    assert packets[-1].pts < 48_000 * 2


RUNGS = (
    VoiceRung(24_000, 20, has_fec=True),
    VoiceRung(6_000, 60),
    VoiceRung(12_000, 120),
    VoiceRung(16_000, 40),
    VoiceRung(24_000, 20),
    VoiceRung(8_000, 120),
    VoiceRung(16_000, 60, is_redundant=True),
)


async def test_rungs_change_without_a_gap_in_time() -> None:
    voice = _Voice(20)
    voice.microphone.hear(tone(60.0))
    packets = []
    for number in range(140):
        voice.use(RUNGS[number % len(RUNGS)])
        packets += await voice.packets(1)
    steps = [after.pts - before.pts for before, after in itertools.pairwise(packets)]
    expected = [RUNGS[number % len(RUNGS)].packet_ms * 48 for number in range(139)]
    assert steps == expected
    assert voice.silent_frames == 0
    assert max(voice.delays_s) < 0.121


async def test_a_shorter_packet_does_not_wait_for_the_end_of_a_longer_one() -> None:
    voice = _Voice(120)
    voice.microphone.hear(tone(1.0))
    await voice.packets(1)
    while len(voice._ready) < 4:
        await voice._gather()
    voice.use(VoiceRung(16_000, 20))
    before_s = voice.clock.seconds
    await voice.packets(4)
    assert voice.clock.seconds == before_s


@pytest.mark.parametrize("hz", [200.0, 440.0])
async def test_rungs_change_without_a_click(hz: float) -> None:
    """Of a pure tone nothing may be heard above 3 kHz: a seam in the sound would be there."""
    voice, sound = _Voice(20), tone(24.0, hz)
    voice.microphone.hear(sound)
    packets = []
    for rung in RUNGS * 2:
        voice.use(rung)
        packets += await voice.packets_during(0.6)
    assert _loudest_above(_decoded(packets), 3_000) < dbfs(sound) - 28
    assert _loudest_above(_with_a_seam(sound, hz), 3_000) > dbfs(sound) - 20


def _loudest_above(sound: np.ndarray, hz: float) -> float:
    """The loudest 5 ms above a frequency, after the codec has settled."""
    settled = sound[9_600:-4_800]
    spectrum = np.fft.rfft(settled * np.hanning(len(settled)))
    spectrum[: round(hz / 24_000 * len(spectrum))] = 0
    blocks = np.fft.irfft(spectrum)[: len(settled) // 240 * 240].reshape(-1, 240)
    return max(dbfs(block.astype(np.int16)) for block in blocks)


def _with_a_seam(sound: np.ndarray, hz: float) -> np.ndarray:
    """From one crest on to the next trough."""
    crest = len(sound) // 2 + round(12_000 / hz)
    return np.concatenate([sound[:crest], sound[crest + round(24_000 / hz) :]])


@pytest.mark.parametrize("has_fec", [False, True])
async def test_forward_correction_is_in_the_packets_of_a_rung_that_has_it(*, has_fec: bool) -> None:
    voice = _Voice(20)
    voice.use(VoiceRung(24_000, 20, has_fec=has_fec), expected_loss_pct=20)
    voice.microphone.hear(_babble(3.0))
    packets = await voice.packets(100)
    share = sum(map(_has_fec, packets)) / len(packets)
    assert share > 0.5 if has_fec else share == 0


def _babble(seconds: float) -> np.ndarray:
    """A buzz with a moving pitch and level, which Opus takes for speech."""
    times = np.arange(round(seconds * 48_000)) / 48_000
    phase = 2 * np.pi * (120 * times + 3 * np.sin(5 * times))
    buzz = sum(np.sin(n * phase) / n for n in range(1, 20))
    return (4_000 * buzz * (0.6 + 0.4 * np.sin(17 * times))).astype(np.int16)


def _has_fec(packet: Any) -> bool:
    """Whether a mono packet of one 20 ms frame repeats the one before (RFC 6716, 4.2.3 and 4.2.4).

    After the header byte come the voice activity bit and the bit for low bit-rate redundancy.
    """
    data = bytes(packet)
    is_celt_alone = data[0] >= 0x80
    return not is_celt_alone and bool(data[1] & 0x40)


def test_the_capture_queue_is_bounded_and_loses_the_oldest() -> None:
    source = AudioSource(parse_source("none"))
    for number in range(QUEUE_FRAMES + 7):
        source._put(np.full(FRAME_SAMPLES, number, np.int16))
    assert source.dropped == 7
    taken = list(iter(source.take, None))
    assert [sound.samples[0] for sound in taken] == [*range(7, QUEUE_FRAMES + 7)]
