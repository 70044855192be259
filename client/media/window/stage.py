"""The window itself: opened without taking the keyboard, moved when displays come and go."""

import os
from collections.abc import Callable, Sequence
from typing import Final

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ["SDL_WINDOW_NO_ACTIVATION_WHEN_SHOWN"] = "1"  # somebody types in the terminal

import pygame

from client.media.window.keyboard import leave_keyboard
from client.media.window.place import Place, Size, has_own, place_on

_UNMANAGED: Final = "SDL_X11_FORCE_OVERRIDE_REDIRECT"
"""On X11 a window manager would choose the place of the window and give it the keyboard."""
_POSITION: Final = "SDL_VIDEO_WINDOW_POS"
_LOOK_S: Final = 1.0
"""chosen: how soon a display that was plugged in or out is noticed."""


class Stage:
    """The window on its display. `pygame.error` where nothing can be opened."""

    def __init__(self, wanted: int, monotonic_s: Callable[[], float]) -> None:
        """`wanted` is the patient's display, counted from one."""
        self._wanted = wanted
        self._monotonic_s = monotonic_s
        self._displays: list[Size] = []
        self._is_whole = self._is_stretched = False
        self._looked_s = 0.0

    def open(self, *, own_only: bool) -> bool:
        """Open it; not on a display that is the terminal's if `own_only`."""
        pygame.display.init()
        self._displays = pygame.display.get_desktop_sizes()
        if own_only and not has_own(self._displays, self._wanted):
            return False
        self._stand(place_on(self._displays, self._wanted))
        return True

    def follow(self, events: Sequence[pygame.Event]) -> bool:
        """Move where displays have come or gone; whether all is to be painted again.

        F11 in a window that is beside the terminal covers the display with it, and back.
        """
        is_bare = any(event.type == pygame.WINDOWEXPOSED for event in events)
        keys = [event.key for event in events if event.type == pygame.KEYDOWN]
        is_stretched = pygame.K_F11 in keys and not self._is_whole
        if is_stretched:
            self._stretch()
        return self._has_moved() or is_bare or is_stretched

    def _stretch(self) -> None:
        """Not SDL's own way: it changes the display's resolution."""
        self._is_stretched = not self._is_stretched
        if self._is_stretched:
            pygame.display.set_mode(self._displays[0], pygame.FULLSCREEN)
        else:
            self._stand(place_on(self._displays, self._wanted))

    def _has_moved(self) -> bool:
        now_s = self._monotonic_s()
        if now_s - self._looked_s < _LOOK_S:
            return False
        self._looked_s = now_s
        displays = pygame.display.get_desktop_sizes()
        if not displays or displays == self._displays:
            return False
        self._displays = displays
        self._stand(place_on(displays, self._wanted))
        return True

    def _stand(self, place: Place) -> None:
        """A window of another kind is another window."""
        self._is_whole, self._is_stretched = place.is_whole, False
        pygame.display.quit()
        os.environ[_UNMANAGED] = str(int(place.is_whole))
        os.environ.pop(_POSITION, None)
        if place.corner is not None:
            os.environ[_POSITION] = "{},{}".format(*place.corner)
        pygame.display.init()
        pygame.display.set_caption("Chevet")
        pygame.mouse.set_visible(not place.is_whole)
        if place.is_whole:
            pygame.display.set_mode(place.size, _whole_flags(), display=place.display)
            return
        flags = pygame.RESIZABLE | pygame.HIDDEN
        pygame.display.set_mode(place.size, flags, display=place.display)
        leave_keyboard(pygame.display.get_driver(), pygame.display.get_wm_info())
        pygame.Window.from_display_module().show()


def _whole_flags() -> int:
    """A bare window of the display's size; Wayland lets no program choose a place but this."""
    return pygame.FULLSCREEN if pygame.display.get_driver() == "wayland" else pygame.NOFRAME
