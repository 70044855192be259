"""A GP's end that breaks every rule of what may be said: the site goes on, and stays small."""

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import pytest
from attacks.hostile_text import MARKUP, TERMINAL
from fakes.ready_dossier import make_ready

from client import clock
from client.core import parcels, wire
from client.core.consultation import LinkState, State
from client.core.envelope import EnvelopeError, Role, SessionKeys, session_ciphers
from client.demo.gp_in_python import PythonGp
from client.relay.serve import serve
from client.session.conversation import INCOMING_LIMIT, Conversation
from client.session.events import EventLog
from client.session.exchanges import SHOWN_LINES, ExchangeLog
from client.session.opening import OpenSite, Options, opened
from client.store import keys

PATIENCE_S: Final = 90.0
_LARGEST: Final = (1 << 53) - 1
_WILD: Final[dict[Any, tuple[Any, ...]]] = {
    int: (0, _LARGEST),
    bool: (True,),
    str: (MARKUP, TERMINAL.replace("\ud800", ""), "", "offer"),
    bytes: (b"", bytes(8_000)),
    str | None: (None, MARKUP),
    int | None: (None, _LARGEST),
    float: (1e300, -1e300),
    float | None: (None, 1e300),
    list[str]: ([], [MARKUP] * 3),
    list[int]: ([], [5], [_LARGEST, 0] * 60),
    list[dict[str, Any]]: ([], [{"kind": MARKUP}] * 3),
}


ENDING: Final = (wire.Goodbye, wire.WordsCompared, wire.Hello, wire.Acquaintance, wire.Received)
"""Anybody's right, or the end of trust if wild: a receipt for what was never said tells of an old
backup. These have tests of their own."""


def wild_messages() -> Iterator[wire.Message]:
    """Each kind with what nobody honest would say in it."""
    for cls in wire.MESSAGES.values():
        for turn in range(0 if cls in ENDING else 4):
            values = (_WILD[f.type][turn % len(_WILD[f.type])] for f in fields(cls))
            yield cls(*values)


def test_wild_messages_are_of_every_kind() -> None:
    assert {*map(type, wild_messages()), *ENDING} == set(wire.MESSAGES.values())


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[OpenSite]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    options = Options(
        relay_url=await ready,
        camera="none",
        microphone="none",
        speaker="none",
        plugs=(),
        place="Pharmacie",
        operator="Préparatrice",
        record=None,
    )
    async with opened(options, keys.ephemeral(), EventLog(io.StringIO(), clock.now)) as running:
        yield running
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_a_site_survives_whatever_a_gp_says(
    site: OpenSite, caplog: pytest.LogCaptureFixture
) -> None:
    gp = PythonGp(wire.Card("Dr Martin", "Cabinet"))
    try:
        make_ready(site.session)
        site.session.invite()
        await until(lambda: site.session.snapshot.invitation is not None)
        invitation: Any = site.session.snapshot.invitation
        await gp.join(invitation.url)
        await until(lambda: site.session.snapshot.link.state is LinkState.UP)
        site.session.compare_words(equal=True)
        await gp.accept_words()
        dialogue: Any = gp.session._dialogue
        with caplog.at_level(logging.ERROR):
            for message in wild_messages():
                dialogue.say(message)
            dialogue.say(wire.Text("dernier mot", 1))
            await until(lambda: shows(site, "dernier mot"))
        assert site.session.snapshot.state is State.VERIFIED
        assert not [record for record in caplog.records if "dialogue failed" in record.message]
    finally:
        await gp.close()


def test_a_flood_of_texts_does_not_grow_the_log_on_the_screen() -> None:
    log = ExchangeLog()
    for number in range(3 * SHOWN_LINES):
        log.came(wire.Text(f"flood {number}", 1), clock.now())
    assert len(log.lines) == SHOWN_LINES


def shows(site: OpenSite, text: str) -> bool:
    return any(line.subject == text for line in site.session.snapshot.exchanges)


async def until(condition: Any) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.05)


class Nothing:
    """A keeper that keeps nothing, and takes its time."""

    async def sent(self, parcel: wire.Parcel) -> None:
        del parcel

    async def received(self, parcel: wire.Parcel) -> None:
        del parcel

    async def piece(self, piece: wire.StillPiece) -> None:
        del piece

    async def acknowledged(self, numbers: list[int]) -> None:
        del numbers


async def test_what_waits_to_be_handled_is_bounded() -> None:
    async def post(envelope: bytes) -> None:
        del envelope

    ciphers = session_ciphers(KEYS, Role.SITE)
    talk = Conversation(ciphers, Nothing(), post, lambda _: None)
    for number in range(1, 4 * INCOMING_LIMIT):
        talk.take(wire.Parcel(number, wire.Text("x", 1)), by_mail=False)
    assert talk.rejected == 4 * INCOMING_LIMIT - 1 - INCOMING_LIMIT


async def test_forged_envelopes_are_counted_and_cost_nothing_more() -> None:
    async def post(envelope: bytes) -> None:
        del envelope

    talk = Conversation(session_ciphers(KEYS, Role.SITE), Nothing(), post, lambda _: None)
    for number in range(2_000):
        assert talk.open(b"\x02" + number.to_bytes(8) + bytes(64)) == []
    assert talk.rejected == 2_000
    assert len(talk._opener._known) == 1


@pytest.mark.parametrize("size", [parcels.PARCEL_LIMIT + 2, 1 << 20])
def test_a_huge_frame_is_not_opened(size: int) -> None:
    with pytest.raises(EnvelopeError):
        session_ciphers(KEYS, Role.SITE)[1].open(b"\x01\x00" + bytes(size + 64))


KEYS: Final = SessionKeys(bytes(32), bytes(range(32)), bytes(12), bytes(range(12)), bytes(8))
