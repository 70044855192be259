"""The mailbox over real WebSockets."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from relay.running import (
    GP,
    NOW_S,
    SITE,
    TOKEN,
    Clock,
    Visitor,
    eventually,
    running,
    visiting,
)

from client.core import mailbox
from client.core.mailbox import (
    Ack,
    Challenge,
    Login,
    Nodes,
    Put,
    Refused,
    Stored,
    Watch,
    Welcome,
)
from client.relay.service import Relay


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def relay(tmp_path: Path, clock: Clock) -> AsyncIterator[tuple[str, Relay]]:
    async with running(tmp_path / "relay", clock=clock) as started:
        yield started


@pytest.fixture
def url(relay: tuple[str, Relay]) -> str:
    return relay[0]


@pytest.fixture
async def site(url: str) -> AsyncIterator[Visitor]:
    async with visiting(url, SITE) as visitor:
        await visitor.admit()
        yield visitor


@pytest.fixture
async def gp(url: str) -> AsyncIterator[Visitor]:
    async with visiting(url, GP) as visitor:
        yield visitor


async def test_a_letter_reaches_the_mailbox_of_its_owner(site: Visitor, gp: Visitor) -> None:
    assert await gp.put(b"\x01sealed") == "stored"
    (letter,) = await site.watch(1)
    assert letter.data == b"\x01sealed"


async def test_a_watcher_hears_of_new_letters(site: Visitor, gp: Visitor) -> None:
    await site.watch(0)
    for data in (b"one", b"two"):
        await gp.put(data)
        assert (await site.letter()).data == data


async def test_many_letters_come_in_order(site: Visitor, gp: Visitor) -> None:
    for number in range(100):
        await gp.send(Put(number, SITE.address, TOKEN, bytes([number]), 60))
    assert {await gp.receive() for _ in range(100)} == {Stored(number) for number in range(100)}
    assert [letter.data[0] for letter in await site.watch(100)] == list(range(100))


async def test_an_unacknowledged_letter_comes_again(url: str, site: Visitor, gp: Visitor) -> None:
    await gp.put(b"first")
    await gp.put(b"second")
    first, second = await site.watch(2)
    await site.send(Ack((first.id,)))
    await site.admit()  # answered in order: the acknowledgement is done
    assert await site.watch(1) == [second]
    async with visiting(url, SITE) as later:
        assert await later.watch(1) == [second]


async def test_nobody_acknowledges_for_another(url: str, site: Visitor, gp: Visitor) -> None:
    await gp.put(b"mine")
    (letter,) = await site.watch(1)
    await gp.send(Ack((letter.id,)))
    await gp.admit()
    async with visiting(url, SITE) as later:
        assert await later.watch(1) == [letter]


async def test_the_newest_watcher_wins(url: str, site: Visitor, gp: Visitor) -> None:
    await site.watch(0)
    async with visiting(url, SITE) as newer:
        await newer.watch(0)
        assert await site.close_code() == mailbox.CLOSE_REPLACED
        await gp.put(b"for the newer")
        assert (await newer.letter()).data == b"for the newer"


async def test_a_wrong_key_does_not_get_in(url: str) -> None:
    async with visiting(url) as visitor:
        challenge = await visitor.receive()
        assert isinstance(challenge, Challenge)
        signature = GP.sign("relay login", challenge.nonce + visitor.host.encode())
        await visitor.send(Login(SITE.public, signature))
        assert await visitor.close_code() == mailbox.CLOSE_LOGIN


async def test_a_signature_for_another_purpose_or_challenge_does_not_get_in(url: str) -> None:
    for label, nonce in (("m1", None), ("relay login", b"n" * 32)):
        async with visiting(url) as visitor:
            challenge = await visitor.receive()
            assert isinstance(challenge, Challenge)
            words = (nonce or challenge.nonce) + visitor.host.encode()
            signature = SITE.sign(label, words)
            await visitor.send(Login(SITE.public, signature))
            assert await visitor.close_code() == mailbox.CLOSE_LOGIN


async def test_the_signature_covers_what_the_protocol_says(url: str) -> None:
    async with visiting(url) as visitor:
        challenge = await visitor.receive()
        assert isinstance(challenge, Challenge)
        signed = b"chevet/1 relay login\x00" + challenge.nonce + visitor.host.encode()
        await visitor.send(Login(SITE.public, SITE._key.sign(signed)))
        assert await visitor.receive() == Welcome()


async def test_a_challenge_that_another_relay_passes_on_opens_nothing(url: str) -> None:
    for elsewhere in ("", "hostile.example", "127.0.0.1"):
        async with visiting(url) as visitor:
            visitor.host = elsewhere
            challenge = await visitor.receive()
            assert isinstance(challenge, Challenge)
            signature = SITE.sign("relay login", challenge.nonce + elsewhere.encode())
            await visitor.send(Login(SITE.public, signature))
            assert await visitor.close_code() == mailbox.CLOSE_LOGIN


async def test_a_relay_that_knows_its_names_believes_no_visitor_about_them(tmp_path: Path) -> None:
    async with running(tmp_path / "named", hosts=frozenset({"relay.example"})) as (named, _):
        async with visiting(named) as passed_on:  # the name asked for is the visitor's own word
            challenge = await passed_on.receive()
            assert isinstance(challenge, Challenge)
            signature = SITE.sign("relay login", challenge.nonce + passed_on.host.encode())
            await passed_on.send(Login(SITE.public, signature))
            assert await passed_on.close_code() == mailbox.CLOSE_LOGIN
        async with visiting(named) as honest:
            honest.host = "relay.example"
            await honest.log_in(SITE)


async def test_nothing_is_done_before_the_login(url: str, site: Visitor) -> None:
    for frame in (Watch(), Put(1, SITE.address, TOKEN, b"", 60), Ack((1,))):
        async with visiting(url) as visitor:
            await visitor.receive()
            await visitor.send(frame)
            assert await visitor.close_code() == mailbox.CLOSE_MALFORMED
    await site.admit()


async def test_a_letter_needs_the_token(site: Visitor, gp: Visitor) -> None:
    assert await gp.put(b"x", token=b"another token ok") == "not_admitted"
    assert await gp.put(b"x", to=GP) == "not_admitted"
    assert await gp.put(b"x") == "stored"
    assert len(await site.watch(1)) == 1


async def test_a_token_ends(site: Visitor, gp: Visitor, clock: Clock) -> None:
    await site.admit(until_s=NOW_S + 10)
    clock.now_s += 10
    assert await gp.put(b"x") == "not_admitted"


async def test_no_token_lasts_for_ever(site: Visitor, gp: Visitor, clock: Clock) -> None:
    await site.admit(until_s=(1 << 53) - 1)
    clock.now_s += 30 * 86_400
    assert await gp.put(b"x") == "not_admitted"


async def test_a_letter_expires(site: Visitor, gp: Visitor, clock: Clock) -> None:
    await gp.put(b"old", ttl_s=60)
    await gp.put(b"young", ttl_s=61)
    clock.now_s += 60
    (letter,) = await site.watch(1)
    assert letter.data == b"young"


@pytest.mark.parametrize("ttl_s", [0, mailbox.TTL_LIMIT_S + 1])
async def test_a_time_to_live_has_bounds(site: Visitor, gp: Visitor, ttl_s: int) -> None:
    assert await gp.put(b"x", ttl_s=ttl_s) == "invalid"
    assert await gp.put(b"x", ttl_s=mailbox.TTL_LIMIT_S) == "stored"
    assert len(await site.watch(1)) == 1


async def test_a_letter_has_a_size(site: Visitor, gp: Visitor) -> None:
    assert await gp.put(b"x" * (mailbox.DATA_LIMIT + 1)) == "too_large"
    assert await gp.put(b"x" * mailbox.DATA_LIMIT) == "stored"
    assert len((await site.watch(1))[0].data) == mailbox.DATA_LIMIT


async def test_a_frame_has_a_size(gp: Visitor) -> None:
    await gp.socket.send_bytes(b"x" * (mailbox.FRAME_LIMIT + 1))
    assert await gp.close_code() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_a_mailbox_is_full_some_day(site: Visitor, gp: Visitor, clock: Clock) -> None:
    await site.admit(until_s=NOW_S + 9_999)
    for _ in range(mailbox.MESSAGES_LIMIT):
        clock.now_s += 1  # stays below the rate
        assert await gp.put(b"x", ttl_s=9_999) == "stored"
    assert await gp.put(b"x") == "full"
    (first, *_) = await site.watch(mailbox.MESSAGES_LIMIT)
    await site.send(Ack((first.id,)))
    await site.admit(until_s=NOW_S + 9_999)
    assert await gp.put(b"x") == "stored"


async def test_letters_beyond_the_rate_are_refused(
    site: Visitor, gp: Visitor, clock: Clock
) -> None:
    sent = [await gp.put(b"x") for _ in range(mailbox.FRAMES_BURST)]
    assert set(sent) == {"stored"}
    assert await gp.put(b"x") == "rate"
    clock.now_s += 1
    later = [await gp.put(b"x") for _ in range(mailbox.FRAMES_PER_S + 1)]
    assert later.count("rate") == 2  # the frame owed, and the one too many
    assert len(await site.watch(1)) == 1


async def test_a_watcher_that_does_not_read_costs_no_memory(
    relay: tuple[str, Relay], site: Visitor, gp: Visitor
) -> None:
    await site.watch(0)
    (connection,) = (c for c in relay[1]._connections if c.address == SITE.address)
    request = connection._socket._req
    assert request is not None
    sending, receiving = request.transport, site.socket._response.connection
    assert sending is not None
    assert receiving is not None
    assert receiving.transport is not None
    for end in (sending, receiving.transport):  # lest the kernel hide how much waits
        end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
        end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    receiving.transport.pause_reading()
    for _ in range(150):
        assert await gp.put(b"x" * mailbox.DATA_LIMIT) == "stored"
    assert 0 < sending.get_write_buffer_size() < 20 * mailbox.DATA_LIMIT
    receiving.transport.resume_reading()
    assert {len((await site.letter()).data) for _ in range(150)} == {mailbox.DATA_LIMIT}


@pytest.mark.parametrize("body", [b"", b"\xff", cbor2.dumps({"t": "welcome"}), b"\x81" * 9])
async def test_a_frame_that_is_none_ends_its_connection_alone(
    relay: tuple[str, Relay], site: Visitor, gp: Visitor, body: bytes
) -> None:
    await gp.socket.send_bytes(body)
    assert await gp.close_code() == mailbox.CLOSE_MALFORMED
    await site.admit()
    await eventually(lambda: len(relay[1]._connections) == 1)


async def test_text_is_no_frame(gp: Visitor) -> None:
    await gp.socket.send_str("hello")
    assert await gp.close_code() == mailbox.CLOSE_MALFORMED


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.booleans(),
    sent=st.lists(
        st.binary(max_size=100)
        | st.dictionaries(
            st.sampled_from(["t", "id", "ids", "data", "to", "ttl_s", "token", "until_s"]),
            st.sampled_from(["put", "ack", "admit", "watch", "login"])
            | st.integers()
            | st.binary(max_size=40)
            | st.lists(st.integers(), max_size=3),
        ).map(cbor2.dumps),
        max_size=4,
    ),
)
def test_noise_never_harms_the_relay(
    tmp_path: Path,
    sent: list[bytes],
    before: bool,  # noqa: FBT001 -- hypothesis names it
) -> None:
    async def attempt() -> None:
        async with running(tmp_path / "relay") as (url, relay):
            async with visiting(url, None if before else GP) as visitor:
                for body in sent:
                    await visitor.socket.send_bytes(body)
            async with visiting(url, SITE) as site:
                await site.admit()
            await eventually(lambda: not relay._connections and not relay._watching)
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            assert not [task for task in tasks if "Connection" in repr(task.get_coro())]

    asyncio.run(attempt())


async def test_those_who_left_are_forgotten(relay: tuple[str, Relay], url: str) -> None:
    for _ in range(20):
        async with visiting(url, SITE) as visitor:
            await visitor.watch(0)
    await eventually(lambda: not relay[1]._connections and not relay[1]._watching)


async def test_refusals_do_not_stop_what_follows(site: Visitor, gp: Visitor) -> None:
    await gp.send(Put(1, SITE.address, b"another token ok", b"", 60))
    await gp.send(Put(2, SITE.address, TOKEN, b"good", 60))
    assert await gp.receive() == Refused(1, "not_admitted")
    assert await gp.receive() == Stored(2)
    assert (await site.watch(1))[0].data == b"good"


async def test_a_visitor_learns_of_the_other_nodes_with_its_welcome(tmp_path: Path) -> None:
    nodes = ("https://b.example", "https://c.example")
    async with running(tmp_path, nodes=nodes) as (url, _), visiting(url, SITE) as visitor:
        assert await visitor.receive() == Nodes(nodes)
