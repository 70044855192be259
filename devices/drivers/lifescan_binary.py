"""LifeScan glucose meters with the binary protocol: OneTouch UltraMini, UltraEasy, VerioIQ.

Source: the public descriptions named in `devices.protocols.lifescan`; packets quoted in tests of
    glucometerutils agree with ours.
Reads: glucose (mg/dL, whatever unit the meter shows) with the meter's own time, LO and HI as such;
    a VerioIQ's meal and control solution; serial number, software; the memory on request.
Leaves out: the clock and the settings; meters that are USB discs (OneTouch Verio of 2015, Select
    Plus); control solution of an UltraMini, which its protocol does not tell apart. The command
    that clears the memory is not in this program.

An UltraMini speaks at 9600 baud, a VerioIQ at 38400: both are tried in turn until one answers. A
probe asks at 9600 alone and does not find a VerioIQ. Then the driver watches the number of records
and those at both ends of the memory, and tells one only when it appeared while watching: the newer
of the two by the meter's own clock, since not every description says at which end it is. Without
`start` the driver only listens: a record tells itself by its form.
"""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import ClassVar, Final

from devices.driver import Request, SerialSettings
from devices.protocols import lifescan
from devices.protocols.lifescan import (
    ULTRA,
    VERIO_IQ,
    Count,
    Dialect,
    Packet,
    Packets,
    Record,
    Reply,
    Serial,
    Version,
)
from devices.protocols.lifescan_exchange import Exchange
from devices.readings import (
    Alive,
    Baud,
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

WATCH_EVERY: Final = timedelta(seconds=2)
"""chosen: soon enough for a measurement nobody asked for."""
SETTLED_AFTER: Final = timedelta(milliseconds=50)
"""chosen: fifty times what a byte takes; a packet that did not end by then was none."""
LOOKS_MISSED: Final = 2
"""chosen: a meter that answers so few times in a row is gone; a bad line deserves another look."""
MOST_RECORDS: Final = 2000
"""chosen: more than any meter holds (UltraMini 500, VerioIQ 750); a larger count is an error."""


@dataclass(frozen=True, slots=True)
class _Ask:
    message: bytes
    wanted: type[Reply]


_Step = _Ask | None
"""A question, or a pause until the next look."""
_Run = Generator[_Step, Reply | None, None]
_Talk = Generator[_Step, Reply | None, bool]
"""A piece of the conversation; returns whether the meter answered."""


class Driver:
    """Asks one question at a time, and watches for new records."""

    MODEL: ClassVar[str] = "LifeScan OneTouch UltraMini/UltraEasy, VerioIQ"
    KIND: ClassVar[Kind] = Kind.GLUCOMETER
    LINE: ClassVar[SerialSettings] = SerialSettings(baud=ULTRA.baud)
    VITALS: ClassVar[tuple[Vital, ...]] = (Vital.GLUCOSE,)
    REQUESTS: ClassVar[frozenset[Request]] = frozenset({Request.FETCH_STORED})

    def __init__(self) -> None:
        self._packets = Packets()
        self._exchange = Exchange(ULTRA)
        self._dialect = ULTRA
        self._run: _Run | None = None
        """The conversation; `None` when only listening."""
        self._waits_until: datetime | None = None
        self._heard_at: datetime | None = None
        self._now: datetime | None = None
        self._events: list[Event] = []
        self._serial: str | None = None
        self._firmware: str | None = None
        self._records = 0
        self._wants_memory = False

    def start(self, now: datetime) -> list[Event]:
        """Ask for the software, at one speed and then the other."""
        self._run = self._conversation()
        return self._advanced(None, now)

    def identify(self) -> bytes:
        """Ask an UltraMini for its software."""
        return lifescan.packet(lifescan.DISCONNECT) + lifescan.packet(0, ULTRA.version)

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        self._heard_at = now
        packets, dropped = self._packets.take(data)
        return self._taken(packets, dropped, now)

    def tick(self, now: datetime) -> list[Event]:
        """Ask again for what did not come, and watch for records."""
        events: list[Event] = []
        if self._heard_at is not None and now - self._heard_at >= SETTLED_AFTER:
            events += self._taken(*self._packets.settled(), now)
        if self._run is None:
            return events
        if self._waits_until is not None:
            is_time = now >= self._waits_until or self._wants_memory
            return [*events, *self._advanced(None, now)] if is_time else events
        events += _sent(self._exchange.tick(now))
        return [*events, *self._concluded(now)]

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`FETCH_STORED`: tell the whole memory."""
        del request, now
        self._wants_memory = True
        return []

    def _taken(self, packets: list[Packet], dropped: int, now: datetime) -> list[Event]:
        events: list[Event] = [Resynced(dropped)] if dropped else []
        for packet in packets:
            events.append(Alive())
            if self._run is None:
                events += self._overheard(lifescan.reply(packet.message), now)
            else:
                events += _sent(self._exchange.hear(packet, now))
                events += self._concluded(now)
        return events

    def _overheard(self, reply: Reply | None, now: datetime) -> list[Event]:
        """Only listening: a record is the answer to whoever asked for it."""
        match reply:
            case Version() | Serial():
                self._learn(reply)
                return [Identified(reply.dialect.model, self._serial, self._firmware, self.KIND)]
            case Record():
                return [self._reading(reply, Origin.STORED, now)]
            case _:
                return []

    def _concluded(self, now: datetime) -> list[Event]:
        is_over = self._waits_until is None and self._exchange.is_over
        return self._advanced(self._exchange.answer, now) if is_over else []

    def _advanced(self, answer: Reply | None, now: datetime) -> list[Event]:
        """Go on with the conversation, up to its next question or pause."""
        if self._run is None:
            return []
        self._now = now
        self._waits_until = None
        step = self._run.send(answer)
        if isinstance(step, _Ask):
            self._events += _sent(self._exchange.begin(step.message, step.wanted, now))
        else:
            self._waits_until = now + WATCH_EVERY
        events, self._events = self._events, []
        return events

    def _conversation(self) -> _Run:
        seen: tuple[str | None, _Ends | None] = (None, None)
        for dialect in cycle((ULTRA, VERIO_IQ)):
            if dialect is not self._dialect:
                self._events.append(Baud(dialect.baud))
            self._dialect = dialect
            self._exchange = Exchange(dialect)
            if (yield from self._introduced(dialect)):
                is_same = self._serial is not None and self._serial == seen[0]
                ends = yield from self._watched(dialect, seen[1] if is_same else None)
                seen = (self._serial, ends)
            if self._wants_memory:
                self._wants_memory = False
                self._events.append(Failed(Request.FETCH_STORED.value))

    def _watched(self, dialect: Dialect, ends: "_Ends | None") -> "_Looking":
        """Watch until the meter does not answer any more; what was seen last."""
        missed = 0
        while missed < LOOKS_MISSED:
            if self._wants_memory:
                self._wants_memory = False
                yield from self._memory(dialect)
            looked = yield from self._look(dialect)
            missed = 0 if looked is not None else missed + 1
            self._compare(ends, looked)
            ends = looked or ends
            yield None
        return ends

    def _introduced(self, dialect: Dialect) -> _Talk:
        self._serial = self._firmware = None
        version = yield _Ask(dialect.version, Version)
        if not isinstance(version, Version):
            return False
        self._learn(version)
        serial = yield _Ask(dialect.serial, Serial)
        if isinstance(serial, Serial):
            self._learn(serial)
        said = Identified(dialect.model, self._serial, self._firmware, self.KIND)
        self._events.append(said)
        return True

    def _learn(self, reply: Version | Serial) -> None:
        if isinstance(reply, Version):
            self._firmware = reply.firmware
        else:
            self._serial = reply.serial

    def _look(self, dialect: Dialect) -> "_Looking":
        """The number of records and those at both ends; `None` when they moved or did not come."""
        count = yield _Ask(dialect.count, Count)
        if not isinstance(count, Count) or count.records > MOST_RECORDS:
            return None
        if count.records == 0:
            return _Ends(0, ())
        found = []
        for index in (0, count.records - 1, 0):
            record = yield _Ask(_record(dialect, index), Record)
            again = yield _Ask(dialect.count, Count)  # so no two records are asked in a row
            if not isinstance(record, Record) or again != count:
                return None
            found.append(record)
        return _Ends(count.records, tuple(found[:2])) if found[0] == found[2] else None

    def _compare(self, before: "_Ends | None", now: "_Ends | None") -> None:
        """Tell a record that appeared since the look before."""
        if before is None or now is None or now.count < before.count:
            return
        news = [record for record in now.records if record not in before.records]
        if news:
            self._tell(max(news, key=lambda record: record.measured_at), Origin.SPOT)

    def _memory(self, dialect: Dialect) -> Generator[_Step, Reply | None, None]:
        """Tell every record; fails when the memory changes while it is read."""
        total = yield _Ask(dialect.count, Count)
        if not isinstance(total, Count) or total.records > MOST_RECORDS:
            self._events.append(Failed(Request.FETCH_STORED.value))
            return
        self._events.append(Progress(0, total.records))
        for index in range(total.records):
            record = yield _Ask(_record(dialect, index), Record)
            count = yield _Ask(dialect.count, Count)
            if not isinstance(record, Record) or count != total:
                self._events.append(Failed(Request.FETCH_STORED.value))
                return
            self._tell(record, Origin.STORED)
            self._events.append(Progress(index + 1, total.records))

    def _tell(self, record: Record, origin: Origin) -> None:
        if self._now is not None:
            self._events.append(self._reading(record, origin, self._now))

    def _reading(self, record: Record, origin: Origin, now: datetime) -> Reading:
        self._records += 1
        return Reading(
            Vital.GLUCOSE,
            record.mg_dl,
            record.quality,
            now,
            origin,
            self._records,
            record.measured_at,
            record.marks,
        )


@dataclass(frozen=True, slots=True)
class _Ends:
    """How many records there are, and the first and the last of them."""

    count: int
    records: tuple[Record, ...]


_Looking = Generator[_Step, Reply | None, _Ends | None]
"""A piece of the conversation that looks at the memory."""


def _record(dialect: Dialect, index: int) -> bytes:
    return dialect.record + index.to_bytes(2, "little")


def _sent(data: bytes) -> list[Event]:
    return [Send(data)] if data else []
