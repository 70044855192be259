"""Nonin hand-held pulse oximeters with printed lines (2500, 8500, 8600, 9600, 9847, Avant 4100).

Source: the operator's manuals of the 2500, 8500, 8600, 9600, 9847 and Avant 4100, "real-time data
    output": once a second ``SPO2=XXX HR=YYY``, dashes where there is no value.
Reads: SpO2 (%) and pulse rate (/min), the event mark ``*``.
Leaves out: the heading at power-up, the time of day some models put before a line (it has no date),
    ``F`` for fast averages, ``B`` for a breath seen by the 9847, the memory.

The instrument only talks. A line counts when every character is where it belongs: there is no
checksum.
"""

import re
from datetime import datetime
from typing import ClassVar, Final

from devices.driver import Line, SerialSettings
from devices.protocols import nonin, text_lines
from devices.readings import Event, Kind, Mark, Quality, Reading, Resynced, Vital

MOST_BYTES: Final = 80
"""chosen: the longest line is half as long, headings were made for printers of this width."""
_VALUE: Final = r"\d{3}|\x20\d{2}|---"
_LINE: Final = re.compile(
    r"(?:\d{2}:\d{2}:\d{2}\x20+)?"
    rf"SPO2=({_VALUE})\x20+HR=({_VALUE})"
    r"(?:\x20?[FB]\b){0,2}\x20?(\*?)(?:\x20?B)?\x20*"
)


class Driver(text_lines.Talker):
    """Decodes one line a second."""

    MODEL: ClassVar[str] = "Nonin 2500, 8500, 8600, 9600, 9847, Avant 4100 (printed lines)"
    KIND: ClassVar[Kind] = Kind.OXIMETER
    LINE: ClassVar[Line] = SerialSettings(baud=nonin.BAUD)
    VITALS: ClassVar[tuple[Vital, ...]] = nonin.VITALS

    def __init__(self) -> None:
        super().__init__(MOST_BYTES, _decoded)


def _decoded(text: str, now: datetime) -> list[Event]:
    match = _LINE.fullmatch(text)
    if match is None:
        return [Resynced(len(text))]
    marks = frozenset({Mark.EVENT}) if match[3] else frozenset()
    return [
        _reading(vital, text, marks, now)
        for vital, text in zip(nonin.VITALS, match.group(1, 2), strict=True)
    ]


def _reading(vital: Vital, text: str, marks: frozenset[Mark], now: datetime) -> Reading:
    value = int(text) if text.strip().isdigit() else None
    quality = Quality.NO_SIGNAL if value is None else Quality.GOOD
    return Reading(vital, value, quality, now, marks=marks)
