"""Mouth to ear: what was heard is looked for in what was spoken, by correlation."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linklab.measuring.sound import Sound

_RATE_HZ: Final = 8_000
"""Voice is compared below 3.4 kHz: what codecs keep of its wave form lies there."""
_CUT_HZ: Final = 3_000
_TAPS: Final = 121
_WINDOW_S: Final = 0.5
_HOP_S: Final = 0.25
_SEARCH_S: Final = 8.0
"""chosen: twice the worst mouth-to-ear ever measured on our lines."""
_EARLY_S: Final = 0.1
"""Two clocks of one machine may be that far apart."""
_QUIET_DBFS: Final = -48.0
"""chosen: a pause; its noise would be found anywhere."""
_FOUND: Final = 0.45
"""chosen: speech through Opus at 8 kbit/s correlates above 0.6, with other speech below 0.35."""
_RIVAL: Final = 0.92
"""Matches this close to the best are equals; then the one nearest to the last delay is taken."""

Signal = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heard:
    """One window of speech that was recognised."""

    heard_ms: float
    delay_ms: float
    likeness: float
    """Normalised correlation, up to 1."""


def recognise(spoken: Sound, heard: Sound) -> list[Heard]:
    """Every loud window of what was heard that is found in what was spoken."""
    if not len(spoken.samples) or not len(heard.samples):
        return []
    said, ear = _narrow(spoken), _narrow(heard)
    window, hop = round(_WINDOW_S * _RATE_HZ), round(_HOP_S * _RATE_HZ)
    starts = np.arange(0, len(ear) - window, hop)
    times_ms = heard.times_ms(starts * (heard.rate_hz // _RATE_HZ))
    said_origin_ms = float(spoken.chunk_ms[0])
    found: list[Heard] = []
    for start, at_ms in zip(starts, times_ms, strict=True):
        piece = ear[start : start + window]
        if _dbfs(piece) < _QUIET_DBFS:
            continue
        first = round((at_ms - said_origin_ms - _SEARCH_S * 1000) * _RATE_HZ / 1000)
        last = round((at_ms - said_origin_ms + _EARLY_S * 1000) * _RATE_HZ / 1000) + window
        first, last = max(first, 0), min(last, len(said))
        if last - first <= window:
            continue
        previous = found[-1].delay_ms if found else None
        likeness = _likeness(said[first:last], piece)
        places = first + np.arange(len(likeness))
        delays = at_ms - spoken.times_ms(places * (spoken.rate_hz // _RATE_HZ))
        best = _best(likeness, delays, previous)
        if likeness[best] >= _FOUND:
            found.append(Heard(float(at_ms), float(delays[best]), float(likeness[best])))
    return found


def loud_windows(sound: Sound, from_ms: float, until_ms: float) -> int:
    """How many windows of speech, as `recognise` cuts them, fall into this span of time."""
    if not len(sound.samples):
        return 0
    narrow = _narrow(sound)
    window, hop = round(_WINDOW_S * _RATE_HZ), round(_HOP_S * _RATE_HZ)
    starts = np.arange(0, len(narrow) - window, hop)
    times_ms = sound.times_ms(starts * (sound.rate_hz // _RATE_HZ))
    inside = starts[(times_ms >= from_ms) & (times_ms < until_ms)]
    return sum(_dbfs(narrow[start : start + window]) >= _QUIET_DBFS for start in inside)


def _best(likeness: Signal, delays_ms: Signal, previous_ms: float | None) -> int:
    best = int(np.argmax(likeness))
    if previous_ms is None:
        return best
    equals = np.flatnonzero(likeness >= _RIVAL * likeness[best])
    nearest = equals[np.argmin(np.abs(delays_ms[equals] - previous_ms))]
    around = equals[np.abs(equals - nearest) <= _RATE_HZ // 500]
    return int(around[np.argmax(likeness[around])])


def _likeness(said: Signal, piece: Signal) -> Signal:
    """Normalised correlation of the piece with every place of what was said."""
    size = 1 << (len(said) + len(piece) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(said, size) * np.conj(np.fft.rfft(piece, size)), size)
    correlation = product[: len(said) - len(piece) + 1]
    energy = np.concatenate(([0.0], np.cumsum(said**2)))
    local = energy[len(piece) :] - energy[: -len(piece)]
    floor = len(piece) * (32_768 * 10 ** (_QUIET_DBFS / 20)) ** 2
    return np.asarray(correlation / np.sqrt(np.maximum(local, floor) * np.sum(piece**2)))


def _narrow(sound: Sound) -> Signal:
    """Below `_CUT_HZ` and at `_RATE_HZ`, by a windowed sinc."""
    factor = sound.rate_hz // _RATE_HZ
    taps = np.arange(_TAPS) - _TAPS // 2
    kernel = np.sinc(2 * _CUT_HZ / sound.rate_hz * taps) * np.hamming(_TAPS)
    low = np.convolve(sound.samples.astype(np.float64), kernel / kernel.sum(), mode="same")
    return np.asarray(low[::factor], np.float64)


def _dbfs(piece: Signal) -> float:
    power = float(np.mean(piece**2)) / 32_768**2
    return 10 * np.log10(power) if power > 0 else -120.0
