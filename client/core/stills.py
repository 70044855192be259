"""A full-quality picture in small pieces: lost ones repeated alone, resumable, checked by its hash.

Pieces travel unordered and may be lost. The GP tells now and then, by `StillHeld`, what it has; the
site sends again what is missing before what is new, and after a cut goes on from there. How fast,
is not decided here: the still lane lets a piece go when its turn has come.
"""

from collections import deque
from hashlib import sha256
from itertools import pairwise
from typing import Final

from client.core.flights import Flights
from client.core.lanes import Carrier
from client.core.ranges import Ranges
from client.core.wire import StillHeld, StillOffered, StillPiece

WINDOW: Final = 128 << 10
"""Bytes under way without a receipt; chosen: 1 Mbit/s for a second, by satellite. The lane paces:
this only ends what a dead line swallows."""
SIZE_LIMIT: Final = 50_000_000
"""Bytes; the largest file either end accepts."""
HELD_EVERY_S: Final = 0.5
"""How long pieces that have come wait to be told of together; chosen: each telling costs the site's
thin line a transport receipt of 90 bytes."""
STALLED_S: Final = 2.0
"""Without a piece for so long, the GP tells again what it has: the last time may be lost."""
RANGES_LIMIT: Final = 128
"""Separate parts of a still; chosen: many times what honest losses make of `WINDOW`."""
REPORTED_LIMIT: Final = 16
"""Separate parts told in one `StillHeld`, so that it stays a small parcel."""

_BUCKETS: Final = (1_024, 768, 512, 384, 256)
"""Sizes an envelope's contents are padded to; see `client.core.envelope`."""
_AROUND_BUCKET: Final = Carrier.DATA.value + 12 + 16 + 1 + 4 + 16
"""SCTP and its chunk's header (RFC 9260, 3), the envelope's version, counter and tag."""
_AROUND_DATA: Final = 14
"""A `StillPiece` parcel's own bytes at most."""


def piece_bytes(packet_limit_bytes: int) -> int:
    """How much of a still goes into a packet of at most this size on the line, headers included."""
    return contents_bytes(packet_limit_bytes) - _AROUND_DATA


def contents_bytes(packet_limit_bytes: int) -> int:
    """What an envelope holds, without the padding's marker, in a packet of at most this size."""
    fitting = (size for size in _BUCKETS if size + _AROUND_BUCKET <= packet_limit_bytes)
    return next(fitting, _BUCKETS[-1]) - 1


class StillSender:
    """The sending end of one still; every ``now_s`` is one monotonic clock, in seconds."""

    def __init__(self, identifier: int, data: bytes) -> None:
        self.id: Final = identifier
        self.size: Final = len(data)
        self._data = data
        self._is_wanted = False
        self._held = Ranges()
        self._flights = Flights()
        self._ends: dict[int, int] = {}
        self._missing: deque[tuple[int, int]] = deque()
        self._fresh = 0

    @property
    def held(self) -> int:
        """Bytes the GP says it holds."""
        return self._held.size

    def acknowledge(self, held: StillHeld, now_s: float) -> None:
        """The GP holds this much and wants the rest; a receipt that cannot be is ignored."""
        bounds = [0, held.size, *held.beyond]
        is_possible = len(bounds) % 2 == 0 and bounds[-1] <= self.size
        if not is_possible or any(a >= b for a, b in pairwise(bounds[1:])):
            return
        self._is_wanted = True
        for start, end in zip(bounds[::2], bounds[1::2], strict=True):
            is_one_more = len(self._held) >= RANGES_LIMIT and not self._held.touches(start, end)
            if start < end and not is_one_more:
                self._held.add(start, end)
        arrived = [at for at, end in self._ends.items() if self._held.covers(at, end)]
        for at in arrived:
            del self._ends[at]
        self._flights.note_arrived(arrived, now_s, is_all=len(held.beyond) < 2 * REPORTED_LIMIT)

    def rewind(self) -> None:
        """The link is new: what was under way is lost, go on from what the GP holds."""
        self._missing.extendleft(sorted(self._ends.items(), reverse=True))
        self._ends.clear()
        self._flights.forget()

    def next_piece(self, limit_bytes: int, now_s: float) -> StillPiece | None:
        """What to send now, at most so long; `None` when the window is full or nothing is left."""
        part = (
            self._repeated(limit_bytes, now_s)
            or self._rewound(limit_bytes)
            or self._new(limit_bytes)
        )
        if part is None:
            return None
        start, end = part
        self._ends[start] = end
        self._flights.note_sent(start, now_s)
        return StillPiece(self.id, start, self._data[start:end])

    def _repeated(self, limit_bytes: int, now_s: float) -> tuple[int, int] | None:
        start = next(iter(self._flights.due(now_s)), None)
        return None if start is None else self._cut(start, self._ends[start], limit_bytes)

    def _rewound(self, limit_bytes: int) -> tuple[int, int] | None:
        while self._missing:
            start, end = self._missing.popleft()
            if not self._held.covers(start, end):
                return self._cut(start, end, limit_bytes)
        return None

    def _new(self, limit_bytes: int) -> tuple[int, int] | None:
        start = self._held.end_of(self._fresh)
        under_way = sum(end - at for at, end in self._ends.items())
        if not self._is_wanted or start >= self.size or under_way + limit_bytes > WINDOW:
            return None
        self._fresh = min(start + limit_bytes, self.size)
        return start, self._fresh

    def _cut(self, start: int, end: int, limit_bytes: int) -> tuple[int, int]:
        """The line may carry less at a time than when these were first sent."""
        if end - start > limit_bytes:
            self._missing.appendleft((start + limit_bytes, end))
            end = start + limit_bytes
        return start, end


class StillAssembly:
    """The receiving end of one still."""

    def __init__(self, offer: StillOffered) -> None:
        self.offer: Final = offer
        self._data = bytearray(offer.size)
        self._held = Ranges()

    @property
    def held(self) -> StillHeld:
        """Which parts are here."""
        whole = self._held.end_of(0)
        beyond = [part for part in self._held if part[0] > whole][:REPORTED_LIMIT]
        return StillHeld(self.offer.id, whole, [bound for part in beyond for bound in part])

    def take(self, piece: StillPiece) -> bool:
        """Add a piece; false when it cannot be a part of this still."""
        start, end = piece.offset, piece.offset + len(piece.data)
        if start == end or end > self.offer.size:
            return False
        if len(self._held) >= RANGES_LIMIT and not self._held.touches(start, end):
            return False
        self._data[start:end] = piece.data
        self._held.add(start, end)
        return True

    @property
    def is_complete(self) -> bool:
        """Every byte is here."""
        return self._held.covers(0, self.offer.size)

    def picture(self) -> bytes | None:
        """The whole still, or `None` while it is incomplete or its hash does not agree."""
        data = bytes(self._data)
        return data if sha256(data).digest() == self.offer.sha256 else None
