"""What of the instruments' words goes to the GP, as which message, and when.

Values that stream are thinned (`client.session.pace`); a single measurement always goes, once. What
still moves on a scale and what was made with a control solution never goes: it is nobody's value.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from client.core import wire
from client.core.record import milliseconds
from client.session.pace import Pace
from client.session.snapshot import InstrumentView
from devices.readings import LabResult, Mark, Origin, Quality, Reading, Vital

CROWDED: Final = 300
"""Messages waiting; chosen: a hundred seconds without a line, with three readings a second, which
then take six seconds of the thinnest line."""
STORED_WAITING: Final = 200
"""chosen: what comes from a memory leaves most of the outbox (4 096) to what is measured now."""
MAX_BACKLOG: Final = 2_000
"""chosen: the largest memory we know holds 1 000 records of two values."""

Spoken = Reading | LabResult


class Dispatch:
    """Holds back what may not leave yet, and what a memory told faster than it is taken."""

    def __init__(self, say: Callable[[wire.Message], None], waiting: Callable[[], int]) -> None:
        """`waiting`: how many durable messages the GP has not acknowledged."""
        self._say = say
        self._waiting = waiting
        self._pace = Pace()
        self._is_open = False
        self._introduced: set[tuple[int, str | None]] = set()
        self._current: dict[tuple[int, Vital], wire.Message] = {}
        self._backlog: list[wire.Message] = []

    def open(self) -> None:
        """From now on things are sent: first what was measured last."""
        self._is_open = True
        for message in self._current.values():
            self._say(message)
        self._current.clear()
        self.go_on()

    def stop(self) -> None:
        """From now on nothing leaves any more."""
        self._is_open = False

    def send_again(self) -> None:
        """Whatever streams next is worth sending, however lately it was sent."""
        self._pace.send_again()

    def take(self, instrument: InstrumentView, spoken: Spoken) -> None:
        """An instrument said something."""
        if spoken.quality is Quality.UNSTABLE or Mark.CONTROL in spoken.marks:
            return
        message = message_of(instrument, spoken)
        if isinstance(spoken, LabResult) or spoken.origin is Origin.STORED:
            self._backlog.append(message)
            del self._backlog[:-MAX_BACKLOG]
            self.go_on()
        elif not self._is_open:
            self._current[instrument.id, spoken.vital] = message
        elif spoken.origin is Origin.SPOT:
            self._say(message)
        elif self._is_due(instrument, spoken):
            self._say(self._short(instrument, message))

    def _short(self, instrument: InstrumentView, message: wire.Message) -> wire.Message:
        """A stream's firmware is told with its first value only: it would be told every second."""
        key = instrument.id, instrument.firmware
        if key not in self._introduced or not isinstance(message, wire.Measured):
            self._introduced.add(key)
            return message
        return replace(message, firmware=None)

    def _is_due(self, instrument: InstrumentView, reading: Reading) -> bool:
        is_crowded = self._waiting() > CROWDED
        return self._pace.is_due(instrument.id, reading, is_crowded=is_crowded)

    def go_on(self) -> None:
        """The GP has taken something: more of the backlog may leave."""
        while self._backlog and self._is_open and self._waiting() < STORED_WAITING:
            self._say(self._backlog.pop(0))


def message_of(instrument: InstrumentView, spoken: Spoken) -> wire.Message:
    """The reading or result as it travels."""
    if isinstance(spoken, LabResult):
        return _result(instrument, spoken)
    return _value(instrument, spoken)


def _result(instrument: InstrumentView, result: LabResult) -> wire.LabResult:
    return wire.LabResult(
        test=result.test,
        value=result.value,
        unit=result.unit,
        quality=result.quality.value,
        taken_ms=milliseconds(result.taken_at),
        model=instrument.model,
        serial=instrument.serial,
        origin=result.origin.value,
        record=result.record,
        measured_at=_own_time(result),
        marks=_marks(result),
        loinc=result.loinc,
        reference_range=result.reference_range,
        flags=result.flags,
        firmware=instrument.firmware,
    )


def _value(instrument: InstrumentView, reading: Reading) -> wire.Measured:
    return wire.Measured(
        vital=reading.vital.code,
        value=reading.value,
        unit=reading.vital.ucum,
        quality=reading.quality.value,
        taken_ms=milliseconds(reading.taken_at),
        model=instrument.model,
        serial=instrument.serial,
        origin=reading.origin.value,
        record=reading.record,
        measured_at=_own_time(reading),
        marks=_marks(reading),
        sent_as=reading.sent_as,
        firmware=instrument.firmware,
    )


def _own_time(spoken: Spoken) -> str | None:
    """What the instrument's own clock said."""
    return spoken.measured_at.isoformat() if spoken.measured_at else None


def _marks(spoken: Spoken) -> list[str]:
    return sorted(mark.value for mark in spoken.marks)
