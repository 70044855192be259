"""What the line can carry, turned ten times a second into what camera, voice and connection do."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from client.core.adaptation.allocator import Allocator
from client.core.adaptation.estimator import LineSeed
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.observation import LineEstimate
from client.core.adaptation.plan import Plan, Preference
from client.core.adaptation.preflight.measurement import LineMeasurement
from client.core.adaptation.wishes import DEFAULT_HEADROOM, Wishes
from client.core.lanes import Lane, LaneCount
from client.net.peer import Peer
from client.session.media import EndMedia

OTHERS_S: Final = 3.0
"""chosen: long enough for what is sent once in two seconds."""
TURN_S: Final = 0.1
"""chosen: about as often as the peer's feedback comes."""


_OTHERS: Final = (Lane.CONTROL, Lane.READINGS)


@dataclass(frozen=True, slots=True)
class LineSettings:
    """What the shop says of its line."""

    link_layer: LinkLayer = LinkLayer.ETHERNET
    headroom: float = DEFAULT_HEADROOM
    """Fraction of the line left to the shop's own traffic."""
    cap_bps: int | None = None
    """Nothing is ever sent above it."""


@dataclass(frozen=True, slots=True)
class LineView:
    """What the engine knew and decided at its last turn."""

    estimate: LineEstimate
    plan: Plan


class _Others:
    """What the lanes above still and picture, voice left aside, took of the line lately."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, lanes: Mapping[Lane, LaneCount], now_s: float) -> None:
        """The counts at this moment."""
        self._seen.append((now_s, sum(lanes[lane].bytes_sent for lane in _OTHERS)))
        while now_s - self._seen[0][0] > OTHERS_S:
            self._seen.popleft()

    @property
    def bps(self) -> int:
        """Bits per second on the line."""
        (began_s, before), (now_s, sent) = self._seen[0], self._seen[-1]
        return round(8 * (sent - before) / (now_s - began_s)) if now_s > began_s else 0


class Adaptation:
    """The loop of the media engine; its rules are `client.core.adaptation`'s."""

    def __init__(
        self,
        media: EndMedia,
        settings: LineSettings,
        *,
        peer: Callable[[], Peer | None],
        is_still_waiting: Callable[[], bool],
        now_s: Callable[[], float],
    ) -> None:
        """`peer` is the connection in use."""
        self._media = media
        self._settings = settings
        self._peer = peer
        self._is_still_waiting = is_still_waiting
        self._now_s = now_s
        self._planned_for: Peer | None = None
        self._allocator = Allocator()
        self._others = _Others()
        self._is_seeded = self._is_proven = False
        self.seed: LineSeed | None = None
        """What the next connection may begin with."""
        self.preference = Preference.BALANCED
        """What the GP asks for."""
        self.override: Preference | None = None
        """What the person at the bedside chose instead."""
        self.view: LineView | None = None
        """`None` before the first connection."""
        media.camera.may_encode = self._has_room
        media.camera.must_stand_alone = self._needs_key_frame

    @property
    def send_bps(self) -> int | None:
        """What the line is sent in all; `None` before the first connection."""
        return None if self.view is None else self.view.plan.send_bps

    def prefer(self, preference: str) -> None:
        """The GP asks for this; a word that is none of ours changes nothing."""
        if preference in set(Preference):
            self.preference = Preference(preference)

    def learn(self, measured: LineMeasurement) -> None:
        """The line was measured before a call: begin with that, and count its bytes that way."""
        self.seed = LineSeed(measured.up_bps)
        if measured.link_layer is not None:
            self._settings = replace(self._settings, link_layer=measured.link_layer)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self.turn()
            await asyncio.sleep(TURN_S)

    def turn(self) -> None:
        """Look at the line once and act on it."""
        peer = self._peer()
        estimate = None if peer is None else peer.estimate
        if peer is None or estimate is None:
            return
        if peer is not self._planned_for:
            self._planned_for, self._allocator = peer, Allocator()
            self._is_seeded = self._is_proven
            self._others = _Others()
        self._others.note(peer.statistics().lanes, self._now_s())
        plan = self._allocator.plan(estimate, self._wishes(), self._now_s())
        peer.apply(plan, self._settings.link_layer)
        self._media.use(plan, loss_fraction=estimate.loss_fraction)
        if estimate.is_known:
            self.seed, self._is_proven = LineSeed(estimate.capacity_bps), True
        self.view = LineView(estimate, plan)

    def _wishes(self) -> Wishes:
        return Wishes(
            limits=self._media.picture_limits,
            preference=self.preference,
            override=self.override,
            content=self._media.camera.content,
            is_still_waiting=self._is_still_waiting(),
            cap_bps=self._settings.cap_bps,
            headroom=self._settings.headroom,
            is_seeded=self._is_seeded,
            others_bps=self._others.bps,
            link_layer=self._settings.link_layer,
        )

    def _needs_key_frame(self) -> bool:
        peer = self._peer()
        return peer is not None and peer.needs_key_frame

    def _has_room(self) -> bool:
        peer = self._peer()
        return peer is None or peer.has_room_for_picture
