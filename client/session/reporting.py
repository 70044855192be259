"""Once a second: the engine is looked at, the GP told of the line, and devices that stopped."""

import asyncio
from collections.abc import Callable
from typing import Final

from client.core.adaptation.snapshot import EngineSnapshot
from client.core.lanes import Lane
from client.core.wire import LinkReport
from client.session.events import EventLog
from client.session.keeping import RecordKeeper
from client.session.media import EndMedia
from client.store.journal import JournalEvent

REPORT_EVERY_S: Final = 1.0
THIN_BPS: Final = 64_000
"""Below it the GP hears every second report alone: each costs 1.4 kbit/s for a second. In between
the conversation breaks its silence by itself, if nothing else is said."""


class Reporter:
    """Looks at the line and at the devices once a second."""

    def __init__(
        self,
        media: EndMedia,
        keeper: RecordKeeper,
        events: EventLog,
        *,
        look: Callable[[], EngineSnapshot | None],
        on_look: Callable[[EngineSnapshot], None],
    ) -> None:
        """`look` tells what the engine does; `None` before the first connection."""
        self._media = media
        self._keeper = keeper
        self._events = events
        self._look = look
        self._on_look = on_look
        self._failed: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            self._note_failures()
            if (seen := self._look()) is not None:
                self._on_look(seen)

    def _note_failures(self) -> None:
        """R6316-4 asks for the technical incidents of the act (rules-fr.md, d-5)."""
        before, self._failed = self._failed, self._media.failed
        for device in sorted(self._failed - before):
            self._keeper.note(JournalEvent.DEVICE_FAILED, device=device)
            self._events("device_failed", device=device)


class ReportPace:
    """Which reports go to the GP: all, or on a thin line every second one.

    And every change of what goes of the picture: a heartbeat must not be taken for a freeze.
    """

    def __init__(self) -> None:
        self._is_skipped = False
        self._told: str | None = None

    def takes(self, report: LinkReport) -> bool:
        """Whether this one goes; ask once for each."""
        is_news, self._told = report.picture != self._told, report.picture
        is_thin = report.usable_bps < THIN_BPS
        self._is_skipped = is_thin and not self._is_skipped and not is_news
        return not self._is_skipped


def link_report(engine: EngineSnapshot, media: EndMedia, *, sent_ms: int) -> LinkReport:
    """What the site tells the GP about the line."""
    estimate, picture = engine.estimate, engine.plan.picture
    is_beating = picture is not None and picture.is_heartbeat
    return LinkReport(
        sent_ms=sent_ms,
        up_bps=engine.up_bps,
        voice_bps=engine.lane_bps(Lane.VOICE),
        picture_bps=engine.lane_bps(Lane.PICTURE),
        still_bps=engine.lane_bps(Lane.STILL),
        usable_bps=estimate.usable_bps,
        queue_ms=round(1_000 * estimate.queue_s),
        loss_pct=round(100 * estimate.loss_fraction),
        down_bps=engine.down_bps,
        picture="none" if picture is None else "heartbeat" if is_beating else "live",
        beat_ms=round(1_000 / picture.frames_per_s) if picture and is_beating else 0,
        preference=engine.prevailing,
        weak=engine.weak,
        is_muted=media.is_muted,
        is_camera_off=media.is_camera_off,
        is_paused=media.is_paused,
    )
