"""Motion JPEG: whole pictures out of a stream of one JPEG after another.

Source: ITU-T T.81, B.1 (markers, segments, fill bytes, stuffed zeros); USB Video Class, Motion-JPEG
payload 1.1 (baseline pictures, Huffman tables may be left out).

A picture is passed on byte for byte. Its structure is followed, not only its end searched for:
a thumbnail within a segment begins and ends with the same markers.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

PICTURE_LIMIT: Final = 8 << 20
"""Bytes of one picture; `client.core.stills.SIZE_LIMIT`. More is no picture of an instrument."""
_FILL_LIMIT: Final = 16
"""Fill bytes before one marker; chosen: encoders write none."""

SOI: Final = 0xD8
EOI: Final = 0xD9
SOS: Final = 0xDA
COM: Final = 0xFE
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start of frame, T.81 table B.1; C4, C8 and CC are something else."""
_WITH_LENGTH: Final = frozenset(range(0xC0, 0xFF)) - frozenset(range(0xD0, 0xDA))
_BEGINNING: Final = b"\xff\xd8\xff"
_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""After entropy-coded bytes; a stuffed zero, a restart and a fill byte are part of them."""
_SIZE_AT: Final = 5
"""Of a frame's segment: marker, length and precision come first."""


class NotAPictureError(ValueError):
    """The bytes do not follow T.81."""


class Segment(NamedTuple):
    """A marker with its parameters and, after a start of scan, the coded bytes."""

    marker: int
    start: int
    end: int


def segment_at(data: bytes | bytearray, start: int, searched: int = 0) -> Segment | None:
    """The segment whose marker begins here; `None` when more bytes are needed to tell its end.

    The end of coded bytes is looked for from `searched` on. `NotAPictureError` if there is none.
    """
    at = start
    while data[at : at + 2] == b"\xff\xff":
        at += 1
    if (at < len(data) and data[at] != 0xFF) or at - start > _FILL_LIMIT:  # noqa: PLR2004 -- T.81
        raise NotAPictureError("no marker where one belongs")
    if len(data) < at + 2:
        return None
    marker = data[at + 1]
    if marker in {SOI, EOI}:
        return Segment(marker, start, at + 2)
    if marker not in _WITH_LENGTH:
        raise NotAPictureError("a marker that has no place there")
    if len(data) < at + 4:
        return None
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    end = at + 2 + length
    if marker == SOS:
        found = _NEXT_MARKER.search(data, max(end, searched))
        return None if found is None else Segment(marker, start, found.start())
    return None if end > len(data) else Segment(marker, start, end)


def segments(picture: bytes) -> Iterator[Segment]:
    """Every segment of one whole picture, to its end; `NotAPictureError` when it is not whole."""
    at = 0
    while True:
        segment = segment_at(picture, at)
        if segment is None or (at == 0) is not (segment.marker == SOI):
            raise NotAPictureError("not a whole picture")
        yield segment
        if segment.marker == EOI:
            return
        at = segment.end


def size_of(picture: bytes) -> tuple[int, int] | None:
    """Width and height as coded; `None` when it does not say."""
    for marker, start, _ in segments(picture):
        if marker in _FRAMES:
            height, width = (
                int.from_bytes(picture[start + at : start + at + 2], "big")
                for at in (_SIZE_AT, _SIZE_AT + 2)
            )
            return width, height
    return None


class Frames:
    """Cuts a stream into pictures; what belongs to none is skipped and counted."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._at = 0
        """Where the next segment of the picture under way begins."""
        self._searched = 0
        self._has_frame = False
        self._skipped = 0

    @property
    def is_under_way(self) -> bool:
        """A picture has begun and is not whole."""
        return self._at > 0

    def take(self, data: bytes) -> list[bytes]:
        """Take any slice of the stream; return the pictures it completed."""
        self._buffer += data
        pictures = []
        while self._find_beginning():
            try:
                picture = self._whole()
            except NotAPictureError:
                self.give_up()
                continue
            if picture is None:
                break
            pictures.append(picture)
        return pictures

    def give_up(self) -> None:
        """What has begun is no picture or does not go on: its bytes are looked through again."""
        self._skip(len(_BEGINNING) - 1)

    def skipped(self) -> int:
        """Bytes thrown away since the last call."""
        skipped, self._skipped = self._skipped, 0
        return skipped

    def _find_beginning(self) -> bool:
        if self.is_under_way:
            return True
        place = self._buffer.find(_BEGINNING)
        if place < 0:
            kept = next(n for n in (2, 1, 0) if self._buffer.endswith(_BEGINNING[:n]))
            self._skip(len(self._buffer) - kept)
            return False
        self._skip(place)
        self._at = 2
        return True

    def _whole(self) -> bytes | None:
        while (segment := segment_at(self._buffer, self._at, self._searched)) is not None:
            if segment.marker == SOI or (segment.marker in {SOS, EOI} and not self._has_frame):
                raise NotAPictureError("out of order")
            if segment.marker == EOI:
                picture = bytes(self._buffer[: segment.end])
                self._forget(segment.end)
                return picture
            self._has_frame = self._has_frame or segment.marker in _FRAMES
            self._at = segment.end
        self._searched = max(self._at, len(self._buffer) - 1)
        if len(self._buffer) > PICTURE_LIMIT:
            raise NotAPictureError("endless")
        return None

    def _skip(self, count: int) -> None:
        self._skipped += count
        self._forget(count)

    def _forget(self, count: int) -> None:
        del self._buffer[:count]
        self._at = self._searched = 0
        self._has_frame = False
