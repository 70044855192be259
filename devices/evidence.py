"""How much of a stream a driver understood, and whether that is enough to name an instrument.

Several protocols look alike, and noise looks like some of them. A driver is believed when it
understood a stream without a break; one lucky frame is no evidence. Two drivers that both
understood everything leave the question open.
"""

import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from devices import registry
from devices.driver import Fleeting
from devices.errors import outline
from devices.readings import (
    Baud,
    Event,
    Failed,
    Identified,
    Kind,
    LabResult,
    Progress,
    Reading,
    Refused,
    Resynced,
    Send,
)

_log = logging.getLogger(__name__)

ENOUGH_BYTES: Final = 60
"""chosen: twelve of the shortest packets; noise has their shape throughout once in 2^48 times."""
FEW_BYTES: Final = 12
"""chosen: the least of a message a slow instrument says in full, all of it understood; eight bits
of noise less would be met by chance within a day of probing."""
SETTLED_FOR: Final = timedelta(seconds=2.5)
"""chosen: `FEW_BYTES` count only when nothing but sense came for so long."""
KEPT_SLICES: Final = 64
"""chosen: of an instrument that says things once, a few measurements; the oldest go first."""
_LOST_SHARE: Final = 0.05
"""chosen: of what came after the first understood message, a shaken plug may spoil so much."""
_SILENT: Final = (Resynced, Send, Baud, Failed, Progress)
"""Say nothing of who is there."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A slice of the stream, and when it came."""

    data: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who a driver found at the other end."""

    driver: str
    model: str
    """What it said of itself, or the driver's own name for it."""
    serial: str | None = None
    firmware: str | None = None
    kind: Kind | None = None
    is_refused: bool = False
    """It speaks this protocol, but is a model the driver leaves alone."""
    heard: tuple[Heard, ...] = field(default=(), compare=False, repr=False)
    """What it said while it was found, if it will not say it again: see `devices.driver.Fleeting`.
    Patients' values are in it."""


class Witness:
    """One driver that listens, and what it made of the stream."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.driver = registry.load(name)()
        self.was_asked = False
        """This driver's own question went out: a name that comes is the answer to it."""
        self._heard: deque[Heard] = deque(maxlen=KEPT_SLICES)
        self._named: Identified | Refused | None = None
        self._understood_at: datetime | None = None
        self._heard_at: datetime | None = None
        self._bytes = 0
        self._lost = 0
        self._told_value = False
        self._has_failed = False

    def hear(self, data: bytes, now: datetime) -> None:
        """A slice of the stream, empty when nothing came."""
        if self._has_failed:
            return
        if data and isinstance(self.driver, Fleeting) and self.driver.SAYS_ONCE:
            self._heard.append(Heard(data, now))
        try:
            events = self.driver.receive(data, now) if data else []
            events = [*events, *self.driver.tick(now)]
        except Exception as error:  # noqa: BLE001 -- one driver's fault must not blind the others
            _log.error("the driver %s failed while it listened: %s", self.name, outline(error))
            self._has_failed = True
            return
        self._note(events, len(data), now)

    @property
    def has_understood(self) -> bool:
        """Something made sense; whether it is enough is another question."""
        return self._understood_at is not None

    @property
    def is_refuted(self) -> bool:
        """Too much of what came after the first sense made none."""
        return self._has_failed or self._lost > _LOST_SHARE * self._bytes

    @property
    def is_named(self) -> bool:
        """The instrument said who it is, in this driver's words."""
        return self._named is not None

    def has_proof(self) -> bool:
        """Whether this is evidence enough; a name that answers our own question is at once."""
        if not self.has_understood or self.is_refuted:
            return False
        if self.is_named and (self.was_asked or self._lost == 0):
            return True
        return self._bytes - self._lost >= (FEW_BYTES if self._is_settled else ENOUGH_BYTES)

    def introduction(self) -> Introduction:
        """Whom this driver would name."""
        match self._named:
            case Refused(model):
                return Introduction(self.name, model, is_refused=True)
            case Identified(model, serial, firmware, kind):
                kind = kind or self.driver.KIND
            case _:
                model, serial, firmware, kind = self.driver.MODEL, None, None, self.driver.KIND
        return Introduction(self.name, model, serial, firmware, kind, heard=tuple(self._heard))

    @property
    def _is_settled(self) -> bool:
        if self._understood_at is None or self._heard_at is None or not self._told_value:
            return False
        return self._heard_at - self._understood_at >= SETTLED_FOR

    def _note(self, events: Iterable[Event], size: int, now: datetime) -> None:
        lost = 0
        for event in events:
            lost += event.dropped if isinstance(event, Resynced) else 0
            if isinstance(event, Refused) and not self.was_asked:
                continue  # to whom it does not know, noise is a stranger too
            if isinstance(event, Identified | Refused):
                self._named = self._named or event
            self._told_value = self._told_value or isinstance(event, Reading | LabResult)
            if not isinstance(event, _SILENT) and self._understood_at is None:
                self._understood_at, lost = now, 0  # what came before was half a message
        self._heard_at = now
        if self._understood_at is not None:
            self._bytes += size
            self._lost += lost


def proven(witnesses: Iterable[Witness]) -> list[Introduction]:
    """Whom the evidence names: nobody, one, or several that it cannot tell apart."""
    sure = [witness for witness in witnesses if witness.has_proof()]
    named = [witness for witness in sure if witness.is_named]
    return [witness.introduction() for witness in named or sure]
