"""Leaves the keyboard where it is when a window appears: somebody types in the terminal.

SDL does so by itself on Windows (``SDL_WINDOW_NO_ACTIVATION_WHEN_SHOWN``), not on X11.
"""

import ctypes
from collections.abc import Mapping
from typing import Any, Final

_CARDINAL: Final = 6
"""XA_CARDINAL of Xatom.h."""
_REPLACE: Final = 0
"""PropModeReplace of X.h."""


def leave_keyboard(driver: str, wm_info: Mapping[str, Any]) -> None:
    """Say of a window not yet shown that nobody has used it.

    A time of nought asks not to be given the focus (Extended Window Manager Hints 1.5,
    _NET_WM_USER_TIME).
    """
    if driver != "x11":
        return
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    display = x11.XOpenDisplay(None)
    if not display:
        return
    display = ctypes.c_void_p(display)
    atom = ctypes.c_ulong(x11.XInternAtom(display, b"_NET_WM_USER_TIME", 0))
    window, nought = ctypes.c_ulong(wm_info["window"]), ctypes.c_ulong(0)
    kind = ctypes.c_ulong(_CARDINAL)
    x11.XChangeProperty(display, window, atom, kind, 32, _REPLACE, ctypes.byref(nought), 1)
    x11.XCloseDisplay(display)
