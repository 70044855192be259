"""The peer's picture put together from packets that are late, lost or repeated. No I/O.

A picture is whole with its last packet, not with the first of the next. One that cannot be had any
more is given up within a few round trips, and with it all that build on it: the next shown is a key
frame, which is asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PACKETS_LIMIT: Final = 512
"""chosen: 4 s at 1 Mbit/s; as many as aiortc keeps."""
_PATIENCE_S: Final = (0.1, 0.4)
"""chosen: least and most that a lost packet is waited for."""
_ASK_AGAIN_S: Final = 0.3
"""chosen: a key frame takes an encoder's turn and its way; a browser asks every 0.2 s."""
_FIRST_RTT_S: Final = 0.1
"""chosen: until a round trip is known."""
_SEQUENCES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Piece:
    """One packet of a picture."""

    sequence: int
    timestamp: int
    is_last: bool
    """Of its picture (the marker bit)."""
    starts_key: bool
    """A picture that stands alone begins here."""
    data: bytes
    """Without the payload format's header; empty in a packet of padding."""


@dataclass(frozen=True, slots=True)
class CodedPicture:
    """All of one picture."""

    timestamp: int
    data: bytes


class PictureOrder:
    """Of one stream. Times are one monotonic clock."""

    def __init__(self) -> None:
        self._pieces: dict[int, Piece] = {}
        """By sequence number, unwrapped."""
        self._next: int | None = None
        """The packet that is to follow; None while a key frame is awaited."""
        self._newest: int | None = None
        self._stuck: tuple[int, float] | None = None
        """At which packet, and since when."""
        self._asked_s = float("-inf")

    def add(self, piece: Piece, now_s: float, rtt_s: float | None) -> list[CodedPicture]:
        """A packet has come; the pictures that can be decoded now, in their order."""
        number = self._unwrapped(piece.sequence)
        if self._next is not None and number < self._next:
            return []
        if len(self._pieces) >= PACKETS_LIMIT:
            self._give_up()
        self._pieces[number] = piece
        pictures = list(self._whole())
        if self._next is None or self._misses():
            self._go_on(now_s, rtt_s)
            pictures += self._whole()
        return pictures

    def refuse(self) -> None:
        """What was given last is no picture of the peer's: all that build on it are none either."""
        self._give_up()

    def asks_key(self, now_s: float) -> bool:
        """Whether to ask for a key frame now; asking counts from here."""
        if self._next is not None or now_s < self._asked_s + _ASK_AGAIN_S:
            return False
        self._asked_s = now_s
        return True

    def _unwrapped(self, sequence: int) -> int:
        if self._newest is None:
            self._newest = sequence
        half = _SEQUENCES // 2
        number = self._newest + (sequence - self._newest + half) % _SEQUENCES - half
        self._newest = max(self._newest, number)
        return number

    def _misses(self) -> bool:
        """Whether a packet has not come and later ones have."""
        assert self._next is not None  # noqa: S101 -- asked only then
        assert self._newest is not None  # noqa: S101 -- something has come
        return len(self._pieces) < self._newest - self._next + 1

    def _go_on(self, now_s: float, rtt_s: float | None) -> None:
        """Over what is missing to a key frame that is here, or give up when it takes too long."""
        after = -1 << 62 if self._next is None else self._next
        keys = [number for number, piece in self._pieces.items() if piece.starts_key]
        first = min((number for number in keys if number > after), default=None)
        if first is not None:
            self._next = first
            self._pieces = {n: piece for n, piece in self._pieces.items() if n >= first}
        elif self._next is not None and self._waited_s(now_s) > _patience_s(rtt_s):
            self._give_up()

    def _waited_s(self, now_s: float) -> float:
        assert self._next is not None  # noqa: S101 -- asked only then
        if self._stuck is None or self._stuck[0] != self._next:
            self._stuck = self._next, now_s
        return now_s - self._stuck[1]

    def _give_up(self) -> None:
        self._next = None
        self._pieces.clear()

    def _whole(self) -> Iterator[CodedPicture]:
        """Take out every picture of which nothing is missing."""
        while self._next is not None and (pieces := self._leading(self._next)):
            for place in range(len(pieces)):
                del self._pieces[self._next + place]
            self._next += len(pieces)
            if data := b"".join(piece.data for piece in pieces):
                yield CodedPicture(pieces[0].timestamp, data)

    def _leading(self, first: int) -> list[Piece]:
        """All pieces of the picture that begins here, or one of padding; none if some miss."""
        pieces: list[Piece] = []
        while (piece := self._pieces.get(first + len(pieces))) is not None:
            pieces.append(piece)
            if piece.is_last or (len(pieces) == 1 and not piece.data):
                return pieces
        return []


def _patience_s(rtt_s: float | None) -> float:
    least_s, most_s = _PATIENCE_S
    return min(most_s, max(least_s, 2 * (rtt_s or _FIRST_RTT_S)))
