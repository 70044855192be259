import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from random import Random

import pytest

from client import clock
from client.core import wire
from client.core.mailed import PIECE_BYTES, WINDOW_PIECES
from client.core.record import Direction
from client.core.stills import SIZE_LIMIT
from client.core.wire import Parcel, StillHeld, StillOffered, StillPiece
from client.session.attachments import AttachmentRefusedError
from client.session.freight import Freight
from client.session.keeping import FILES_LIMIT_BYTES, RecordKeeper
from client.session.stored_files import reader, stored
from client.store import keys
from client.store.records import Records


@pytest.fixture
async def keeper() -> AsyncIterator[RecordKeeper]:
    records = await Records.open(None, keys.ephemeral())
    yield await RecordKeeper.begin(records, clock.now)
    await records.close()


async def parts(data: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


@pytest.mark.parametrize("part", [999, PIECE_BYTES, 700_000])
async def test_a_file_is_read_back_as_it_came(keeper: RecordKeeper, part: int) -> None:
    data = Random(1).randbytes(1_300_000)  # noqa: S311 -- any bytes do
    file = await stored(keeper, 3, parts(data, part))
    assert (file.id, file.size, file.sha256) == (3, len(data), sha256(data).digest())
    assert await keeper.files(Direction.SENT) == [file]
    read = reader(keeper, 3)
    assert await read(0, len(data)) == data
    assert await read(PIECE_BYTES - 5, PIECE_BYTES + 5) == data[PIECE_BYTES - 5 : PIECE_BYTES + 5]


async def test_nothing_and_too_much_are_refused(keeper: RecordKeeper) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(5_000_000)
            await asyncio.sleep(0)

    with pytest.raises(AttachmentRefusedError):
        await stored(keeper, 1, parts(b"", 1))
    with pytest.raises(AttachmentRefusedError) as refused:
        await stored(keeper, 1, endless())
    assert refused.value.size <= SIZE_LIMIT + 5_000_000
    assert await keeper.files(Direction.SENT) == []


async def test_the_files_of_a_gp_fill_no_disk(keeper: RecordKeeper) -> None:
    sizes = [SIZE_LIMIT] * (FILES_LIMIT_BYTES // SIZE_LIMIT + 3)
    for number, size in enumerate(sizes, start=1):
        offer = StillOffered(number, "Ordonnance", size, bytes(32), 0, 0, 1, "application/pdf")
        for _ in range(2):  # the same offer again takes no more room
            await keeper.received(Parcel(number, offer))
    kept = await keeper.files(Direction.RECEIVED)
    assert sum(file.size for file in kept) <= FILES_LIMIT_BYTES
    assert len(kept) == FILES_LIMIT_BYTES // SIZE_LIMIT
    await keeper.piece(StillPiece(len(sizes), 0, b"of a file too many"))
    assert await keeper.begun_pieces(len(sizes)) == []


async def test_a_file_goes_by_mailbox_window_by_window(keeper: RecordKeeper) -> None:
    data = bytes(PIECE_BYTES) * (WINDOW_PIECES + 2)
    await stored(keeper, 1, parts(data, 1 << 20))
    freight = Freight(lambda: 0.0)
    freight.add(1, len(data), reader(keeper, 1))
    sent = 0
    while (piece := await freight.next_piece()) is not None:
        assert (piece.id, piece.offset) == (1, sent)
        sent += len(piece.data)
    assert sent == WINDOW_PIECES * PIECE_BYTES
    freight.held(StillHeld(1, sent, []))
    assert await freight.next_piece() == StillPiece(1, sent, bytes(PIECE_BYTES))
    freight.received(1)
    assert await freight.next_piece() is None


async def test_only_parts_of_offered_files_are_kept_and_no_more_than_twice_their_size(
    keeper: RecordKeeper,
) -> None:
    await keeper.piece(StillPiece(1, 0, b"nobody offered it"))
    offer = StillOffered(1, "file", 10, bytes(32), 0, 0, 0, "application/pdf")
    await keeper.received(Parcel(1, offer))
    for begins in range(10):
        await keeper.piece(StillPiece(1, begins, b"12345"))
    assert [begins for begins, _ in await keeper.begun_pieces(1)] == [0, 1, 2, 3]


async def test_a_later_process_is_told_what_waits_and_what_came(keeper: RecordKeeper) -> None:
    for number in (1, 2, 3):
        await keeper.sent(Parcel(number, wire.Text("here", number)))
    for number in (1, 3):
        await keeper.received(Parcel(number, wire.Text("there", number)))
    await keeper.acknowledged([2])
    resumed = await keeper.resumed()
    assert [parcel.number for parcel in resumed.waiting] == [1, 3]
    assert resumed.last_number == 3
    assert list(resumed.received) == [1, 3]
