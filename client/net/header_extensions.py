"""The transport-wide number of an RTP packet, in its header extensions.

draft-holmer-rmcat-transport-wide-cc-extensions-01, 2, as a one-byte element (RFC 8285, 4.2).
Our own packets get room for it before they wait and the number itself when they leave. No I/O.
"""

from typing import Final

NUMBERING: Final = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
"""What a description calls it."""

_HEADER_BYTES: Final = 12
_ONE_BYTE_PROFILE: Final = b"\xbe\xde"
_HAS_EXTENSION: Final = 0x10
_PROFILE_BYTES: Final = 4
_NUMBER_BYTES: Final = 2
_RESERVED_ID: Final = 15  # RFC 8285, 4.2: what follows is not to be read


def payload_at(packet: bytes) -> int:
    """Where the payload begins (RFC 3550, 5.1 and 5.3.1), in a packet of our own."""
    at = _extension_at(packet)
    if packet[0] & _HAS_EXTENSION:
        at += _PROFILE_BYTES + 4 * int.from_bytes(packet[at + 2 : at + 4])
    return at


def with_room(packet: bytes, element_id: int) -> bytes:
    """Our own packet with an element for the number, first of its elements, still 0."""
    at = _extension_at(packet)
    element = bytes([element_id << 4 | _NUMBER_BYTES - 1]) + bytes(_NUMBER_BYTES)
    others = b""
    if packet[0] & _HAS_EXTENSION:
        others = packet[at + _PROFILE_BYTES : payload_at(packet)]
    body = element + others
    body += bytes(-len(body) % 4)
    block = _ONE_BYTE_PROFILE + (len(body) // 4).to_bytes(2) + body
    first = bytes([packet[0] | _HAS_EXTENSION])
    return first + packet[1:at] + block + packet[payload_at(packet) :]


def with_number(packet: bytes, number: int) -> bytes:
    """The same packet numbered; it has come through `with_room`."""
    at = _extension_at(packet) + _PROFILE_BYTES + 1
    return packet[:at] + number.to_bytes(_NUMBER_BYTES) + packet[at + _NUMBER_BYTES :]


def number_in(packet: bytes) -> int:
    """The number of a packet that has come through `with_number`."""
    at = _extension_at(packet) + _PROFILE_BYTES + 1
    return int.from_bytes(packet[at : at + _NUMBER_BYTES])


def number_of(packet: bytes, element_id: int) -> int | None:
    """The number a peer's packet carries; None if it carries none, or is no sound packet."""
    if len(packet) < _HEADER_BYTES or not packet[0] & _HAS_EXTENSION:
        return None
    at = _extension_at(packet)
    if packet[at : at + 2] != _ONE_BYTE_PROFILE:
        return None
    length = 4 * int.from_bytes(packet[at + 2 : at + _PROFILE_BYTES])
    return _found(packet[at + _PROFILE_BYTES : at + _PROFILE_BYTES + length], element_id)


def _found(elements: bytes, element_id: int) -> int | None:
    at = 0
    while at < len(elements):
        found_id, size = elements[at] >> 4, (elements[at] & 0x0F) + 1
        if elements[at] == 0:
            at += 1
            continue
        value = elements[at + 1 : at + 1 + size]
        if found_id == element_id and len(value) == size == _NUMBER_BYTES:
            return int.from_bytes(value)
        if found_id == _RESERVED_ID:
            return None
        at += 1 + size
    return None


def _extension_at(packet: bytes) -> int:
    return _HEADER_BYTES + 4 * (packet[0] & 0x0F)
