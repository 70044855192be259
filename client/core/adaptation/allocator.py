"""Who gets what of a line: voice first, then readings, then the picture against the still."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Protocol

from client.core.adaptation.ladder import PictureLimits, best_rung
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.observation import LineEstimate
from client.core.adaptation.plan import Content, PictureRung, Plan, Preference, VoiceRung
from client.core.adaptation.steadiness import SteadyRate
from client.core.adaptation.voice_ladder import SMALLEST, VoiceLadder, line_bps
from client.core.adaptation.wishes import Wishes

SILENT_BPS: Final = 24_000
"""chosen: the smallest voice on any link layer, control and readings: what asks whether the line
is back without filling it up before it is."""
UNKNOWN_BPS: Final = 36_000
"""chosen: a line that is not known yet gets the voice of such a line and no picture, which might
queue for seconds on the thinnest, and the answers with it."""
UNKNOWN_S: Final = 2.0
"""chosen: so long probes are waited for; where they stay undecided, cautious rates must do."""
HEARTBEAT_BPS: Final = 4_000
"""chosen: 2.5 kB every 5 s, headers included; at 64 kbit/s each 1 kbit/s more is 2 s of a still."""

_RESERVE_BPS: Final = 2_500  # a reading and a report a second, sealed, with headers
_RESERVE_SHARE: Final = 0.03  # chosen: feedback, which comes the denser the faster the line
_RESERVE_MOST_BPS: Final = 12_000
_HEARTBEAT_FROM_BPS: Final = 20_000  # chosen: with less the picture pauses while a still passes
_MOTION_FROM_BPS: Final = 140_000  # chosen: what a still of 200 kB needs to pass in 13 s
_RADIO_MOTION_FROM_BPS: Final = 90_000
"""chosen: where the rate wanders nobody knows how long a still takes; the picture goes on. From
45,000 on it would cost a still on 3g-weak 6 of 38 s, for 0.3 pictures a second."""
_RADIO_JITTER_S: Final = 0.008  # chosen: far above what a wire's own queue does to small packets
_LONG_RUN_S: Final = 15.0
"""chosen: what a line's first seconds asked for may look worse than need be for all the rest; so
often a key frame is paid for any gain. On adsl-rural 640x480 was 8 VMAF above 400x300."""
VOICE_HOLD_S: Final = 6.0  # chosen: each change of packet duration may be heard
_MOTION_BPS: Final = 30_000  # the ladder makes 8 pictures a second of it; 5 and more arrive
_PICTURE_BESIDE_STILL: Final[Mapping[Preference, float]] = {
    Preference.BALANCED: 0.12,
    Preference.SHARP: 0.3,
    Preference.SMOOTH: 0.5,
    Preference.STILL_FIRST: 0.0,
}
"""chosen: fraction of what voice and readings leave."""


class Ladder(Protocol):
    """Chooses a picture rung for a rate; `ladder.best_rung` is one."""

    def __call__(
        self,
        picture_bps: int,
        preference: Preference,
        content: Content,
        limits: PictureLimits,
        current: PictureRung | None = None,
    ) -> PictureRung | None:
        """The rung for this rate on the line; None: too little for any picture."""


class Allocator:
    """Makes the plans of one connection: rungs go down at once and up when a gain lasts."""

    def __init__(self, ladder: Ladder = best_rung) -> None:
        self._ladder = ladder
        self._steady = SteadyRate()
        self._steady_voice = SteadyRate(VOICE_HOLD_S)
        self._voice = VoiceLadder()
        self._picture: PictureRung | None = None
        self._picture_since_s = 0.0
        self._asked: tuple[int, Preference, Content, PictureLimits] | None = None
        self._was_known = False
        self._begun_s: float | None = None

    def plan(self, estimate: LineEstimate, wishes: Wishes, now_s: float) -> Plan:
        """How to use the line from now on; ask again with every new estimate or wish."""
        send_bps = _send_bps(estimate, wishes)
        if estimate.is_silent:
            return self._silent_plan(send_bps, wishes)
        if estimate.is_known and not self._was_known:
            self._begin_again()
        self._was_known = estimate.is_known
        return self._shared_plan(send_bps, estimate, wishes, now_s)

    def _silent_plan(self, send_bps: int, wishes: Wishes) -> Plan:
        """A trickle; when the line is heard again, what it then says holds at once."""
        self._begin_again()
        self._picture = None
        return Plan(
            send_bps=min(send_bps, SILENT_BPS),
            voice=SMALLEST[wishes.link_layer],
            picture=None,
            picture_bps=0,
            still_bps=0,
            bulk_bps=0,
            cap_bps=wishes.cap_bps,
            is_silent=True,
        )

    def _shared_plan(
        self, send_bps: int, estimate: LineEstimate, wishes: Wishes, now_s: float
    ) -> Plan:
        voice_bps = send_bps
        if self._is_guessing(estimate, wishes, now_s):
            # The rate itself is left: trains that probe the line are paid from it too.
            voice_bps, wishes = min(send_bps, UNKNOWN_BPS), replace(wishes, limits=None)
        voice = self._voice_rung(voice_bps, estimate, wishes, now_s)
        left_bps = _left_bps(send_bps, voice, wishes)
        steady_left_bps = _left_bps(self._steady.after(send_bps, now_s), voice, wishes)
        asked_bps = _picture_bps(steady_left_bps, wishes, is_radio=_is_radio(estimate, wishes))
        self._picture = self._rung(asked_bps if left_bps else 0, wishes, now_s)
        picture_bps = 0 if self._picture is None else min(asked_bps, left_bps)
        left_bps -= picture_bps
        return Plan(
            send_bps=send_bps,
            voice=voice,
            picture=self._picture,
            picture_bps=picture_bps,
            still_bps=left_bps if wishes.is_still_waiting else 0,
            bulk_bps=0 if wishes.is_still_waiting else left_bps,
            cap_bps=wishes.cap_bps,
        )

    def _is_guessing(self, estimate: LineEstimate, wishes: Wishes, now_s: float) -> bool:
        """Nothing is known of the line, and it is worth waiting for."""
        self._begun_s = now_s if self._begun_s is None else self._begun_s
        is_young = now_s - self._begun_s < UNKNOWN_S
        return is_young and not (estimate.is_known or wishes.is_seeded)

    def _voice_rung(
        self, voice_bps: int, estimate: LineEstimate, wishes: Wishes, now_s: float
    ) -> VoiceRung:
        return self._voice.rung(
            self._steady_voice.after(voice_bps, now_s),
            estimate,
            wishes.link_layer,
            now_s,
            is_still_waiting=wishes.is_still_waiting,
        )

    def _begin_again(self) -> None:
        self._steady.forget()
        self._steady_voice.forget()
        self._voice.forget()

    def _rung(self, picture_bps: int, wishes: Wishes, now_s: float) -> PictureRung | None:
        if wishes.limits is None or picture_bps == 0:
            return None
        limits = replace(wishes.limits, link=wishes.link_layer)
        asked = (picture_bps, _ladder_preference(wishes), wishes.content, limits)
        is_settled = now_s - self._picture_since_s >= _LONG_RUN_S
        if asked == self._asked and self._picture is not None and not is_settled:
            return self._picture
        self._asked = asked
        rung = self._ladder(*asked, self._picture)
        if is_settled and _size(best := self._ladder(*asked)) != _size(rung):
            rung = best
        if is_settled or _size(rung) != _size(self._picture):
            self._picture_since_s = now_s
        return rung


def _size(rung: PictureRung | None) -> tuple[int, int] | None:
    return None if rung is None else (rung.width, rung.height)


def reserve_bps(send_bps: int) -> int:
    """What readings, reports and feedback take of the line."""
    return min(_RESERVE_MOST_BPS, int(_RESERVE_BPS + send_bps * _RESERVE_SHARE))


def _send_bps(estimate: LineEstimate, wishes: Wishes) -> int:
    send_bps = int(estimate.usable_bps * (1 - wishes.headroom))
    return send_bps if wishes.cap_bps is None else min(send_bps, wishes.cap_bps)


def _ladder_preference(wishes: Wishes) -> Preference:
    """Beside a still the picture need but show that it goes on; sharpness is the still's."""
    if wishes.is_still_waiting and wishes.prevailing is Preference.BALANCED:
        return Preference.SMOOTH
    return wishes.prevailing


def _left_bps(send_bps: int, voice: VoiceRung, wishes: Wishes) -> int:
    """What voice and readings leave."""
    return max(
        0,
        send_bps
        - line_bps(voice, wishes.link_layer)
        - max(reserve_bps(send_bps), wishes.others_bps),
    )


def _is_radio(estimate: LineEstimate, wishes: Wishes) -> bool:
    return wishes.link_layer is LinkLayer.MOBILE or estimate.jitter_s >= _RADIO_JITTER_S


def _picture_bps(left_bps: int, wishes: Wishes, *, is_radio: bool) -> int:
    """The picture's part of what voice and readings leave."""
    if not wishes.is_still_waiting:
        return left_bps
    motion_from_bps = _RADIO_MOTION_FROM_BPS if is_radio else _MOTION_FROM_BPS
    share_bps = int(left_bps * _PICTURE_BESIDE_STILL[wishes.prevailing])
    if wishes.prevailing is Preference.BALANCED:
        share_bps = max(share_bps, _MOTION_BPS) if left_bps >= motion_from_bps else 0
    heartbeat_bps = HEARTBEAT_BPS if left_bps >= _HEARTBEAT_FROM_BPS else 0
    return max(share_bps, heartbeat_bps)
