"""A&D scales and weighing indicators with the A&D standard format.

Source: A&D, instruction manuals of the EK-L, EK-AEP, GC and AD-4400 series (data format and
    commands).
Reads: weight (kg; lb and g are converted), whether it is steady, overload, gross or net.
Leaves out: counting (QT), tare weights (TR), percent, taring, zeroing, units.

Such a scale sends ten lines a second, or a line for a key or a command, as it was set up; a silent
one is asked every second (Q). A weight that still moves is live; a steady one is a spot check, told
once. `MEASURE` asks for the next steady weight (S). The format does not say who the scale is. The
line is the maker's default of 2400 baud, 7 bits, even parity.
"""

import re
from datetime import datetime, timedelta
from typing import ClassVar, Final

from devices.driver import Request, SerialSettings
from devices.protocols.scales import SETTLED_AFTER, UNITS, Believed, Lines, Scale, Weight
from devices.readings import Alive, Event, Failed, Kind, Reading, Resynced, Send, Vital

ASK_EVERY: Final = timedelta(seconds=1)
"""chosen: a scale that sends nothing of itself is asked so often for the weight of the moment."""
MEASURE_WITHIN: Final = timedelta(seconds=40)
"""chosen: time to step on the scale and to stand still."""

_WEIGHT_NOW: Final = b"Q\r\n"
_STEADY_WEIGHT: Final = b"S\r\n"

_WEIGHT: Final = re.compile(
    rf"(ST|US)(?:,(GS|NT|G|N|LO|OK|HI|--))?,([+-]? *\d+(?:\.\d+)?) *({'|'.join(UNITS)}) *$"
)
_OVERLOAD: Final = re.compile(r"OL,[^,]*(?:,[^,]*)?$")
_OTHER: Final = re.compile(r"(?:(?:QT|WT|UW),.*|(?:ST|US),(?:TR|PT),.*|\x06|AK|EC,E\d\d|\?|I)")
"""Counts, unit weights, tares, acknowledgements and refusals."""
_NET: Final = ("NT", "N")


class Driver:
    """Listens; asks only when a person wishes."""

    MODEL: ClassVar[str] = "A&D scales (standard format)"
    KIND: ClassVar[Kind] = Kind.SCALE
    LINE: ClassVar[SerialSettings] = SerialSettings(baud=2_400, parity="E", data_bits=7)
    VITALS: ClassVar[tuple[Vital, ...]] = (Vital.WEIGHT,)
    REQUESTS: ClassVar[frozenset[Request]] = frozenset({Request.MEASURE})

    def __init__(self) -> None:
        self._lines = Lines()
        self._believed = Believed()
        self._scale = Scale()
        self._measuring_since: datetime | None = None
        self._heard_at: datetime | None = None
        self._asked_at: datetime | None = None
        """Never when only listening."""

    def start(self, now: datetime) -> list[Event]:
        """Ask for the weight of this moment: it shows that the scale is there."""
        self._asked_at = now
        return [Send(_WEIGHT_NOW)]

    def identify(self) -> bytes:
        """Ask for the weight of this moment."""
        return _WEIGHT_NOW

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        self._heard_at = now
        lines, dropped = self._lines.take(data)
        events: list[Event] = [Resynced(dropped)] if dropped else []
        for line in lines:
            events += self._heard(line, now)
        return self._answered(events)

    def tick(self, now: datetime) -> list[Event]:
        """Believe a single line; ask a silent scale; give up a measurement."""
        events: list[Event] = []
        if self._is_silent(now):
            self._asked_at = now
            events.append(Send(_WEIGHT_NOW))
        if self._heard_at is not None and now - self._heard_at >= SETTLED_AFTER:
            events += self._settled(now)
        events = self._answered(events)
        if self._measuring_since is not None and now - self._measuring_since >= MEASURE_WITHIN:
            self._measuring_since = None
            events.append(Failed(Request.MEASURE.value))
        return events

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`MEASURE`: tell the next steady weight, even if it is the last one again."""
        del request
        self._scale.forget()
        self._measuring_since = now
        return [Send(_STEADY_WEIGHT)]

    def _is_silent(self, now: datetime) -> bool:
        last = max(filter(None, (self._asked_at, self._heard_at)), default=now)
        is_free = self._asked_at is not None and self._measuring_since is None
        return is_free and now - last >= ASK_EVERY

    def _heard(self, line: str, now: datetime) -> list[Event]:
        if weight := _WEIGHT.search(line):
            return [
                event
                for believed in self._believed.take(weight.group())
                for event in self._weighed(believed, now)
            ]
        if _OVERLOAD.search(line):
            return [*self._settled(now), *self._scale.told(Weight(None, "kg"), now)]
        return [Alive()] if _OTHER.fullmatch(line) else [Resynced(len(line))]

    def _settled(self, now: datetime) -> list[Event]:
        """What the first line of all says, when no other of its kind follows."""
        return [event for line in self._believed.settled() for event in self._weighed(line, now)]

    def _weighed(self, line: str, now: datetime) -> list[Event]:
        matched = _WEIGHT.search(line)
        if matched is None:
            return []
        state, kind, number, unit = matched.groups()
        number = number.replace(" ", "")
        return self._scale.told(Weight(number, unit, state == "ST", kind in _NET), now)

    def _answered(self, events: list[Event]) -> list[Event]:
        """A steady weight ends the measurement that was asked for."""
        if any(isinstance(event, Reading) and event.record is not None for event in events):
            self._measuring_since = None
        return events
