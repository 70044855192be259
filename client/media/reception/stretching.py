"""Sound made a little shorter or longer where it repeats itself, so that nobody hears it.

Waveform similarity overlap-add (Verhelst and Roelands, ICASSP 1993): a period of the voice is left
out or said twice, cross-faded where both sides are most alike.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from client.media.audio_source import SAMPLES_PER_S, Samples

SHORTEST: Final = SAMPLES_PER_S // 400
LONGEST: Final = SAMPLES_PER_S * 15 // 1_000
"""2.5 to 15 ms: the periods of voices from 400 to 66 Hz."""
SEAM: Final = SAMPLES_PER_S // 100
"""10 ms: what is compared, and the length of the cross-fade."""
_COARSE: Final = 4
_QUIET: Final = 120.0
"""chosen: root mean square, -49 dB of full scale; in a pause anything may be cut."""
_FADE: Final = np.linspace(0.0, 1.0, SEAM, endpoint=False)


def shortened(sound: Samples, likeness: float) -> Samples | None:
    """The sound without one of its first periods; `None` if nothing is so much alike.

    ``sound`` has `LONGEST` + `SEAM` samples or more. ``likeness`` is a correlation, up to 1.
    """
    head = sound[:SEAM]
    lag = _alike(head, sound[SHORTEST : LONGEST + SEAM], likeness)
    if lag is None:
        return None
    lag += SHORTEST
    return np.concatenate((_faded(head, sound[lag : lag + SEAM]), sound[lag + SEAM :]))


def lengthened(past: Samples, sound: Samples, likeness: float) -> Samples | None:
    """The sound with the last period of the past once more before it; `None` as above.

    ``past`` has been played and has `LONGEST` samples or more; ``sound`` has `SEAM` or more.
    """
    head = sound[:SEAM]
    joined = np.concatenate((past[-LONGEST:], sound[: SEAM - SHORTEST]))
    place = _alike(head, joined, likeness)
    if place is None:
        return None
    again = np.concatenate((past[-LONGEST:][place:], sound))
    return np.concatenate((_faded(head, again[:SEAM]), again[SEAM:]))


def _faded(before: Samples, after: Samples) -> Samples:
    mixed: Samples = np.rint(before * (1 - _FADE) + after * _FADE).astype(np.int16)
    return mixed


def _alike(head: Samples, places: Samples, likeness: float) -> int | None:
    """Where in ``places`` the head is found again."""
    narrow_head, narrow = _narrow(head), _narrow(places)
    found = int(np.argmax(_correlation(narrow_head, narrow))) * _COARSE
    first = max(0, found - _COARSE)
    near = places[first : found + _COARSE + SEAM].astype(np.float64)
    fine = _correlation(head.astype(np.float64), near)
    best = int(np.argmax(fine))
    if fine[best] < likeness and not _is_quiet(head, places[first + best :][:SEAM]):
        return None
    return first + best


def _correlation(head: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Normalised, for every place."""
    product = np.correlate(places, head, "valid")
    power = np.concatenate(([0.0], np.cumsum(places**2)))
    energy = (power[len(head) :] - power[: -len(head)]) * np.sum(head**2)
    return np.asarray(product / np.sqrt(np.maximum(energy, 1.0)))


def _narrow(sound: Samples) -> NDArray[np.float64]:
    whole = len(sound) // _COARSE * _COARSE
    return np.asarray(sound[:whole].reshape(-1, _COARSE).mean(axis=1))


def _is_quiet(*pieces: Samples) -> bool:
    return all(np.sqrt(np.mean(np.square(one, dtype=np.float64))) < _QUIET for one in pieces)
