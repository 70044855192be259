"""What the media engine knew and did in one second; and whose line is the weak one."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from client.core.adaptation.observation import LineEstimate
from client.core.adaptation.plan import PictureRung, Plan, Preference
from client.core.lanes import Lane
from client.core.wire import PageReport

WEAK_BELOW_BPS: Final = 150_000
"""chosen: with less the picture is smaller or slower than 320x240 at twelve a second."""
WEAK_LOSS: Final = 0.05
"""chosen: fraction of packets from which on repeats and guesses begin to show."""
WEAK_CONCEALED_PCT: Final = 5.0
"""chosen: above this share of invented voice a person notices."""
WEAK_FOR_S: Final = 6.0
"""chosen: a line that was weak a moment ago is not called good yet, so that it can be read."""
FAR_WIDER: Final = 2.0
"""chosen: where our own line was measured so much wider than the way to the GP, ours is not it."""

_STILL_PAYLOAD: Final = 0.85
"""chosen: of the still's bytes on the line; the rest is headers, encryption and repeats."""
_NOTHING_HEARD_PCT: Final = 100.0


class WeakSide(StrEnum):
    """Whose line holds the call back."""

    NONE = "none"
    SITE = "site"
    GP = "gp"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class LaneView:
    """One lane in the last second, on the line: headers and encryption included."""

    lane: Lane
    bps: int
    waiting_bytes: int
    dropped: int
    """Packets given up in this second."""


@dataclass(frozen=True, slots=True)
class MachineView:
    """What the last second cost this machine."""

    process_share: float
    """Processor time of this process over time passed; 1 is one core."""
    encoder_share: float
    """Time spent encoding pictures over time passed."""
    loop_lag_s: float
    """How late the event loop woke up at worst."""
    factor: float
    """Of what the start-up probe promised, as much as is asked of the encoder; 1: all of it."""


@dataclass(frozen=True, slots=True)
class EngineSnapshot:
    """The engine at one moment; the newest replaces the rest."""

    since_s: float
    """Since the session began."""
    estimate: LineEstimate
    plan: Plan
    lanes: tuple[LaneView, ...]
    machine: MachineView
    key_frames_asked: int
    """By the peer, since its connection was made."""
    preference: Preference
    """What the GP asks for."""
    override: Preference | None
    """What the person at the bedside chose instead."""
    heard: PageReport | None
    """What the GP's end told last; None while it is not heard."""
    concealed_here_pct: float
    """Of the GP's voice, as it was played here in this second."""
    down_bps: int
    """What the GP's end may send."""
    weak: WeakSide

    @property
    def up_bps(self) -> int:
        """All that left."""
        return sum(view.bps for view in self.lanes)

    @property
    def prevailing(self) -> Preference:
        """The preference that counts."""
        return self.preference if self.override is None else self.override

    def lane_bps(self, lane: Lane) -> int:
        """What left in one lane."""
        return sum(view.bps for view in self.lanes if view.lane is lane)


def still_left_s(left_bytes: int, plan: Plan) -> float | None:
    """How long the rest of a still takes at the present plan; None: it does not move."""
    if plan.still_bps <= 0:
        return None
    return left_bytes * 8 / (plan.still_bps * _STILL_PAYLOAD)


def weak_side(
    estimate: LineEstimate,
    heard: PageReport | None,
    concealed_here_pct: float,
    own_up_bps: int | None = None,
) -> WeakSide:
    """Whose line is weak now.

    A direction has two lines in it. The sender's is taken for the narrow one, since lines to homes
    and shops are several times narrower up than down; unless `own_up_bps`, measured towards the
    relay, tells that ours carries far more than the whole way does.
    """
    is_up_weak, is_down_weak = _is_up_weak(estimate, heard), _is_concealing(concealed_here_pct)
    is_narrow_beyond = own_up_bps is not None and own_up_bps > FAR_WIDER * estimate.usable_bps
    is_ours = is_up_weak and not is_narrow_beyond
    is_theirs = is_down_weak or (is_up_weak and is_narrow_beyond)
    return _side(is_ours=is_ours, is_theirs=is_theirs)


class WeakLine:
    """Says a line is weak at once, and good again only once it has been for a while."""

    def __init__(self) -> None:
        self._ours_until_s = float("-inf")
        self._theirs_until_s = float("-inf")

    def after(self, side: WeakSide, now_s: float) -> WeakSide:
        """What to say, this being so now."""
        if side in (WeakSide.SITE, WeakSide.BOTH):
            self._ours_until_s = now_s + WEAK_FOR_S
        if side in (WeakSide.GP, WeakSide.BOTH):
            self._theirs_until_s = now_s + WEAK_FOR_S
        return _side(
            is_ours=now_s < self._ours_until_s,
            is_theirs=now_s < self._theirs_until_s,
        )


@dataclass(frozen=True, slots=True)
class EngineEvent:
    """Something the engine did between two snapshots."""

    name: str
    """``picture_rung``, ``voice_rung``, ``key_frame_asked``, ``line_silent``, ``line_heard``,
    ``encoder_share``, ``weak``, ``preferred`` or ``overridden``."""
    what: str
    """In a few characters: ``av1 320x240@12``, ``16000/60``, ``site``."""


def events_between(before: EngineSnapshot | None, after: EngineSnapshot) -> Iterator[EngineEvent]:
    """What changed; everything is new to begin with."""
    told_before = {} if before is None else _told(before)
    for name, what in _told(after).items():
        if told_before.get(name) != what:
            yield EngineEvent(name, what)
    asked = after.key_frames_asked - (before.key_frames_asked if before else 0)
    if asked > 0:
        yield EngineEvent("key_frame_asked", str(asked))
    was_silent = before is not None and before.estimate.is_silent
    if was_silent is not after.estimate.is_silent:
        yield EngineEvent("line_heard" if was_silent else "line_silent", "")


def rung_name(rung: PictureRung | None) -> str:
    """A picture rung in a few characters."""
    if rung is None:
        return "none"
    pace = f"{rung.frames_per_s:.3g}"
    return f"{rung.codec} {rung.width}x{rung.height}@{pace}"


def _told(snapshot: EngineSnapshot) -> dict[str, str]:
    voice = snapshot.plan.voice
    repeats = "+red" if voice.is_redundant else ""
    return {
        "picture_rung": rung_name(snapshot.plan.picture),
        "voice_rung": f"{voice.bitrate_bps}/{voice.packet_ms}{repeats}",
        "encoder_share": f"{snapshot.machine.factor:.2f}",
        "weak": snapshot.weak,
        "preferred": snapshot.preference,
        "overridden": snapshot.override or "none",
    }


def _is_up_weak(estimate: LineEstimate, heard: PageReport | None) -> bool:
    if estimate.is_silent or estimate.loss_fraction > WEAK_LOSS:
        return True
    if heard is not None and _is_concealing(heard.voice_concealed_pct):
        return True
    return estimate.is_known and estimate.usable_bps < WEAK_BELOW_BPS


def _is_concealing(concealed_pct: float) -> bool:
    """A guess now and then is the line's; nothing but guesses is somebody who says nothing."""
    return WEAK_CONCEALED_PCT < concealed_pct < _NOTHING_HEARD_PCT


def _side(*, is_ours: bool, is_theirs: bool) -> WeakSide:
    if is_ours and is_theirs:
        return WeakSide.BOTH
    if is_ours:
        return WeakSide.SITE
    return WeakSide.GP if is_theirs else WeakSide.NONE
