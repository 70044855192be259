"""The site's line: measured before a call, adapted to during it, told of once a second."""

import asyncio
from collections.abc import Callable

from client import clock
from client.core.adaptation.estimator import LineSeed
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import Preference
from client.core.adaptation.snapshot import EngineSnapshot
from client.core.record import milliseconds
from client.core.wire import LinkReport, PageReport
from client.net.peer import Peer
from client.session.adaptation import Adaptation, LineSettings
from client.session.engine import EngineWatch
from client.session.events import EventLog
from client.session.keeping import RecordKeeper
from client.session.line_check import LineCheck, expected_limits
from client.session.machine import Machine
from client.session.media import EndMedia
from client.session.reporting import Reporter, ReportPace, link_report
from client.session.snapshot import LineCheckView
from client.session.upkeep import keep_small


class SiteLine:
    """Everything the media engine needs of a site, with one owner."""

    def __init__(  # noqa: PLR0913 -- all but four by name
        self,
        media: EndMedia,
        keeper: RecordKeeper,
        events: EventLog,
        settings: LineSettings,
        *,
        relay_url: str,
        link_layer: LinkLayer | None,
        peer: Callable[[], Peer | None],
        is_still_waiting: Callable[[], bool],
        say: Callable[[LinkReport], None],
        on_engine: Callable[[EngineSnapshot], None],
    ) -> None:
        """`link_layer` is what the person said of the line; `peer` the connection in use."""
        self._media = media
        self._say = say
        self._on_engine = on_engine
        self._heard: PageReport | None = None
        self._pace = ReportPace()
        self._adaptation = Adaptation(
            media,
            settings,
            peer=peer,
            is_still_waiting=is_still_waiting,
            now_s=clock.monotonic_s,
        )
        self._check = LineCheck(
            relay_url,
            settings,
            events,
            link_layer=link_layer,
            limits=lambda: expected_limits(media),
            on_found=self._adaptation.learn,
        )
        self._machine = Machine(media)
        watch = EngineWatch(
            media,
            self._adaptation,
            self._machine,
            peer=peer,
            heard=lambda: self._heard,
            own_up_bps=lambda: found.up_bps if (found := self._check.found) else None,
            own_down_bps=lambda: self._check.down_bps,
            now_s=clock.monotonic_s,
        )
        self._reporter = Reporter(media, keeper, events, look=watch.look, on_look=self._report)

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._machine.try_encoders())
            tasks.create_task(self._adaptation.run())
            tasks.create_task(self._reporter.run())
            tasks.create_task(keep_small())

    async def close(self) -> None:
        """End a measurement under way."""
        await self._check.close()

    def measure(self) -> None:
        """Measure the line to the relay; a call has it for itself."""
        self._check.begin()

    def stop_measuring(self) -> None:
        """Give the line back."""
        self._check.stop()

    @property
    def measured(self) -> LineCheckView:
        """How far the measurement is, or what it found."""
        return self._check.view

    @property
    def send_bps(self) -> int | None:
        """What may be sent now, all lanes together; `None` before the first connection."""
        return self._adaptation.send_bps

    @property
    def seed(self) -> LineSeed | None:
        """What the next connection may begin with."""
        return self._adaptation.seed

    def hear(self, report: PageReport | None) -> None:
        """What the GP's end receives; `None`: it is not heard any more."""
        self._heard = report

    def wish(self, preference: str) -> None:
        """What the GP wants most of the picture."""
        self._adaptation.prefer(preference)

    def override(self, preference: Preference | None) -> None:
        """What the person at the bedside chose instead; `None`: as the GP wishes."""
        self._adaptation.override = preference

    def note_lag(self, late_s: float) -> None:
        """The event loop woke up so late."""
        self._machine.note_lag(late_s)

    def _report(self, engine: EngineSnapshot) -> None:
        report = link_report(engine, self._media, sent_ms=milliseconds(clock.now()))
        if self._pace.takes(report):
            self._say(report)
        self._on_engine(engine)
