"""What waits for the relay, without any network."""

import asyncio

import pytest

from client.core import mailbox
from client.core.mailbox import Admit, Admitted, Put, Refused, Stored, token_hash
from client.net.relay_errors import (
    LetterTooLargeError,
    MailboxFullError,
    NotAdmittedError,
    RelayBusyError,
    RelayRateError,
    RelayRefusedError,
    refusal,
)
from client.net.relay_outgoing import PUTS_LIMIT, Outgoing

TO = b"a" * 32
TOKEN = b"t" * 16


async def asked(outgoing: Outgoing, *letters: bytes) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(outgoing.put(TO, TOKEN, data, 60)) for data in letters]
    await asyncio.sleep(0)  # each has asked by now
    return tasks


async def next_put(outgoing: Outgoing) -> Put:
    frame = await outgoing.next()
    assert isinstance(frame, Put)
    return frame


async def test_letters_leave_in_order_and_once_a_connection() -> None:
    outgoing = Outgoing()
    await asked(outgoing, b"one", b"two")
    outgoing.start_over()
    assert [(await next_put(outgoing)).data for _ in range(2)] == [b"one", b"two"]
    later = asyncio.create_task(outgoing.next())
    await asked(outgoing, b"three")
    frame = await later
    assert isinstance(frame, Put)
    assert frame.data == b"three"


async def test_what_was_not_answered_leaves_again() -> None:
    outgoing = Outgoing()
    first, second = await asked(outgoing, b"one", b"two")
    one, two = await next_put(outgoing), await next_put(outgoing)
    outgoing.answered(Stored(one.id))
    await first
    outgoing.start_over()
    assert await next_put(outgoing) == two
    outgoing.answered(Refused(two.id, "full"))
    with pytest.raises(MailboxFullError):
        await second


async def test_admissions_leave_first_on_every_connection() -> None:
    outgoing = Outgoing()
    (letter,) = await asked(outgoing, b"one")
    admission = asyncio.create_task(outgoing.admit(TOKEN, 9))
    await asyncio.sleep(0)
    for _ in range(2):
        outgoing.start_over()
        assert await outgoing.next() == Admit(token_hash(TOKEN), 9)
        assert (await next_put(outgoing)).data == b"one"
        outgoing.answered(Admitted(token_hash(TOKEN)))
        await admission
    outgoing.answered(Stored(1))
    await letter


async def test_giving_up_takes_a_letter_back_but_no_admission() -> None:
    outgoing = Outgoing()
    first, second = await asked(outgoing, b"one", b"two")
    admission = asyncio.create_task(outgoing.admit(TOKEN, 9))
    await asyncio.sleep(0)
    first.cancel()
    admission.cancel()
    await asyncio.wait((first, admission))
    assert (await next_put(outgoing)).data == b"two"
    assert isinstance(await outgoing.next(), Admit)
    outgoing.answered(Stored(1))  # nobody waits for it any more
    outgoing.answered(Stored(2))
    await second


async def test_so_many_letters_wait_and_no_more() -> None:
    outgoing = Outgoing()
    tasks = await asked(outgoing, *(b"x" for _ in range(PUTS_LIMIT)))
    with pytest.raises(RelayBusyError):
        await outgoing.put(TO, TOKEN, b"x", 60)
    outgoing.answered(Stored(1))
    await tasks[0]
    (late,) = await asked(outgoing, b"x")
    assert not late.done()


def test_a_new_connection_stays_below_the_relays_burst() -> None:
    assert PUTS_LIMIT + mailbox.TOKENS_LIMIT + 1 < mailbox.FRAMES_BURST


async def test_so_many_admissions_are_kept_and_the_soonest_to_end_gives_way() -> None:
    outgoing = Outgoing()
    tokens = [bytes([number]) * 16 for number in range(mailbox.TOKENS_LIMIT + 1)]
    tasks = [
        asyncio.create_task(outgoing.admit(token, 100 + number))
        for number, token in enumerate(tokens)
    ]
    await asyncio.sleep(0)
    with pytest.raises(RelayBusyError):
        await tasks[0]
    outgoing.start_over()
    kept = {await outgoing.next() for _ in tokens[1:]}
    assert kept == {Admit(token_hash(token), 101 + n) for n, token in enumerate(tokens[1:])}


async def test_an_admission_said_twice_answers_both() -> None:
    outgoing = Outgoing()
    tasks = [asyncio.create_task(outgoing.admit(TOKEN, end_s)) for end_s in (9, 10)]
    await asyncio.sleep(0)
    outgoing.start_over()
    assert await outgoing.next() == Admit(token_hash(TOKEN), 10)
    outgoing.answered(Admitted(token_hash(TOKEN)))
    await asyncio.gather(*tasks)


async def test_a_letter_too_large_never_waits() -> None:
    with pytest.raises(LetterTooLargeError):
        await Outgoing().put(TO, TOKEN, b"x" * (mailbox.DATA_LIMIT + 1), 60)


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("too_large", LetterTooLargeError),
        ("full", MailboxFullError),
        ("rate", RelayRateError),
        ("not_admitted", NotAdmittedError),
        ("invalid", RelayRefusedError),
    ],
)
def test_each_reason_has_its_error(reason: str, error: type[RelayRefusedError]) -> None:
    assert type(refusal(reason)) is error
