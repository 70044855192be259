"""Packets of LifeScan's binary protocol, and what the meter's replies say.

Source: LifeScan's sheet for the OneTouch UltraMini/UltraEasy as public programs quote it
(glucometerutils, Tidepool Uploader); protocols.glucometer.tech for the VerioIQ. Packet: STX length
link message ETX CRC, the length of the whole packet; CRC-16/CCITT-FALSE of all before it, low byte
first. A reply's message begins with the prefix of its request and 06; the number of records of an
UltraMini with 0F.
"""

from binascii import crc_hqx
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from devices.readings import Mark, Quality

STX: Final = 0x02
ETX: Final = 0x03
LONGEST: Final = 64
"""chosen: more than twice the longest packet described."""
AROUND_MESSAGE: Final = 6
_HEADER: Final = 3
_CRC_START: Final = 0xFFFF
_CRC_BYTES: Final = 2

SENT: Final = 0x01
"""Link control: the last bit of the sender's count of messages."""
EXPECTED: Final = 0x02
"""The last bit of the sender's count of messages received."""
ACKNOWLEDGED: Final = 0x04
DISCONNECT: Final = 0x08

_SHORTEST_VERSION: Final = 8
"""chosen: longer than the answer with the clock's four bytes."""
_DONE: Final = 0x06
_COUNTED: Final = 0x0F
_TOO_LOW: Final = 0xFFFE
_TOO_HIGH: Final = 0xFFFF
_MEALS: Final = {0: (), 1: (Mark.BEFORE_MEAL,), 2: (Mark.AFTER_MEAL,)}


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between the families of meters."""

    model: str
    prefix: int
    baud: int
    epoch: datetime
    """What the meter's seconds are counted from, in its own time."""
    has_link: bool
    """Whether messages are counted and acknowledged."""
    version: bytes
    serial: bytes
    count: bytes
    record: bytes
    """To be followed by the index, low byte first."""


ULTRA: Final = Dialect(
    "LifeScan OneTouch UltraMini/UltraEasy",
    0x05,
    9_600,
    datetime(1970, 1, 1),  # noqa: DTZ001 - the meter knows no time zone
    has_link=True,
    version=bytes.fromhex("050D02"),
    serial=bytes.fromhex("050B0200000000846AE87300"),
    count=bytes.fromhex("051FF501"),  # record 501 stands for the number of records
    record=bytes.fromhex("051F"),
)
VERIO_IQ: Final = Dialect(
    "LifeScan OneTouch VerioIQ",
    0x03,
    38_400,
    datetime(2000, 1, 1),  # noqa: DTZ001 - as above
    has_link=False,
    version=bytes.fromhex("030D01"),
    serial=bytes.fromhex("030B0102"),
    count=bytes.fromhex("032700"),
    record=bytes.fromhex("0321"),
)
_VERIO_PREFIXES: Final = (0x03, 0x04)
"""The VerioIQ answers both alike."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet whose CRC was right."""

    link: int
    message: bytes


@dataclass(frozen=True, slots=True)
class Version:
    """The meter's software."""

    dialect: Dialect
    firmware: str


@dataclass(frozen=True, slots=True)
class Serial:
    """The meter's serial number."""

    dialect: Dialect
    serial: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many records the meter holds."""

    records: int


@dataclass(frozen=True, slots=True)
class Record:
    """One measurement."""

    mg_dl: int | None
    quality: Quality
    measured_at: datetime
    marks: frozenset[Mark] = frozenset()


Reply = Version | Serial | Count | Record


class Packets:
    """Finds the packets in any slicing of the stream."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def take(self, data: bytes) -> tuple[list[Packet], int]:
        """The packets this slice completed, and how many bytes were noise."""
        self._buffer += data
        return self._taken(is_all=False)

    def settled(self) -> tuple[list[Packet], int]:
        """Nothing more comes for now: what seemed to begin a packet and did not end was noise."""
        return self._taken(is_all=True)

    def _taken(self, *, is_all: bool) -> tuple[list[Packet], int]:
        packets: list[Packet] = []
        dropped = place = 0
        while place < len(self._buffer):
            length = _length(self._buffer, place)
            if length is None and not is_all:
                break
            wire = bytes(self._buffer[place : place + (length or 0)])
            if wire and len(wire) == length and _is_packet(wire):
                packets.append(Packet(wire[2], wire[_HEADER:-_HEADER]))
                place += len(wire)
            else:
                dropped += 1
                place += 1
        del self._buffer[:place]
        return packets, dropped


def packet(link: int, message: bytes = b"") -> bytes:
    """One packet as it travels."""
    content = bytes((STX, len(message) + AROUND_MESSAGE, link, *message, ETX))
    return content + _crc(content)


def reply(message: bytes) -> Reply | None:
    """What a message from the meter says; `None` for a request, a fault, or what is not read."""
    if len(message) < _HEADER:
        return None
    if message[0] == ULTRA.prefix:
        return _ultra_reply(message[1], message[2:])
    if message[0] in _VERIO_PREFIXES:
        return _verio_reply(message[1], message[2:])
    return None


def _ultra_reply(status: int, data: bytes) -> Reply | None:
    if status == _COUNTED and len(data) == 2:  # noqa: PLR2004 - a 16-bit number
        return Count(int.from_bytes(data, "little"))
    if status != _DONE:
        return None
    match len(data):
        case 8 if data[6:] in (b"\0\0", b"\xff\xff"):
            return _record(ULTRA, data[:4], int.from_bytes(data[4:6], "little"))
        case 9 if (serial := _text(data)) is not None:
            return Serial(ULTRA, serial)
        case length if (
            _SHORTEST_VERSION <= length == data[0] + 1 and (firmware := _text(data[1:])) is not None
        ):
            return Version(ULTRA, firmware)
        case _:
            return None


def _verio_reply(status: int, data: bytes) -> Reply | None:
    if status != _DONE:
        return None
    match len(data):
        case 2:
            return Count(int.from_bytes(data, "little"))
        case 10 if data[6] in (0, 1) and data[7] in _MEALS and data[8:] == b"\0\0":
            marks = frozenset({*_MEALS[data[7]], *([Mark.CONTROL] if data[6] else [])})
            return _record(VERIO_IQ, data[:4], int.from_bytes(data[4:6], "little"), marks)
        case 10 if data[-1] == 0 and (serial := _text(data[:-1])) is not None:
            return Serial(VERIO_IQ, serial)
        case length if (
            _SHORTEST_VERSION <= length == data[0] + 2
            and (firmware := _text(data[1:-1])) is not None
        ):
            return Version(VERIO_IQ, firmware)
        case _:
            return None


def _record(
    dialect: Dialect, seconds: bytes, value: int, marks: frozenset[Mark] = frozenset()
) -> Record:
    measured_at = dialect.epoch + timedelta(seconds=int.from_bytes(seconds, "little"))
    if value in (_TOO_LOW, _TOO_HIGH):
        why = Quality.TOO_LOW if value == _TOO_LOW else Quality.TOO_HIGH
        return Record(None, why, measured_at, marks)
    return Record(value, Quality.GOOD, measured_at, marks)


def _text(data: bytes) -> str | None:
    """Letters, digits and signs; `None` when there is anything else."""
    is_text = data.isascii() and data.decode("ascii").isprintable()
    return data.decode("ascii") if data and is_text else None


def _length(buffer: bytearray, place: int) -> int | None:
    """How long the packet at this place is, 0 if it is none; `None` until it is all there."""
    if buffer[place] != STX:
        return 0
    if place + 1 == len(buffer):
        return None
    length = buffer[place + 1]
    if not AROUND_MESSAGE <= length <= LONGEST:
        return 0
    return length if len(buffer) - place >= length else None


def _is_packet(wire: bytes) -> bool:
    content = wire[:-_CRC_BYTES]
    return content[-1] == ETX and _crc(content) == wire[-_CRC_BYTES:]


def _crc(content: bytes) -> bytes:
    return crc_hqx(content, _CRC_START).to_bytes(_CRC_BYTES, "little")
