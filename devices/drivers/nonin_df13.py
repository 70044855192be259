"""Nonin pulse oximeters in data format 13, spot checks (Onyx II 9560, WristOx2 3150).

Source: Nonin, "9560 OEM specification and technical information", serial data format 13; packets
    and a serial number of an Onyx II 9560 quoted by OpenTele (Apache-2.0).
Reads: SpO2 (%) and pulse rate (/min) with the oximeter's own time, one measurement a packet; low
    battery; serial number, also where it is appended to the packet, model, firmware revision.
Leaves out: setting the clock, the oximeter's wish to reconnect by itself.

The oximeter measures once per finger and sends of its own accord; nothing acknowledges a packet.
On connecting it first sends what it measured out of reach, marked as from memory, and forgets that
by sending: such values are told at once, as stored. A measurement without the mark "SmartPoint" is
one that the oximeter itself does not call of high quality, and is told as weak.

This is the format it is delivered with. The format is set only when the oximeter is heard to stream
another one; the option is then the maker's own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final

from devices.driver import Line, Request, SerialSettings
from devices.protocols import nonin
from devices.protocols.nonin import MORE, Format, Measured, Piece
from devices.protocols.nonin_handshake import Handshake
from devices.protocols.nonin_live import LOST_AFTER
from devices.readings import (
    Alive,
    Event,
    Failed,
    Kind,
    Origin,
    Quality,
    Reading,
    Resynced,
    Send,
    Vital,
)

HEADER: Final = b"\x02\x00\x0d"
"""Start and packet type; a zero goes before."""
LEAST_DATA: Final = 14
MOST_DATA: Final = 64
"""chosen: the maker may add to the 23 bytes of today."""
MEASURE_WITHIN: Final = timedelta(seconds=90)
"""chosen: the oximeter takes up to forty, and a hand must be warm first."""
_SIZED: Final = len(HEADER) + 2
_FOOTER: Final = 2

_SMART_POINT: Final = 0x02  # status, high byte
_NO_MEASUREMENT: Final = 0x01  # status, high byte
_FROM_MEMORY: Final = 0x10  # status, low byte
_LOW_BATTERY: Final = 0x01  # status, low byte
_PULSE_HIGH: Final = 0x01
_SEVEN_BITS: Final = 0x7F


class Driver:
    """Listens for measurements."""

    MODEL: ClassVar[str] = "Nonin Onyx II 9560, WristOx2 3150 (data format 13)"
    KIND: ClassVar[Kind] = Kind.OXIMETER
    LINE: ClassVar[Line] = SerialSettings(baud=nonin.BAUD)
    VITALS: ClassVar[tuple[Vital, ...]] = nonin.VITALS
    REQUESTS: ClassVar[frozenset[Request]] = frozenset({Request.MEASURE})
    SAYS_ONCE: ClassVar[bool] = True

    def __init__(self) -> None:
        self._pieces = nonin.Pieces(_packet_length)
        self._identity = nonin.Identity()
        self._handshake = Handshake(Format.DF13, is_silent=True)
        self._records = 0
        self._heard_at: datetime | None = None
        self._measuring_since: datetime | None = None

    def start(self, now: datetime) -> list[Event]:
        """Ask who is there; measurements come unasked."""
        return [Send(self._handshake.start(now))]

    def identify(self) -> bytes:
        """Ask for serial number, model and revision: the format stays as it is.

        An oximeter in another format is heard before anybody asks; a silent one is in this.
        """
        return nonin.QUESTIONS

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        self._heard_at = now
        return self._told(self._pieces.take(data), now)

    def tick(self, now: datetime) -> list[Event]:
        """Give up what never came; set the format when another one is heard."""
        events: list[Event] = []
        if self._measuring_since is not None and now - self._measuring_since >= MEASURE_WITHIN:
            self._measuring_since = None
            events.append(Failed(Request.MEASURE.value))
        if self._heard_at is not None and now - self._heard_at >= LOST_AFTER:
            events += self._told(self._pieces.give_up(), now)
        wish = self._handshake.tick(now)
        return [*events, Send(wish)] if wish else events

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`MEASURE`: await the next measurement; a finger put in is all it takes."""
        del request
        self._measuring_since = now
        return []

    def _told(self, pieces: Sequence[Piece], now: datetime) -> list[Event]:
        events: list[Event] = []
        for piece in pieces:
            if wish := self._handshake.hear(piece, now):
                events.append(Send(wish))
            match piece:
                case nonin.Message(data):
                    self._handshake.understood()
                    events += self._measured(data[data.index(HEADER) + _SIZED : -_FOOTER], now)
                case nonin.Reply():
                    self._identity.hear(piece)
                    events += [Alive(), *self._identity.news()]
                case nonin.Skipped(count):
                    events.append(Resynced(count))
        return events

    def _measured(self, data: bytes, now: datetime) -> list[Event]:
        self._records += 1
        serial = data[LEAST_DATA : LEAST_DATA + nonin.SERIAL_CHARACTERS].decode("ascii", "replace")
        is_serial = len(serial) == nonin.SERIAL_CHARACTERS and serial.isalnum()
        if is_serial:
            self._identity.hear_serial(serial)
        readings = _readings(data, self._records, now)
        if any(reading.origin is Origin.SPOT for reading in readings):
            self._measuring_since = None
        return [*self._identity.news(), *readings]


def _readings(data: bytes, record: int, now: datetime) -> Sequence[Reading]:
    status_high, status_low, pulse_high, pulse_low, _, spo2 = data[8:LEAST_DATA]
    measured = Measured(
        spo2=spo2 & _SEVEN_BITS,
        pulse=(pulse_high & _PULSE_HIGH) << 8 | pulse_low,
        why_nothing=Quality.NO_SIGNAL if status_high & _NO_MEASUREMENT else None,
        is_weak=not status_high & _SMART_POINT,
        is_battery_low=bool(status_low & _LOW_BATTERY),
    )
    origin = Origin.STORED if status_low & _FROM_MEMORY else Origin.SPOT
    return measured.readings(now, origin, record, _time(data))


def _time(data: bytes) -> datetime | None:
    """The oximeter's own: hundreds of the year, year, month, day, hour, minute, second, in BCD."""
    digits = data[:7].hex()
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S")  # noqa: DTZ007 -- the oximeter has no zone
    except ValueError:
        return None


def _packet_length(buffer: bytearray, place: int) -> int:
    """See `devices.protocols.nonin.Length`; the zero before may have been lost."""
    start = place if buffer[place] else place + 1
    header = buffer[start : start + _SIZED]
    if not HEADER.startswith(header[: len(HEADER)]):
        return 0
    if len(header) < _SIZED:
        return MORE
    size = int.from_bytes(header[len(HEADER) :], "big")
    if not LEAST_DATA <= size <= MOST_DATA:
        return 0
    end = start + _SIZED + size + _FOOTER
    if len(buffer) < end:
        return MORE
    *data, total, last = buffer[start + _SIZED : end]
    return end - place if last == nonin.ETX and sum(data) & 0xFF == total else 0
