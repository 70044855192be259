"""How a coded picture is cut into RTP payloads and put together again.

AV1: "RTP Payload Format For AV1", AOM, v1.0 (sections cited as AOM). VP9: RFC 9628,
non-flexible mode, no layers. VP8: RFC 7741. No I/O; bytes of a network peer
raise `PayloadFormatError` at worst.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Final

from client.errors import ChevetError

PAYLOAD_LIMIT_BYTES: Final = 1_120
"""chosen: with RTP, extensions, SRTP, UDP, IP and PPPoE under the smallest IPv6 MTU, 1280."""
PICTURE_LIMIT_BYTES: Final = 1_048_576
"""chosen: ten times the largest key frame of our ladder; bounds what a peer makes us hold."""

_OBU_SEQUENCE_HEADER: Final = 1  # AV1 specification, 6.2.2
_OBUS_NOT_SENT: Final = frozenset({2, 8, 15})  # temporal delimiter, tile list, padding: AOM 5
_TEMPORAL_DELIMITER: Final = b"\x12\x00"
_HAS_SIZE: Final = 0x02
_HAS_EXTENSION: Final = 0x04
_CONTINUES, _CONTINUED, _NEW_SEQUENCE = 0x80, 0x40, 0x08  # Z, Y and N: AOM 4.4
_COUNTED_ELEMENTS: Final = 3  # W has two bits; more elements all carry their length
_LEB128_BYTES: Final = 8  # AV1 specification, 4.10.5


class PayloadFormatError(ChevetError):
    """Bytes that are no coded picture or no payload of one."""


def av1_payloads(temporal_unit: bytes, limit: int = PAYLOAD_LIMIT_BYTES) -> list[bytes]:
    """One picture's OBUs, each with its size field, as RTP payloads of at most ``limit`` bytes.

    Every boundary lies inside an OBU: libwebrtc takes a payload that begins with a new OBU (Z=0)
    for the start of a picture.
    """
    elements = [
        obu for obu in _split_obus(temporal_unit) if _obu_type(obu[0]) not in _OBUS_NOT_SENT
    ]
    starts_sequence = any(_obu_type(obu[0]) == _OBU_SEQUENCE_HEADER for obu in elements)
    stream, ends = b"".join(elements), list(accumulate(map(len, elements)))
    payloads: list[bytes] = []
    start = 0
    while start < len(stream):
        stop = _boundary(ends, start, limit - 1)
        flags = (_CONTINUES if start else 0) | (_CONTINUED if stop < len(stream) else 0)
        flags |= _NEW_SEQUENCE if starts_sequence and not start else 0
        payloads.append(_aggregated(flags, _pieces(stream, ends, start, stop)))
        start = stop
    return payloads


def av1_temporal_unit(payloads: Sequence[bytes]) -> bytes:
    """The picture in these consecutive payloads, ready for a decoder."""
    obus: list[bytes] = []
    is_open = False
    for payload in payloads:
        if not payload:
            raise PayloadFormatError("an empty AV1 payload")
        if bool(payload[0] & _CONTINUES) != is_open:
            raise PayloadFormatError("an AV1 fragment without its other half")
        elements = list(_elements(payload))
        if is_open and elements:
            obus[-1] += elements.pop(0)
        obus += elements
        is_open = bool(payload[0] & _CONTINUED)
    if is_open or sum(map(len, obus)) > PICTURE_LIMIT_BYTES:
        raise PayloadFormatError("an AV1 picture that is cut short or too large")
    return _TEMPORAL_DELIMITER + b"".join(map(_sized, obus))


def av1_starts_key(payload: bytes) -> bool:
    """Whether a picture that stands alone begins with this payload."""
    return bool(payload) and bool(payload[0] & _NEW_SEQUENCE)


_VP9_PICTURE_ID, _VP9_PREDICTED, _VP9_LAYERS, _VP9_FLEXIBLE = 0x80, 0x40, 0x20, 0x10
_VP9_BEGINS, _VP9_ENDS, _VP9_STRUCTURE = 0x08, 0x04, 0x02  # RFC 9628, 4.2
_VP9_DESCRIPTOR_BYTES: Final = 3
_LONG_PICTURE_ID: Final = 0x8000
_VP8_DESCRIPTOR_BYTES: Final = 4  # X, I, a picture id of 15 bits


def vp9_payloads(
    picture: bytes, *, is_key: bool, picture_id: int, limit: int = PAYLOAD_LIMIT_BYTES
) -> list[bytes]:
    """One coded picture as RTP payloads; ``picture_id`` counts pictures, modulo 32768."""
    room = limit - _VP9_DESCRIPTOR_BYTES
    parts = [picture[start : start + room] for start in range(0, len(picture), room)]
    number = (_LONG_PICTURE_ID | picture_id).to_bytes(2, "big")
    payloads: list[bytes] = []
    for index, part in enumerate(parts):
        flags = _VP9_PICTURE_ID | (0 if is_key else _VP9_PREDICTED)
        flags |= _VP9_BEGINS if index == 0 else 0
        flags |= _VP9_ENDS if index == len(parts) - 1 else 0
        payloads.append(bytes([flags]) + number + part)
    return payloads


def vp9_body(payload: bytes) -> bytes:
    """The coded bytes behind the payload descriptor (RFC 9628, 4.2), whatever it carries."""
    reader = _Reader(payload)
    flags = reader.byte()
    if flags & _VP9_PICTURE_ID and reader.byte() & 0x80:
        reader.byte()
    if flags & _VP9_LAYERS:
        reader.byte()
        if not flags & _VP9_FLEXIBLE:
            reader.byte()  # TL0PICIDX
    if flags & _VP9_FLEXIBLE and flags & _VP9_PREDICTED:
        references = 1
        while reader.byte() & 0x01:
            references += 1
            if references > 3:  # noqa: PLR2004 -- RFC 9628, 4.2: up to three
                raise PayloadFormatError("a VP9 picture with more than three references")
    if flags & _VP9_STRUCTURE:
        _skip_structure(reader)
    return reader.rest()


def vp9_starts_key(payload: bytes) -> bool:
    """Whether a picture that stands alone begins with this payload."""
    return bool(payload) and payload[0] & (_VP9_PREDICTED | _VP9_BEGINS) == _VP9_BEGINS


def vp8_starts_key(payload: bytes) -> bool:
    """Whether a picture that stands alone begins with this payload (RFC 7741, 4.2 and 4.3)."""
    try:
        reader = _Reader(payload)
        flags = reader.byte()
        if flags & 0x80:
            extension = reader.byte()
            if extension & 0x80 and reader.byte() & 0x80:
                reader.byte()
            if extension & 0x40:
                reader.byte()
            if extension & 0x30:
                reader.byte()
        return flags & 0x1F == 0x10 and not reader.byte() & 0x01  # noqa: PLR2004 -- S=1, PID=0
    except PayloadFormatError:
        return False


def vp8_payloads(
    picture: bytes, *, picture_id: int, limit: int = PAYLOAD_LIMIT_BYTES
) -> list[bytes]:
    """One coded picture, one partition, as RTP payloads (RFC 7741, 4.2)."""
    number = (_LONG_PICTURE_ID | picture_id).to_bytes(2)
    room = limit - _VP8_DESCRIPTOR_BYTES
    return [
        bytes([0x80 if start else 0x90, 0x80]) + number + picture[start : start + room]
        for start in range(0, len(picture), room)
    ]


STARTS_KEY: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "av1": av1_starts_key,
    "vp9": vp9_starts_key,
    "vp8": vp8_starts_key,
}
"""By codec, best first: what pictures may travel as."""


class _Reader:
    """Bytes in order; running out of them is the peer's error."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        if self._at >= len(self._data):
            raise PayloadFormatError("a payload that is cut short")
        self._at += 1
        return self._data[self._at - 1]

    def take(self, size: int) -> bytes:
        if size > len(self._data) - self._at:
            raise PayloadFormatError("a payload that is cut short")
        self._at += size
        return self._data[self._at - size : self._at]

    def leb128(self) -> int:
        value = 0
        for index in range(_LEB128_BYTES):
            byte = self.byte()
            value |= (byte & 0x7F) << 7 * index
            if not byte & 0x80:
                return value
        raise PayloadFormatError("a length of more than eight bytes")

    def rest(self) -> bytes:
        return self.take(len(self._data) - self._at)

    def __bool__(self) -> bool:
        return self._at < len(self._data)


def _skip_structure(reader: _Reader) -> None:
    flags = reader.byte()  # N_S, Y, G
    if flags & 0x10:
        reader.take(4 * ((flags >> 5) + 1))
    if flags & 0x08:
        for _ in range(reader.byte()):
            reader.take(reader.byte() >> 2 & 0x03)


def _obu_type(header: int) -> int:
    return header >> 3 & 0x0F


def _leb128(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004 -- seven bits a byte
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _split_obus(temporal_unit: bytes) -> Iterator[bytes]:
    """Each OBU without its size field (AV1 specification, 5.3)."""
    reader = _Reader(temporal_unit)
    while reader:
        header = reader.byte()
        extension = reader.take(1) if header & _HAS_EXTENSION else b""
        body = reader.take(reader.leb128()) if header & _HAS_SIZE else reader.rest()
        yield bytes([header & ~_HAS_SIZE]) + extension + body


def _sized(obu: bytes) -> bytes:
    """The OBU with a size field, as decoders take it."""
    head = 2 if obu and obu[0] & _HAS_EXTENSION else 1
    if len(obu) < head:
        raise PayloadFormatError("an OBU without a header")
    if obu[0] & _HAS_SIZE:
        return obu
    return bytes([obu[0] | _HAS_SIZE]) + obu[1:head] + _leb128(len(obu) - head) + obu[head:]


def _boundary(ends: Sequence[int], start: int, room: int) -> int:
    """Where the payload that begins at ``start`` ends: as far as it fits, inside an OBU."""
    stop = start
    for end in (end for end in ends if end > start):
        whole = end - stop
        room -= len(_leb128(whole))
        stop += min(whole, max(room, 0))
        room -= whole
        if room <= 0:
            break
    while stop in ends and stop != ends[-1]:
        stop -= 1
    if stop <= start:
        raise PayloadFormatError("OBUs too small to put a boundary inside one")
    return stop


def _pieces(stream: bytes, ends: Sequence[int], start: int, stop: int) -> list[bytes]:
    edges = [start, *(end for end in ends if start < end < stop), stop]
    return [stream[first:last] for first, last in pairwise(edges)]


def _aggregated(flags: int, pieces: Sequence[bytes]) -> bytes:
    """The aggregation header and the elements; the last one's length is implied (AOM 4.4)."""
    if len(pieces) > _COUNTED_ELEMENTS:
        return bytes([flags]) + b"".join(_leb128(len(piece)) + piece for piece in pieces)
    *first, last = pieces
    body = b"".join(_leb128(len(piece)) + piece for piece in first) + last
    return bytes([flags | len(pieces) << 4]) + body


def _elements(payload: bytes) -> Iterator[bytes]:
    reader = _Reader(payload)
    count = reader.byte() >> 4 & 0x03
    index = 0
    while reader:
        index += 1
        is_last = index == count
        yield reader.rest() if is_last else reader.take(reader.leb128())
    if count and index != count:
        raise PayloadFormatError("fewer AV1 elements than announced")
