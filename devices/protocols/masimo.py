"""Lines of Masimo's format "ASCII 1", live and from the trend memory, by the names of the fields.

Source: Masimo, Rad-8 and Rad-57 operator's manuals ("trend data format", exception bits); lines
    of a Rad-8 and examples of a Rad-5 and a Radical-7 in public projects, which also name the
    upper bits.

There is no checksum. Which fields there are, and how wide alarm and exception are, differs between
models, but in one line each has its exact width; a line with a field that has not yields nothing.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from devices.readings import Quality

MOST_BYTES: Final = 320
"""chosen: twice the longest line known, of a Radical-7 with every parameter."""

NO_SENSOR: Final = 0x01
SENSOR_OFF: Final = 0x20
PULSE_SEARCH: Final = 0x08
LOW_PERFUSION: Final = 0x04
INTERFERENCE: Final = 0x10
LOW_SIGNAL: Final = 0x400
_NO_SIGNAL: Final = (
    NO_SENSOR
    | SENSOR_OFF
    | 0x02  # defective sensor
    | 0x80  # unrecognised sensor
    | 0x100  # incompatible sensor
    | 0x1000  # no cable
    | 0x4000  # incompatible cable
    | 0x8000  # unrecognised cable
    | 0x10000  # defective cable
)
_SEARCHING: Final = PULSE_SEARCH | 0x20000  # sensor calibrating
_WEAK: Final = LOW_PERFUSION | INTERFERENCE | LOW_SIGNAL | 0x40  # ambient light
_LOW_BATTERY: Final = 0x40
"""Of the alarm word."""

_STAMP: Final = re.compile(r"(\d{2}/\d{2}/\d{2}) (\d{2}:\d{2}:\d{2}) +(\S.*)")
_FIELD: Final = re.compile(r"([A-Z][A-Z0-9]*)=([-+0-9A-Z.,:%]+)")
_SERIAL: Final = re.compile(r"\d{10}")
_SHAPES: Final = {
    "SPO2": re.compile(r"(\d{3}|-+)%?"),
    "BPM": re.compile(r"(\d{3}|-+)%?"),
    "PR": re.compile(r"(\d{3}|-+)"),
    "PI": re.compile(r"(\d{2}\.\d{2}|-+\.-+|-+)%?"),
    "SN": re.compile(r"(\S+)"),
}
_LIVE_STATES: Final = (
    (re.compile(r"[0-9A-F]{4}"), re.compile(r"[0-9A-F]{6}")),
    (re.compile(r"[0-9A-F]{2}"), re.compile(r"[0-9A-F]{3}")),
)
"""Alarm and exception: of the Rad-8 and Radical-7, of the Rad-5."""
_TREND_STATE: Final = re.compile(r"([0-9A-F]{3})(?::[A-Z0-9,]*)?")


@dataclass(frozen=True, slots=True)
class Record:
    """What one line says."""

    spo2: int | None
    pulse: int | None
    perfusion: float | None
    """`None` when dashes or zeros say that there is none."""
    has_perfusion: bool
    """The line has the field at all."""
    exceptions: int
    is_battery_low: bool
    is_stored: bool
    """From the trend memory."""
    measured_at: datetime | None
    serial: str | None

    @property
    def why_nothing(self) -> Quality | None:
        """Why no value counts, whatever the line holds; `None` when they do."""
        if self.exceptions & _NO_SIGNAL:
            return Quality.NO_SIGNAL
        return Quality.SEARCHING if self.exceptions & _SEARCHING else None

    @property
    def is_weak(self) -> bool:
        """The instrument doubts its signal."""
        return bool(self.exceptions & _WEAK)


def record(line: str) -> Record | None:
    """Read one line; `None` when it is not one, or not whole."""
    stamp = _STAMP.fullmatch(line)
    if stamp is None:
        return None
    fields = _fields(stamp[3])
    states = None if fields is None else _states(fields)
    if fields is None or states is None or "SPO2" not in fields:
        return None
    alarms, exceptions = states
    is_stored = "PR" in fields
    serial = fields.get("SN", "")
    return Record(
        spo2=_integer(fields["SPO2"]),
        pulse=_integer(fields["PR" if is_stored else "BPM"]),
        perfusion=_perfusion(fields.get("PI", "")),
        has_perfusion="PI" in fields,
        exceptions=exceptions,
        is_battery_low=bool(alarms & _LOW_BATTERY),
        is_stored=is_stored,
        measured_at=_time(f"{stamp[1]} {stamp[2]}"),
        serial=serial if _SERIAL.fullmatch(serial) else None,
    )


def _fields(text: str) -> dict[str, str] | None:
    """Name and value of every field; `None` when one has not its shape, or comes twice.

    A word that is no field is passed over: its field is then missing, not wrong.
    """
    fields: dict[str, str] = {}
    for word in filter(_is_field, text.upper().split()):
        field = _FIELD.fullmatch(word)
        if field is None or field[1] in fields:
            return None
        name, value = field.groups()
        shape = _SHAPES.get(name)
        shaped = shape.fullmatch(value) if shape is not None else None
        if shape is not None and shaped is None:
            return None
        fields[name] = shaped[1] if shaped is not None else value
    return fields


def _is_field(word: str) -> bool:
    return "=" in word


def _states(fields: dict[str, str]) -> tuple[int, int] | None:
    """Alarm and exception bits; `None` when the line lacks them or their widths disagree."""
    alarms, exceptions = fields.get("ALARM"), fields.get("EXC", "")
    if "PR" in fields and "BPM" not in fields and alarms is None:
        trend = _TREND_STATE.fullmatch(exceptions)
        return (0, int(trend[1], 16)) if trend is not None else None
    if "BPM" not in fields or "PR" in fields or alarms is None:
        return None
    for alarm_shape, exception_shape in _LIVE_STATES:
        if alarm_shape.fullmatch(alarms) and exception_shape.fullmatch(exceptions):
            return int(alarms, 16), int(exceptions, 16)
    return None


def _integer(text: str) -> int | None:
    """Rad-8 manual, sample trend: 000 stands without any exception where nothing was measured."""
    return (int(text) or None) if text.isdigit() else None


def _perfusion(text: str) -> float | None:
    return (float(text) or None) if text[:1].isdigit() else None


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%m/%d/%y %H:%M:%S")  # noqa: DTZ007 -- it has no zone
    except ValueError:
        return None
