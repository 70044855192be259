"""Contec CMS50 pulse oximeters, protocol V7.0 (CMS50D+ from firmware 4.6, CMS50E/F/I, CMS60C).

Source: Contec, "Communication protocol of pulse oximeter V7.0", checked against a public live
    recording of a CMS50E.
Reads: SpO2 (%), pulse rate (/min), perfusion index (%) where the model has one, plethysmogram
    (60 samples a second, 0..127 as sent), identification; stored sessions, with the time of the
    instrument's own clock.
Leaves out: setting the clock, users; deleting is never sent.

The vital signs are told when the value (as it is shown) or the quality of one changes, and
otherwise once a second (60 packets); always all of them, so that they can travel together. The
plethysmogram goes out in blocks of 15 samples; `tick` flushes a shorter
block when the stream pauses, so no sample is lost. While the probe is off the instrument draws a
flat line, which is not a sample.

Stored sessions are told a second a record. While they are fetched the live stream rests; it comes
back by itself.
"""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from devices.driver import Line, Request, SerialSettings
from devices.protocols import contec
from devices.protocols.contec import Command, Type
from devices.protocols.contec_storage import Fetch, Segments
from devices.protocols.live import LiveVitals, WaveBlocks
from devices.readings import (
    Alive,
    Event,
    Failed,
    Identified,
    Kind,
    Progress,
    Quality,
    Reading,
    Resynced,
    Send,
    Vital,
    Wave,
)

RATE_HZ: Final = 60  # V7.0: realtime packets come 60 +- 2 times a second
BLOCK_SAMPLES: Final = 15
"""chosen: four blocks a second draw smoothly and cost little."""
SETTLED_AFTER: Final = timedelta(milliseconds=30)
"""chosen: twice the time between packets; a whole packet followed by nothing is then believed."""
KEEP_ALIVE_EVERY: Final = timedelta(seconds=5)  # V7.0, command AF
REPLY_WITHIN: Final = timedelta(seconds=1)  # V7.0: wait up to one second for a reply
STREAM_LOST_AFTER: Final = timedelta(seconds=2)
"""chosen: 120 packets missing; the stream is then asked for again."""

_HANDSHAKE: Final = (
    Command.STOP_STORAGE,
    Command.STOP_LIVE,
    Command.HELLO,
    Command.IDENTIFIER,
)
_VENDOR: Final = "Contec"

_PROBE_ERROR: Final = 0x80  # d0
_SEARCHING_LONG: Final = 0x10  # d0
_SIGNAL: Final = 0x0F  # d0, 0..8
_SEARCHING: Final = 0x80  # d1
_WAVE: Final = 0x7F  # d1
_PI_INVALID: Final = 0x10  # d2
_PULSE_INVALID: Final = (0x00, 0xFF)  # d3
_SPO2_INVALID: Final = (0x00, 0x7F)  # d4
_PI_MISSING: Final = 0xFFFF  # d5, d6
_FULL_SIGNAL: Final = 8
_WEAK_SIGNAL: Final = 2
"""chosen: the lowest quarter of the instrument's own 0..8 bar."""


class Driver:
    """Starts, keeps alive and decodes the live stream."""

    MODEL: ClassVar[str] = "Contec CMS50 (V7.0)"
    KIND: ClassVar[Kind] = Kind.OXIMETER
    LINE: ClassVar[Line] = SerialSettings(baud=115_200)
    VITALS: ClassVar[tuple[Vital, ...]] = (Vital.SPO2, Vital.PULSE, Vital.PERFUSION_INDEX)
    REQUESTS: ClassVar[frozenset[Request]] = frozenset(
        {Request.MEASURE, Request.FETCH_STORED, Request.STOP}
    )
    BYTES_PER_S: ClassVar[int] = 9 * RATE_HZ

    def __init__(self) -> None:
        self._packets = contec.Packets()
        self._vitals = LiveVitals(repeat_after=RATE_HZ)
        self._pleth = WaveBlocks(Wave.PLETH, RATE_HZ, BLOCK_SAMPLES)
        self._segments = Segments()
        self._fetch = Fetch(self._segments)
        self._wants_stored = False
        self._steps: list[Command] = []
        self._is_live = False
        """Whether the live stream was asked for; never when only listening."""
        self._is_handshaking = False
        self._heard_at: datetime | None = None
        self._sent_at: datetime | None = None
        self._kept_alive_at: datetime | None = None
        self._streamed_at: datetime | None = None

    def start(self, now: datetime) -> list[Event]:
        """Stop whatever it is doing, ask who it is, then start the live stream."""
        self._steps = list(_HANDSHAKE)
        self._is_handshaking = True
        self._is_live = False
        return self._next_step(now)

    def identify(self) -> bytes:
        """Stop the live stream, which `start` restarts, and ask for the identifier."""
        return contec.command(Command.STOP_LIVE) + contec.command(Command.IDENTIFIER)

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        self._heard_at = now
        packets, dropped = self._packets.take(data)
        events: list[Event] = [Resynced(dropped)] if dropped else []
        for packet in packets:
            events += self._hear(packet, now)
        return events

    def tick(self, now: datetime) -> list[Event]:
        """Flush a waiting block, keep the stream alive, ask again for what did not come."""
        events: list[Event] = []
        if _is_over(self._heard_at, SETTLED_AFTER, now):
            for packet in self._packets.settled():
                events += self._hear(packet, now)
        events += self._pleth.tick(now)
        if not self._fetch.is_over:
            events += self._fetched(self._fetch.tick(now), now)
        if self._is_handshaking and _is_over(self._sent_at, REPLY_WITHIN, now):
            events += self._next_step(now)
        elif self._is_live or not self._fetch.is_over:
            events += self._kept_alive(now)
        return events

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`MEASURE`: tell every vital sign with the next packet; the others are for the memory."""
        if request is Request.FETCH_STORED:
            self._wants_stored = self._fetch.is_over
            return [] if self._is_handshaking else self._begun(now)
        if request is Request.STOP:
            self._wants_stored = False
            return [] if self._fetch.is_over else [Send(self._fetch.stop()), *self._resumed(now)]
        self._vitals.forget()
        return []

    def _hear(self, packet: contec.Packet, now: datetime) -> list[Event]:
        if packet.type == Type.REALTIME:
            self._streamed_at = now
            readings = [Reading(vital, value, why, now)
                        for vital, value, why in _decoded(packet.data)]  # fmt: skip
            return [*self._vitals.told(readings), *self._drawn(packet.data, now)]
        if packet.type == contec.COMMAND:
            return []
        events = self._segments.hear(packet, now) or [Alive()]
        if packet.type == Type.IDENTIFIER:
            events = [Identified(f"{_VENDOR} {_text(packet.data)}".strip())]
        if not self._fetch.is_over:
            events += self._fetched(self._fetch.hear(packet, now), now)
        if self._is_handshaking:
            events += self._next_step(now)
        return events

    def _begun(self, now: datetime) -> list[Event]:
        """Fetch what is stored, if that is wanted."""
        if not self._wants_stored:
            return []
        self._wants_stored = False
        self._is_live = False
        self._kept_alive_at = now
        return [
            Send(contec.command(Command.STOP_LIVE)),
            *self._pleth.flushed(),
            Send(self._fetch.begin(now)),
        ]

    def _fetched(self, to_send: bytes, now: datetime) -> list[Event]:
        """Go on asking; when all is asked, back to the live stream."""
        events: list[Event] = [Send(to_send)] if to_send else []
        if self._fetch.is_over:
            events += [Progress(0, 0)] if self._fetch.is_empty else []
            events += self._resumed(now)
            events += [Failed(Request.FETCH_STORED.value)] if self._fetch.has_failed else []
        return events

    def _resumed(self, now: datetime) -> list[Event]:
        self._is_live = True
        self._streamed_at = now
        self._kept_alive_at = now
        return [Send(contec.command(Command.START_LIVE))]

    def _next_step(self, now: datetime) -> list[Event]:
        self._sent_at = now
        if self._steps:
            return [Send(contec.command(self._steps.pop(0)))]
        self._is_handshaking = False
        return self._begun(now) or self._resumed(now)

    def _kept_alive(self, now: datetime) -> list[Event]:
        events: list[Event] = []
        if _is_over(self._kept_alive_at, KEEP_ALIVE_EVERY, now):
            self._kept_alive_at = now
            events.append(Send(contec.command(Command.KEEP_ALIVE)))
        if self._is_live and _is_over(self._streamed_at, STREAM_LOST_AFTER, now):
            self._streamed_at = now
            events.append(Send(contec.command(Command.START_LIVE)))
        return events

    def _drawn(self, data: bytes, now: datetime) -> list[Event]:
        if data[0] & _PROBE_ERROR:
            return list(self._pleth.flushed())
        return list(self._pleth.add(data[1] & _WAVE, now))


def _decoded(data: bytes) -> list[tuple[Vital, float | None, Quality]]:
    """V7.0, realtime data packet: every vital sign it carries."""
    why_not = _why_nothing(data)
    if why_not is not None:
        return [(vital, None, why_not) for vital in Driver.VITALS]
    is_strong = _WEAK_SIGNAL < data[0] & _SIGNAL <= _FULL_SIGNAL
    given = Quality.GOOD if is_strong else Quality.WEAK
    perfusion = data[5] | data[6] << 8
    has_perfusion = perfusion != _PI_MISSING and not data[2] & _PI_INVALID
    values = (
        (Vital.SPO2, data[4] if data[4] not in _SPO2_INVALID else None),
        (Vital.PULSE, data[3] if data[3] not in _PULSE_INVALID else None),
        (Vital.PERFUSION_INDEX, perfusion / 100 if has_perfusion else None),
    )
    return [
        (vital, value, Quality.NO_SIGNAL if value is None else given) for vital, value in values
    ]


def _why_nothing(data: bytes) -> Quality | None:
    if data[0] & _PROBE_ERROR:
        return Quality.NO_SIGNAL
    if data[1] & _SEARCHING or data[0] & _SEARCHING_LONG:
        return Quality.SEARCHING
    return None


def _text(data: bytes) -> str:
    """The identifier's letters; the packet is padded."""
    return "".join(letter for letter in data.decode("ascii", "ignore") if letter.isprintable())


def _is_over(since: datetime | None, limit: timedelta, now: datetime) -> bool:
    return since is not None and now - since >= limit
