"""The patient's window: opened and closed with the session, fed with the newest of everything."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from client import clock
from client.core.consultation import LinkState, State
from client.media.capture import STALE_S
from client.media.window.process import SECOND, WindowProcess, command, has_screen
from client.media.window.scene import CHAT_LIMIT, Line, Scene, WindowState
from client.session.media import EndMedia
from client.session.snapshot import LineKind, SiteSnapshot

if TYPE_CHECKING:
    import av

FED_EVERY_S: Final = 0.05
"""chosen: above the pace of any picture that comes over a thin line."""
BEAT_S: Final = 1.0
"""chosen: how often the window hears of a session in which nothing changes."""
COMEBACKS: Final = 3
"""chosen: how often a window that crashes opens again by itself, unless it held `STEADY_S`."""
STEADY_S: Final = 60.0
_OWN_EVERY: Final = 4
"""The small picture: one in four, five a second."""
_WRITTEN: Final = (LineKind.TEXT_GP, LineKind.TEXT_HERE)
_OVER: Final = (State.ENDED, State.REFUSED)
_SHUT: Final = (WindowState.CLOSED, WindowState.DISMISSED, WindowState.FAILED)


class WindowWish(StrEnum):
    """When the window opens by itself; it can always be opened by a key."""

    OFF = "off"
    SECOND = "second"
    """At the start, where there is a second display."""
    ON = "on"
    """At the start, on whatever display there is."""


def scene_of(snapshot: SiteSnapshot) -> Scene:
    """What of this snapshot is for the patient's eyes."""
    if snapshot.state is not State.VERIFIED:
        line = Line.OVER if snapshot.state in _OVER else Line.NONE
        return Scene(line, is_training=snapshot.dossier.is_training)
    asked = snapshot.asked
    written = next((one for one in reversed(snapshot.exchanges) if one.kind in _WRITTEN), None)
    return Scene(
        line=_line(snapshot.link.state),
        asked=asked.what if asked else "",
        asked_text=asked.text[:CHAT_LIMIT] if asked else "",
        chat=written.subject[:CHAT_LIMIT] if written else "",
        is_chat_ours=written is not None and written.kind is LineKind.TEXT_HERE,
        is_muted=snapshot.is_muted,
        is_camera_off=snapshot.is_camera_off,
        is_paused=snapshot.is_paused,
        is_training=snapshot.dossier.is_training,
    )


def _line(link: LinkState) -> Line:
    if link is LinkState.UP:
        return Line.UP
    return Line.CUT if link is LinkState.CUT else Line.NONE


class PatientWindow:
    """Call it from the event loop only; nothing blocks, and no failure of the window is ours."""

    def __init__(  # noqa: PLR0913 -- the last by name
        self,
        media: EndMedia,
        take: Callable[[], SiteSnapshot],
        *,
        wish: WindowWish,
        language: str,
        display: int = SECOND,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
    ) -> None:
        """`display` is the patient's, counted from one."""
        self._media = media
        self._take = take
        self._wish = wish
        self._language = language
        self._display = display
        self._monotonic_s = monotonic_s
        self._process: WindowProcess | None = None
        self._scene: Scene | None = None
        self._said_s = 0.0
        self._doctor: av.VideoFrame | None = None
        self._own: av.VideoFrame | None = None
        self._turn = 0
        self._is_wanted = False
        self._opened_s: float | None = None
        self._comebacks = 0
        self.state = WindowState.CLOSED if has_screen() else WindowState.UNAVAILABLE
        """What became of it."""

    def open(self, *, on: bool) -> None:
        """Open it on whatever display there is, or close it."""
        if not on:
            self._close()
        elif self.state in _SHUT:
            self._begin(own_only=False)

    async def run(self) -> None:
        """Feed it until cancelled, and close it then."""
        if self._wish is not WindowWish.OFF and self.state is WindowState.CLOSED:
            self._begin(own_only=self._wish is WindowWish.SECOND)
        try:
            while True:
                if self._process is not None and self.state is WindowState.OPEN:
                    self._feed(self._process)
                await asyncio.sleep(FED_EVERY_S)
        finally:
            process = self._process
            self._close()
            if process is not None:
                await asyncio.to_thread(process.join)

    def _begin(self, *, own_only: bool) -> None:
        self._is_wanted, self._opened_s, self._comebacks = True, None, 0
        self._start(own_only=own_only)

    def _start(self, *, own_only: bool) -> None:
        loop = asyncio.get_running_loop()

        def tell(state: WindowState) -> None:
            with suppress(RuntimeError):  # the session ended before its window did
                loop.call_soon_threadsafe(self._changed, process, state)

        words = command(self._language, display=self._display, own_only=own_only)
        process = WindowProcess(words, tell, monotonic_s=self._monotonic_s)
        self._process, self.state = process, WindowState.OPENING
        self._scene = self._doctor = self._own = None
        process.start()

    def _changed(self, process: WindowProcess, state: WindowState) -> None:
        if process is not self._process:
            return
        self.state = state
        if state is WindowState.OPEN:
            self._opened_s = self._monotonic_s()
        elif state is WindowState.FAILED and self._may_come_back():
            self._comebacks += 1
            self._start(own_only=False)

    def _may_come_back(self) -> bool:
        """One that never opened would not now."""
        if not self._is_wanted or self._opened_s is None:
            return False
        if self._monotonic_s() - self._opened_s >= STEADY_S:
            self._comebacks = 0
        return self._comebacks < COMEBACKS

    def _close(self) -> None:
        self._is_wanted = False
        if self._process is not None:
            self._process.close()

    def _feed(self, process: WindowProcess) -> None:
        process.look()
        now_s = self._monotonic_s()
        self._turn = (self._turn + 1) % _OWN_EVERY
        if self._turn == 0:
            scene = scene_of(self._take())
            if scene != self._scene or now_s - self._said_s >= BEAT_S:
                self._scene, self._said_s = scene, now_s
                process.show(scene)
            self._feed_own(process, now_s)
        picture = self._media.peer_picture
        frame = picture.newest if picture.is_live else None  # an old one would look new there
        is_meant = self._scene is not None and self._scene.line in (Line.UP, Line.CUT)
        if frame is not None and frame is not self._doctor and is_meant:
            self._doctor = frame
            process.show_doctor(frame)

    def _feed_own(self, process: WindowProcess, now_s: float) -> None:
        picture = self._media.camera.newest
        is_live = picture is not None and now_s - picture.taken_s < STALE_S
        frame = picture.frame if picture is not None and is_live else None
        if frame is not self._own:
            self._own = frame
            process.show_own(frame)
