"""The line in words: whose is weak, what of the picture goes, how the voice is heard."""

from typing import Final

from client.catalogue import Catalogue
from client.core.adaptation.plan import PictureRung, Preference
from client.core.adaptation.snapshot import EngineSnapshot, WeakSide, still_left_s
from client.session.snapshot import SiteSnapshot, StillState
from devices.readings import Kind

CLEAR_PCT: Final = 1.0
"""chosen: a guess of 20 ms in two seconds is not heard."""
FAIR_PCT: Final = 5.0
"""chosen: as `client.core.adaptation.snapshot.WEAK_CONCEALED_PCT`."""
BUSY_BELOW: Final = 0.75
"""chosen: of what the machine promised; the picture is then visibly smaller."""
LONGEST_LEFT_S: Final = 600
"""chosen: a forecast further ahead is none."""


def weak_sentence(say: Catalogue, snapshot: SiteSnapshot) -> str | None:
    """What holds the call back and what is done about it; None: nothing does."""
    engine = snapshot.link.engine
    if engine is None:
        return None
    if engine.estimate.is_silent:
        return say("site.call.silent")
    if not snapshot.link.gp_can_see:
        return say("site.call.unseen")
    mode = _mode(say, snapshot, engine)
    if engine.weak is WeakSide.NONE:
        return _unweakened(say, snapshot, engine, mode)
    return say("site.call.weak", whose=say(f"site.call.weak.{engine.weak}"), mode=mode)


def voice_word(say: Catalogue, snapshot: SiteSnapshot) -> str:
    """How the GP hears us; empty while that is not known, or nothing is said on purpose."""
    engine = snapshot.link.engine
    is_silent = snapshot.is_muted or snapshot.is_paused or not snapshot.link.gp_hears
    if is_silent or engine is None or engine.heard is None:
        return ""
    concealed_pct = engine.heard.voice_concealed_pct
    if concealed_pct <= CLEAR_PCT:
        return say("site.call.voice.clear")
    return say("site.call.voice.fair" if concealed_pct <= FAIR_PCT else "site.call.voice.broken")


def still_left(say: Catalogue, snapshot: SiteSnapshot) -> str:
    """How long the rest of the still takes; empty when there is none or nobody can tell."""
    still, engine = snapshot.still, snapshot.link.engine
    if still is None or still.state is not StillState.SENDING or engine is None:
        return ""
    left_s = still_left_s(still.total - still.done, engine.plan)
    if left_s is None or left_s > LONGEST_LEFT_S:
        return ""
    return say("site.still.left", count=max(1, round(left_s)))


def picture_wish(say: Catalogue, snapshot: SiteSnapshot) -> str:
    """What the picture follows, and who wanted it so; empty when nobody wanted anything."""
    engine = snapshot.link.engine
    if engine is None or engine.prevailing is Preference.BALANCED:
        return ""
    who = "gp" if engine.override is None else "here"
    return say(f"site.picture.by.{who}", what=say(f"site.picture.{engine.prevailing}"))


def next_choice(engine: EngineSnapshot | None) -> Preference | None:
    """What the key for the picture chooses next: each in turn, then as the GP wishes."""
    turns = (None, Preference.SHARP, Preference.SMOOTH, Preference.STILL_FIRST)
    present = None if engine is None else engine.override
    return turns[(turns.index(present) + 1) % len(turns)] if present in turns else None


def beat_s(rung: PictureRung) -> int:
    """From one picture of a heartbeat to the next, in whole seconds."""
    return max(1, round(1 / rung.frames_per_s))


def picture_sent(snapshot: SiteSnapshot) -> PictureRung | str:
    """How the camera's picture leaves now, or ``off`` (by somebody's wish) or ``none``."""
    engine = snapshot.link.engine
    is_camera = snapshot.preview_source is not Kind.OTOSCOPE
    is_dark = snapshot.is_paused or (is_camera and snapshot.is_camera_off)
    if is_dark or engine is None or (is_camera and snapshot.preview is None):
        return "off"
    return "none" if engine.plan.picture is None else engine.plan.picture


def _mode(say: Catalogue, snapshot: SiteSnapshot, engine: EngineSnapshot) -> str:
    """What becomes of the picture."""
    sent = picture_sent(snapshot)
    if sent == "off":
        return say("site.call.mode.off")
    if isinstance(sent, str):
        return say("site.call.mode.none")
    if sent.is_heartbeat:
        return say("site.call.mode.heartbeat", count=beat_s(sent))
    return say("site.call.mode.theirs" if engine.weak is WeakSide.GP else "site.call.mode.live")


def _unweakened(
    say: Catalogue, snapshot: SiteSnapshot, engine: EngineSnapshot, mode: str
) -> str | None:
    """A good line may still carry no full picture: a still passes, or the machine is busy."""
    sent = picture_sent(snapshot)
    if sent == "off":
        return None
    if isinstance(sent, str) or sent.is_heartbeat:
        return say("site.call.thin", mode=mode)
    return say("site.call.busy") if engine.machine.factor < BUSY_BELOW else None
