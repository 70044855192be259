"""Masimo pulse oximeters set to "ASCII 1" (Rad-5, Rad-8, Radical-7).

Source: Masimo, Rad-8 operator's manual; five lines of a Rad-8 and examples of a Rad-5 and a
    Radical-7 in public projects: see `devices.protocols.masimo`.
Reads: SpO2 (%), pulse rate (/min), perfusion index (%), live; the same from a trend download, as
    stored; the instrument's own time, serial number, low battery.
Leaves out: SpHb, SpCO, SpMet, SpOC, PVI, DESAT, PIDELTA; limit alarms, which are not ours to
    repeat; "ASCII 2", which has to be asked for.

The instrument only talks. No sensor, a sensor off the patient or one it cannot use: no signal,
whatever the values say. Pulse search: searching. Low perfusion, low signal IQ, interference,
ambient light: weak. A value of 000 is none, even where no exception says why.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, Final

from devices.driver import Line, SerialSettings
from devices.protocols import masimo, text_lines
from devices.readings import (
    Event,
    Identified,
    Kind,
    Mark,
    Origin,
    Quality,
    Reading,
    Resynced,
    Vital,
)

MAKER: Final = "Masimo"


class Driver(text_lines.Talker):
    """Decodes one line a second, and trend downloads."""

    MODEL: ClassVar[str] = "Masimo Rad-5, Rad-8, Radical-7 (ASCII 1)"
    KIND: ClassVar[Kind] = Kind.OXIMETER
    LINE: ClassVar[Line] = SerialSettings(baud=9_600)
    VITALS: ClassVar[tuple[Vital, ...]] = (Vital.SPO2, Vital.PULSE, Vital.PERFUSION_INDEX)

    def __init__(self) -> None:
        super().__init__(masimo.MOST_BYTES, self._decoded)
        self._identified: Identified | None = None
        self._records = 0

    def _decoded(self, text: str, now: datetime) -> list[Event]:
        record = masimo.record(text)
        if record is None:
            return [Resynced(len(text))]
        self._records += record.is_stored
        number = self._records if record.is_stored else None
        return [*self._introduced(record.serial), *_readings(record, number, now)]

    def _introduced(self, serial: str | None) -> list[Event]:
        known = Identified(MAKER, serial)
        if self._identified == known or (self._identified is not None and serial is None):
            return []
        self._identified = known
        return [known]


def _readings(record: masimo.Record, number: int | None, now: datetime) -> Iterator[Reading]:
    values: list[tuple[Vital, float | None]] = [
        (Vital.SPO2, record.spo2),
        (Vital.PULSE, record.pulse),
    ]
    if record.has_perfusion:
        values.append((Vital.PERFUSION_INDEX, record.perfusion))
    given = Quality.WEAK if record.is_weak else Quality.GOOD
    for vital, value in values:
        quality = record.why_nothing or (given if value is not None else Quality.NO_SIGNAL)
        yield Reading(
            vital,
            value if quality is given else None,
            quality,
            now,
            origin=Origin.STORED if record.is_stored else Origin.LIVE,
            record=number,
            measured_at=record.measured_at,
            marks=frozenset({Mark.LOW_BATTERY}) if record.is_battery_low else frozenset(),
        )
