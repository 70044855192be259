"""Marsden M-430 scale (weight, height, body mass index) over Bluetooth or a cable.

Source: Marsden's printed block as the NHS MediPi project reads it (Apache-2.0).
Reads: weight (kg; lb is converted), height (cm; m and in are converted), body mass index, the
    scale's own time.
Leaves out: weights in stones and heights in feet, which the block splits in two.

The scale sends one block of 217 bytes when a measurement is complete: seven rows of 31 bytes for
gross, tare and net weight, height, body mass index, date and time, and an empty one. The weight
told is the net one, and marked so when a tare was taken off. There is no checksum: every row must
have its width, and net must be gross without tare. Height and index are told when they were entered
(no dashes, not zero).
"""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Final

from devices.driver import Request, SerialSettings
from devices.readings import Event, Kind, Mark, Origin, Quality, Reading, Resynced, Vital

BLOCK_BYTES: Final = 217  # seven rows of 31
MAX_DIFFERENCE: Final = Decimal("0.2")
"""chosen: what rounding each weight to the scale's 0.1 can make of gross, tare and net."""

_START: Final = b"GROSS WEIGHT"
_END: Final = rb"[\r\n]{1,3}"
_BLOCK: Final = re.compile(
    rb"GROSS WEIGHT {6}(?P<gross>[ \-\d.]{7}) (?P<gross_unit>kg|lb)"
    + _END
    + rb"TARE WEIGHT {7}(?P<tare>[ \-\d.]{7}) (?P<tare_unit>kg|lb)"
    + _END
    + rb"NET WEIGHT {7}(?P<net>[ \-\d.]{8}) (?P<net_unit>kg|lb)"
    + _END
    + rb"HEIGHT(?P<height>[ \-\d.\w]{19}) (?P<height_unit>cm| m|m |in|ft)"
    + _END
    + rb"BMI {15}(?P<bmi>[ \-\d.N/A]{7}) {3}"
    + _END
    + rb"(?P<day>\d\d)/(?P<month>\d\d)/(?P<year>\d{4}) {3}(?P<hour>\d\d):(?P<minute>\d\d)"
)
_TAIL: Final = re.compile(rb"[ \r\n]*")
_FACTORS: Final = {
    Vital.WEIGHT: {"kg": Decimal(1), "lb": Decimal("0.45359237")},
    Vital.HEIGHT: {"cm": Decimal(1), "m": Decimal(100), "in": Decimal("2.54")},
    Vital.BMI: {"": Decimal(1)},
}


class Driver:
    """Listens: the scale sends of itself."""

    MODEL: ClassVar[str] = "Marsden M-430"
    KIND: ClassVar[Kind] = Kind.SCALE
    LINE: ClassVar[SerialSettings] = SerialSettings(baud=9_600)
    VITALS: ClassVar[tuple[Vital, ...]] = (Vital.WEIGHT, Vital.HEIGHT, Vital.BMI)
    REQUESTS: ClassVar[frozenset[Request]] = frozenset()
    SAYS_ONCE: ClassVar[bool] = True

    def __init__(self) -> None:
        self._buffer = b""
        self._count = 0

    def start(self, now: datetime) -> list[Event]:
        """Nothing to send: somebody steps on the scale."""
        del now
        return []

    def identify(self) -> bytes:
        """Nothing: the scale answers no question."""
        return b""

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        self._buffer += data
        events: list[Event] = []
        dropped = self._skip()
        while len(self._buffer) >= len(_START):
            block = _BLOCK.match(self._buffer)
            if block is not None:
                measured = self._measured(block.groupdict(), now)
                events += measured
                dropped += 0 if measured else block.end()
                self._buffer = self._buffer[block.end() :]
            elif len(self._buffer) >= BLOCK_BYTES or _START in self._buffer[1:]:
                self._buffer = self._buffer[1:]
                dropped += 1
            else:
                break
            dropped += self._skip()
        return [Resynced(dropped), *events] if dropped else events

    def tick(self, now: datetime) -> list[Event]:
        """Nothing is awaited."""
        del now
        return []

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """Nothing can be asked."""
        del request, now
        return []

    def _skip(self) -> int:
        """Forget what begins no block; how much of it was more than empty rows."""
        before = self._buffer
        place = before.find(_START)
        if place < 0:
            kept = next(n for n in range(len(_START), -1, -1) if before.endswith(_START[:n]))
            place = len(before) - kept
        self._buffer = before[place:]
        return place - sum(map(len, _TAIL.findall(before[:place])))

    def _measured(self, block: dict[str, bytes], now: datetime) -> list[Reading]:
        """The readings of one block; none when its weights contradict each other."""
        texts = {name: data.decode("ascii").strip() for name, data in block.items()}
        gross, tare, net = (_number(texts[name]) for name in ("gross", "tare", "net"))
        units = {texts["gross_unit"], texts["tare_unit"], texts["net_unit"]}
        if gross is None or net is None or len(units) != 1:
            return []
        if abs(gross - (tare or 0) - net) > MAX_DIFFERENCE:
            return []
        self._count += 1
        marks = frozenset({Mark.NET} if tare else ())
        told = [
            self._reading(Vital.WEIGHT, (texts["net"], texts["net_unit"]), texts, now, marks),
            self._reading(Vital.HEIGHT, (texts["height"], texts["height_unit"]), texts, now),
            self._reading(Vital.BMI, (texts["bmi"], ""), texts, now),
        ]
        return [reading for reading in told if reading is not None]

    def _reading(
        self,
        vital: Vital,
        sent: tuple[str, str],
        texts: dict[str, str],
        now: datetime,
        marks: frozenset[Mark] = frozenset(),
    ) -> Reading | None:
        """One quantity, or none where nothing was entered."""
        number = _number(sent[0])
        factor = _FACTORS[vital].get(sent[1])
        if not number or factor is None:
            return None
        return Reading(
            vital=vital,
            value=float(number * factor),
            quality=Quality.GOOD,
            taken_at=now,
            origin=Origin.SPOT,
            record=self._count,
            measured_at=_time(texts),
            marks=marks,
            sent_as=None if factor == 1 else " ".join(sent),
        )


def _number(text: str) -> Decimal | None:
    """The number, or none for dashes, ``N/A`` and blanks."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _time(texts: dict[str, str]) -> datetime | None:
    written = "".join(texts[name] for name in ("year", "month", "day", "hour", "minute"))
    try:
        return datetime.strptime(written, "%Y%m%d%H%M")  # noqa: DTZ007 -- it has no zone
    except ValueError:
        return None
