"""Commands and replies of VC0706 serial JPEG cameras (also LS-Y201, PTC06).

Source: VC0706 protocol manual, and public examples that agree. Host: 56 serial command length
arguments. Camera: 76 serial command status length data; only the answer to a read is different:
a header, the bytes, and the same header again. Nothing carries a checksum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final


class Command(IntEnum):
    """What the host asks."""

    VERSION = 0x11
    BAUD = 0x24
    RESET = 0x26
    WRITE_MEMORY = 0x31
    READ = 0x32
    LENGTH = 0x34
    FRAME = 0x36
    SIZE = 0x54


class FrameControl(IntEnum):
    """Argument of `Command.FRAME`."""

    FREEZE = 0x00
    RESUME = 0x03


class Size(IntEnum):
    """Argument of `Command.SIZE`, and byte 0x19 of the memory read at a reset."""

    W640_H480 = 0x00
    W320_H240 = 0x11
    W160_H120 = 0x22


BAUD_CODES: Final = {
    9_600: b"\xae\xc8",
    19_200: b"\x56\xe4",
    38_400: b"\x2a\xf2",
    57_600: b"\x1c\x4c",
    115_200: b"\x0d\xa6",
}
OK: Final = 0
MAX_BLOCK_BYTES: Final = 8192
"""The most that one read may bring; a longer wait for an end is noise."""
MIN_PICTURE_BYTES: Final = 128
"""No JPEG is shorter than its tables."""
MAX_PICTURE_BYTES: Final = 256 * 1024
"""No picture of 640x480 is larger; a longer one is noise in the length."""
READY_TEXT: Final = b"Init end"
"""What the camera says in plain text when it has started."""

_HOST: Final = 0x56
_CAMERA: Final = 0x76
_SERIAL: Final = 0x00
_HEADER: Final = 5
_READ_HEADER: Final = bytes((_CAMERA, _SERIAL, Command.READ, OK, 0))
_REPLY_LENGTHS: Final[Mapping[int, tuple[int, ...]]] = {
    Command.LENGTH: (0, 4),
    Command.VERSION: tuple(range(33)),
}
"""Bytes of data a reply may have; 0 where a command is absent."""
_DELAY: Final = b"\x00\x0a"  # 0.1 ms between header and data


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a command other than a read that succeeded."""

    command: int
    status: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """Bytes of the picture."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Other:
    """Bytes between replies: the camera's plain text when it starts, or noise."""

    data: bytes

    @property
    def is_text(self) -> bool:
        """Whether a camera could have said this on purpose."""
        return all(byte in b"\r\n" or chr(byte).isprintable() for byte in self.data)


Item = Reply | Block | Other


class Replies:
    """Finds the replies in any slicing of the stream."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._block_bytes: int | None = None
        self._other = bytearray()

    def __len__(self) -> int:
        """Bytes waiting for the rest of their reply."""
        return len(self._buffer)

    def expect(self, block_bytes: int) -> None:
        """Forget what waits; the next block has this size. Without this, any size is taken."""
        self._buffer.clear()
        self._block_bytes = block_bytes

    def take(self, data: bytes) -> list[Item]:
        """What this slice completed."""
        self._buffer += data
        items: list[Item] = []
        place = 0
        while place < len(self._buffer):
            size, item = self._at(place)
            if size == 0:
                break
            if item is None:
                self._other += self._buffer[place : place + size]
            else:
                items += (*self._others(), item)
            place += size
        del self._buffer[:place]
        return items + self._others()

    def _others(self) -> list[Item]:
        if not self._other:
            return []
        other = Other(bytes(self._other))
        self._other.clear()
        return [other]

    def _at(self, place: int) -> tuple[int, Item | None]:
        """How many bytes to take here, and what they are; none when more must come first."""
        head = self._buffer[place : place + _HEADER]
        if head[0] != _CAMERA or (len(head) > 1 and head[1] != _SERIAL):
            return 1, None
        if len(head) < _HEADER:
            return 0, None
        if head == _READ_HEADER:
            return self._block_at(place + _HEADER)
        _, _, command, status, length = head
        if length not in _REPLY_LENGTHS.get(command, (0,)):
            return 1, None
        end = place + _HEADER + length
        if len(self._buffer) < end:
            return 0, None
        return _HEADER + length, Reply(command, status, bytes(self._buffer[end - length : end]))

    def _block_at(self, start: int) -> tuple[int, Item | None]:
        if self._block_bytes is None:
            end = self._buffer.find(_READ_HEADER, start)
            if end < 0:
                return int(len(self._buffer) - start > MAX_BLOCK_BYTES), None
        else:
            end = start + self._block_bytes
            if len(self._buffer) < end + _HEADER:
                return 0, None
            if self._buffer[end : end + _HEADER] != _READ_HEADER:
                return 1, None
        block = Block(bytes(self._buffer[start:end]))
        return _HEADER + len(block.data) + _HEADER, block


class Picture:
    """A picture that grows block by block."""

    def __init__(self, total: int, taken_at: datetime) -> None:
        self.total = total
        self.taken_at = taken_at
        self._data = bytearray()

    @property
    def jpeg(self) -> bytes:
        """What has come so far."""
        return bytes(self._data)

    @property
    def held(self) -> int:
        """Bytes that have come so far."""
        return len(self._data)

    @property
    def is_whole(self) -> bool:
        """Every byte has come."""
        return self.held == self.total

    @property
    def is_credible(self) -> bool:
        """Its length can be that of a picture."""
        return MIN_PICTURE_BYTES <= self.total <= MAX_PICTURE_BYTES

    @property
    def is_jpeg(self) -> bool:
        """It begins and ends as a JPEG does (ITU-T T.81, B.1.1.3: SOI and EOI)."""
        return self._data.startswith(b"\xff\xd8") and self._data.endswith(b"\xff\xd9")

    def add(self, address: int, data: bytes) -> bool:
        """Put a block in its place; false when it does not continue or contradicts what is held."""
        overlap = self.held - address
        fits = 0 <= overlap <= len(data) and address + len(data) <= self.total
        if not fits or self._data[address:] != data[:overlap]:
            return False
        self._data += data[overlap:]
        return True


def text(data: bytes) -> str:
    """What the camera says of itself."""
    return "".join(letter for letter in data.decode("ascii", "ignore") if letter.isprintable())


def command(code: Command, arguments: bytes = b"") -> bytes:
    """A host command."""
    return bytes((_HOST, _SERIAL, code, len(arguments))) + arguments


def read(address: int, length: int) -> bytes:
    """Ask for `length` bytes of the frozen picture; `address` is a multiple of 8."""
    where = address.to_bytes(4, "big") + length.to_bytes(4, "big")
    return command(Command.READ, b"\x00\x0a" + where + _DELAY)


def set_baud(baud: int) -> bytes:
    """Ask the camera to change speed."""
    return command(Command.BAUD, b"\x01" + BAUD_CODES[baud])


def set_size_at_reset(size: Size) -> bytes:
    """Write the size that the camera starts with after its next reset."""
    return command(Command.WRITE_MEMORY, bytes((0x04, 0x01, 0x00, 0x19, size)))


def reply(code: int, data: bytes = b"", status: int = OK) -> bytes:
    """A camera's reply."""
    return bytes((_CAMERA, _SERIAL, code, status, len(data))) + data


def block(data: bytes) -> bytes:
    """A camera's answer to a read."""
    return _READ_HEADER + data + _READ_HEADER
