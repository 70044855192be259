"""Kern scales with the Kern communications protocol (KCP), such as the MPE, MPC and MWA.

Source: Kern, "KERN Communications Protocol" and the scales' manuals, in the public descriptions of
    its lines (the same as Mettler-Toledo's MT-SICS, level 0 and 1).
Reads: weight (kg; lb and g are converted), whether it is steady, overload, model, serial number.
Leaves out: taring, zeroing, units, counting, everything that sets something.

The driver asks who the scale is (I2, I4) and then for every weight (SIR). A weight that still moves
is live; a steady one is a spot check, told once. `MEASURE` asks for the next steady weight (S),
which the scale itself waits for.
"""

import re
from datetime import datetime, timedelta
from typing import ClassVar, Final

from devices.driver import Request, SerialSettings
from devices.protocols.scales import SETTLED_AFTER, UNITS, Believed, Lines, Scale, Weight
from devices.readings import Alive, Event, Failed, Identified, Kind, Resynced, Send, Vital

REPLY_WITHIN: Final = timedelta(seconds=1)
"""chosen: ten times the pause that a scale wants between two commands."""
STREAM_LOST_AFTER: Final = timedelta(seconds=2)
"""chosen: ten weights missing, as after the scale was switched off; they are asked for anew."""
MEASURE_WITHIN: Final = timedelta(seconds=40)
"""chosen: time to step on the scale and to stand still."""

_MODEL: Final = b"I2\r\n"
_SERIAL: Final = b"I4\r\n"
_EVERY_WEIGHT: Final = b"SIR\r\n"
_STEADY_WEIGHT: Final = b"S\r\n"

_WEIGHT: Final = re.compile(rf"S ([SD]) +([+-]? *\d+(?:\.\d+)?) +({'|'.join(UNITS)}) *$")
_OVERLOAD: Final = "S +"
_REFUSALS: Final = ("S I", "S -", "ES", "ET", "EL")
"""Busy or timed out, underloaded, not understood, not transmitted, not executed."""
_NAMED: Final = re.compile(r'(?P<command>I[24]) A "(?P<name>[^"]+)"')


class Driver:
    """Asks who it is, then listens to every weight."""

    MODEL: ClassVar[str] = "Kern scales (KCP)"
    KIND: ClassVar[Kind] = Kind.SCALE
    LINE: ClassVar[SerialSettings] = SerialSettings(baud=9_600)
    VITALS: ClassVar[tuple[Vital, ...]] = (Vital.WEIGHT,)
    REQUESTS: ClassVar[frozenset[Request]] = frozenset({Request.MEASURE})

    def __init__(self) -> None:
        self._lines = Lines()
        self._believed = Believed()
        self._scale = Scale()
        self._model: str | None = None
        self._to_ask: list[bytes] = []
        """Questions that were not answered yet; the first one is asked."""
        self._asked_at: datetime | None = None
        """Never when only listening."""
        self._measuring_since: datetime | None = None
        self._heard_at: datetime | None = None

    def start(self, now: datetime) -> list[Event]:
        """Ask for the model, then for the serial number, then for every weight."""
        self._to_ask = [_MODEL, _SERIAL]
        self._asked_at = now
        return [Send(_MODEL)]

    def identify(self) -> bytes:
        """Ask for the model."""
        return _MODEL

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        self._heard_at = now
        lines, dropped = self._lines.take(data)
        events: list[Event] = [Resynced(dropped)] if dropped else []
        for line in lines:
            events += self._heard(line, now)
        return events

    def tick(self, now: datetime) -> list[Event]:
        """Believe a single line; ask on when no answer came; give up a measurement."""
        events: list[Event] = []
        if self._heard_at is not None and now - self._heard_at >= SETTLED_AFTER:
            events += self._settled(now)
        if self._to_ask and self._asked_at is not None and now - self._asked_at >= REPLY_WITHIN:
            events += self._ask_on(now)
        elif self._is_lost(now):
            self._asked_at = now
            events.append(Send(_EVERY_WEIGHT))
        if self._measuring_since is not None and now - self._measuring_since >= MEASURE_WITHIN:
            events += self._not_measured()
        return events

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`MEASURE`: tell the next steady weight, even if it is the last one again."""
        del request
        self._scale.forget()
        self._measuring_since = now
        return [Send(_STEADY_WEIGHT)]

    def _heard(self, line: str, now: datetime) -> list[Event]:
        if weight := _WEIGHT.search(line):
            return [
                event
                for believed in self._believed.take(weight.group())
                for event in self._weighed(believed, now)
            ]
        if named := _NAMED.search(line):
            return self._named(named["command"], named["name"], now)
        if line == _OVERLOAD:
            events = [*self._settled(now), *self._scale.told(Weight(None, "kg"), now)]
            return [*events, *self._not_measured()]
        if line in _REFUSALS:
            return [Alive(), *self._not_measured()]
        return [Resynced(len(line))]

    def _is_lost(self, now: datetime) -> bool:
        """The weights that were asked for do not come; never while a steady one is awaited."""
        if self._asked_at is None or self._to_ask or self._measuring_since is not None:
            return False
        return now - max(self._asked_at, self._heard_at or self._asked_at) >= STREAM_LOST_AFTER

    def _settled(self, now: datetime) -> list[Event]:
        """What the first line of all says, when no other of its kind follows."""
        return [event for line in self._believed.settled() for event in self._weighed(line, now)]

    def _weighed(self, line: str, now: datetime) -> list[Event]:
        matched = _WEIGHT.search(line)
        if matched is None:
            return []
        state, number, unit = matched.groups()
        weight = Weight(number.replace(" ", ""), unit, is_stable=state == "S")
        events = self._scale.told(weight, now)
        if weight.is_stable and self._measuring_since is not None:
            self._measuring_since = None
            events.append(Send(_EVERY_WEIGHT))
        return events

    def _named(self, command: str, name: str, now: datetime) -> list[Event]:
        """The model is told at once; the serial number completes it."""
        is_model = command == _MODEL.decode().strip()
        self._model = f"Kern {name}" if is_model else self._model or self.MODEL
        identified = Identified(self._model, None if is_model else name)
        return [identified, *(self._ask_on(now) if self._to_ask else [])]

    def _ask_on(self, now: datetime) -> list[Event]:
        del self._to_ask[0]
        self._asked_at = now
        return [Send(self._to_ask[0] if self._to_ask else _EVERY_WEIGHT)]

    def _not_measured(self) -> list[Event]:
        if self._measuring_since is None:
            return []
        self._measuring_since = None
        return [Failed(Request.MEASURE.value), Send(_EVERY_WEIGHT)]
