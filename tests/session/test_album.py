import asyncio
from hashlib import sha256

import pytest

from client.core.stills import SIZE_LIMIT, STALLED_S
from client.core.wire import Message, StillHeld, StillOffered, StillPiece, StillReceived
from client.session import album
from client.session.album import STILLS_LIMIT, Album

DATA = bytes(range(200))


class Table:
    """Where an album lies."""

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.whole: dict[int, bytes] = {}
        self.now_s = 0.0
        self.album = Album(self.said.append, self._keep, lambda: self.now_s)

    def _keep(self, offer: StillOffered, picture: bytes) -> None:
        self.whole[offer.id] = picture


def offer(identifier: int, data: bytes = DATA, size: int | None = None) -> StillOffered:
    size = len(data) if size is None else size
    return StillOffered(identifier, "ear", size, sha256(data).digest(), 1, 1, 0)


async def test_pieces_are_told_of_together_and_a_whole_still_is_acknowledged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(album, "HELD_EVERY_S", 0)
    table = Table()
    assert table.album.offered(offer(1))
    table.album.take(StillPiece(1, 100, DATA[100:150]))
    table.album.take(StillPiece(1, 0, DATA[:50]))
    async with asyncio.timeout(30):
        while len(table.said) < 2:
            await asyncio.sleep(0)
    assert table.said == [StillHeld(1, 0, []), StillHeld(1, 50, [100, 150])]
    table.album.take(StillPiece(1, 50, DATA[50:]))
    assert table.said[2:] == [StillReceived(1, sha256(DATA).digest())]
    assert table.whole == {1: DATA}


async def test_where_nothing_has_come_for_long_the_site_is_told_again() -> None:
    table = Table()
    table.album.offered(offer(1))
    table.now_s = STALLED_S - 0.1
    table.album.remind()
    assert len(table.said) == 1
    table.now_s = STALLED_S
    table.album.remind()
    table.album.remind()
    assert table.said == [StillHeld(1, 0, [])] * 2
    table.album.resume()
    assert len(table.said) == 3


def test_too_many_too_large_and_known_stills_are_not_taken() -> None:
    table = Table()
    assert not table.album.offered(offer(99, size=SIZE_LIMIT + 1))
    assert not table.album.offered(offer(98, size=0))
    assert all(table.album.offered(offer(number)) for number in range(STILLS_LIMIT))
    assert not table.album.offered(offer(STILLS_LIMIT))
    assert not table.album.offered(offer(0))
    table.album.take(StillPiece(500, 0, DATA))
    assert table.whole == {}


def test_a_changed_still_is_not_acknowledged() -> None:
    table = Table()
    table.album.offered(offer(1))
    table.album.take(StillPiece(1, 0, bytes(200)))
    assert table.whole == {}
    assert table.said == [StillHeld(1, 0, [])]


async def test_an_album_holds_no_more_bytes_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(album, "ALBUM_LIMIT", len(DATA) + 10)
    table = Table()
    assert table.album.offered(offer(1))
    assert not table.album.offered(offer(2, size=11))
    assert table.album.offered(offer(3, size=10))
