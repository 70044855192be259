"""How well a voice was heard, by looking for what was spoken."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from linklab.measuring import hearing
from linklab.measuring.sound import Samples
from linklab.voice_trial import Heard

LOUD_DBFS: Final = -40.0
"""chosen: a softer piece is a breath or a pause."""
_RATE_HZ: Final = 12_000
_COARSE: Final = 4
_PIECE_S: Final = 0.04
_AROUND_S: Final = 0.06
_SPOILT: Final = 0.6
"""chosen: two packets decoded one after the other are above 0.9; a guess soon below 0.5."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well it was heard."""

    spoilt_pct: float
    """Of the loud pieces of 40 ms: not found in what was heard."""
    delay_p50_ms: float
    delay_p95_ms: float
    """From mouth to ear."""
    first_delay_ms: float
    last_delay_ms: float
    """Median of the first and the last sixth."""


def judged(trial: Heard) -> Verdict:
    """Look for everything that was spoken in what was heard."""
    found = hearing.recognise(trial.spoken, trial.heard)
    delays = np.array([one.delay_ms for one in found] or [np.nan])
    sixth = max(1, len(delays) // 6)
    return Verdict(
        _spoilt_pct(trial, found),
        float(np.percentile(delays, 50)),
        float(np.percentile(delays, 95)),
        float(np.median(delays[:sixth])),
        float(np.median(delays[-sixth:])),
    )


def _spoilt_pct(trial: Heard, found: Sequence[hearing.Heard]) -> float:
    """Each loud piece is sought around where the delays of its neighbours say it is."""
    if not found:
        return 100.0
    said, ear = _narrow(trial.spoken.samples), _narrow(trial.heard.samples)
    length, around = round(_PIECE_S * _RATE_HZ), round(_AROUND_S * _RATE_HZ)
    spoken_ms = np.array([one.heard_ms - one.delay_ms for one in found])
    loud = spoilt = 0
    for start in range(_RATE_HZ, len(said) - 2 * _RATE_HZ, length):
        piece = said[start : start + length]
        if 20 * np.log10(np.sqrt(np.mean(piece**2)) / 32_768 + 1e-9) < LOUD_DBFS:
            continue
        at_ms = start * 1_000 / _RATE_HZ
        near = np.argsort(np.abs(spoken_ms - at_ms))[:4]
        places = {round((at_ms + found[n].delay_ms) * _RATE_HZ / 1_000) for n in near}
        loud += 1
        spoilt += max(_best(piece, ear, place, around) for place in places) < _SPOILT
    return 100 * spoilt / loud if loud else 0.0


def _narrow(samples: Samples) -> hearing.Signal:
    whole = len(samples) // _COARSE * _COARSE
    return np.asarray(samples[:whole].reshape(-1, _COARSE).mean(axis=1))


def _best(piece: hearing.Signal, ear: hearing.Signal, place: int, around: int) -> float:
    window = ear[max(0, place - around) : place + around + len(piece)]
    if len(window) < len(piece):
        return 0.0
    product = np.correlate(window, piece, "valid")
    power = np.concatenate(([0.0], np.cumsum(window**2)))
    energy = (power[len(piece) :] - power[: -len(piece)]) * np.sum(piece**2)
    return float(np.max(product / np.sqrt(np.maximum(energy, 1.0))))
