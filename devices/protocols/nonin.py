"""What Nonin's serial formats have in common: pieces of a stream, commands, replies, values.

Source: Nonin, "9560 OEM specification and technical information", in the first edition and in the
    one that covers firmware 147 and later; what both print for the formats 2, 7, 8 and 13 agrees
    with the sheets of the Xpod and the WristOx2 3150.

Replies come between the messages of a running stream.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Final

from devices.readings import Identified, Mark, Origin, Quality, Reading, Vital

BAUD: Final = 9_600
VITALS: Final = (Vital.SPO2, Vital.PULSE)
MAKER: Final = "Nonin"

STX: Final = 0x02
ETX: Final = 0x03
ACK: Final = 0x06
NAK: Final = 0x15

ASK_SERIAL: Final = b"\x02\x74\x02\x02\x02\x03"
ASK_MODEL: Final = b"\x02\x74\x02\x05\x05\x03"
ASK_REVISION: Final = b"\x02\x73\x00\x03"
QUESTIONS: Final = ASK_SERIAL + ASK_MODEL + ASK_REVISION
"""Who is there: nothing in the instrument changes by them."""

MISSING_PULSE: Final = 511
MISSING_SPO2: Final = 127

SERIAL_CHARACTERS: Final = 9
_SET_FORMAT: Final = 0x70
_TIME: Final = 0xF2
_REVISION: Final = 0xF3
_TEXT: Final = 0xF4
_SIZES: Final = {_TIME: (6,), _REVISION: (2,), _TEXT: (7, 11)}
"""Bytes between the size and the end, by code of the reply."""
_AROUND: Final = 4
"""Start, code, size and end."""
_SERIAL_ID: Final = 0x02
_MODEL_ID: Final = 0x05

MORE: Final = -1
"""Instead of a length: what is there may be a message, once the rest has come."""


class Format(IntEnum):
    """A data format, by the number that sets it."""

    DF2 = 0x02
    DF7 = 0x07
    DF8 = 0x08
    DF13 = 0x0D


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the format, its own checks passed."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a question."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A command was taken or not."""

    is_accepted: bool


@dataclass(frozen=True, slots=True)
class Skipped:
    """Bytes that are nothing."""

    count: int


Piece = Message | Reply | Answer | Skipped
Length = Callable[[bytearray, int], int]
"""Length of the message that begins at a place: 0 when none does, `MORE` when it cannot tell."""


class Pieces:
    """Cuts any slicing of the stream into messages, replies and noise."""

    def __init__(self, message_length: Length) -> None:
        """Of the longest message and reply less one byte, no more ever waits."""
        self._message_length = message_length
        self._buffer = bytearray()

    def __len__(self) -> int:
        """Bytes waiting for the rest of their message."""
        return len(self._buffer)

    def take(self, data: bytes) -> list[Piece]:
        """The pieces this slice completed."""
        self._buffer += data
        pieces: list[Piece] = []
        place = skipped = 0
        while place < len(self._buffer):
            piece, length = self._at(place)
            if length == MORE:
                break
            if piece is None:
                skipped += 1
            else:
                pieces += [*_skipped(skipped), piece]
                skipped = 0
            place += length
        del self._buffer[:place]
        return [*pieces, *_skipped(skipped)]

    def give_up(self) -> list[Piece]:
        """What waits is not going to be completed."""
        count = len(self._buffer)
        self._buffer.clear()
        return _skipped(count)

    def _at(self, place: int) -> tuple[Piece | None, int]:
        length = self._message_length(self._buffer, place)
        if length:
            return Message(bytes(self._buffer[place : place + length])), length
        if self._buffer[place] in (ACK, NAK):
            return Answer(self._buffer[place] == ACK), 1
        length = _reply_length(self._buffer, place)
        if length:
            return Reply(bytes(self._buffer[place : place + length])), length
        return None, 1


class Identity:
    """What is known of the instrument; told whenever there is more of it."""

    def __init__(self) -> None:
        self._known = self._told = Identified(MAKER)

    def hear(self, reply: Reply) -> None:
        """An answer to one of `QUESTIONS` came."""
        code, content = reply.data[1], reply.data[3:-1]
        if code == _REVISION:
            self._known = replace(self._known, firmware=str(content[0]))
        if code != _TEXT:
            return
        text = content[1:-1].split(b"\0")[0].decode("ascii", "replace")
        if text.isalnum() and content[0] == _SERIAL_ID:
            self.hear_serial(text)
        elif text.isalnum():
            self._known = replace(self._known, model=f"{MAKER} {text}")

    def hear_serial(self, serial: str) -> None:
        """The serial number came, however it did."""
        self._known = replace(self._known, serial=serial)

    def hear_firmware(self, firmware: str) -> None:
        """The revision came in seven bits; the answer to `ASK_REVISION` has more, and stays."""
        self._known = replace(self._known, firmware=self._known.firmware or firmware)

    def news(self) -> list[Identified]:
        """The instrument, if more is known of it than was told."""
        if self._known == self._told:
            return []
        self._told = self._known
        return [self._known]


@dataclass(frozen=True, slots=True)
class Measured:
    """SpO2 and pulse rate as they came, and what the status bits say of them."""

    spo2: int
    pulse: int
    why_nothing: Quality | None
    """`None` when the values count."""
    is_weak: bool
    is_battery_low: bool

    def readings(
        self,
        now: datetime,
        origin: Origin = Origin.LIVE,
        record: int | None = None,
        measured_at: datetime | None = None,
    ) -> Sequence[Reading]:
        """SpO2, then pulse; the status comes before any value, however good it looks."""
        marks = frozenset({Mark.LOW_BATTERY}) if self.is_battery_low else frozenset()
        values = zip(VITALS, (self.spo2, self.pulse), (MISSING_SPO2, MISSING_PULSE), strict=True)
        readings = []
        for vital, value, missing in values:
            given = Quality.WEAK if self.is_weak else Quality.GOOD
            quality = self.why_nothing or (Quality.NO_SIGNAL if value == missing else given)
            is_given = quality is given
            readings.append(
                Reading(
                    vital,
                    value if is_given else None,
                    quality,
                    now,
                    origin=origin,
                    record=record,
                    measured_at=measured_at,
                    marks=marks,
                )
            )
        return readings


def set_format(form: Format, option: int = 0) -> bytes:
    """The command that sets the format, as the later edition has it."""
    content = bytes((_SET_FORMAT, 4, 2, form, option))
    return bytes((STX, *content, sum(content) & 0xFF, ETX))


def set_format_shortly(form: Format) -> bytes:
    """The same for older firmware."""
    return bytes((STX, _SET_FORMAT, 2, 2, form, ETX))


def text_reply(identity: int, text: bytes) -> bytes:
    """An instrument's serial or model number as it travels."""
    content = bytes((identity, *text))
    return bytes((STX, _TEXT, len(content) + 1, *content, sum(content) & 0xFF, ETX))


def serial_reply(serial: str) -> bytes:
    """An instrument's answer to `ASK_SERIAL`."""
    return text_reply(_SERIAL_ID, serial.encode("ascii"))


def model_reply(model: str) -> bytes:
    """An instrument's answer to `ASK_MODEL`."""
    return text_reply(_MODEL_ID, model.encode("ascii") + b"\0")


def revision_reply(oximeter: int, radio: int) -> bytes:
    """An instrument's answer to `ASK_REVISION`."""
    return bytes((STX, _REVISION, 2, oximeter, radio, ETX))


def _skipped(count: int) -> list[Piece]:
    return [Skipped(count)] if count else []


def _reply_length(buffer: bytearray, place: int) -> int:
    start = buffer[place : place + 3]
    if start[0] != STX or start[1:2].translate(None, bytes(_SIZES)):
        return 0
    if len(start) < 3:  # noqa: PLR2004 -- start, code and size
        return MORE
    length = start[2] + _AROUND
    if start[2] not in _SIZES[start[1]]:
        return 0
    if len(buffer) - place < length:
        return MORE
    reply = buffer[place : place + length]
    has_sum = start[1] != _TEXT or sum(reply[3:-2]) & 0xFF == reply[-2]
    return length if reply[-1] == ETX and has_sum else 0
