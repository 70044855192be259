"""How lively the picture was: by the browser's own count of the frames it presented.

A page hears of a video only when its main thread has time to; the count that it is told then
(`presentedFrames`, W3C HTMLVideoElement.requestVideoFrameCallback) grew by every frame.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

FREEZE_MS: Final = 500.0
"""A pause is frozen as far as it is longer than this."""
UNHEARD_MS: Final = 100.0
"""chosen: frames between two reports lie at most this far apart, back from the later one. A page
that has time hears of a frame within this; one that has none hears of very many at once."""


@dataclass(frozen=True, slots=True)
class PresentedCount:
    """What a page was told of one video from the other end."""

    at_ms: float
    """The latest frame was presented, wall clock."""
    element: int
    """Which video, each source it was given counting as another."""
    track: int
    """Which track it showed."""
    frames: int
    """Presented by this element so far."""


@dataclass(frozen=True, slots=True)
class Liveliness:
    """Figures of the picture, apart from a still's transfer, during it and over all the time.

    None: there was no such time, or nothing was ever presented that could freeze.
    """

    frames_per_s: float | None
    frames_per_s_all: float
    frames_per_s_during_still: float | None
    frozen_s: float | None
    frozen_all_s: float | None


def moments_ms(counts: Iterable[PresentedCount]) -> list[float]:
    """When each frame was presented.

    Elements that show the same track count as the quicker of them. Of what an element presented
    before the first report, or before its count began anew, only the last frame is known.
    """
    totals: dict[int, int] = {}
    latest: dict[tuple[int, int], tuple[PresentedCount, int]] = {}
    moments: list[float] = []
    for count in sorted(counts, key=lambda one: one.at_ms):
        place, total = (count.element, count.track), totals.get(count.track, 0)
        earlier, base = latest.get(place, (None, max(0, total - 1)))
        gained = max(0, base + _grown(earlier, count) - total)
        moments += _spread(earlier, count, gained)
        totals[count.track] = total + gained
        latest[place] = (count, total + gained)
    return sorted(moments)


def liveliness(
    moments: Sequence[float],
    measured_ms: tuple[float, float],
    still_ms: tuple[float, float] | None,
) -> Liveliness:
    """Judge the measured time; `still_ms` lies in it."""
    frozen = _frozen(moments, *measured_ms)
    during_ms = still_ms or (measured_ms[1], measured_ms[1])
    frames, frames_during = _frames(moments, *measured_ms), _frames(moments, *during_ms)
    time_ms, time_during_ms = measured_ms[1] - measured_ms[0], during_ms[1] - during_ms[0]
    was_shown = any(at_ms < measured_ms[1] for at_ms in moments)
    frozen_all_ms = _overlap_ms(frozen, *measured_ms)
    frozen_apart_ms = frozen_all_ms - _overlap_ms(frozen, *during_ms)
    return Liveliness(
        frames_per_s=_rate(frames - frames_during, time_ms - time_during_ms),
        frames_per_s_all=_rate(frames, time_ms) or 0.0,
        frames_per_s_during_still=_rate(frames_during, time_during_ms),
        frozen_s=round(frozen_apart_ms / 1000, 2) if was_shown else None,
        frozen_all_s=round(frozen_all_ms / 1000, 2) if was_shown else None,
    )


def _grown(earlier: PresentedCount | None, count: PresentedCount) -> int:
    if earlier is None or count.frames < earlier.frames:
        return 1
    return count.frames - earlier.frames


def _spread(earlier: PresentedCount | None, count: PresentedCount, gained: int) -> list[float]:
    """The moments of as many frames, the last of them just reported."""
    since_ms = earlier.at_ms if earlier else count.at_ms
    step_ms = min((count.at_ms - since_ms) / max(1, gained), UNHEARD_MS)
    return [count.at_ms - index * step_ms for index in range(gained)]


def _frozen(moments: Sequence[float], from_ms: float, until_ms: float) -> list[tuple[float, float]]:
    """From the first frame to the end, whatever of each pause is beyond `FREEZE_MS`."""
    times_ms = [at_ms for at_ms in moments if at_ms < until_ms] + [until_ms]
    pauses = ((max(from_ms, begin + FREEZE_MS), end) for begin, end in pairwise(times_ms))
    return [(begin, end) for begin, end in pauses if begin < end]


def _frames(moments: Sequence[float], from_ms: float, until_ms: float) -> int:
    return sum(from_ms <= at_ms < until_ms for at_ms in moments)


def _overlap_ms(spans: Iterable[tuple[float, float]], from_ms: float, until_ms: float) -> float:
    return sum(max(0.0, min(end, until_ms) - max(begin, from_ms)) for begin, end in spans)


def _rate(frames: int, time_ms: float) -> float | None:
    return round(1000 * frames / time_ms, 2) if time_ms > 0 else None
