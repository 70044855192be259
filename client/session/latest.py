"""What the instruments said last: current values, and apart from them what is none of the patient.

A value from an instrument's memory may be another person's, one made with a control solution is
nobody's: neither ever takes the place of a current value.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from client.session.snapshot import InstrumentView, ResultView, VitalView
from devices.readings import LabResult, Mark, Origin, Reading, Vital

LIVE: Final = timedelta(seconds=3)
"""A reading of a streaming instrument is live for so long; three of its once-a-second words."""
PLETH_SAMPLES: Final = 240
"""Four seconds at 60 Hz."""
KEPT: Final = 200
"""Values shown apart, and results; the oldest go first."""


class Latest:
    """Takes its time from `now`; one current value for each vital sign of each instrument."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._vitals: dict[tuple[int, Vital], VitalView] = {}
        self._apart: list[VitalView] = []
        self._results: list[ResultView] = []
        self._pleth = bytearray()
        self._pleth_at: datetime | None = None
        self._pleth_of: int | None = None

    @property
    def vitals(self) -> tuple[VitalView, ...]:
        """Live only while they really are; of one vital sign the one to look at first is last."""
        now = self._now()
        views = (
            replace(view, is_live=view.is_live and now - view.taken_at < LIVE)
            for view in self._vitals.values()
        )
        return tuple(sorted(views, key=lambda view: (view.is_live, view.taken_at)))

    @property
    def apart(self) -> tuple[VitalView, ...]:
        """From memories and of control solutions; the newest last."""
        return tuple(self._apart)

    @property
    def results(self) -> tuple[ResultView, ...]:
        """Of laboratory tests; the newest last."""
        return tuple(self._results)

    @property
    def pleth(self) -> bytes:
        """The last four seconds of the plethysmogram; empty when it is not live."""
        return bytes(self._pleth) if self._has_pleth() else b""

    def read(self, instrument: InstrumentView, reading: Reading) -> None:
        """An instrument told a value."""
        view = VitalView(
            *(reading.vital, reading.value, reading.quality, instrument.model, reading.taken_at),
            is_live=reading.origin is Origin.LIVE,
            instrument=instrument.id,
            serial=instrument.serial,
            origin=reading.origin,
            record=reading.record,
            measured_at=reading.measured_at,
            marks=reading.marks,
            sent_as=reading.sent_as,
        )
        if is_current(reading):
            self._vitals[instrument.id, reading.vital] = view
        else:
            self._apart.append(view)
            del self._apart[:-KEPT]

    def result(self, instrument: InstrumentView, result: LabResult) -> None:
        """An analyser told a result."""
        self._results.append(ResultView(result, instrument.model, instrument.serial))
        del self._results[:-KEPT]

    def draw(self, instrument: InstrumentView, samples: bytes) -> bool:
        """More of the plethysmogram; false for the second of two oximeters that both draw."""
        if self._pleth_of != instrument.id:
            if self._has_pleth():
                return False
            self._pleth.clear()
            self._pleth_of = instrument.id
        self._pleth += samples
        del self._pleth[:-PLETH_SAMPLES]
        self._pleth_at = self._now()
        return True

    def lost(self, instrument: InstrumentView) -> None:
        """Its cable was pulled: nothing of it is live."""
        for key, view in self._vitals.items():
            if key[0] == instrument.id:
                self._vitals[key] = replace(view, is_live=False)
        if self._pleth_of == instrument.id:
            self._pleth.clear()
            self._pleth_at = None

    def _has_pleth(self) -> bool:
        return self._pleth_at is not None and self._now() - self._pleth_at < LIVE


def is_current(reading: Reading) -> bool:
    """Whether it is a value of the person who is examined now."""
    return reading.origin is not Origin.STORED and Mark.CONTROL not in reading.marks
