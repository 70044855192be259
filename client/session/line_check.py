"""The line measured before a consultation: in the background, at any time to be stopped."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final, Protocol

from client.core.adaptation.ladder import PictureLimits
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.preflight.measurement import LineMeasurement
from client.core.adaptation.preflight.promise import USUAL_LIMITS, promised
from client.core.adaptation.wishes import Wishes
from client.errors import ChevetError
from client.media.capture import SourceState
from client.net.line_check import check_line
from client.session.adaptation import LineSettings
from client.session.events import EventLog
from client.session.media import ASSUMED_FRAMES_PER_S, EndMedia
from client.session.snapshot import LineCheckView

DOWN_HEADROOM: Final = 0.25
"""chosen: of the measured downlink, left to the shop's own traffic; it comes in bursts, and nobody
here holds it back as we do on the way up."""

_log: Final = logging.getLogger(__name__)


class Check(Protocol):
    """Measures a line; `client.net.line_check.check_line` is one."""

    def __call__(
        self,
        relay_url: str,
        on_progress: Callable[[float], None],
        link_layer: LinkLayer | None,
    ) -> Awaitable[LineMeasurement]:
        """`ChevetError` when it cannot be done."""


class LineCheck:
    """One site's measurements; the newest counts. Call it from the event loop only."""

    def __init__(  # noqa: PLR0913 -- all but three by name
        self,
        relay_url: str,
        settings: LineSettings,
        events: EventLog,
        *,
        link_layer: LinkLayer | None,
        limits: Callable[[], PictureLimits | None],
        on_found: Callable[[LineMeasurement], None],
        check: Check = check_line,
    ) -> None:
        """`link_layer`: what the person said of it, if anything; `limits`: of the camera."""
        self._relay_url = relay_url
        self._settings = settings
        self._link_layer = link_layer
        self._events = events
        self._limits = limits
        self._on_found = on_found
        self._check = check
        self._work: asyncio.Task[None] | None = None
        self.view = LineCheckView()
        self.found: LineMeasurement | None = None

    @property
    def down_bps(self) -> int | None:
        """What the other end may send to us; None: not measured."""
        if self.found is None or self.found.down_bps is None:
            return None
        return round(self.found.down_bps * (1 - DOWN_HEADROOM))

    def begin(self) -> None:
        """Measure, unless that is being done."""
        if self._work is None or self._work.done():
            self.view = LineCheckView(percent=0)
            self._work = asyncio.create_task(self._run())

    def stop(self) -> None:
        """Leave the line to others; what was found before still holds."""
        if self._work is not None:
            self._work.cancel()

    async def close(self) -> None:
        """Stop, and return once everything has ended."""
        self.stop()
        if self._work is not None:
            await asyncio.wait((self._work,))

    async def _run(self) -> None:
        try:
            found = await self._check(self._relay_url, self._progressed, self._link_layer)
        except ChevetError as error:
            self._events("line_unmeasured", reason=type(error).__name__)
            self.view = LineCheckView(failure=error)
        except asyncio.CancelledError:
            self.view = self._viewed()
            raise
        else:
            self.found = found
            self.view = self._viewed()
            self._tell(found)
            self._on_found(found)

    def _progressed(self, done: float) -> None:
        self.view = replace(self.view, percent=int(100 * done))

    def _viewed(self) -> LineCheckView:
        if self.found is None:
            return LineCheckView()
        wishes = Wishes(
            limits=self._limits(),
            cap_bps=self._settings.cap_bps,
            headroom=self._settings.headroom,
            link_layer=self.found.link_layer or LinkLayer.ETHERNET,
        )
        return LineCheckView(found=self.found, promise=promised(self.found, wishes))

    def _tell(self, found: LineMeasurement) -> None:
        _log.info("the line: %s", found)
        self._events(
            "line_measured",
            up_bps=found.up_bps,
            down_bps=found.down_bps,
            rtt_ms=round(1_000 * found.rtt_s),
            link_layer=found.link_layer,
        )


def expected_limits(media: EndMedia) -> PictureLimits | None:
    """What the camera will give once a picture may leave; None: there is no camera."""
    shape = media.camera.shape
    if shape is not None:
        pace = shape.frames_per_s or ASSUMED_FRAMES_PER_S
        return PictureLimits(shape.width, shape.height, pace, media.encoders_in_use)
    is_absent = media.camera.state is SourceState.ABSENT
    return None if is_absent else replace(USUAL_LIMITS, encoders=media.encoders_in_use)
