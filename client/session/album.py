"""Stills at the GP's end in Python: assembled, bounded, told of, checked by their hash."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from client.core.stills import HELD_EVERY_S, SIZE_LIMIT, STALLED_S, StillAssembly
from client.core.wire import Message, StillOffered, StillPiece, StillReceived

STILLS_LIMIT: Final = 128
"""Stills and other files of one consultation; the page has the same bound."""
ALBUM_LIMIT: Final = 256 << 20
"""Bytes of them all; the page's too."""


class Album:
    """Takes pieces in any order and tells the site now and then which have come."""

    def __init__(
        self,
        say: Callable[[Message], object],
        on_whole: Callable[[StillOffered, bytes], None],
        now_s: Callable[[], float],
        on_damaged: Callable[[StillOffered], None] = lambda _: None,
    ) -> None:
        """`on_whole` is given a still whose hash agrees, `on_damaged` the offer of another."""
        self._say = say
        self._on_whole = on_whole
        self._now_s = now_s
        self._on_damaged = on_damaged
        self._coming: dict[int, StillAssembly] = {}
        self._known: set[int] = set()
        self._size = 0
        self._untold: set[int] = set()
        self._told_s = 0.0

    def offered(self, offer: StillOffered) -> bool:
        """Want it; false for one too many, too large or known."""
        is_known = offer.id in self._known or len(self._known) >= STILLS_LIMIT
        if is_known or not 0 < offer.size <= min(SIZE_LIMIT, ALBUM_LIMIT - self._size):
            return False
        self._size += offer.size
        self._known.add(offer.id)
        self._coming[offer.id] = assembly = StillAssembly(offer)
        self._say(assembly.held)
        return True

    def held_bytes(self, identifier: int) -> int:
        """How much of a file that is coming is here, from its first byte on."""
        assembly = self._coming.get(identifier)
        return 0 if assembly is None else assembly.held.size

    def restore(
        self, offer: StillOffered, pieces: Iterable[tuple[int, bytes]], *, is_received: bool
    ) -> None:
        """Go on with what an earlier process kept; `is_received`: it told the site it was whole."""
        if not self.offered(offer):
            return
        assembly = self._coming[offer.id]
        for begins, data in pieces:
            assembly.take(StillPiece(offer.id, begins, data))
        if assembly.is_complete:
            self._finish(assembly, is_told=is_received)

    def take(self, piece: StillPiece) -> None:
        """Add a piece; a whole still is acknowledged."""
        assembly = self._coming.get(piece.id)
        if assembly is None or not assembly.take(piece):
            return
        if assembly.is_complete:
            self._finish(assembly)
            return
        if not self._untold:
            asyncio.get_running_loop().call_later(HELD_EVERY_S, self._tell)
        self._untold.add(piece.id)

    def remind(self) -> None:
        """Tell again what is here when nothing has come for long; call now and then."""
        if self._now_s() - self._told_s >= STALLED_S:
            self.resume()

    def resume(self) -> None:
        """The line is new: tell where each unfinished still stands."""
        self._untold.update(self._coming)
        self._tell()

    def _tell(self) -> None:
        self._told_s = self._now_s()
        for identifier in sorted(self._untold & self._coming.keys()):
            self._say(self._coming[identifier].held)
        self._untold.clear()

    def _finish(self, assembly: StillAssembly, *, is_told: bool = False) -> None:
        offer = assembly.offer
        del self._coming[offer.id]
        picture = assembly.picture()
        if picture is None:
            self._on_damaged(offer)
            return
        self._on_whole(offer, picture)
        if not is_told:
            self._say(StillReceived(offer.id, offer.sha256))
