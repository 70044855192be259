"""Values of a consultation's record as the exported files have them: readings and results."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar

from client.core.record import ConsultationRecord, Direction, moment
from client.core.wire import LabResult, Measured, Message
from devices.readings import Vital

_LOINC: Final = {vital.code: vital.loinc for vital in Vital}

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Kept(Generic[M]):
    """A message and when it was kept and confirmed."""

    message: M
    kept_at: datetime
    acknowledged_at: datetime | None


def kept_of(record: ConsultationRecord, direction: Direction, kind: type[M]) -> list[Kept[M]]:
    """Every message of this kind that went this way, by number."""
    return [
        Kept(kept.parcel.message, kept.kept_at, kept.acknowledged_at)
        for kept in record.parcels
        if kept.direction is direction and isinstance(kept.parcel.message, kind)
    ]


def time_of(at: datetime | None) -> str | None:
    """RFC 3339, UTC, to the millisecond: exactly what the journal's hashes are made of."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def readings_of(readings: list[Kept[Measured]]) -> Iterator[dict[str, Any]]:
    """Each with its instrument's firmware, which a stream tells only with its first value."""
    firmware: dict[tuple[str, str | None], str | None] = {}
    for kept in readings:
        instrument = kept.message.model, kept.message.serial
        firmware[instrument] = kept.message.firmware or firmware.get(instrument)
        yield _reading(kept) | {"firmware": firmware[instrument]}


def _reading(kept: Kept[Measured]) -> dict[str, Any]:
    reading = kept.message
    return {
        "vital": reading.vital,
        "loinc": _LOINC.get(reading.vital),
        "value": reading.value,
        "unit": reading.unit,
        "sent_as": reading.sent_as,
        **_source(kept),
    }


def result_of(kept: Kept[LabResult]) -> dict[str, Any]:
    """One laboratory result, as the analyser gave it."""
    result = kept.message
    return {
        "test": result.test,
        "loinc": result.loinc,
        "value": result.value,
        "unit": result.unit,
        "reference_range": result.reference_range,
        "flags": result.flags,
        **_source(kept),
    }


def _source(kept: Kept[Measured] | Kept[LabResult]) -> dict[str, Any]:
    """Where a value comes from, and its times; `measured_at` is the instrument's own, zoneless."""
    said = kept.message
    return {
        "quality": said.quality,
        "origin": said.origin,
        "record": said.record,
        "marks": said.marks,
        "measured_at": said.measured_at,
        "taken_at": time_of(moment(said.taken_ms)),
        "model": said.model,
        "serial": said.serial,
        "firmware": said.firmware,
        "acknowledged_at": time_of(kept.acknowledged_at),
    }
