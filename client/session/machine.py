"""What this machine bears of the picture's encoding: tried at the start, watched at work."""

import asyncio
import logging
from collections.abc import Callable

from client import clock
from client.core.adaptation.ladder import EncoderLimit
from client.core.adaptation.snapshot import MachineView
from client.media.capture import SourceState
from client.media.cpu_guard import CpuGuard, Load
from client.media.probe import probe
from client.session.media import EndMedia

_log = logging.getLogger(__name__)

Probe = Callable[[tuple[str, ...]], tuple[EncoderLimit, ...]]


class Machine:
    """Tells one end's media what may be asked of its encoder; on the event loop."""

    def __init__(
        self,
        media: EndMedia,
        *,
        now_s: Callable[[], float] = clock.monotonic_s,
        worked_s: Callable[[], float] = clock.process_worked_s,
        try_encoders: Probe = probe,
    ) -> None:
        """`worked_s` is the processor time of the whole process, all threads together."""
        self._media = media
        self._now_s = now_s
        self._worked_s = worked_s
        self._try = try_encoders
        self._guard = CpuGuard()
        self._limits = media.encoders
        self._lag_s = 0.0
        self._looked_s = now_s()
        self._worked_before_s = worked_s()
        self._encoding_before_s = 0.0

    async def try_encoders(self) -> None:
        """Time the picture's encoders, off the event loop; nothing to do without a camera."""
        if self._media.camera.state is SourceState.ABSENT:
            return
        found = await asyncio.to_thread(self._try, tuple(self._media.flows.picture_codecs))
        for limit in found:
            _log.info(
                "%s preset %s: %.1f megapixels a second",
                limit.codec,
                limit.preset,
                limit.pixels_per_s / 1e6,
            )
        tried = {limit.codec for limit in found}
        self._limits = found + tuple(one for one in self._limits if one.codec not in tried)
        self._limit()

    def note_lag(self, late_s: float) -> None:
        """The event loop woke up so late."""
        self._lag_s = max(self._lag_s, late_s)

    def look(self) -> MachineView:
        """The load since the last look; call once a second, the limits follow it."""
        now_s, worked_s = self._now_s(), self._worked_s()
        encoding_s = self._media.camera.counts.encoding_s
        elapsed_s = max(1e-3, now_s - self._looked_s)
        load = Load(
            encoder_share=(encoding_s - self._encoding_before_s) / elapsed_s,
            process_share=(worked_s - self._worked_before_s) / elapsed_s,
            loop_lag_s=self._lag_s,
        )
        self._looked_s, self._worked_before_s, self._lag_s = now_s, worked_s, 0.0
        self._encoding_before_s = encoding_s
        self._guard.observe(load, now_s)
        self._limit()
        return MachineView(
            load.process_share, load.encoder_share, load.loop_lag_s, self._guard.factor
        )

    def _limit(self) -> None:
        self._media.encoders = self._guard.limited(self._limits)
