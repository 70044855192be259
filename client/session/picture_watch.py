"""Whether a consultation by video still is one: when the picture has become impossible, and back.

An act without a picture is one by telephone, which the rules allow only where video is impossible
(rules-fr.md, d-6): the moment and the cause are written down, by nobody's hand.
"""

from enum import StrEnum
from typing import Final

IMPOSSIBLE_AFTER_S: Final = 15.0
"""chosen: a weak line gives a picture up and takes it again within seconds."""
BACK_AFTER_S: Final = 5.0
"""chosen: a picture that comes and goes is not back."""


class PictureTold(StrEnum):
    """What became of the picture."""

    IMPOSSIBLE = "impossible"
    BACK = "back"


class PictureWatch:
    """Sees the engine once a second; `now_s` is one monotonic clock."""

    def __init__(self) -> None:
        self.is_impossible = False
        self._differs_since_s: float | None = None

    def see(self, *, has_picture: bool, is_wanted: bool, now_s: float) -> PictureTold | None:
        """What to tell, if anything.

        `is_wanted`: the line is up, and nobody here has turned the camera off. While it is not,
        nothing is concluded and the waiting begins anew.
        """
        if not is_wanted or has_picture is not self.is_impossible:
            self._differs_since_s = None
            return None
        if self._differs_since_s is None:
            self._differs_since_s = now_s
        needed_s = BACK_AFTER_S if self.is_impossible else IMPOSSIBLE_AFTER_S
        if now_s - self._differs_since_s < needed_s:
            return None
        self.is_impossible = not self.is_impossible
        self._differs_since_s = None
        return PictureTold.IMPOSSIBLE if self.is_impossible else PictureTold.BACK
