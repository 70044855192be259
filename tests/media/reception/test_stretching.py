import numpy as np
import pytest

from client.media.audio_source import Samples
from client.media.reception.stretching import LONGEST, SEAM, SHORTEST, lengthened, shortened

LIKE = 0.9


def voice(hz: float, samples: int) -> Samples:
    """A vowel: a tone with its overtones."""
    at = np.arange(samples) / 48_000
    waves = sum(np.sin(2 * np.pi * hz * k * at) / k for k in range(1, 8))
    return (6_000 * np.asarray(waves)).astype(np.int16)


def noise(samples: int, level: float = 5_000) -> Samples:
    drawn = np.random.default_rng(1).normal(0, level, samples)
    return drawn.clip(-32_768, 32_767).astype(np.int16)


def steepest(sound: Samples) -> int:
    return int(np.abs(np.diff(sound.astype(int))).max())


@pytest.mark.parametrize("hz", [80, 110, 220, 390])
def test_a_vowel_loses_whole_periods_and_keeps_its_wave(hz: float) -> None:
    sound = voice(hz, 2_400)
    shorter = shortened(sound, LIKE)
    assert shorter is not None
    cut = len(sound) - len(shorter)
    assert SHORTEST <= cut <= LONGEST
    assert cut % (48_000 / hz) == pytest.approx(0, abs=3) or cut % (48_000 / hz) > 48_000 / hz - 3
    assert steepest(shorter) <= steepest(sound) * 1.1


@pytest.mark.parametrize("hz", [80, 110, 220, 390])
def test_a_vowel_gains_whole_periods_and_goes_on_where_it_was(hz: float) -> None:
    sound = voice(hz, 3_000)
    past, coming = sound[:1_500], sound[1_500:]
    longer = lengthened(past, coming, LIKE)
    assert longer is not None
    assert SHORTEST <= len(longer) - len(coming) <= LONGEST
    assert steepest(np.concatenate((past, longer))) <= steepest(sound) * 1.1
    assert longer[SEAM + LONGEST :].tolist() == coming[-(len(longer) - SEAM - LONGEST) :].tolist()


def test_noise_is_left_alone_until_it_has_to_go() -> None:
    sound = noise(2_400)
    assert shortened(sound, LIKE) is None
    assert lengthened(sound[:1_200], sound[1_200:], LIKE) is None
    assert shortened(sound, -1.0) is not None


def test_in_a_pause_anything_may_be_cut_or_put_in() -> None:
    sound = noise(2_400, level=30)
    assert shortened(sound, LIKE) is not None
    assert lengthened(sound[:1_200], sound[1_200:], LIKE) is not None


def test_silence_divides_by_nothing() -> None:
    silence = np.zeros(2_400, np.int16)
    shorter = shortened(silence, LIKE)
    assert shorter is not None
    assert not shorter.any()
