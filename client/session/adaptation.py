"""What the line can carry, turned ten times a second into what camera, voice and connection do."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from client.core.adaptation.allocator import Allocator
from client.core.adaptation.estimator import LineSeed
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.observation import LineEstimate
from client.core.adaptation.plan import Plan, Preference
from client.core.adaptation.wishes import DEFAULT_HEADROOM, Wishes
from client.net.peer import Peer
from client.session.media import EndMedia

TURN_S: Final = 0.1
"""chosen: about as often as the peer's feedback comes."""


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


class Adaptation:
    """The loop of the media engine; its rules are `client.core.adaptation`'s."""

    def __init__(  # noqa: PLR0913 -- all but two by name
        self,
        media: EndMedia,
        settings: LineSettings,
        *,
        peer: Callable[[], Peer | None],
        is_still_waiting: Callable[[], bool],
        now_s: Callable[[], float],
        seed: LineSeed | None = None,
    ) -> None:
        """`peer` is the connection in use; `seed` what is known of the line before any call."""
        self._media = media
        self._settings = settings
        self._peer = peer
        self._is_still_waiting = is_still_waiting
        self._now_s = now_s
        self._planned_for: Peer | None = None
        self._allocator = Allocator()
        self.seed = seed
        """What the next connection may begin with."""
        self.preference = Preference.BALANCED
        """What the GP asks for."""
        self.override: Preference | None = None
        """What the person at the bedside chose instead."""
        self.view: LineView | None = None
        """`None` before the first connection."""
        media.camera.may_encode = self._has_room

    def prefer(self, preference: str) -> None:
        """The GP asks for this; a word that is none of ours changes nothing."""
        if preference in set(Preference):
            self.preference = Preference(preference)

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
        plan = self._allocator.plan(estimate, self._wishes(), self._now_s())
        peer.apply(plan, self._settings.link_layer)
        self._media.use(plan, loss_fraction=estimate.loss_fraction)
        if estimate.is_known:
            self.seed = LineSeed(estimate.capacity_bps)
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
            link_layer=self._settings.link_layer,
        )

    def _has_room(self) -> bool:
        peer = self._peer()
        return peer is None or peer.has_room_for_picture
