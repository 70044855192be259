"""Files a person chose: read, kept, sent, withdrawn, and bounded."""

import asyncio
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from pathlib import Path

import pytest

from client import clock
from client.core.lanes import Lane
from client.core.stills import SIZE_LIMIT
from client.core.wire import Message, StillHeld, StillOffered, StillReceived
from client.session.attachments import Attachment, AttachmentRefusedError, Attachments
from client.session.sending import (
    FILES_LIMIT,
    LABEL_LIMIT,
    TOGETHER_LIMIT_BYTES,
    FileDesk,
    FileKindError,
    FileState,
    FileUnreadableError,
    media_type_of,
    parts_of,
)


class Bench:
    def __init__(self) -> None:
        self.said: list[Message] = []
        self.kept: list[Attachment] = []
        self.attachments = Attachments(self._say, self._keep, lambda _: None, lambda: 0.0)
        self.desk = FileDesk(self.attachments, clock.now)
        self.on_kept: Callable[[], None] = lambda: None

    def _say(self, message: Message, lane: Lane) -> None:
        del lane
        self.said.append(message)

    async def _keep(self, taken: Attachment) -> None:
        self.kept.append(taken)
        self.on_kept()

    @property
    def states(self) -> list[FileState]:
        return [view.state for view in self.desk.views]


async def of(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        await asyncio.sleep(0)
        yield part


async def test_a_file_is_kept_then_offered_then_shown_on_its_way() -> None:
    bench = Bench()
    await bench.desk.send(of(b"%PDF", b" courrier"), "Courrier" * 40, "application/pdf")
    (offer,) = bench.said
    assert isinstance(offer, StillOffered)
    assert (offer.size, offer.media_type, len(offer.label)) == (13, "application/pdf", LABEL_LIMIT)
    assert [taken.data for taken in bench.kept] == [b"%PDF courrier"]
    assert [(v.state, v.sent, v.total) for v in bench.desk.views] == [(FileState.SENDING, 0, 13)]
    bench.attachments.held(StillHeld(offer.id, 5, []))
    assert bench.desk.views[0].sent == 5
    bench.attachments.received(StillReceived(offer.id, sha256(b"%PDF courrier").digest()))
    assert [(v.state, v.sent) for v in bench.desk.views] == [(FileState.RECEIVED, 13)]
    bench.desk.cancel(1)
    assert bench.states == [FileState.RECEIVED]


async def test_nothing_waits_for_the_hash_of_a_large_file() -> None:
    bench, large, small = Bench(), bytes(8 << 20), b"\xff\xd8\xff a still"
    attachments, now = bench.attachments, clock.now()
    await asyncio.gather(
        attachments.offer("Courrier", "application/pdf", large, now, Lane.BULK),
        attachments.offer("Oreille", "image/jpeg", small, now),
    )
    assert [taken.data for taken in bench.kept] == [small, large]
    assert [(taken.offer.id, taken.offer.sha256) for taken in bench.kept] == [
        *((1, sha256(small).digest()), (2, sha256(large).digest())),
    ]


async def test_what_is_withdrawn_is_sent_no_more_by_either_path() -> None:
    bench = Bench()
    await bench.desk.send(of(bytes(100)), "Courrier", "application/pdf")
    bench.attachments.held(StillHeld(1, 0, []))
    assert bench.attachments.next_piece(50) is not None
    assert await bench.attachments.freight.next_piece() is not None
    bench.desk.cancel(1)
    assert bench.states == [FileState.WITHDRAWN]
    bench.attachments.held(StillHeld(1, 0, []))
    assert bench.attachments.next_piece(50) is None
    assert await bench.attachments.freight.next_piece() is None
    assert not bench.attachments.is_sending


async def test_what_is_withdrawn_while_it_is_kept_is_not_sent() -> None:
    bench = Bench()
    bench.on_kept = lambda: bench.desk.cancel(1)
    await bench.desk.send(of(bytes(100)), "Courrier", "application/pdf")
    assert bench.states == [FileState.WITHDRAWN]
    assert not bench.attachments.is_sending
    assert bench.desk.offered == frozenset()


async def test_what_is_withdrawn_while_it_is_read_is_never_offered() -> None:
    bench = Bench()

    async def source() -> AsyncIterator[bytes]:
        yield b"first"
        bench.desk.cancel(1)
        yield b"second"

    await bench.desk.send(source(), "Courrier", "application/pdf")
    assert (bench.said, bench.kept, bench.states) == ([], [], [FileState.WITHDRAWN])


async def test_an_endless_file_is_refused_before_it_fills_memory() -> None:
    bench, given = Bench(), 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while True:
            given += 5_000_000
            yield bytes(5_000_000)

    await bench.desk.send(endless(), "Courrier", "application/pdf")
    assert given <= SIZE_LIMIT + 5_000_000
    assert isinstance(bench.desk.views[0].failure, AttachmentRefusedError)
    assert bench.said == []


async def test_files_on_their_way_are_bounded_in_size_and_number() -> None:
    bench = Bench()
    for _ in range(TOGETHER_LIMIT_BYTES // SIZE_LIMIT + 1):
        await bench.desk.send(of(bytes(SIZE_LIMIT)), "large", "application/pdf")
    assert bench.states[-1] is FileState.FAILED
    for view in bench.desk.views:
        bench.desk.cancel(view.number)
    for _ in range(FILES_LIMIT):
        await bench.desk.send(of(b"small"), "small", "text/plain")
    assert len(bench.said) == TOGETHER_LIMIT_BYTES // SIZE_LIMIT + FILES_LIMIT - len(
        range(TOGETHER_LIMIT_BYTES // SIZE_LIMIT + 1)
    )


async def test_a_path_is_read_in_parts_and_a_pipe_not_at_all(tmp_path: Path) -> None:
    path, data = tmp_path / "letter.pdf", b"%PDF" + bytes(600_000)
    await asyncio.to_thread(path.write_bytes, data)
    parts = [part async for part in parts_of(path, "application/pdf")]
    assert len(parts) > 2
    assert b"".join(parts) == data
    for wrong in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(FileUnreadableError):
            await anext(parts_of(wrong, "application/pdf"))
    bench = Bench()
    nowhere = parts_of(tmp_path / "nowhere", "application/pdf")
    await bench.desk.send(nowhere, "Courrier", "application/pdf")
    assert isinstance(bench.desk.views[0].failure, FileUnreadableError)


async def test_a_picture_under_the_name_of_a_letter_is_not_sent(tmp_path: Path) -> None:
    """Else a photo that the patient refused would leave as a paper (d-10)."""
    path = tmp_path / "letter.PDF"
    await asyncio.to_thread(path.write_bytes, b"\xff\xd8\xff photo")
    assert media_type_of(path) == "application/pdf"
    bench = Bench()
    await bench.desk.send(parts_of(path, "application/pdf"), "Courrier", "application/pdf")
    assert isinstance(bench.desk.views[0].failure, FileKindError)
    assert bench.kept == []
    assert bench.said == []
    assert media_type_of(tmp_path / "page.html") is None
