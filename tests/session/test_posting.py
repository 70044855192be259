import asyncio
from collections.abc import Sequence

import pytest

from client import clock
from client.core import wire
from client.core.outbox import Outbox
from client.core.wire import Message, Parcel
from client.errors import ChevetError
from client.session import posting
from client.session.posting import Posting


class FullError(ChevetError):
    """The mailbox takes nothing."""


class Desk:
    """What would be sealed and posted."""

    def __init__(self, every_s: float = 0.0) -> None:
        self.outbox = Outbox()
        self.letters: list[Sequence[Parcel]] = []
        self.mailed: list[int] = []
        self.refusals = 0
        self._sealed: Sequence[Parcel] = ()
        self.posting = Posting(
            self._post,
            self._seal,
            self.outbox,
            now_s=clock.monotonic_s,
            on_mailed=self.mailed.extend,
            letter_every_s=every_s,
        )

    def say(self, message: Message) -> None:
        self.posting.mail(self.outbox.add(message))

    def _seal(self, letter: Sequence[Parcel]) -> bytes:
        self._sealed = letter
        return b""

    async def _post(self, _: bytes) -> None:
        if self.refusals:
            self.refusals -= 1
            raise FullError
        self.letters.append(self._sealed)


async def settled() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_first_letter_leaves_at_once_and_a_person_waits_for_no_pause() -> None:
    desk = Desk(every_s=3_600)
    task = asyncio.create_task(desk.posting.run())
    desk.say(wire.Text("1", 0))
    await settled()
    desk.say(wire.Text("2", 0))
    await settled()
    assert len(desk.letters) == 1
    desk.say(wire.Goodbye("finished", 0))
    await settled()
    assert [[p.number for p in letter] for letter in desk.letters] == [[1], [2, 3]]
    await stopped(task)


async def test_it_stops_even_as_an_urgent_message_comes() -> None:
    desk = Desk(every_s=3_600)
    task = asyncio.create_task(desk.posting.run())
    for number in range(2):
        desk.say(wire.Text(str(number), 0))
        await settled()
    desk.say(wire.Goodbye("finished", 0))
    await stopped(task)


async def test_what_the_mailbox_refuses_is_posted_again_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(posting, "REPOST_S", 0)
    desk = Desk()
    desk.refusals = 3
    task = asyncio.create_task(desk.posting.run())
    desk.say(wire.Text("1", 0))
    await settled()
    desk.say(wire.Text("2", 0))
    await settled()
    assert desk.mailed == [1, 2]
    await stopped(task)


async def test_of_receipts_and_of_what_is_held_the_newest_alone_leaves() -> None:
    desk = Desk()
    for up_to in (1, 2):
        desk.posting.mail(Parcel(None, wire.Received(up_to, [])))
        desk.posting.mail(Parcel(None, wire.StillHeld(1, up_to, [])))
    task = asyncio.create_task(desk.posting.run())
    await settled()
    (letter,) = desk.letters
    assert [p.message for p in letter] == [wire.Received(2, []), wire.StillHeld(1, 2, [])]
    desk.posting.mail(Parcel(None, wire.StillHeld(1, 2, [])))  # told a moment ago
    await settled()
    assert len(desk.letters) == 1
    await stopped(task)


async def test_what_a_later_receipt_leaves_out_is_posted_again() -> None:
    desk = Desk()
    task = asyncio.create_task(desk.posting.run())
    for number in range(3):
        desk.say(wire.Text(str(number), 0))
    await settled()
    desk.outbox.acknowledge(wire.Received(0, [3]))
    desk.posting.forget([3])
    desk.posting.mail_again(range(1, 3))
    await settled()
    assert [[p.number for p in letter] for letter in desk.letters] == [[1, 2, 3], [1, 2]]
    await stopped(task)
