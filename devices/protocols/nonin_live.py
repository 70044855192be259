"""An oximeter of Nonin's that talks all the time: what its drivers of formats 2, 7 and 8 share.

SpO2 and pulse rate are told when the value or the quality of one changes and otherwise once a
second, both together; the plethysmogram goes out by packets of 25 samples.

`start` asks for serial number, model and revision. Only when nothing of the driver's own format has
come for a while is the format set: see `devices.protocols.nonin_handshake`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final, Protocol

from devices.driver import Line, Request, SerialSettings
from devices.protocols import nonin
from devices.protocols.live import LiveVitals
from devices.protocols.nonin import Piece
from devices.protocols.nonin_frames import RATE_HZ, Packet
from devices.protocols.nonin_handshake import Handshake
from devices.readings import Alive, Event, Kind, Resynced, Send, Vital, Wave, WaveBlock

LOST_AFTER: Final = timedelta(milliseconds=500)
"""chosen: a message takes 5 ms; what has not come whole by now never will."""


class Stream(Protocol):
    """Finds the packets among the pieces of one format."""

    def hear(self, piece: Piece, now: datetime) -> Sequence[Packet]:
        """Take a piece of the stream; the packets it confirmed."""

    def settled(self) -> Sequence[Packet]:
        """The packets to believe because the line has fallen quiet."""


class Oximeter:
    """Everything a driver needs but the format."""

    KIND: ClassVar[Kind] = Kind.OXIMETER
    LINE: ClassVar[Line] = SerialSettings(baud=nonin.BAUD)
    VITALS: ClassVar[tuple[Vital, ...]] = nonin.VITALS
    REQUESTS: ClassVar[frozenset[Request]] = frozenset({Request.MEASURE})

    FORMAT: ClassVar[nonin.Format]
    SETTLED_AFTER: ClassVar[timedelta]
    """Quiet after which a whole message followed by nothing is believed."""
    PACKETS_PER_S: ClassVar[int]

    def __init__(self, message_length: nonin.Length, stream: Stream) -> None:
        self._pieces = nonin.Pieces(message_length)
        self._stream = stream
        self._vitals = LiveVitals(self.PACKETS_PER_S)
        self._identity = nonin.Identity()
        self._handshake = Handshake(self.FORMAT)
        self._heard_at: datetime | None = None
        self._is_known = False
        """It streams in this format, or was opened as such: a reply alone says only whose it is."""

    def start(self, now: datetime) -> list[Event]:
        """Ask who is there; the stream needs no word."""
        self._is_known = True
        return [Send(self._handshake.start(now))]

    def identify(self) -> bytes:
        """Nothing: its stream is heard before anybody asks, and its replies are any format's."""
        return b""

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        self._heard_at = now
        events: list[Event] = []
        for piece in self._pieces.take(data):
            events += self._hear(piece, now)
        return events

    def tick(self, now: datetime) -> list[Event]:
        """Tell what waited for what follows it; set the format when there is no stream."""
        quiet = now - self._heard_at if self._heard_at is not None else timedelta()
        events: list[Event] = []
        if quiet >= self.SETTLED_AFTER:
            events += self._told(self._stream.settled(), now)
        if quiet >= LOST_AFTER:
            for piece in self._pieces.give_up():
                events += self._hear(piece, now)
            self._stream.settled()
        return [*events, *_sent(self._handshake.tick(now))]

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`MEASURE`: tell both vital signs with the next packet."""
        del request, now
        self._vitals.forget()
        return []

    def _hear(self, piece: Piece, now: datetime) -> list[Event]:
        events = _sent(self._handshake.hear(piece, now))
        match piece:
            case nonin.Skipped(count):
                events.append(Resynced(count))
            case nonin.Reply():
                self._identity.hear(piece)
                events += [Alive(), *self._identity.news()] if self._is_known else []
        return [*events, *self._told(self._stream.hear(piece, now), now)]

    def _told(self, packets: Sequence[Packet], now: datetime) -> list[Event]:
        events: list[Event] = []
        for packet in packets:
            self._handshake.understood()
            self._is_known = True
            if packet.firmware is not None:
                self._identity.hear_firmware(packet.firmware)
            events += [Alive(), *self._identity.news()]
            events += self._vitals.told(packet.measured.readings(now))
            if packet.samples and packet.started_at is not None:
                events.append(WaveBlock(Wave.PLETH, packet.samples, RATE_HZ, packet.started_at))
        return events


def _sent(data: bytes) -> list[Event]:
    return [Send(data)] if data else []
