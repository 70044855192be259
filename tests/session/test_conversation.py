import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import chain, cycle

import pytest

from client import clock
from client.core import parcels, wire
from client.core.envelope import (
    Opener,
    Role,
    Sealer,
    SessionKeys,
    kept,
    resumed_ciphers,
    session_ciphers,
)
from client.core.inbox import Allowance, TooMuchSaidError
from client.core.lanes import Lane
from client.errors import ChevetError
from client.session import conversation, posting, reception, turns
from client.session.conversation import INCOMING_LIMIT, Conversation
from client.session.reception import LetterNotTakenError
from client.session.repeats import REPEATS_AHEAD
from client.session.ways import AT_FIRST, Resumed
from client.store.errors import StorageFailedError

ALLOWANCE = Allowance(messages=1_000, size_bytes=100_000)
KEYS = SessionKeys(bytes(range(32)), bytes(range(32, 64)), bytes(12), bytes(range(12)), bytes(8))


class Shelf:
    """A keeper that can be held up."""

    def __init__(self) -> None:
        self.kept: list[wire.Parcel] = []
        self.pieces: list[wire.StillPiece] = []
        self.is_free = asyncio.Event()
        self.is_free.set()
        self.failures = 0

    async def sent(self, parcel: wire.Parcel) -> None:
        await self._keep(parcel)

    async def received(self, parcel: wire.Parcel) -> None:
        await self._keep(parcel)

    async def piece(self, piece: wire.StillPiece) -> None:
        self.pieces.append(piece)

    async def _keep(self, parcel: wire.Parcel) -> None:
        await self.is_free.wait()
        if self.failures:
            self.failures -= 1
            raise StorageFailedError("disk full")
        self.kept.append(parcel)

    async def acknowledged(self, numbers: list[int]) -> None:
        del numbers


class End:
    """One end of the dialogue, with both its paths in the test's hands."""

    def __init__(self, role: Role, now_s: Callable[[], float] = clock.monotonic_s) -> None:
        self.peer: End
        self.shelf = Shelf()
        self.heard: list[wire.Message] = []
        self.is_line_broken = False
        self.loses: Iterator[bool] = iter(())
        self.mail_moves = asyncio.Event()
        self.mail_moves.set()
        self.sealed: list[bytes] = []
        self.room_bytes = 0
        """Each parcel travels alone, but where a test says otherwise."""
        self.task: asyncio.Task[None] | None = None
        self.mailed: list[int] = []
        self.deferred: list[wire.Message] = []
        self.rolled_back: list[ChevetError] = []
        self.receipts: list[wire.Message] = []
        self._now_s = now_s
        self.talk = self._talk(session_ciphers(KEYS, role), AT_FIRST)

    def begin_again(self, role: Role, resumed: Resumed) -> None:
        """As a later process of this end."""
        self.talk = self._talk(resumed_ciphers(kept(KEYS, role), bytes(range(8))), resumed)
        self.task = asyncio.create_task(self.talk.run())

    def _talk(self, ciphers: tuple[Sealer, Opener], resumed: Resumed) -> Conversation:
        return Conversation(
            ciphers,
            self.shelf,
            self._post,
            self.heard.append,
            now_s=self._now_s,
            letter_every_s=0,
            resumed=resumed,
            on_mailed=self.mailed.extend,
            on_deferred=self.deferred.append,
            on_broken=self.rolled_back.append,
            allowance=ALLOWANCE,
        )

    def send(self, data: bytes, *, lane: Lane) -> None:
        del lane
        self.sealed.append(data)
        if not self.is_line_broken and not next(self.loses, False):
            self.peer.hear(data, by_mail=False)

    async def _post(self, data: bytes) -> None:
        await self.mail_moves.wait()
        await asyncio.sleep(0)  # one letter after the other, as through a relay
        self.sealed.append(data)
        self.peer.hear(data, by_mail=True)

    def hear(self, data: bytes, *, by_mail: bool) -> None:
        for parcel in self.talk.open(data):
            if isinstance(parcel.message, wire.Received):
                self.receipts.append(parcel.message)
            self.talk.take(parcel, by_mail=by_mail)


@asynccontextmanager
async def dialogue() -> AsyncIterator[tuple[End, End]]:
    site, gp = End(Role.SITE), End(Role.GP)
    site.peer, gp.peer = gp, site
    tasks = [asyncio.create_task(end.talk.run()) for end in (site, gp)]
    try:
        yield site, gp
    finally:
        tasks += [end.task for end in (site, gp) if end.task is not None]
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0)


def texts(count: int) -> list[wire.Message]:
    return [wire.Text(f"line {number}", number) for number in range(count)]


def connect(*ends: End) -> None:
    for end in ends:
        end.talk.use(end)


async def test_messages_arrive_in_order_and_are_forgotten_once_acknowledged() -> None:
    async with dialogue() as (site, gp):
        connect(site, gp)
        for text in texts(20):
            site.talk.say(text)
        assert await site.talk.settle(30)
        assert gp.heard == texts(20)
        assert site.talk.waiting == 0


async def test_without_a_line_they_go_by_mail() -> None:
    async with dialogue() as (site, gp):
        for text in texts(3):
            site.talk.say(text)
        assert await site.talk.settle(30)
        assert gp.heard == texts(3)


async def test_what_a_broken_line_swallowed_is_repeated_on_the_next_one() -> None:
    async with dialogue() as (site, gp):
        connect(site, gp)
        site.is_line_broken = True
        for text in texts(5):
            site.talk.say(text)
        await until(lambda: len(site.sealed) == 5)
        assert gp.heard == []
        site.is_line_broken = False
        connect(site)
        assert await site.talk.settle(30)
        assert gp.heard == texts(5)


async def test_a_long_backlog_is_repeated_little_by_little_beside_what_is_new() -> None:
    async with dialogue() as (site, gp):
        connect(site, gp)
        site.is_line_broken = True
        for text in texts(3 * REPEATS_AHEAD):
            site.talk.say(text)
        await until(lambda: len(site.sealed) == 3 * REPEATS_AHEAD)
        gp.is_line_broken = True
        connect(site)
        assert len(site.sealed) == 4 * REPEATS_AHEAD
        site.is_line_broken = gp.is_line_broken = False
        connect(site)
        assert await site.talk.settle(30)
        assert gp.heard == texts(3 * REPEATS_AHEAD)


async def test_what_a_lost_line_swallowed_goes_by_mail_once() -> None:
    async with dialogue() as (site, gp):
        connect(site, gp)
        site.is_line_broken = True
        for text in texts(3):
            site.talk.say(text)
        await until(lambda: len(site.sealed) == 3)
        gp.talk.use(None)
        gp.mail_moves.clear()  # no receipt comes back
        for path in (None, site, None):
            site.talk.use(path)
        await until(lambda: len(gp.heard) == 3)
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(site.sealed) == 3 + 1 + 3  # the lost line, one letter, the second lost line
        gp.mail_moves.set()
        assert await site.talk.settle(30)
        assert gp.heard == texts(3)


async def test_an_offer_waits_behind_no_letter_and_the_newest_alone_is_sent() -> None:
    async with dialogue() as (site, gp):
        site.mail_moves.clear()
        for text in texts(20):
            site.talk.say(text)
        for attempt in (1, 2, 3):
            site.talk.say(wire.Signal("offer", attempt, "v=0"))
        for _ in range(50):
            await asyncio.sleep(0)
        site.mail_moves.set()
        assert await site.talk.settle(30)
        assert wire.Signal("offer", 3, "v=0") in gp.heard[:2]
        assert len(gp.heard) == 20 + 1


async def test_a_record_that_refuses_once_costs_no_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conversation, "KEEP_AGAIN_S", 0)
    async with dialogue() as (site, gp):
        connect(site, gp)
        site.shelf.failures = gp.shelf.failures = 1
        for text in texts(3):
            site.talk.say(text)
        assert await site.talk.settle(30)
        assert gp.talk.rejected == 1
        assert gp.heard == texts(3)


async def test_a_repeated_message_is_heard_once_and_acknowledged_again() -> None:
    async with dialogue() as (site, gp):
        connect(site, gp)
        gp.is_line_broken = True  # receipts are lost
        site.talk.say(wire.Text("once", 1))
        await until(lambda: bool(gp.heard) and bool(gp.sealed))
        connect(site)
        gp.is_line_broken = False
        assert await site.talk.settle(30)
        assert gp.heard == [wire.Text("once", 1)]


async def test_nothing_leaves_before_it_is_kept() -> None:
    async with dialogue() as (site, gp):
        connect(site, gp)
        site.shelf.is_free.clear()
        site.talk.say(wire.Text("kept first", 1))
        for _ in range(50):
            await asyncio.sleep(0)
        assert site.sealed == []
        site.shelf.is_free.set()
        assert await site.talk.settle(30)
        assert site.shelf.kept[0].message == wire.Text("kept first", 1)


async def test_nothing_is_acknowledged_before_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "RECEIPT_DELAY_S", 0)
    async with dialogue() as (site, gp):
        connect(site, gp)
        site.talk.say(wire.Text("first", 1))
        await until(lambda: bool(gp.heard))
        gp.shelf.is_free.clear()
        site.talk.say(wire.Text("second", 2))
        for _ in range(200):
            await asyncio.sleep(0)
        assert site.talk.waiting == 1
        gp.shelf.is_free.set()
        assert await site.talk.settle(30)


async def test_what_describes_the_present_is_never_mailed() -> None:
    async with dialogue() as (site, gp):
        site.talk.say(wire.WaveSamples("pleth", b"\x10", 60, 1))
        site.talk.say(wire.Text("last", 1))
        assert await site.talk.settle(30)
        assert gp.heard == [wire.Text("last", 1)]


async def test_a_forged_or_replayed_envelope_is_counted_and_dropped() -> None:
    async with dialogue() as (site, gp):
        connect(site, gp)
        site.talk.say(wire.Text("real", 1))
        assert await site.talk.settle(30)
        replayed = site.sealed[0]
        forged = replayed[:-1] + bytes([replayed[-1] ^ 1])
        assert gp.talk.open(replayed) == []
        assert gp.talk.open(forged) == []
        assert gp.talk.rejected == 2


async def test_a_flood_is_bounded() -> None:
    site, gp = End(Role.SITE), End(Role.GP)
    flood = [wire.Parcel(None, wire.WaveSamples("pleth", b"\x10", 60, n)) for n in range(600)]
    for parcel in flood:
        (opened,) = gp.talk.open(site.talk.seal(parcel))
        gp.talk.take(opened, by_mail=False)
    assert gp.talk.rejected == 600 - INCOMING_LIMIT


@pytest.mark.parametrize("text", ["bref", "long" * 100])
async def test_a_peer_that_says_too_much_is_taken_no_further(text: str) -> None:
    async with dialogue() as (site, _gp):
        for number in range(1, ALLOWANCE.messages + 2):
            site.talk.take(wire.Parcel(number, wire.Text(text, 1)), by_mail=False)
            await until(lambda: not site.talk._reception._waiting.qsize())
        await until(lambda: bool(site.rolled_back))
        assert isinstance(site.rolled_back[0], TooMuchSaidError)
        assert site.talk.rejected == len(site.rolled_back)
        sizes = [len(parcels.encode(parcel)) for parcel in site.shelf.kept]
        assert len(sizes) <= ALLOWANCE.messages
        assert sum(sizes) <= ALLOWANCE.size_bytes < sum(sizes) + len(text) + 100 or (
            len(sizes) == ALLOWANCE.messages
        )


async def test_what_an_earlier_process_took_counts() -> None:
    async with dialogue() as (site, _gp):
        site.begin_again(Role.SITE, Resumed(received=[1], received_bytes=ALLOWANCE.size_bytes - 9))
        site.talk.take(wire.Parcel(2, wire.Text("too long for nine bytes", 1)), by_mail=False)
        await until(lambda: bool(site.rolled_back))
        assert site.shelf.kept == []
        assert site.talk.rejected == 1


async def test_a_refused_letter_is_posted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "REPOST_S", 0)

    class MailboxFullError(ChevetError):
        """The relay refuses once."""

    site, gp = End(Role.SITE), End(Role.GP)
    site.peer, gp.peer = gp, site
    refusals = iter([MailboxFullError()])

    def refusing_once(
        post: Callable[[bytes], Awaitable[None]],
    ) -> Callable[[bytes], Awaitable[None]]:
        async def put(data: bytes) -> None:
            for refusal in refusals:
                raise refusal
            await post(data)

        return put

    site.talk._posting._post = refusing_once(site._post)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(end.talk.run()) for end in (site, gp)]
        site.talk.say(wire.Text("again", 1))
        assert await site.talk.settle(30)
        for task in running:
            task.cancel()
    assert gp.heard == [wire.Text("again", 1)]


async def test_what_the_line_loses_comes_again_once_in_order() -> None:
    async with dialogue() as (site, gp):
        connect(site, gp)
        site.loses = iter([True, False, False, True, True])
        gp.loses = iter([True])
        for text in texts(12):
            site.talk.say(text)
        assert await site.talk.settle(30)
        assert gp.heard == texts(12)


async def test_a_reading_waits_for_no_lost_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "RECEIPT_DELAY_S", 0)
    async with dialogue() as (site, gp):
        connect(site, gp)
        site.loses = iter([True])
        reading = wire.Measured("spo2", 97, "%", "good", 1, "", None)
        for message in (wire.Text("first", 1), wire.Text("second", 2), reading):
            site.talk.say(message)
        assert await site.talk.settle(30)
        assert gp.heard == [reading, wire.Text("first", 1), wire.Text("second", 2)]


async def test_a_message_that_never_comes_holds_the_others_up_for_a_while_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "HOLD_S", 0)
    async with dialogue() as (site, gp):
        connect(site, gp)
        site.loses = chain([True, False], cycle([True]))
        site.talk.say(wire.Text("never", 1))
        site.talk.say(wire.Text("alone", 2))
        await until(lambda: gp.heard == [wire.Text("alone", 2)])


async def test_silence_is_broken_once_a_second() -> None:
    now_s = [1.0]
    site = End(Role.SITE, now_s=lambda: now_s[0])
    site.peer = End(Role.GP)
    site.talk.show_life()
    assert site.sealed == []
    site.talk.use(site)
    for now_s[0] in (1.0, 1.5, 1.9, 2.0):
        site.talk.show_life()
    assert len(site.sealed) == 2
    site.talk.say(wire.WaveSamples("pleth", b"\x10", 60, 1))
    now_s[0] = 2.9
    site.talk.show_life()
    assert len(site.sealed) == 3


async def test_what_is_said_in_one_moment_shares_an_envelope() -> None:
    async with dialogue() as (site, gp):
        connect(site, gp)
        site.room_bytes = 500
        for text in texts(5):
            site.talk.say(text)
        site.talk.say(wire.WaveSamples("pleth", b"\x10", 60, 1))
        assert await site.talk.settle(30)
        assert len(site.sealed) == 1
        assert [m for m in gp.heard if isinstance(m, wire.Text)] == texts(5)
        assert len(gp.heard) == 6


async def test_a_receipt_goes_along_with_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "RECEIPT_DELAY_S", 3_600)
    async with dialogue() as (site, gp):
        connect(site, gp)
        gp.room_bytes = 500
        site.talk.say(wire.Text("question", 1))
        await until(lambda: bool(gp.heard))
        gp.talk.say(wire.Text("answer", 2))
        assert await site.talk.settle(30)
        assert len(gp.sealed) == 1


async def test_what_waits_for_company_when_the_line_is_lost_goes_by_mail() -> None:
    async with dialogue() as (site, gp):
        connect(site, gp)
        site.room_bytes = 500
        for text in texts(3):
            site.talk.say(text)
        await until(lambda: len(site.shelf.kept) == 3)
        site.talk.use(None)
        gp.talk.use(None)
        assert await site.talk.settle(30)
        assert gp.heard == texts(3)
        assert len(site.sealed) == 1


async def test_one_bad_parcel_spoils_its_envelope() -> None:
    gp = End(Role.GP)
    sealer, _ = session_ciphers(KEYS, Role.SITE)
    good = parcels.encode(wire.Parcel(1, wire.Text("good", 1)))
    assert gp.talk.open(sealer.seal(good + b"\x01")) == []
    assert gp.talk.rejected == 1


async def test_a_later_process_posts_what_waits_and_repeats_its_receipt() -> None:
    async with dialogue() as (site, gp):
        site.mail_moves.clear()
        gp.mail_moves.clear()
        for text in texts(3):
            site.talk.say(text)
        await until(lambda: len(site.shelf.kept) == 3)
    async with dialogue() as (later, other):
        later.begin_again(Role.SITE, Resumed(site.shelf.kept, 3, [1]))
        assert await later.talk.settle(30)
        assert other.heard == texts(3)
        assert later.talk.say(wire.Text("next", 0)) == 4
        assert await later.talk.settle(30)
        assert other.receipts == [wire.Received(1, [])]


async def test_what_lies_in_letters_has_few_sizes_and_shows_no_count() -> None:
    sizes = set()
    for count in (1, 2, 20):
        async with dialogue() as (site, _):
            for text in texts(count):
                site.talk.say(text)
            assert await site.talk.settle(30)
            sizes |= {len(sealed) for sealed in site.sealed}
    assert sizes == {2_048 + 18}


async def test_an_old_copy_of_the_record_says_nothing_more() -> None:
    async with dialogue() as (site, gp):
        for text in texts(3):
            site.talk.say(text)
        assert await site.talk.settle(30)
        site.begin_again(Role.SITE, Resumed((), 1))
        site.talk.say(wire.Text("another second", 0))
        gp.talk.say(wire.Text("answer", 0))
        await until(lambda: bool(site.rolled_back))
        assert site.talk.waiting == 1
        assert gp.heard == texts(3)


async def test_a_letter_is_taken_only_once_its_messages_are_kept() -> None:
    async with dialogue() as (site, gp):
        gp.shelf.is_free.clear()
        sealed = site.talk.seal(wire.Parcel(1, wire.Text("line", 0)))
        taking = asyncio.create_task(gp.talk.take_letter(sealed))
        for _ in range(20):
            await asyncio.sleep(0)
        assert not taking.done()
        gp.shelf.is_free.set()
        await taking
        assert gp.heard == [wire.Text("line", 0)]


async def test_a_letter_that_the_disk_refuses_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reception, "KEEP_AGAIN_S", 0)
    async with dialogue() as (site, gp):
        gp.shelf.failures = 3
        await gp.talk.take_letter(site.talk.seal(wire.Parcel(1, wire.Text("line", 0))))
        assert gp.heard == [wire.Text("line", 0)]


async def test_a_conversation_that_stops_leaves_the_letter_in_the_mailbox() -> None:
    async with dialogue() as (site, gp):
        gp.shelf.is_free.clear()
        letters = [site.talk.seal(wire.Parcel(n, wire.Text("line", 0))) for n in (1, 2)]
        taking = [asyncio.create_task(gp.talk.take_letter(letter)) for letter in letters]
        for _ in range(20):
            await asyncio.sleep(0)
    outcomes = await asyncio.gather(*taking, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [LetterNotTakenError] * 2
    with pytest.raises(LetterNotTakenError):
        await gp.talk.take_letter(letters[0])


async def test_parts_of_files_go_by_mail_behind_the_words() -> None:
    pieces = [wire.StillPiece(1, n, bytes(15_000)) for n in range(3)]
    async with dialogue() as (site, gp):
        supply = iter([*pieces, None])

        async def next_piece() -> wire.StillPiece | None:
            return next(supply, None)

        site.talk.say(wire.Text("first", 0))
        site.talk.supply(next_piece)
        await until(lambda: len(gp.heard) == 4)
        assert gp.heard == [wire.Text("first", 0), *pieces]
        assert gp.shelf.pieces == pieces
        assert site.mailed == [1]
        assert gp.deferred == [wire.Text("first", 0)]
