"""A weighing platform: somebody steps on it, sways, and stands still."""

from math import exp, sin
from typing import Final

STEP: Final = "step"
OVERLOAD: Final = "overload"
STEADY_AFTER_S: Final = 2.0
"""chosen: how long a person sways."""
_PERSON_KG: Final = 72.5
_SWAY_KG: Final = 4.0


class Platform:
    """What stands on a scale at any time."""

    def __init__(self) -> None:
        self._stepped_s: float | None = None
        self._is_overloaded = False

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """`step`: a person steps on, or off again; `overload`: far more than a person."""
        if word == OVERLOAD:
            self._is_overloaded = is_on
        elif word == STEP:
            self._stepped_s = at_s if is_on else None

    def weight_kg(self, at_s: float) -> float | None:
        """What the scale shows; `None` when overloaded."""
        if self._is_overloaded:
            return None
        if self._stepped_s is None:
            return 0.0
        since_s = at_s - self._stepped_s
        if since_s >= STEADY_AFTER_S:
            return _PERSON_KG
        return round(_PERSON_KG + _SWAY_KG * exp(-since_s) * sin(9 * since_s + 1), 1)

    def is_steady(self, at_s: float) -> bool:
        """Whether the scale says so."""
        return self._stepped_s is None or at_s - self._stepped_s >= STEADY_AFTER_S
