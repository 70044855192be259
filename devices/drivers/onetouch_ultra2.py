"""LifeScan OneTouch Ultra2 glucose meters.

Source: LifeScan's sheet as quoted by the public programs named in
    `devices.protocols.onetouch_lines`, checked against lines of a real meter (Tidepool Uploader).
Reads: the memory on request: glucose (mg/dL, whatever unit the meter shows) with the meter's own
    time, meal and control solution; HIGH and LOW as such; serial number, firmware.
Leaves out: comments (exercise, medication ...), insulin, the clock and settings. The command that
    clears the memory is not in this program.

The meter answers with its whole memory or nothing, half a minute for 500 records, and measures
nothing while its cable is in; so it is not watched. It wants commands slowly, a character at a
time.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from devices.driver import Request, SerialSettings
from devices.protocols.onetouch_lines import Firmware, Header, Line, Lines, Record, Serial
from devices.readings import (
    Alive,
    Event,
    Failed,
    Identified,
    Kind,
    Origin,
    Progress,
    Reading,
    Resynced,
    Send,
    Vital,
)

CHARACTER_EVERY: Final = timedelta(milliseconds=10)
"""chosen: ten times what a character takes at 9600 baud."""
REPLY_WITHIN: Final = timedelta(seconds=2)
"""chosen: as long as public programs give the meter."""
TRIES: Final = 3
ASK_EVERY: Final = timedelta(seconds=2)
"""chosen: soon enough to notice a meter that was plugged in or switched off."""
SETTLED_AFTER: Final = timedelta(milliseconds=50)
"""chosen: fifty times what a character takes; a last line without its end is then believed."""
MEMORY_ENDS_AFTER: Final = timedelta(seconds=2)
"""chosen: no further line for so long, and the memory is at its end."""


class Command(StrEnum):
    """What the host may ask: reading only."""

    FIRMWARE = "DM?"
    SERIAL = "DM@"
    MEMORY = "DMP"


_WAKE: Final = b"\x11\r"
_ULTRA2: Final = "Y"
"""The last letter of an Ultra2's serial number."""


class Driver:
    """Asks who the meter is, and for its memory when a person wants it."""

    MODEL: ClassVar[str] = "LifeScan OneTouch Ultra2"
    KIND: ClassVar[Kind] = Kind.GLUCOMETER
    LINE: ClassVar[SerialSettings] = SerialSettings(baud=9_600)
    VITALS: ClassVar[tuple[Vital, ...]] = (Vital.GLUCOSE,)
    REQUESTS: ClassVar[frozenset[Request]] = frozenset({Request.FETCH_STORED})

    def __init__(self) -> None:
        self._lines = Lines()
        self._outgoing = bytearray()
        self._sent_at: datetime | None = None
        self._heard_at: datetime | None = None
        self._asked: Command | None = None
        self._asked_at: datetime | None = None
        self._asked_times = 0
        self._is_started = False
        self._wants_memory = False
        self._serial: str | None = None
        self._firmware: str | None = None
        self._told: Identified | None = None
        self._records = 0
        self._received = 0
        self._total: int | None = None

    def start(self, now: datetime) -> list[Event]:
        """Ask for the serial number."""
        self._is_started = True
        return self._ask(Command.SERIAL, now)

    def identify(self) -> bytes:
        """Ask for the serial number."""
        return _WAKE + f"{Command.SERIAL}\r".encode("ascii")

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        self._heard_at = now
        lines, dropped = self._lines.take(data)
        events: list[Event] = [Resynced(dropped)] if dropped else []
        for line in lines:
            events += self._hear(line, now)
        return events

    def tick(self, now: datetime) -> list[Event]:
        """Believe a last line, send the next character, ask again for what did not come."""
        events: list[Event] = []
        if _is_over(self._heard_at, SETTLED_AFTER, now):
            for line in self._lines.settled():
                events += self._hear(line, now)
        if not self._is_started:
            return events
        if self._outgoing:
            return [*events, *self._typed(now)]
        if self._asked is not None:
            return [*events, *self._awaited(self._asked, now)]
        if self._wants_memory:
            self._wants_memory = False
            return [*events, *self._ask(Command.MEMORY, now)]
        if _is_over(self._asked_at, ASK_EVERY, now):
            known = self._serial is not None and self._firmware is None
            return [*events, *self._ask(Command.FIRMWARE if known else Command.SERIAL, now)]
        return events

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`FETCH_STORED`: tell the whole memory, the newest measurement first."""
        del request, now
        self._wants_memory = True
        return []

    def _ask(self, command: Command, now: datetime, times: int = 1) -> list[Event]:
        self._asked = command
        self._asked_times = times
        self._received, self._total = 0, None
        self._outgoing = bytearray(_WAKE + f"{command}\r".encode("ascii"))
        return self._typed(now)

    def _typed(self, now: datetime) -> list[Event]:
        if self._sent_at is not None and now - self._sent_at < CHARACTER_EVERY:
            return []
        self._sent_at = self._asked_at = now
        character = bytes((self._outgoing.pop(0),))
        return [Send(character)]

    def _awaited(self, asked: Command, now: datetime) -> list[Event]:
        """The time passes that a reply may take."""
        if self._total is not None:
            return self._ended() if _is_over(self._heard_at, MEMORY_ENDS_AFTER, now) else []
        if not _is_over(self._asked_at, REPLY_WITHIN, now):
            return []
        if self._asked_times < TRIES:
            return self._ask(asked, now, self._asked_times + 1)
        return self._ended()

    def _ended(self) -> list[Event]:
        """A reply is complete, or will not come."""
        is_whole = self._total is not None and self._received == self._total
        asked, self._asked, self._total = self._asked, None, None
        if asked is Command.MEMORY and not is_whole:
            return [Failed(Request.FETCH_STORED.value)]
        return []

    def _hear(self, line: Line, now: datetime) -> list[Event]:
        match line:
            case Header(records, serial):
                self._serial, self._total, self._received = serial, records, 0
                return [*self._identified(), Progress(0, records), *self._completed()]
            case Serial(serial):
                self._serial = serial
                return [*self._answered(Command.SERIAL), *self._identified()]
            case Firmware(firmware):
                self._firmware = firmware
                return [*self._answered(Command.FIRMWARE), *self._identified()]
            case Record():
                return [*self._record(line, now), *self._completed()]
            case _:
                return [Alive()]

    def _answered(self, command: Command) -> list[Event]:
        if self._asked is command:
            self._asked = None
        return [Alive()]

    def _identified(self) -> list[Event]:
        if self._serial is None:
            return []
        model = self.MODEL if self._serial.endswith(_ULTRA2) else "LifeScan OneTouch"
        said = Identified(model, self._serial, self._firmware, self.KIND)
        is_new, self._told = said != self._told, said
        return [said] if is_new else []

    def _record(self, record: Record, now: datetime) -> list[Event]:
        self._records += 1
        self._received += 1
        reading = Reading(
            Vital.GLUCOSE,
            record.mg_dl,
            record.quality,
            now,
            Origin.STORED,
            self._records,
            record.measured_at,
            record.marks,
        )
        return [reading, *([Progress(self._received, self._total)] if self._total else [])]

    def _completed(self) -> list[Event]:
        return self._ended() if self._received == self._total else []


def _is_over(since: datetime | None, limit: timedelta, now: datetime) -> bool:
    return since is not None and now - since >= limit
