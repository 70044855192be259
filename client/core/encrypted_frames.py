"""Which bytes of a coded frame stay in clear, so that what carries it still understands it.

AV1: the headers of OBUs, which packetisers and depacketisers read; their contents are sealed as
one and put back in their places, the last OBU taking what sealing adds. VP8: the first 3 bytes, of
a key frame 10 (RFC 6386, 9.1), which browsers read behind the payload descriptor. VP9: nothing, its
descriptor is outside the frame. Voice: nothing; what is sealed is a whole RTP payload, with the
packets it repeats (RFC 2198). What stays in clear is authenticated. H.264 is not sealed: its
packetisers look for start codes, which ciphertext may contain.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from client.core.sframe import OVERHEAD_BYTES, FrameOpener, FrameSealer

_HAS_EXTENSION: Final = 0x04  # AV1 specification, 5.3.2
_HAS_SIZE: Final = 0x02
_LENGTH_BYTES: Final = 8  # AV1 specification, 4.10.5
_OBUS_NOT_SENT: Final = frozenset({2, 8, 15})
"""Temporal delimiter, tile list, padding: no packet carries them (AV1 RTP specification, 5)."""
OBUS_LIMIT: Final = 256
"""chosen: an encoder makes a handful; bounds what a peer makes us take apart."""
_VP8_CLEAR_BYTES: Final = 3
_VP8_KEY_CLEAR_BYTES: Final = 10


@dataclass(frozen=True, slots=True)
class _Parts:
    """A frame taken apart."""

    clear: Sequence[bytes]
    """Before each piece of `contents`, as it is authenticated."""
    contents: Sequence[bytes]

    def metadata(self, added: int) -> bytes:
        """What is vouched for: all that is clear and where it stands, `added` taken off again."""
        if len(self.contents) == 1:
            return self.clear[0]
        sizes = [len(piece) for piece in self.contents]
        sizes[-1] -= added
        pairs = zip(self.clear, sizes, strict=True)
        return b"".join(clear + size.to_bytes(4) for clear, size in pairs)


class FrameFormatError(ValueError):
    """Bytes that are no frame of their codec."""


def seal(codec: str, frame: bytes, sealer: FrameSealer) -> bytes:
    """The frame as it may travel; `FrameFormatError` if it is none of `codec`'s."""
    parts = _SPLIT[codec](frame)
    plaintext = b"".join(parts.contents)
    return _JOIN[codec](parts, sealer.seal(plaintext, parts.metadata(0)))


def open_frame(codec: str, frame: bytes, opener: FrameOpener) -> bytes | None:
    """The frame as it was; None, counted, if it must be dropped."""
    try:
        parts = _SPLIT[codec](frame)
    except FrameFormatError:
        parts = None
    if parts is None or len(parts.contents[-1]) < OVERHEAD_BYTES:
        opener.forged += 1
        return None
    plaintext = opener.open(b"".join(parts.contents), parts.metadata(OVERHEAD_BYTES))
    return None if plaintext is None else _JOIN[codec](parts, plaintext)


def _split_at(size: int, frame: bytes) -> _Parts:
    if len(frame) < size:
        raise FrameFormatError("a frame that is cut short")
    return _Parts([frame[:size]], [frame[size:]])


def _split_vp8(frame: bytes) -> _Parts:
    is_key = bool(frame) and not frame[0] & 0x01
    return _split_at(_VP8_KEY_CLEAR_BYTES if is_key else _VP8_CLEAR_BYTES, frame)


def _split_av1(frame: bytes) -> _Parts:
    obus = list(_obus(frame))
    if not obus:
        raise FrameFormatError("a picture without an OBU")
    return _Parts([head for head, _ in obus], [contents for _, contents in obus])


def _obus(frame: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Header, without the flag that a size follows, and contents of each OBU that is sent."""
    at = 0
    for _ in range(OBUS_LIMIT):
        if at >= len(frame):
            return
        first = frame[at]
        end = at + (2 if first & _HAS_EXTENSION else 1)
        head = bytes([first & ~_HAS_SIZE]) + frame[at + 1 : end]
        size, start = _leb128(frame, end) if first & _HAS_SIZE else (len(frame) - end, end)
        at = start + size
        if size < 0 or at > len(frame):
            raise FrameFormatError("an OBU that is cut short")
        if first >> 3 & 0x0F not in _OBUS_NOT_SENT:
            yield head, frame[start:at]
    raise FrameFormatError("a picture of too many OBUs")


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """The value, and where it ends."""
    value = 0
    for index, byte in enumerate(data[at : at + _LENGTH_BYTES]):
        value |= (byte & 0x7F) << 7 * index
        if not byte & 0x80:
            return value, at + index + 1
    raise FrameFormatError("a size without an end")


def _join_simple(parts: _Parts, contents: bytes) -> bytes:
    return parts.clear[0] + contents


def _join_av1(parts: _Parts, contents: bytes) -> bytes:
    """Each OBU with its size, the last one with all the rest."""
    frame = bytearray()
    at = 0
    for index, (head, piece) in enumerate(zip(parts.clear, parts.contents, strict=True)):
        is_last = index == len(parts.clear) - 1
        end = len(contents) if is_last else at + len(piece)
        frame += bytes([head[0] | _HAS_SIZE]) + head[1:] + _as_leb128(end - at) + contents[at:end]
        at = end
    return bytes(frame)


def _as_leb128(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004 -- seven bits a byte
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


_SPLIT: Final[Mapping[str, Callable[[bytes], _Parts]]] = {
    "av1": _split_av1,
    "vp8": _split_vp8,
    "vp9": lambda frame: _split_at(0, frame),
    "voice": lambda frame: _split_at(0, frame),
}
_JOIN: Final[Mapping[str, Callable[[_Parts, bytes], bytes]]] = {
    "av1": _join_av1,
    "vp8": _join_simple,
    "vp9": _join_simple,
    "voice": _join_simple,
}
SEALED_CODECS: Final = frozenset({"av1", "vp8", "vp9"})
"""Pictures that can be sealed."""
