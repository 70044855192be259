"""A site that dies in the middle of a consultation, and goes on from its records.

What a kill leaves on the disk is taken by copying the records while the site runs; the program that
wrote them is then gone without a word.
"""

import asyncio
import io
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from end_to_end.test_profession_in_python import BROKER, attested
from fakes.ready_dossier import make_ready

from client import clock
from client.core.consultation import LinkState, State
from client.core.wire import Card
from client.demo.gp_in_python import PythonGp
from client.demo.media import PHARMACIST_VOICE
from client.relay.serve import serve
from client.session.events import EventLog
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.session.opening import OpenSite, Options, interrupted_consultation, opened
from client.session.snapshot import SiteSnapshot
from client.store import keys
from client.store.records import Records

PATIENCE_S = 90.0


@pytest.fixture
async def relay_url(tmp_path: Path) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    yield await ready
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


@asynccontextmanager
async def a_gp() -> AsyncIterator[PythonGp]:
    gp = PythonGp(Card("Dr Martin", "Cabinet"))
    try:
        yield gp
    finally:
        await gp.close()


async def until(site: OpenSite, condition: Callable[[SiteSnapshot], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition(site.session.snapshot):
            await asyncio.sleep(0.02)


async def consult(site: OpenSite, gp: PythonGp) -> None:
    make_ready(site.session)
    site.session.invite()
    await until(site, lambda now: now.invitation is not None)
    invitation = site.session.snapshot.invitation
    assert invitation is not None
    await gp.join(invitation.url)
    await until(site, lambda now: now.link.state is LinkState.UP)
    site.session.compare_words(equal=True)
    await gp.accept_words()
    await until(site, lambda now: now.words_confirmed_by_gp)


async def test_a_site_that_was_killed_goes_on_with_the_same_gp(
    relay_url: str, tmp_path: Path
) -> None:
    site_keys = keys.ephemeral()
    first, left = tmp_path / "first", tmp_path / "left"
    options = Options(
        relay_url=relay_url,
        camera="none",
        microphone=f"file:{PHARMACIST_VOICE}",
        speaker="none",
        plugs=(),
        place="Pharmacie",
        operator="Préparatrice",
        record=first,
        brokers=frozenset({BROKER.public}),
    )
    async with a_gp() as gp:
        async with opened(options, site_keys, EventLog(io.StringIO(), clock.now)) as site:
            await consult(site, gp)
            gp.session._say(attested(BROKER, gp.book.identity.public))
            site.session.enter_patient("Mme Durand", "toux")
            site.session.write("before")
            await gp.session.wait_for(lambda seen: seen.texts == ["before"], PATIENCE_S)
            asked = gp.session.ask("text", "and the throat?")
            await until(site, lambda now: now.asked is not None and now.link.waiting == 0)
            assert site.session.snapshot.gp_profession is not None
            await asyncio.to_thread(shutil.copytree, first, left)
        found = await interrupted_consultation(left, site_keys)
        assert found is not None
        later = replace(options, record=left, resume=found[0])
        async with opened(later, site_keys, EventLog(io.StringIO(), clock.now)) as site:
            await until(site, lambda now: now.state is State.VERIFIED)
            now = site.session.snapshot
            assert (now.patient_name, now.gp_name) == ("Mme Durand", "Dr Martin")
            assert now.asked is not None
            assert now.gp_profession is not None
            assert now.words == ()
            site.session.write("after")
            site.session.answer_ask(done=True)
            await until(site, lambda now: now.link.state is LinkState.UP)
            await gp.session.wait_for(lambda seen: asked in seen.answers, PATIENCE_S)
            assert gp.session.seen.texts == ["before", "after"]
            gp.session.summarise("All is well.")
            await until(site, lambda now: now.summary == "All is well.")
            site.session.end("finished")
            await until(site, lambda now: now.ended is not None)
        assert await interrupted_consultation(left, site_keys) is None


async def test_a_gp_that_was_killed_goes_on_with_what_it_had_seen(
    relay_url: str, tmp_path: Path
) -> None:
    gp_keys = keys.ephemeral()
    options = Options(
        relay_url=relay_url,
        camera="none",
        microphone=f"file:{PHARMACIST_VOICE}",
        speaker="none",
        plugs=(),
        place="Pharmacie",
        operator="Préparatrice",
        record=None,
    )
    events = EventLog(io.StringIO(), clock.now)
    async with opened(options, keys.ephemeral(), events) as site:
        async with a_gp() as gp:
            records = await Records.open(tmp_path / "gp", gp_keys)
            keeper = await RecordKeeper.begin(records, clock.now)
            gp.keeper = keeper
            book = gp.book
            await consult(site, gp)
            site.session.enter_patient("Mme Durand", "toux")
            site.session.write("before")
            await gp.session.wait_for(lambda seen: seen.texts == ["before"], PATIENCE_S)
        site.session.write("meanwhile")  # nobody is there
        interrupted = await Interrupted.read(keeper)
        assert interrupted is not None
        async with a_gp() as gp:
            gp.book, gp.keeper = book, keeper
            gp.go_on(relay_url, interrupted)
            session = gp.session
            await session.wait_for(lambda seen: len(seen.texts) == 2, PATIENCE_S)
            assert session.seen.texts == ["before", "meanwhile"]
            assert session.seen.intake is not None
            await session.wait_for(lambda seen: seen.link is LinkState.UP, PATIENCE_S)
            session.summarise("All is well.")
            await until(site, lambda now: now.summary == "All is well.")
        await records.close()
