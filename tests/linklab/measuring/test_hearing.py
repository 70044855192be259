"""What was heard is found in what was spoken, with its delay. origin: synthetic, and the demo's."""

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from linklab.measuring.hearing import loud_windows, recognise
from linklab.measuring.sound import RATE_HZ, Samples, Sound, even, read_wav

from client.demo.media import PHARMACIST_VOICE
from client.media.raw_files import write_wav

if TYPE_CHECKING:
    from pathlib import Path

BEGAN_MS = 1_000_000.0


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    path: Path = tmp_path_factory.mktemp("voice") / "voice.wav"
    write_wav(PHARMACIST_VOICE, path)
    return read_wav(path)


def test_a_known_delay_is_found(voice: Samples) -> None:
    spoken = even(voice, BEGAN_MS)
    heard = recognise(spoken, even(voice, BEGAN_MS + 432))
    assert len(heard) > 40
    assert all(abs(one.delay_ms - 432) < 1 for one in heard)


def test_through_opus_at_8_kbit_a_second_too(voice: Samples) -> None:
    coded = _through_opus(voice, 8_000)
    heard = recognise(even(voice, BEGAN_MS), even(coded, BEGAN_MS + 900))
    delays = np.array([one.delay_ms for one in heard])
    assert len(heard) >= 0.8 * loud_windows(even(coded, BEGAN_MS), 0, BEGAN_MS * 2)
    # libopus looks 6.5 ms ahead, and its resampler a little: RFC 6716, 2.1.
    assert abs(np.median(delays) - 900) < 15
    assert np.mean(np.abs(delays - np.median(delays)) < 10) > 0.95


def test_a_delay_that_grows_is_followed(voice: Samples) -> None:
    half = len(voice) // 2
    late = np.concatenate((voice[:half], np.zeros(RATE_HZ * 2, np.int16), voice[half:]))
    heard = recognise(even(voice, BEGAN_MS), even(late, BEGAN_MS + 200))
    assert abs(heard[0].delay_ms - 200) < 1
    assert abs(heard[-1].delay_ms - 2200) < 1


def test_noise_and_silence_are_not_recognised(voice: Samples) -> None:
    noise = np.random.default_rng(1).integers(-3000, 3000, RATE_HZ * 5).astype(np.int16)
    silence = np.zeros(RATE_HZ * 5, np.int16)
    spoken = even(voice, BEGAN_MS)
    assert recognise(spoken, even(noise, BEGAN_MS + 300)) == []
    assert recognise(spoken, even(silence, BEGAN_MS + 300)) == []


def test_a_gap_between_chunks_counts(voice: Samples) -> None:
    """A connection that was cut delivers nothing, and then later chunks with later times."""
    chunk = RATE_HZ // 100
    count = len(voice) // chunk
    starts_ms = np.array(BEGAN_MS + 100 + np.arange(count) * 10.0, np.float64)
    starts_ms[count // 2 :] += 3000
    lengths = np.full(count, chunk, np.int64)
    heard = recognise(even(voice, BEGAN_MS), Sound(voice[: count * chunk], lengths, starts_ms))
    assert abs(heard[0].delay_ms - 100) < 1
    assert abs(heard[-1].delay_ms - 3100) < 1


def test_jittery_chunk_times_are_smoothed(voice: Samples) -> None:
    chunk = RATE_HZ // 100
    count = len(voice) // chunk
    jitter = np.random.default_rng(2).uniform(-8, 8, count)
    lengths = np.full(count, chunk, np.int64)
    times_ms = np.array(BEGAN_MS + 250 + np.arange(count) * 10.0 + jitter, np.float64)
    heard = recognise(even(voice, BEGAN_MS), Sound(voice[: count * chunk], lengths, times_ms))
    assert all(abs(one.delay_ms - 250) < 4 for one in heard)


def _through_opus(voice: Samples, bitrate_bps: int) -> Samples:
    encoder = av.CodecContext.create("libopus", "w")
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(encoder, av.AudioCodecContext)
    assert isinstance(decoder, av.AudioCodecContext)
    encoder.sample_rate, encoder.layout, encoder.format = RATE_HZ, "mono", "s16"
    encoder.bit_rate, encoder.time_base = bitrate_bps, Fraction(1, RATE_HZ)
    encoder.options = {"application": "voip", "frame_duration": "60"}
    decoder.sample_rate, decoder.layout, decoder.format = RATE_HZ, "mono", "s16"
    pieces: list[Samples] = []
    for start in range(0, len(voice) - 2880, 2880):
        frame = av.AudioFrame.from_ndarray(voice[None, start : start + 2880], "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, start, Fraction(1, RATE_HZ)
        for packet in encoder.encode(frame):
            for decoded in decoder.decode(packet):
                samples = np.asarray(decoded.to_ndarray(), np.float64).reshape(-1)
                scale = 1 if decoded.format.name.startswith("s16") else 32_767
                pieces.append(np.clip(samples * scale, -32_768, 32_767).astype(np.int16))
    return np.concatenate(pieces)
