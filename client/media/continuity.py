"""One line of sound without a hole, out of frames that may be late, missing or too many."""

from typing import Final

import numpy as np

from client.media.audio_source import FRAME_S, FRAME_SAMPLES, Sound

_SLACK_S: Final = FRAME_S / 2
"""A frame this close to its place is in it; whatever is off then is the sound card's clock."""
_LOST_S: Final = 1.0
"""chosen: after a longer hole (the machine slept) the line goes on from now, not from then."""


class Continuity:
    """Puts frames, and silence where there are none, one after the other. Times: one clock.

    The place of a frame is its capture time, and each frame taken corrects the place of the next:
    a sound card that is fast or slow leads to no gap and no cut, only to time told by its clock.
    """

    def __init__(self) -> None:
        self._next_s: float | None = None
        self._is_open = True
        """The next frame may be in any place."""

    @property
    def end_s(self) -> float | None:
        """When the last frame of the line ended, or where it restarts; `None` before that."""
        return self._next_s

    def restart(self, now_s: float) -> None:
        """Let the line go on with the next frame, or with silence from now on."""
        self._next_s, self._is_open = now_s, True

    def joined(self, sound: Sound) -> list[Sound]:
        """The frame with the silence that was missing before it; nothing if its time is over."""
        ahead_s = sound.captured_s - (self._next_s or 0.0)
        if self._is_open or ahead_s > _LOST_S:
            ahead_s = 0.0
        if ahead_s < -_SLACK_S:
            return []
        holes = round(ahead_s / FRAME_S)
        filled = [self.silence() for _ in range(holes)]
        self._next_s, self._is_open = sound.captured_s + FRAME_S, False
        return [*filled, sound]

    def silence(self) -> Sound:
        """A frame of silence in the place of one that will not come."""
        captured_s = self._next_s or 0.0
        self._next_s, self._is_open = captured_s + FRAME_S, False
        return Sound(np.zeros(FRAME_SAMPLES, np.int16), captured_s)
