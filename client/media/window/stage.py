"""The window itself: opened without taking the keyboard, moved when displays come and go."""

import os
import sys
from collections.abc import Callable
from typing import Final

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ["SDL_WINDOW_NO_ACTIVATION_WHEN_SHOWN"] = "1"  # somebody types in the terminal
os.environ["SDL_VIDEO_MINIMIZE_ON_FOCUS_LOSS"] = "0"

import pygame

from client.media.window.place import Place, Size, has_own, place_on

_LOOK_S: Final = 1.0
"""chosen: how soon a display that was plugged in or out is noticed."""
_WHOLE: Final = pygame.FULLSCREEN if sys.platform == "linux" else pygame.NOFRAME
"""Over the panels of a Linux desktop; elsewhere a bare window covers a display as well, and stays
when another one is used."""


class Stage:
    """The window on its display. `pygame.error` where nothing can be opened."""

    def __init__(self, wanted: int, monotonic_s: Callable[[], float]) -> None:
        """`wanted` is the patient's display, counted from one."""
        self._wanted = wanted
        self._monotonic_s = monotonic_s
        self._displays: list[Size] = []
        self._place: Place | None = None
        self._looked_s = 0.0

    def open(self, *, own_only: bool) -> bool:
        """Open it; not on a display that is the terminal's if `own_only`."""
        pygame.display.init()
        pygame.display.set_caption("Chevet")
        self._displays = pygame.display.get_desktop_sizes()
        if own_only and not has_own(self._displays, self._wanted):
            return False
        self._stand(place_on(self._displays, self._wanted))
        return True

    def follow(self) -> None:
        """Move where displays have come or gone."""
        now_s = self._monotonic_s()
        if now_s - self._looked_s < _LOOK_S:
            return
        self._looked_s = now_s
        displays = pygame.display.get_desktop_sizes()
        if displays and displays != self._displays:
            self._displays = displays
            self._stand(place_on(displays, self._wanted))

    def stretch(self) -> None:
        """Over the whole of the only display, because somebody at the window says so, or not."""
        place = self._place
        if place is None or has_own(self._displays, self._wanted):
            return
        whole = Place(place.display, self._displays[place.display], is_whole=True)
        self._stand(place_on(self._displays, self._wanted) if place.is_whole else whole)

    def _stand(self, place: Place) -> None:
        self._place = place
        pygame.mouse.set_visible(not place.is_whole)
        flags = _WHOLE if place.is_whole else pygame.RESIZABLE
        pygame.display.set_mode(place.size, flags, display=place.display)
