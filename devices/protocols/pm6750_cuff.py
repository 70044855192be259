"""A blood pressure measurement of the PM6750: asked for, followed, told once.

Source: Berry, "PM6750 manual", as quoted by the public project Abrunacci/berry_med: status bits 2
to 5 are the state, the cuff pressure is half of what it is in mmHg, then systolic, mean and
diastolic pressure; twice a second.
"""

from datetime import datetime, timedelta
from typing import Final

from devices.driver import Request
from devices.protocols import pm6750
from devices.protocols.pm6750 import Command, CuffState
from devices.readings import (
    Alive,
    CuffPressure,
    Event,
    Failed,
    Origin,
    Quality,
    Reading,
    Send,
    Vital,
)

BEGUN_WITHIN: Final = timedelta(seconds=5)
"""chosen: ten of the packets that tell how it goes."""
MEASURED_WITHIN: Final = timedelta(seconds=120)
"""chosen: longer than any measurement that succeeds; the cuff is then emptied."""

_VALUES: Final = (Vital.SYSTOLIC, Vital.MEAN_PRESSURE, Vital.DIASTOLIC)


class Cuff:
    """Starts and stops the measurement, and knows which result is new."""

    def __init__(self) -> None:
        self._is_hosted = False
        self._asked_at: datetime | None = None
        self._is_measuring = False
        self._is_stopped = False
        """The host stopped it, and the module has not said so yet."""
        self._told: bytes | None = None
        """The last result, told or left alone, while nothing was measured since."""
        self._record = 0

    def begin_session(self) -> None:
        """The host commands: only what is measured from now on is told."""
        self._is_hosted = True

    def measure(self, now: datetime) -> list[Event]:
        """Fill the cuff; a measurement under way goes on."""
        if self._asked_at is not None:
            return []
        self._asked_at = now
        self._is_measuring = False
        self._is_stopped = False
        return [Send(pm6750.command(Command.PRESSURE, 1))]

    def stop(self) -> list[Event]:
        """Empty the cuff, whatever it does."""
        self._asked_at = None
        self._is_measuring = False
        self._is_stopped = True
        return [Send(pm6750.command(Command.PRESSURE, 0))]

    def tick(self, now: datetime) -> list[Event]:
        """Give up a measurement that does not begin or does not end."""
        limit = MEASURED_WITHIN if self._is_measuring else BEGUN_WITHIN
        if self._asked_at is None or now - self._asked_at < limit:
            return []
        return [*self.stop(), Failed(Request.MEASURE.value)]

    def heard(self, data: bytes, now: datetime) -> list[Event]:
        """What a pressure packet says: how far the cuff is filled, or the result."""
        state = data[0] >> 2 & 0xF
        if state == CuffState.MEASURING:
            self._is_measuring = not self._is_stopped
            self._told = None
            return [CuffPressure(2 * data[1])]
        self._is_stopped = False
        if state == CuffState.FINISHED:
            return self._finished(data[2:5], now)
        is_failure = self._is_measuring and state not in (
            CuffState.INITIALISING,
            CuffState.INITIALISED,
        )
        return self._failed() if is_failure else [Alive()]

    def _finished(self, result: bytes, now: datetime) -> list[Event]:
        is_news = self._is_measuring or (not self._is_hosted and any(result))
        if not is_news or result == self._told:
            return [Alive()]
        origin = Origin.SPOT if self._is_measuring else Origin.STORED
        self._is_measuring = False
        self._asked_at = None
        self._told = result
        self._record += 1
        return [
            self._reading(vital, value, origin, now)
            for vital, value in zip(_VALUES, result, strict=True)
        ]

    def _failed(self) -> list[Event]:
        """The module gave up: cuff loose or too full, movement, no result, or its own stop key."""
        was_asked = self._asked_at is not None
        self._is_measuring = False
        self._asked_at = None
        return [Failed(Request.MEASURE.value)] if was_asked else [Alive()]

    def _reading(self, vital: Vital, value: int, origin: Origin, now: datetime) -> Reading:
        quality = Quality.GOOD if value else Quality.NO_SIGNAL
        return Reading(vital, value or None, quality, now, origin=origin, record=self._record)
