"""Recordings of a chest as files: nothing between 20 and 1000 Hz is lost; flaws are technical."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.media.audio_source import SAMPLES_PER_S, Samples
from client.media.auscultation import (
    SENT_RATE_HZ,
    Flaw,
    downsampled,
    files,
    flac,
    flaw_of,
    unpacked,
)
from devices.simulators.instrument import Material
from devices.simulators.stethoscope import FAINT, HUM, LOUD, MURMUR, Simulator


def chest(*words: str, length_s: int = 3) -> Samples:
    simulator = Simulator(Material())
    for word in words:
        simulator.tell(word, is_on=True, at_s=0)
    pieces = [simulator.tick(second) for second in range(1, length_s + 1)]
    return np.frombuffer(b"".join(pieces), "<i2").astype(np.int16)


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 20_000), st.integers(0, 2**32 - 1))
def test_a_file_gives_back_every_sample(length: int, seed: int) -> None:
    samples = np.random.default_rng(seed).integers(-32_768, 32_768, length).astype(np.int16)
    back, rate_hz = unpacked(flac(samples, SAMPLES_PER_S))
    assert rate_hz == SAMPLES_PER_S
    assert np.array_equal(back, samples)


@pytest.mark.parametrize("pitch_hz", [20, 63, 150, 400, 1_000, 1_700])
def test_what_is_sent_holds_each_pitch_as_it_was(pitch_hz: int) -> None:
    at_s = np.arange(2 * SAMPLES_PER_S) / SAMPLES_PER_S
    wave = np.rint(3_000 * np.sin(2 * np.pi * pitch_hz * at_s)).astype(np.int16)
    low = downsampled(wave, SENT_RATE_HZ)
    expected = 3_000 * np.sin(2 * np.pi * pitch_hz * np.arange(len(low)) / SENT_RATE_HZ)
    middle = slice(SENT_RATE_HZ // 2, -SENT_RATE_HZ // 2)
    assert np.max(np.abs(low[middle] - expected[middle])) <= 2


def test_what_it_cannot_hold_is_left_out_and_not_folded_into_it() -> None:
    at_s = np.arange(2 * SAMPLES_PER_S) / SAMPLES_PER_S
    whistle = np.rint(20_000 * np.sin(2 * np.pi * 3_000 * at_s)).astype(np.int16)
    low = downsampled(whistle, SENT_RATE_HZ)
    assert np.max(np.abs(low[SENT_RATE_HZ // 2 : -SENT_RATE_HZ // 2])) <= 2


def test_the_original_is_kept_whole_and_the_sent_file_is_a_fraction_of_it() -> None:
    samples = chest()
    made = files(samples)
    assert np.array_equal(unpacked(made.original)[0], samples)
    sent, rate_hz = unpacked(made.sent)
    assert (rate_hz, len(sent)) == (SENT_RATE_HZ, len(samples) * SENT_RATE_HZ // SAMPLES_PER_S)
    assert len(made.sent) < len(made.original) / 5


def test_a_file_tells_nothing_but_the_sound() -> None:
    assert flac(chest(), SAMPLES_PER_S) == flac(chest(), SAMPLES_PER_S)
    assert b"ncoder" not in flac(chest(), SAMPLES_PER_S)


@pytest.mark.parametrize(
    ("words", "flaw"),
    [
        ((), None),
        ((MURMUR,), None),
        ((FAINT,), Flaw.FAINT),
        ((LOUD,), Flaw.CLIPPED),
        ((HUM,), Flaw.HUM),
    ],
)
def test_flaws_are_of_the_recording(words: tuple[str, ...], flaw: Flaw | None) -> None:
    assert flaw_of(chest(*words)) is flaw


def test_next_to_nothing_is_too_faint_to_judge() -> None:
    assert flaw_of(np.zeros(10, np.int16)) is Flaw.FAINT
