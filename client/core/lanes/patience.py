"""How long a packet may wait before it is worth nothing."""

from typing import Final

from client.core.adaptation.plan import Plan
from client.core.lanes.lane import Lane

VOICE_S: Final = 0.4
"""chosen: what waited longer comes later than the peer's play-out lets it sound."""
REPEAT_S: Final = 0.4
"""chosen: for a retransmission of which nothing is known; `repeats` knows better."""

_PICTURE_S: Final = 0.4  # chosen: a picture this old looks like a freeze
_PICTURES: Final = 3  # chosen: a drop costs a key frame, so more than the next picture's time
_BEATS: Final = 2  # a heartbeat is made to take all of its interval to leave
_PICTURE_MOST_S: Final = 1.0
_KEY_BYTES: Final = 6_000  # chosen: the largest key picture our encoders make on a thin line
_KEY_MOST_S: Final = 4.0


def patience_s(lane: Lane, plan: Plan, *, is_key: bool) -> float | None:
    """From being pushed to being dropped; None: it waits as long as it takes."""
    if lane is Lane.VOICE:
        return VOICE_S
    if lane is Lane.RETRANSMISSION:
        return REPEAT_S
    if lane is Lane.PICTURE:
        return _picture_s(plan, is_key=is_key)
    return None


def _picture_s(plan: Plan, *, is_key: bool) -> float:
    """Three pictures' time; a key picture also the time it takes to leave at its budget."""
    if plan.picture is None:
        return _PICTURE_MOST_S
    interval_s = 1 / plan.picture.frames_per_s
    if plan.picture.is_heartbeat:
        return _BEATS * interval_s
    motion_s = min(_PICTURE_MOST_S, max(_PICTURE_S, _PICTURES * interval_s))
    if not is_key:
        return motion_s
    return min(_KEY_MOST_S, motion_s + _KEY_BYTES * 8 / max(1, plan.picture_bps))
