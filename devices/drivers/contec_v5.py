"""Contec CMS50 pulse oximeters of the first series (CMS50D+ before firmware 4.6, CMS50E/F, clones).

Source: Contec, "CommunicationProtocolDoc" V5.0A for the bits; line settings and the memory's format
    from agreeing public programs and a recording quoted by the Apnea Board wiki. The document
    prints 4800 baud; every program that works uses 19200 with odd parity.
Reads: SpO2 (%), pulse rate (/min), plethysmogram (60 samples a second, 0..127 as sent), live; the
    stored session as SpO2 and pulse rate, one sample a second.
Leaves out: identification (the protocol has none), the bar graph, the "SpO2 dropping" bit.

Stored session: each second is one record, in the order recorded. The instrument keeps no date, so
a record has no time of its own: its number, counted from 1, is its second. Seconds without a
finger are records without a value.

Not to be taken for a Berry, whose packets look the same (`devices.drivers.berry`). The baud rate
(19200, odd parity) keeps them apart; where it cannot, as over a network or in a file, the pace
does: 60 packets a second, and a stream at a Berry's 100 is refused. In a file neither shows; the
values and "no finger" are in the same places then, but a Berry's "no signal" is told as searching.
"""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from devices.driver import Line, Request, SerialSettings
from devices.protocols import contec_five
from devices.protocols.contec_five import Group
from devices.protocols.contec_memory import FETCH, PREAMBLE, RESUME, Memory
from devices.protocols.live import LiveVitals, WaveBlocks
from devices.readings import (
    Event,
    Failed,
    Kind,
    Quality,
    Reading,
    Refused,
    Resynced,
    Send,
    Vital,
    Wave,
)

RATE_HZ: Final = 60  # V5.0A
BLOCK_SAMPLES: Final = 15
"""chosen: four blocks a second draw smoothly and cost little."""
FETCH_WITHIN: Final = timedelta(seconds=5)
"""The patience of public programs: time to begin, and between two samples."""
BERRY_HZ: Final = 100
BERRY: Final = "Berry (BCI)"

_SEARCHING_LONG: Final = 0x10  # byte 1
_PROBE_ERROR: Final = 0x10  # byte 3
_SEARCHING: Final = 0x20  # byte 3


class Driver:
    """Decodes the live stream, and fetches the stored session when asked."""

    MODEL: ClassVar[str] = "Contec CMS50 (V5.0)"
    KIND: ClassVar[Kind] = Kind.OXIMETER
    LINE: ClassVar[Line] = SerialSettings(baud=19_200, parity="O")
    VITALS: ClassVar[tuple[Vital, ...]] = (Vital.SPO2, Vital.PULSE)
    REQUESTS: ClassVar[frozenset[Request]] = frozenset(
        {Request.MEASURE, Request.FETCH_STORED, Request.STOP}
    )
    BYTES_PER_S: ClassVar[int] = contec_five.PACKET_BYTES * RATE_HZ

    def __init__(self) -> None:
        self._groups = contec_five.Groups()
        self._live = contec_five.Row()
        self._stored = contec_five.Row()
        self._memory = Memory()
        self._pace = contec_five.Pace(BERRY_HZ)
        self._vitals = LiveVitals(repeat_after=RATE_HZ)
        self._pleth = WaveBlocks(Wave.PLETH, RATE_HZ, BLOCK_SAMPLES)
        self._is_refused = False
        self._heard_at: datetime | None = None
        self._fetching_at: datetime | None = None
        """When the session asked for last showed itself; `None` when none is asked for."""
        self._is_stopped = False
        """Samples still on their way after the person had enough are not told."""

    def start(self, now: datetime) -> list[Event]:
        """Nothing to send: it streams as soon as its own switch says so."""
        del now
        return []

    def identify(self) -> bytes:
        """Nothing: the protocol has no question, and the stream shows itself."""
        return b""

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        self._heard_at = now
        groups, dropped = self._groups.take(data)
        if self._is_refused:
            return []
        packets = 0
        events: list[Event] = []
        for group in groups:
            packets += len(group.data) == contec_five.PACKET_BYTES
            events += self._hear(group, now)
        dropped += self._live.thrown() + self._stored.thrown()
        if dropped:
            events.insert(0, Resynced(dropped))
        if self._pace.is_foreign(packets, now, is_clean=not dropped and self._live.is_sure):
            self._is_refused = True
            return [Refused(BERRY)]
        return events

    def tick(self, now: datetime) -> list[Event]:
        """Tell what waited, give up a session that does not come."""
        if self._is_refused:
            return []
        events: list[Event] = []
        if self._heard_at is not None and now - self._heard_at >= contec_five.SETTLED_AFTER:
            events += self._settled(now)
        events += self._pleth.tick(now)
        if self._fetching_at is not None and now - self._fetching_at >= FETCH_WITHIN:
            events += [Failed(Request.FETCH_STORED.value), *self._ended()]
        return events

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`MEASURE`: tell everything again; the others begin and end a stored session."""
        if self._is_refused:
            return [Failed(request.value)]
        if request is Request.FETCH_STORED and self._fetching_at is None:
            self._fetching_at = now
            return [Send(FETCH)]
        if request is Request.STOP and self._fetching_at is not None:
            self._is_stopped = True
            return self._ended()
        if request is Request.MEASURE:
            self._vitals.forget()
        return []

    def _hear(self, group: Group, now: datetime) -> list[Event]:
        if len(group.data) == contec_five.PACKET_BYTES:
            self._stored.interrupt()
            packets = self._live.add(group)
            if packets:
                self._stored.doubt()
            return self._measured(packets, now)
        if group.data == PREAMBLE:
            return self._begun(now)
        self._live.interrupt()
        if Memory.is_sample(group.data):
            return [] if self._is_stopped else self._remembered(self._stored.add(group), now)
        if Memory.is_length(group.data) and self._stored.is_sure:
            return self._memory.expect(group.data)
        return [Resynced(len(group.data))]

    def _begun(self, now: datetime) -> list[Event]:
        """A stored session begins."""
        events = [*self._measured(self._live.released(), now), *self._pleth.flushed()]
        self._live.doubt()
        self._stored.is_sure = True
        self._is_stopped = False
        self._memory.begin()
        return events

    def _remembered(self, samples: list[bytes], now: datetime) -> list[Event]:
        if not samples:
            return []
        self._live.doubt()
        events = [event for sample in samples for event in self._memory.add(sample, now)]
        if self._fetching_at is not None:
            self._fetching_at = now
        if self._memory.is_complete:
            self._stored.doubt()
            events += self._ended()
        return events

    def _settled(self, now: datetime) -> list[Event]:
        events = [event for group in self._groups.settled() for event in self._hear(group, now)]
        if len(self._groups) or self._stored.is_sure:
            return events
        events += self._measured(self._live.released(), now)
        return events + self._remembered(self._stored.released(), now)

    def _ended(self) -> list[Event]:
        """Back to the live stream, if a session was asked for."""
        if self._fetching_at is None:
            return []
        self._fetching_at = None
        self._stored.doubt()
        return [Send(RESUME)]

    def _measured(self, packets: list[bytes], now: datetime) -> list[Event]:
        events: list[Event] = []
        for packet in packets:
            events += [*self._vitals.told(_readings(packet, now)), *self._drawn(packet, now)]
        return events

    def _drawn(self, packet: bytes, now: datetime) -> list[Event]:
        if packet[2] & _PROBE_ERROR:
            return list(self._pleth.flushed())
        return list(self._pleth.add(packet[1], now))


def _readings(packet: bytes, now: datetime) -> list[Reading]:
    """V5.0A, live packet: both vital signs."""
    why_not = _why_nothing(packet)
    if why_not is not None:
        return [Reading(vital, None, why_not, now) for vital in Driver.VITALS]
    return contec_five.readings(packet, now)


def _why_nothing(packet: bytes) -> Quality | None:
    if packet[2] & _PROBE_ERROR:
        return Quality.NO_SIGNAL
    if packet[2] & _SEARCHING or packet[0] & _SEARCHING_LONG:
        return Quality.SEARCHING
    return None
