"""What the window knows now: the newest scene and pictures, and how old each is."""

from collections.abc import Callable
from dataclasses import dataclass

from client.catalogue import Catalogue
from client.media.window.scene import Kind, Line, Message, Pixels, Scene
from client.media.window.words import Ages, Captions, captions


@dataclass(frozen=True, slots=True)
class View:
    """Everything to draw; equal to another where nothing has to be drawn again."""

    captions: Captions
    doctor: Pixels | None
    """The newest picture of the GP, however old: the stamp says so."""
    own: Pixels | None


class Board:
    """Written by the pipe's thread, read by the drawing one; each field is replaced whole."""

    def __init__(self, monotonic_s: Callable[[], float]) -> None:
        self._monotonic_s = monotonic_s
        self._scene = Scene()
        self._scene_s: float | None = None
        self._doctor: tuple[Pixels, float] | None = None
        self._own: Pixels | None = None
        self._line_s = monotonic_s()

    def put(self, message: Message) -> None:
        """Replace what this message is about."""
        kind, what = message
        now_s = self._monotonic_s()
        if isinstance(what, Scene):
            if what.line is not self._scene.line:
                self._line_s = now_s
            self._scene, self._scene_s = what, now_s
            if what.line in (Line.NONE, Line.OVER):
                self._doctor = None  # nobody's face stays
        elif kind is Kind.DOCTOR:
            self._doctor = (what, now_s)
        else:
            self._own = what if what.width else None

    def view(self, say: Catalogue) -> View:
        """What to draw now."""
        now_s = self._monotonic_s()
        doctor = self._doctor
        ages = Ages(
            scene_s=None if self._scene_s is None else now_s - self._scene_s,
            doctor_s=None if doctor is None else now_s - doctor[1],
            line_s=now_s - self._line_s,
        )
        written = captions(self._scene, ages, say)
        picture = doctor[0] if doctor is not None and written.has_picture else None
        return View(written, picture, self._own if written.has_own else None)
