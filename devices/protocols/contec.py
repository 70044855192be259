"""Packets of Contec's protocol V7.0: a type, a byte of top bits, then seven-bit data.

Source: Contec, "Communication protocol of pulse oximeter V7.0". Only the type has bit 7 clear, so
a lost byte costs one packet. Bit k of the second byte is the true bit 7 of the k-th data byte.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Type(IntEnum):
    """What a packet of the instrument is, as far as the driver cares."""

    REALTIME = 0x01
    IDENTIFIER = 0x04
    START_DATE = 0x07
    LENGTH = 0x08
    SAMPLE_WITH_PERFUSION = 0x09
    SEGMENTS = 0x0A
    FEEDBACK = 0x0B
    STOPPED = 0x0C
    PERFUSION_SUPPORT = 0x0E
    SAMPLES = 0x0F
    START_TIME = 0x12
    STORAGE_IDENTIFIER = 0x15


class Command(IntEnum):
    """What the host may ask; deleting (0xAE) is left out on purpose."""

    HELLO = 0xA0
    START_LIVE = 0xA1
    STOP_LIVE = 0xA2
    SEGMENTS = 0xA3
    LENGTH = 0xA4
    START_TIME = 0xA5
    SEND_STORAGE = 0xA6
    STOP_STORAGE = 0xA7
    IDENTIFIER = 0xAA
    KEEP_ALIVE = 0xAF


COMMAND: Final = 0x7D
"""Type of every host packet."""

_TOP: Final = 0x80
_LOW: Final = 0x7F
_COMMAND_ARGUMENTS: Final = 6
_LENGTHS: Final = {  # bytes in all, "Communication protocol V7.0", table of packets
    0x01: 9, 0x04: 9, 0x05: 9, 0x07: 8, 0x12: 8, 0x08: 8, 0x09: 6, 0x0F: 8, 0x0A: 4, 0x0B: 4,
    0x0C: 2, 0x0D: 3, 0x0E: 3, 0x10: 3, 0x11: 9, 0x15: 9, COMMAND: 9,
}  # fmt: skip
LONGEST: Final = max(_LENGTHS.values())
"""No more than this many bytes ever wait for their end."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet, its top bits merged in."""

    type: int
    data: bytes
    lost: int = 0
    """Bytes thrown away since the packet before: part of it may have been another packet."""


class Packets:
    """Finds the packets in any slicing of the stream.

    The protocol has no checksum: a packet is believed once the byte after it begins another one.
    A stray byte inside would otherwise shift a plausible number into another one's place.
    """

    def __init__(self) -> None:
        self._partial = bytearray()
        self._lost = 0
        self._dropped = 0

    def __len__(self) -> int:
        """Bytes waiting for the rest of their packet, or for what follows it."""
        return len(self._partial)

    def take(self, data: bytes) -> tuple[list[Packet], int]:
        """The packets this slice confirmed, and how many bytes were noise."""
        packets: list[Packet] = []
        for byte in data:
            if byte < _TOP:
                packets += self.settled()
                self._drop()
            self._partial.append(byte)
            if len(self._partial) > _LENGTHS.get(self._partial[0], 0):
                self._drop()
        dropped, self._dropped = self._dropped, 0
        return packets, dropped

    def settled(self) -> list[Packet]:
        """The packet that waits complete, for a line that has fallen quiet behind it."""
        if not self._partial or len(self._partial) < _LENGTHS[self._partial[0]]:
            return []
        whole = _merged(self._partial, self._lost)
        self._partial.clear()
        self._lost = 0
        return [whole]

    def _drop(self) -> None:
        self._lost += len(self._partial)
        self._dropped += len(self._partial)
        self._partial.clear()


def packet(type_: int, data: Iterable[int]) -> bytes:
    """One packet as it travels; `data` are at most seven whole bytes."""
    content = tuple(data)
    top_bits = sum(1 << place for place, byte in enumerate(content) if byte & _TOP)
    return bytes((type_, _TOP | top_bits, *(_TOP | byte for byte in content)))


def command(code: Command, *arguments: int) -> bytes:
    """A host command; arguments not given are zero."""
    given = bytes(arguments)
    return packet(COMMAND, (code, *given, *bytes(_COMMAND_ARGUMENTS - len(given))))


def _merged(wire: bytearray, lost: int) -> Packet:
    top_bits = wire[1]
    data = bytes(
        (byte & _LOW) | (_TOP if top_bits >> place & 1 else 0)
        for place, byte in enumerate(wire[2:])
    )
    return Packet(wire[0], data, lost)
