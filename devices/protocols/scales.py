"""What scales that speak in lines of text have in common.

A line has no checksum, but a fixed width: one that lost a digit is shorter than the others. A line
is believed when none before it was longer, or when two of its width follow each other; the first
one waits for the next or for a pause.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from devices.readings import Alive, Event, Mark, Origin, Quality, Reading, Vital

MAX_LINE_BYTES: Final = 80
"""chosen: twice what any scale of ours writes in a line."""
SETTLED_AFTER: Final = timedelta(milliseconds=30)
"""chosen: at 2400 baud a byte takes 5 ms; after so long a pause no line continues."""

_END: Final = re.compile(rb"[\r\n]")
_NO_TEXT: Final = re.compile(rb"[^ -~]")
_KG: Final = {
    "kg": Decimal(1),
    "g": Decimal("0.001"),
    "lb": Decimal("0.45359237"),
}
UNITS: Final = tuple(_KG)
"""Every unit that is understood."""


class Lines:
    """Finds the lines in any slicing of the stream; they end in CR, LF or both."""

    def __init__(self) -> None:
        self._buffer = b""

    def take(self, data: bytes) -> tuple[list[str], int]:
        """The lines that this slice completed, and how many bytes were noise.

        What stands before a byte that is no text, or too far before the end, is not of the line.
        """
        *whole, rest = _END.split(self._buffer + data)
        lines = [_cut(line) for line in whole]
        self._buffer = _cut(rest)
        kept = sum(map(len, lines)) + len(self._buffer)
        dropped = sum(map(len, whole)) + len(rest) - kept
        return [line.decode("ascii") for line in lines if line], dropped


def _cut(line: bytes) -> bytes:
    return _NO_TEXT.split(line)[-1][-MAX_LINE_BYTES:]


class Believed:
    """Holds back lines that may have lost a digit."""

    def __init__(self) -> None:
        self._width = 0
        self._waiting: str | None = None

    def take(self, line: str) -> list[str]:
        """The lines that can be believed now."""
        waiting = self._waiting
        if waiting is not None and len(waiting) > len(line):
            self._width = max(self._width, len(waiting))
            self._waiting = line
            return [waiting] if len(waiting) == self._width else []
        is_first = waiting is None and not self._width
        if is_first or (len(line) < self._width and (waiting is None or len(waiting) < len(line))):
            self._waiting = line
            return []
        self._width, self._waiting = len(line), None
        return [waiting, line] if waiting is not None and len(waiting) == len(line) else [line]

    def settled(self) -> list[str]:
        """The stream pauses: the first line of all is believed though no other came."""
        line, self._waiting = self._waiting, None
        if line is None or self._width:
            return []
        self._width = len(line)
        return [line]


@dataclass(frozen=True, slots=True)
class Weight:
    """What one line says."""

    number: str | None
    """As sent; `None` when the scale is overloaded."""
    unit: str
    """One of `UNITS`."""
    is_stable: bool = True
    is_net: bool = False


class Scale:
    """Tells each steady weight once, and again when the scale has moved in between.

    A weight below what anybody weighs is the empty scale, and not told.
    """

    def __init__(self) -> None:
        self._count = 0
        self._told: Weight | None = None

    def forget(self) -> None:
        """Tell the next steady weight even if it is the last one."""
        self._told = None

    def told(self, weight: Weight, now: datetime) -> list[Event]:
        """What is news in this line."""
        before, self._told = self._told, weight
        if weight == before:
            return [Alive()]
        if weight.number is None:
            return [Reading(Vital.WEIGHT, None, Quality.TOO_HIGH, now)]
        kg = float(Decimal(weight.number) * _KG[weight.unit])
        if kg < Vital.WEIGHT.value.lowest:
            return [Alive()]
        self._count += weight.is_stable
        return [
            Reading(
                vital=Vital.WEIGHT,
                value=kg,
                quality=Quality.GOOD if weight.is_stable else Quality.UNSTABLE,
                taken_at=now,
                origin=Origin.SPOT if weight.is_stable else Origin.LIVE,
                record=self._count if weight.is_stable else None,
                marks=frozenset({Mark.NET} if weight.is_net else ()),
                sent_as=None
                if weight.unit == "kg"
                else f"{Decimal(weight.number):f} {weight.unit}",
            )
        ]
