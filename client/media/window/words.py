"""What the patient's window says, and whether its picture may still be called live."""

from dataclasses import dataclass
from typing import Final

from client.catalogue import Catalogue
from client.media.window.scene import CHAT_LIMIT, Line, Scene

STALE_S: Final = 2.0
"""As `client.media.capture.STALE_S`; not imported: the window's process needs no PyAV."""
SILENT_S: Final = 3.0
"""chosen: three of the session's beats; a session that says nothing shows nothing as live."""
ASKS: Final = frozenset(
    (
        *("temperature", "oximeter", "pressure", "glucose", "weight", "ecg"),
        *("ear", "skin", "throat", "still", "listen"),
    )
)
"""What the catalogue has a word for; anything else is in the GP's own words."""


@dataclass(frozen=True, slots=True)
class Ages:
    """Seconds since each was last heard; `None`: never."""

    scene_s: float | None
    doctor_s: float | None
    line_s: float
    """Since the line is as it is."""


@dataclass(frozen=True, slots=True)
class Captions:
    """Everything written in the window."""

    badges: tuple[str, ...] = ()
    """Microphone off, camera off, pause."""
    stamp: str = ""
    """Over the picture: why it is not live. Empty: it is."""
    step: str = ""
    chat: str = ""
    has_picture: bool = False
    """Draw the doctor's picture, grey if there is a stamp."""
    has_own: bool = False
    """Draw what the camera here sends: it is sent now."""


def captions(scene: Scene, ages: Ages, say: Catalogue) -> Captions:
    """What to write now."""
    if scene.line is Line.OVER:
        return Captions(badges=_training(scene, say), stamp=say("site.window.over"))
    return Captions(
        badges=_training(scene, say) + _badges(scene, say),
        stamp=_stamp(scene, ages, say),
        step=_step(scene, say),
        chat=_chat(scene, say),
        has_picture=ages.doctor_s is not None and scene.line is not Line.NONE,
        has_own=scene.line is Line.UP and _is_heard(ages) and not scene.is_dark,
    )


def _is_heard(ages: Ages) -> bool:
    return ages.scene_s is not None and ages.scene_s <= SILENT_S


def _training(scene: Scene, say: Catalogue) -> tuple[str, ...]:
    return (say("site.window.training"),) if scene.is_training else ()


def _badges(scene: Scene, say: Catalogue) -> tuple[str, ...]:
    if scene.is_paused:
        return (say("site.window.paused"),)
    muted = (say("site.window.muted"),) if scene.is_muted else ()
    return muted + ((say("site.window.camera_off"),) if scene.is_camera_off else ())


def _stamp(scene: Scene, ages: Ages, say: Catalogue) -> str:
    if ages.scene_s is None or scene.line is Line.NONE:
        return say("site.window.waiting")
    if not _is_heard(ages):
        return say("site.window.silent")
    if scene.line is Line.CUT:
        return say("site.window.cut", count=int(ages.line_s))
    if ages.doctor_s is None:
        return say("site.window.no_picture")
    if ages.doctor_s > STALE_S:
        return say("site.window.frozen", count=int(ages.doctor_s))
    return ""


def _step(scene: Scene, say: Catalogue) -> str:
    if not scene.asked:
        return ""
    if scene.asked not in ASKS:
        return say("site.window.asks_so", text=_shown(scene.asked_text))
    what = say(f"site.log.what.{scene.asked}")
    if not scene.asked_text:
        return say("site.window.asks", what=what)
    return say("site.window.asks_how", what=what, text=_shown(scene.asked_text))


def _chat(scene: Scene, say: Catalogue) -> str:
    if not scene.chat:
        return ""
    who = "site.window.we_write" if scene.is_chat_ours else "site.window.doctor_writes"
    return say(who, text=_shown(scene.chat))


def _shown(text: str) -> str:
    """A peer's text as one line of printable characters, of bounded length."""
    one_line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return one_line if len(one_line) <= CHAT_LIMIT else one_line[: CHAT_LIMIT - 1] + "…"
