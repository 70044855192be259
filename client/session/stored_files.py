"""Files of up to 50 MB that lie in the record while they are on their way, never all in memory."""

from collections.abc import AsyncIterator
from functools import partial
from hashlib import sha256
from typing import Final

from client.core.mailed import PIECE_BYTES
from client.core.stills import SIZE_LIMIT
from client.session.attachments import AttachmentRefusedError
from client.session.freight import Reader
from client.session.keeping import RecordKeeper
from client.store.unfinished import KeptFile

TOGETHER: Final = 32
"""Pieces kept in one go; chosen: half a megabyte in memory."""


async def stored(keeper: RecordKeeper, identifier: int, source: AsyncIterator[bytes]) -> KeptFile:
    """Keep a file that comes in parts of any size; `AttachmentRefusedError` if it cannot be sent.

    Once this has returned a later process finds it among `RecordKeeper.files`, whole.
    """
    digest, size = sha256(), 0
    rest = bytearray()
    async for part in source:
        digest.update(part)
        size += len(part)
        rest += part
        if size > SIZE_LIMIT:
            raise AttachmentRefusedError(size)
        if len(rest) >= TOGETHER * PIECE_BYTES:
            await _keep(keeper, identifier, rest, size - len(rest))
            del rest[: len(rest) - len(rest) % PIECE_BYTES]
    if not size:
        raise AttachmentRefusedError(size)
    await _keep(keeper, identifier, rest, size - len(rest), is_last=True)
    file = KeptFile(identifier, size, digest.digest())
    if not await keeper.begin_file(file):
        raise AttachmentRefusedError(size)
    return file


async def _keep(
    keeper: RecordKeeper, identifier: int, data: bytearray, begins: int, *, is_last: bool = False
) -> None:
    end = len(data) if is_last else len(data) - len(data) % PIECE_BYTES
    pieces = {
        begins + at: bytes(data[at : min(at + PIECE_BYTES, end)])
        for at in range(0, end, PIECE_BYTES)
    }
    await keeper.store_pieces(identifier, pieces)


def reader(keeper: RecordKeeper, identifier: int) -> Reader:
    """Reads a stored file in parts."""
    return partial(_read, keeper, identifier)


async def _read(keeper: RecordKeeper, identifier: int, start: int, end: int) -> bytes:
    first = start - start % PIECE_BYTES
    parts = [await keeper.sent_piece(identifier, at) for at in range(first, end, PIECE_BYTES)]
    return b"".join(parts)[start - first : end - first]
