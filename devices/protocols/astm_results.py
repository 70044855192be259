"""What the records of analysers and meters mean: senders, results, controls.

Source: E1394/LIS02 as described in `devices.protocols.astm_records`; the fields as public interface
descriptions of the Afinion 2, DCA Vantage, cobas c111 and Contour use them.
"""

import re
from datetime import datetime
from typing import Final

from devices.protocols.astm_records import Record, moment
from devices.readings import Identified, Kind, LabResult, Mark, Origin, Quality, Reading, Vital

_NO_RESULT: Final = ("X", "I", "N")
"""R-9: cannot be done, pending, needs more."""
_PRELIMINARY: Final = ("P", "S")
_QUESTIONABLE_STATUS: Final = "W"
_QUESTIONABLE_FLAG: Final = "!"
"""Afinion: the result is ambiguous."""
_NO_VALUE: Final = re.compile(r"|X|[*.?#_]|[-*.?#_\s]{2,}|[<>](?!=?\s*\d+([.,]\d+)?$).*")
"""R-4 without a result: ``---``, a bound of nothing. A single dash may be a strip's negative."""
_METER_TEST: Final = "Glucose"
_METER_UNITS: Final = {"mg/dL": Vital.GLUCOSE, "mmol/L": Vital.GLUCOSE_MOLAR}
_METER_MARKS: Final = {"B": Mark.BEFORE_MEAL, "A": Mark.AFTER_MEAL}
_LOINC: Final = {
    ("hba1c", "%"): "4548-4",
    ("hba1c", "mmol/mol"): "59261-8",
    ("crp", "mg/l"): "1988-5",
}


def sender_of(header: Record) -> Identified | None:
    """H-5 as model^versions^serial; Roche puts its own name, type and protocol between."""
    parts = dict(enumerate(header.components(5)))
    name, versions, serial = (parts.get(place, "") for place in range(3))
    if versions == "Roche" and serial:
        name, versions, serial = f"Roche {serial}", parts.get(3, ""), parts.get(5, "")
    kind = Kind.GLUCOMETER if name.lower().startswith(("bayer", "contour")) else Kind.ANALYSER
    return Identified(name, serial or None, versions or None, kind) if name else None


def is_control_order(order: Record) -> bool:
    """O-12 says quality control, O-16 names such a specimen, or O-4 a rack for controls."""
    is_specimen = order.components(16)[0].upper() in {"Q", "QC", "CONTROL"}
    return "Q" in order.field(12) or is_specimen or "QC" in order.components(4)[1:]


def is_of_meter(result: Record) -> bool:
    """A Contour names its reference method behind the unit: ``mg/dL^P``."""
    unit, *method = result.components(5)
    return _METER_TEST in result.components(3) and unit in _METER_UNITS and bool(method)


def is_whole(result: Record) -> bool:
    """Whether a Contour's result reaches to its last field, R-9, the time."""
    return re.fullmatch(r"\d{12}(\d\d)?", result.field(9), re.ASCII) is not None


def meter_reading(result: Record, record: int, now: datetime) -> Reading:
    """A Contour's result; its flags are letters, ``B/X``, a range flag or ``C`` for control."""
    flags = result.field(7)
    marks = {mark for flag, mark in _METER_MARKS.items() if flag in flags.split("/")}
    if "C" in flags:
        marks.add(Mark.CONTROL)
    value, quality = _metered(result.field(4), flags)
    return Reading(
        _METER_UNITS[result.components(5)[0]],
        value,
        quality,
        now,
        origin=Origin.STORED,
        record=record,
        measured_at=_measured_at(result),
        marks=frozenset(marks),
    )


def _metered(text: str, flags: str) -> tuple[float | None, Quality]:
    if "<" in flags + text or text == "LO":
        return None, Quality.TOO_LOW
    if ">" in flags + text or text == "HI":
        return None, Quality.TOO_HIGH
    if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII) is None:
        return None, Quality.NO_SIGNAL
    return float(text), Quality.GOOD


def lab_result(
    result: Record, record: int, now: datetime, header: Record, *, is_control: bool
) -> LabResult:
    """Any other result; `record` counts samples, `header` knows when the message was written."""
    test = next(filter(None, result.components(3)), "")
    unit = result.field(5) or None
    value, quality = _valued(result)
    return LabResult(
        test=test,
        value=value,
        unit=unit,
        quality=quality,
        taken_at=now,
        loinc=_LOINC.get((test.lower(), (unit or "").lower())),
        reference_range=result.field(6) or None,
        flags=result.field(7) or None,
        record=record,
        measured_at=_measured_at(result) or moment(header.field(14)),
        marks=frozenset({Mark.CONTROL}) if is_control else frozenset(),
    )


def _valued(result: Record) -> tuple[str | None, Quality]:
    """R-4, and how far the analyser vouches for it; a bound in the flags goes before a number."""
    value, flags, status = result.components(4)[0], result.field(7), result.field(9)[:1]
    if status in _NO_RESULT or _NO_VALUE.fullmatch(value):
        return None, Quality.NO_SIGNAL
    if flags in {"<", ">"} and value[0].isdigit():
        value = flags + value
    if status == _QUESTIONABLE_STATUS or _QUESTIONABLE_FLAG in flags:
        return value, Quality.WEAK
    return value, Quality.UNSTABLE if status in _PRELIMINARY else Quality.GOOD


def _measured_at(result: Record) -> datetime | None:
    """R-13, completed; else R-12, started; a Contour writes the time where the status belongs."""
    moments = (moment(result.field(number)) for number in (13, 12, 9))
    return next(filter(None, moments), None)
