"""Looking through the otoscope or the examination camera: live, a still, a film."""

from collections.abc import Callable
from typing import Final

from client.session.media import EndMedia
from client.session.stills import StillDesk
from devices.driver import Request
from devices.readings import Kind

CAMERAS: Final = (Kind.OTOSCOPE, Kind.CAMERA)
"""What can be looked through; the first ready one is."""


class Viewfinder:
    """Asks one camera at a time."""

    def __init__(
        self,
        media: EndMedia,
        stills: StillDesk,
        ask: Callable[[Kind, Request], bool],
        has_ready: Callable[[Kind], bool],
    ) -> None:
        """`ask` returns false when there is no such instrument."""
        self._media = media
        self._stills = stills
        self._ask = ask
        self._has_ready = has_ready
        self.is_aiming = False
        """Somebody looks through it."""

    def aim(self, *, on: bool) -> None:
        """Look through it, if there is one, or put it down."""
        if self._ask_camera(Request.PREVIEW_ON if on else Request.PREVIEW_OFF) or not on:
            self._show(on=on)

    def take(self, label: str, request: Request) -> None:
        """Take a still or a film, unless one is being taken."""
        if self._stills.is_taking:
            return
        self._stills.taking(label)
        if not self._ask_camera(request):
            self._stills.failed()

    def push(self, jpeg: bytes) -> None:
        """What it sees now."""
        self._media.push_otoscope(jpeg)

    def lost(self) -> None:
        """It is gone: the GP sees the room's camera again, not its last picture."""
        self._stills.failed()
        self._show(on=False)

    def _show(self, *, on: bool) -> None:
        self.is_aiming = on
        self._media.show_otoscope(on=on)

    def _ask_camera(self, request: Request) -> bool:
        """Ask the otoscope or, where there is none ready, the examination camera."""
        return self._ask(next(filter(self._has_ready, CAMERAS), Kind.OTOSCOPE), request)
