"""IEEE 11073-20601 on a byte stream: finding the APDUs, and the numbers and times inside them.

Source: the public descriptions of ISO/IEEE 11073-20601 that agree (Tidepool's driver, universAAL's
and OpenTele's), checked against recorded reports of A&D instruments. An APDU is a choice (16 bits),
a length (16 bits) and so many bytes; everything is big endian (MDER, the medical device encoding
rules).

There is no checksum. An APDU is believed when its lengths agree with each other, and when nothing
or what looks like the beginning of another APDU follows it: one that lost bytes has swallowed that.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import Final

from devices.readings import Quality

MAX_BYTES: Final = 9216
"""11073-10404: the longest APDU that an agent of these kinds may send."""


class Choice(IntEnum):
    """What an APDU is (20601, ApduType)."""

    ASSOCIATION_REQUEST = 0xE200
    ASSOCIATION_RESPONSE = 0xE300
    RELEASE_REQUEST = 0xE400
    RELEASE_RESPONSE = 0xE500
    ABORT = 0xE600
    DATA = 0xE700


class Message(IntEnum):
    """What a data APDU is (20601, DataApdu)."""

    EVENT_REPORT = 0x0100
    CONFIRMED_EVENT_REPORT = 0x0101
    GET = 0x0103
    EVENT_REPORT_CONFIRMED = 0x0201
    GET_RESULT = 0x0203


_START: Final = re.compile(rb"[\xE2-\xE7](?:\x00|\Z)")
_HEAD_BYTES: Final = 12
"""As much of an APDU as is looked at before it is believed to be one."""
_ASSOCIATION_VERSION: Final = b"\x80\x00\x00\x00"
_RESPONSE_BYTES: Final = (6, 44)  # turned away, accepted
_REASON_BYTES: Final = 2  # release and abort carry a reason and nothing else
_LEAST_DATA_BYTES: Final = 8  # length, invoke id, message, length


class DamagedError(ValueError):
    """The bytes contradict each other."""


class Reader:
    """Takes an encoded structure apart; `DamagedError` when it ends too soon."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    @property
    def is_empty(self) -> bool:
        """Nothing is left."""
        return self._place >= len(self._data)

    def take(self, count: int) -> bytes:
        """So many bytes."""
        taken = self._data[self._place : self._place + count]
        if len(taken) < count:
            raise DamagedError
        self._place += count
        return taken

    def u16(self) -> int:
        """An unsigned 16-bit number."""
        return int.from_bytes(self.take(2), "big")

    def block(self) -> bytes:
        """A length, and so many bytes."""
        return self.take(self.u16())

    def items(self) -> tuple[int, "Reader"]:
        """The head of a list: how many items, and a reader that holds exactly them."""
        count = self.u16()
        return count, Reader(self.block())

    def finish(self) -> None:
        """`DamagedError` when something is left."""
        if not self.is_empty:
            raise DamagedError


@dataclass(frozen=True, slots=True)
class Apdu:
    """One whole APDU."""

    choice: Choice
    body: bytes
    """What follows its length."""


@dataclass(frozen=True, slots=True)
class Data:
    """The contents of a `Choice.DATA`."""

    invoke_id: int
    message: int
    """One of `Message`, or another that is not for us."""
    content: bytes

    @classmethod
    def parse(cls, body: bytes) -> "Data":
        """Take the body of the APDU apart; `DamagedError`."""
        reader = Reader(Reader(body).block())
        data = cls(reader.u16(), reader.u16(), reader.block())
        reader.finish()
        return data


class Apdus:
    """Finds the APDUs in any slicing of the stream."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def is_waiting(self) -> bool:
        """A beginning is held whose end has not come."""
        return bool(self._buffer)

    def take(self, data: bytes) -> tuple[list[Apdu], int]:
        """The APDUs that this slice shows to be whole, and how many bytes were noise."""
        self._buffer += data
        found: list[Apdu] = []
        place = self._next_start(0)
        dropped = place
        while place < len(self._buffer):
            length = _length(self._buffer[place : place + _HEAD_BYTES])
            if length is not None and place + length >= len(self._buffer):
                break
            end = place + (length or 0)
            if length is None or not _START.match(self._buffer, end):
                end = self._next_start(place + 1)
                dropped += end - place
            else:
                found.append(_apdu(bytes(self._buffer[place:end])))
            place = end
        del self._buffer[:place]
        return found, dropped

    def settled(self) -> list[Apdu]:
        """The stream pauses: a whole APDU that nothing follows is believed."""
        if not self._buffer or _length(self._buffer[:_HEAD_BYTES]) != len(self._buffer):
            return []
        whole = bytes(self._buffer)
        self._buffer.clear()
        return [_apdu(whole)]

    def abandoned(self) -> tuple[list[Apdu], int]:
        """The end of what is held will not come: look for an APDU inside it."""
        if not self._buffer:
            return [], 0
        del self._buffer[0]
        found, dropped = self.take(b"")
        return found, dropped + 1

    def _next_start(self, place: int) -> int:
        start = _START.search(self._buffer, place)
        return start.start() if start else len(self._buffer)


def apdu(choice: Choice, body: bytes) -> bytes:
    """One APDU as it travels."""
    return u16(choice) + block(body)


def data_apdu(invoke_id: int, message: Message, content: bytes) -> bytes:
    """One data APDU as it travels."""
    return apdu(Choice.DATA, block(u16(invoke_id) + u16(message) + block(content)))


def u16(*numbers: int) -> bytes:
    """Unsigned 16-bit numbers as they travel."""
    return b"".join(number.to_bytes(2, "big") for number in numbers)


def block(data: bytes) -> bytes:
    """A length, and the bytes."""
    return u16(len(data)) + data


def items(*encoded: bytes) -> bytes:
    """A list: how many, how long, and the items."""
    return u16(len(encoded)) + block(b"".join(encoded))


def _apdu(wire: bytes) -> Apdu:
    return Apdu(Choice(int.from_bytes(wire[:2], "big")), wire[4:])


def _length(head: bytearray) -> int | None:
    """Bytes of the APDU that begins so, or none; one more than are known while that is unclear."""
    if not _START.match(head):
        return None
    if len(head) < 4:  # noqa: PLR2004 -- choice and length
        return len(head) + 1
    body = int.from_bytes(head[2:4], "big")
    return 4 + body if _is_plausible(head[0] << 8, body, bytes(head[4:])) else None


def _is_plausible(choice: int, body: int, known: bytes) -> bool:
    """Whether an APDU can be so long and its body can begin with what is known of it."""
    if choice == Choice.ASSOCIATION_REQUEST:
        begins = known[:4] == _ASSOCIATION_VERSION[: len(known)]
        return begins and len(_ASSOCIATION_VERSION) < body <= MAX_BYTES
    if choice == Choice.ASSOCIATION_RESPONSE:
        return body in _RESPONSE_BYTES
    if choice != Choice.DATA:
        return body == _REASON_BYTES
    if not _LEAST_DATA_BYTES <= body <= MAX_BYTES:
        return False
    lengths = ((0, body - 2), (6, body - _LEAST_DATA_BYTES))
    return all(
        int.from_bytes(known[at : at + 2], "big") == length
        for at, length in lengths
        if len(known) >= at + 2
    )


_SFLOAT_SPECIAL: Final = {
    0x07FF: Quality.NO_SIGNAL,  # not a number
    0x0800: Quality.NO_SIGNAL,  # not at this resolution
    0x0801: Quality.NO_SIGNAL,  # reserved
    0x07FE: Quality.TOO_HIGH,  # +infinity
    0x0802: Quality.TOO_LOW,  # -infinity
}
_FLOAT_SPECIAL: Final = {
    0x007FFFFF: Quality.NO_SIGNAL,
    0x00800000: Quality.NO_SIGNAL,
    0x00800001: Quality.NO_SIGNAL,
    0x007FFFFE: Quality.TOO_HIGH,
    0x00800002: Quality.TOO_LOW,
}


def sfloat(data: bytes) -> Decimal | Quality:
    """A 16-bit number with its decimals as sent, or why there is none (20601, SFLOAT-Type)."""
    raw = int.from_bytes(data, "big")
    exponent, mantissa = _signed(raw >> 12, 4), _signed(raw & 0x0FFF, 12)
    return _SFLOAT_SPECIAL.get(raw, Decimal(mantissa).scaleb(exponent))


def long_float(data: bytes) -> Decimal | Quality:
    """A 32-bit number with its decimals as sent, or why there is none (20601, FLOAT-Type)."""
    raw = int.from_bytes(data, "big")
    exponent, mantissa = _signed(raw >> 24, 8), _signed(raw & 0x00FFFFFF, 24)
    return _FLOAT_SPECIAL.get(raw, Decimal(mantissa).scaleb(exponent))


def _signed(raw: int, bits: int) -> int:
    return raw - (1 << bits) if raw >> (bits - 1) else raw


_TIME_FIELDS: Final = ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))


def absolute_time(data: bytes) -> datetime | None:
    """Century, year, month, day, hour, minute, second, hundredths in BCD (20601, AbsoluteTime).

    `None` for a date that is none, as of a clock that was never set; `DamagedError` when it is not
    even BCD.
    """
    digits = data.hex()
    if not digits.isdecimal():
        raise DamagedError
    year, month, day, hour, minute, second = (int(digits[a:b]) for a, b in _TIME_FIELDS)
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 -- it has no zone
    except ValueError:
        return None
