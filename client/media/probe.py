"""What each encoder costs on this machine, and so how much of it may be asked for."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Final

import av
import numpy as np

from client import clock
from client.core.adaptation.ladder import EncoderLimit
from client.core.adaptation.plan import PictureRung
from client.media import codecs

PROBE_S: Final = 0.9
"""Probing one codec stops after this; a preset that was not tried is not used."""

_SHARE: Final = 0.4
"""Of one core, for encoding. chosen: a second site beside this one leaves two cores a fifth."""
_PRESETS: Final[Mapping[str, tuple[int | None, ...]]] = {"av1": (11, 10, 9, 8), "vp9": (7,)}
"""The fastest first; each next one draws better and takes longer. Preset 7 draws no better than 8
and takes a sixth longer."""
_WIDTH: Final = 640
_HEIGHT: Final = 480
_FRAMES_PER_S: Final = 15
_BITRATE_BPS: Final = 200_000  # chosen: where a line is good, and frames cost most
_PICTURES: Final = 7
_WARM_UP: Final = 2  # the first frames are key frame and first guesses
_ENOUGH_PIXELS_PER_S: Final = _WIDTH * _HEIGHT * 10.0
"""chosen: a preset that cannot do ten frames a second is not worth its better picture."""


@cache
def probe(
    names: tuple[str, ...], monotonic_s: Callable[[], float] = clock.monotonic_s
) -> tuple[EncoderLimit, ...]:
    """Time these codecs, once in a run; blocks for up to `PROBE_S` each: not on the event loop."""
    pictures = [_picture(number) for number in range(_PICTURES)]
    found: list[EncoderLimit] = []
    for name in names:
        if name in codecs.available():
            found.extend(_presets(name, pictures, monotonic_s() + PROBE_S, monotonic_s))
    return tuple(found)


def _presets(
    name: str, pictures: list[av.VideoFrame], ends_s: float, monotonic_s: Callable[[], float]
) -> Iterator[EncoderLimit]:
    """A preset after the next, none better than one that is already too slow."""
    for preset in _PRESETS.get(name, (None,)):
        if monotonic_s() >= ends_s:
            return
        limit = EncoderLimit(name, preset, _pixels_per_s(name, preset, pictures, monotonic_s))
        yield limit
        if limit.pixels_per_s < _ENOUGH_PIXELS_PER_S:
            return


def _pixels_per_s(
    name: str,
    preset: int | None,
    pictures: list[av.VideoFrame],
    monotonic_s: Callable[[], float],
) -> float:
    rung = PictureRung(name, _WIDTH, _HEIGHT, _FRAMES_PER_S, _BITRATE_BPS, preset)
    encoder = codecs.encoder(rung)
    began_s = monotonic_s()
    for number, picture in enumerate(pictures):
        if number == _WARM_UP:
            began_s = monotonic_s()
        encoder.encode(picture, force_key_frame=number == 0)
    spent_s = monotonic_s() - began_s
    encoder.close()
    return _SHARE * _WIDTH * _HEIGHT * (len(pictures) - _WARM_UP) / max(spent_s, 1e-6)


def _picture(number: int) -> av.VideoFrame:
    """Noise of many sizes that drifts, harder to encode than a face."""
    random = np.random.default_rng(3)
    grey = np.zeros((_HEIGHT, _WIDTH))
    for block in (8, 32, 96):
        coarse = random.normal(size=(_HEIGHT // block + 2, _WIDTH // block + 2))
        grey += np.kron(coarse, np.ones((block, block)))[:_HEIGHT, :_WIDTH]
    moved = np.roll(grey, (number, 2 * number), (0, 1)) + random.normal(size=grey.shape) / 8
    shown = (128 + 35 * moved).clip(0, 255).astype(np.uint8)
    frame = av.VideoFrame.from_ndarray(np.stack([shown] * 3, axis=2), "rgb24")
    frame.pts = number
    return frame
