"""Voice packets that repeat what the one before said (RFC 2198). No I/O.

A redundant packet has a payload type of its own; inside, each block names its real one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from client.net.header_extensions import payload_at

_FOLLOWED: Final = 0x80  # the F bit: RFC 2198, 3
_HEAD_BYTES: Final = 4
_OFFSET_LIMIT: Final = (1 << 14) - 1
"""Samples that a block may lie back: 341 ms at 48 kHz."""
_LENGTH_LIMIT: Final = (1 << 10) - 1
_TIMESTAMPS: Final = 1 << 32
BLOCKS_LIMIT: Final = 8
"""chosen: browsers send two or three; bounds what a peer makes us take apart."""


@dataclass(frozen=True, slots=True)
class Block:
    """One coded packet inside a redundant one."""

    payload_type: int
    timestamp: int
    payload: bytes


class Redundancy:
    """Wraps our own voice packets while it is on."""

    def __init__(self, payload_type: int) -> None:
        """``payload_type`` is what redundant packets were negotiated to be."""
        self.is_on = False
        self._payload_type = payload_type
        self._last: Block | None = None

    def wrap(self, packet: bytes) -> bytes:
        """The next voice packet as it is to leave; it keeps its number and its time."""
        at = payload_at(packet)
        block = Block(packet[1] & 0x7F, int.from_bytes(packet[4:8]), packet[at:])
        last, self._last = self._last, block
        if not self.is_on:
            return packet
        repeated, said = _repetition(last, block)
        head = packet[:1] + bytes([packet[1] & 0x80 | self._payload_type]) + packet[2:at]
        return head + repeated + bytes([block.payload_type]) + said + block.payload


def _repetition(last: Block | None, block: Block) -> tuple[bytes, bytes]:
    """Header and payload of the block before; both empty where it cannot be told."""
    if last is None or len(last.payload) > _LENGTH_LIMIT:
        return b"", b""
    back = (block.timestamp - last.timestamp) % _TIMESTAMPS
    if not 0 < back <= _OFFSET_LIMIT:
        return b"", b""
    header = _FOLLOWED | last.payload_type
    return bytes([header]) + (back << 10 | len(last.payload)).to_bytes(3), last.payload


def blocks(payload: bytes, timestamp: int) -> list[Block]:
    """What a redundant packet carries, oldest first, its own block last.

    ``timestamp`` is the packet's. `ValueError` if it cannot be taken apart.
    """
    *before, (own_type, _, _) = heads = list(_heads(payload))
    at = _HEAD_BYTES * len(before) + 1
    found: list[Block] = []
    for payload_type, back, length in before:
        found.append(
            Block(payload_type, (timestamp - back) % _TIMESTAMPS, payload[at : at + length])
        )
        at += length
    if at > len(payload) or len(heads) > BLOCKS_LIMIT:
        raise ValueError("a redundant packet that is cut short, or of too many blocks")
    return [*found, Block(own_type, timestamp, payload[at:])]


def _heads(payload: bytes) -> Iterator[tuple[int, int, int]]:
    """Payload type, samples back and length of each block; the last one's length is implied."""
    at = 0
    while at < len(payload) and payload[at] & _FOLLOWED:
        packed = int.from_bytes(payload[at + 1 : at + _HEAD_BYTES])
        yield payload[at] & 0x7F, packed >> 10, packed & _LENGTH_LIMIT
        at += _HEAD_BYTES
    if at >= len(payload):
        raise ValueError("a redundant packet without a block of its own")
    yield payload[at] & 0x7F, 0, 0
