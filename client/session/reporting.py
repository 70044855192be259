"""Once a second: the line as the site sees it, told to the GP, and devices that stopped."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from client import clock
from client.core.lanes import Lane, LaneCount
from client.core.record import milliseconds
from client.core.wire import LinkReport
from client.net.peering import PeerStatistics
from client.session.adaptation import LineView
from client.session.events import EventLog
from client.session.keeping import RecordKeeper
from client.session.media import EndMedia
from client.store.journal import JournalEvent

REPORT_EVERY_S: Final = 1.0
THIN_BPS: Final = 64_000
"""Below it the GP hears every second report alone: each costs 3 kbit/s for a second. In between the
conversation breaks its silence by itself, at half of that."""
DOWN_BPS: Final = 250_000
"""chosen: what the GP's end may send while nobody has measured this site's downlink."""


class Reporter:
    """Looks at the line and at the devices once a second."""

    def __init__(  # noqa: PLR0913 -- all but three by name
        self,
        media: EndMedia,
        keeper: RecordKeeper,
        events: EventLog,
        *,
        statistics: Callable[[], PeerStatistics | None],
        view: Callable[[], LineView | None],
        on_report: Callable[[LinkReport], None],
    ) -> None:
        """`statistics` are the line's in use; `None` while there is none."""
        self._media = media
        self._keeper = keeper
        self._events = events
        self._statistics = statistics
        self._view = view
        self._on_report = on_report
        self._meter = LinkMeter(media)
        self._failed: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            self._note_failures()
            statistics = self._statistics()
            if statistics is not None:
                sent_ms = milliseconds(clock.now())
                self._on_report(self._meter.report(statistics, self._view(), sent_ms=sent_ms))

    def _note_failures(self) -> None:
        """R6316-4 asks for the technical incidents of the act (rules-fr.md, d-5)."""
        before, self._failed = self._failed, self._media.failed
        for device in sorted(self._failed - before):
            self._keeper.note(JournalEvent.DEVICE_FAILED, device=device)
            self._events("device_failed", device=device)


class ReportPace:
    """Which reports go to the GP: all, or on a thin line every second one."""

    def __init__(self) -> None:
        self._is_skipped = False

    def takes(self, report: LinkReport) -> bool:
        """Whether this one goes; ask once for each."""
        self._is_skipped = report.usable_bps < THIN_BPS and not self._is_skipped
        return not self._is_skipped


class LinkMeter:
    """Turns the peer connection's counters into rates; one reading a second."""

    def __init__(self, media: EndMedia) -> None:
        self._media = media
        self._last: PeerStatistics | None = None
        self._last_s = 0.0

    def report(
        self, statistics: PeerStatistics, view: LineView | None, *, sent_ms: int
    ) -> LinkReport:
        """What the site tells the GP about the line."""
        now_s = clock.monotonic_s()
        rates = self._rates(statistics, now_s - self._last_s)
        self._last, self._last_s = statistics, now_s
        return LinkReport(
            sent_ms=sent_ms,
            up_bps=sum(rates.values()),
            voice_bps=rates.get(Lane.VOICE, 0),
            picture_bps=rates.get(Lane.PICTURE, 0),
            still_bps=rates.get(Lane.STILL, 0),
            usable_bps=view.estimate.usable_bps if view else 0,
            queue_ms=round(1_000 * view.estimate.queue_s) if view else 0,
            loss_pct=round(100 * view.estimate.loss_fraction) if view else 0,
            down_bps=DOWN_BPS,
            picture=_picture(view),
            is_muted=self._media.is_muted,
            is_camera_off=self._media.is_camera_off,
            is_paused=self._media.is_paused,
        )

    def _rates(self, statistics: PeerStatistics, elapsed_s: float) -> dict[Lane, int]:
        before = self._last.lanes if self._last else {}
        return {
            lane: max(0, round((count.bytes_sent - _sent(before, lane)) * 8 / elapsed_s))
            for lane, count in statistics.lanes.items()
        }


def _sent(lanes: Mapping[Lane, LaneCount], lane: Lane) -> int:
    return lanes[lane].bytes_sent if lane in lanes else 0


def _picture(view: LineView | None) -> str:
    if view is None or view.plan.picture is None:
        return "none"
    return "heartbeat" if view.plan.picture.is_heartbeat else "live"
