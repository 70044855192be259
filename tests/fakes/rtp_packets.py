"""RTP packets for tests, put together by hand (RFC 3550, 5.1). origin: synthetic."""

import struct


def rtp(  # noqa: PLR0913 -- all by name but one
    ssrc: int,
    payload: bytes = b"payload",
    *,
    sequence: int = 7,
    timestamp: int = 90,
    payload_type: int = 96,
    is_marked: bool = False,
    elements: bytes = b"",
) -> bytes:
    """With ``elements``, in a one-byte header extension (RFC 8285, 4.2)."""
    first = 0x90 if elements else 0x80
    second = (0x80 if is_marked else 0) | payload_type
    head = struct.pack("!BBHLL", first, second, sequence, timestamp, ssrc)
    if elements:
        padded = elements + bytes(-len(elements) % 4)
        head += struct.pack("!HH", 0xBEDE, len(padded) // 4) + padded
    return head + payload
