"""Both ends in Python, over a real relay, real peer connections and real pseudo-terminals."""

import asyncio
import io
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fakes.ready_dossier import make_ready

from client import clock
from client.core.consultation import LinkState, State
from client.core.handshake import InvitationUsedError
from client.core.wire import Card
from client.demo.gp_in_python import PythonGp
from client.demo.media import PHARMACIST_VOICE
from client.relay.serve import serve
from client.session.events import EventLog
from client.session.instruments import Plug
from client.session.opening import OpenSite, Options, opened
from client.session.snapshot import SiteSnapshot
from client.store import keys
from devices.readings import Vital
from devices.simulators.instrument import Material, create
from devices.simulators.pty import SimulatedInstrument

PATIENCE_S = 60.0
CMS50E_PACKET = bytes.fromhex("01 E0 84 93 92 BC E3 FF FF")


@dataclass
class Site:
    opened: OpenSite
    oximeter: SimulatedInstrument
    event_lines: io.StringIO

    @property
    def now(self) -> SiteSnapshot:
        return self.opened.session.snapshot

    async def until(self, condition: Callable[[SiteSnapshot], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition(self.now):
                await asyncio.sleep(0.02)

    async def invitation(self) -> str:
        make_ready(self.opened.session)
        self.opened.session.invite()
        await self.until(lambda now: now.invitation is not None)
        assert self.now.invitation is not None
        return self.now.invitation.url

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.event_lines.getvalue().splitlines()]


@pytest.fixture
async def relay_url(tmp_path: Path) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    yield await ready
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


@pytest.fixture
async def site(relay_url: str) -> AsyncIterator[Site]:
    oximeter = SimulatedInstrument(
        create("contec_v7", Material(capture=CMS50E_PACKET * 60)), clock.monotonic_s
    )
    events = io.StringIO()
    options = Options(
        relay_url=relay_url,
        camera="none",
        microphone=f"file:{PHARMACIST_VOICE}",
        speaker="none",
        plugs=(Plug("contec_v7", oximeter.port),),
        place="Pharmacie",
        operator="Préparatrice",
        record=None,
    )
    try:
        async with opened(options, keys.ephemeral(), EventLog(events, clock.now)) as running:
            yield Site(running, oximeter, events)
    finally:
        await asyncio.to_thread(oximeter.close)


@asynccontextmanager
async def a_gp(name: str = "Dr Martin") -> AsyncIterator[PythonGp]:
    gp = PythonGp(Card(name, "Cabinet"))
    try:
        yield gp
    finally:
        await gp.close()


async def consult(site: Site, gp: PythonGp) -> None:
    await gp.join(await site.invitation())
    await site.until(lambda now: now.link.state is LinkState.UP)
    site.opened.session.compare_words(equal=True)
    await gp.accept_words()


async def test_words_are_the_same_at_both_ends(site: Site) -> None:
    async with a_gp() as gp:
        words = await gp.join(await site.invitation())
        await site.until(lambda now: bool(now.words))
        assert words == site.now.words
        assert len(words) == 4


async def test_readings_reach_the_gp_as_the_instrument_gave_them(site: Site) -> None:
    async with a_gp() as gp:
        await consult(site, gp)
        assert await gp.see_reading("spo2") == "99"
        assert await gp.see_reading("pulse") == "60"
        await site.until(lambda now: any(line.is_acknowledged for line in now.exchanges))
        await gp.session.wait_for(lambda seen: seen.wave_samples > 60, PATIENCE_S)


async def test_nothing_about_the_patient_leaves_before_the_words_were_compared(site: Site) -> None:
    async with a_gp() as gp:
        await gp.join(await site.invitation())
        site.opened.session.enter_patient("Mme Durand", "toux")
        await site.until(lambda now: now.link.state is LinkState.UP)
        await site.until(lambda now: any(view.vital is Vital.SPO2 for view in now.vitals))
        site.opened.session.write("should stay here")
        await gp.session.wait_for(lambda seen: seen.site_card is not None, PATIENCE_S)
        seen = gp.session.seen
        assert (seen.intake, seen.readings, seen.instruments, seen.texts) == (None, [], None, [])
        site.opened.session.compare_words(equal=True)
        await gp.session.wait_for(lambda seen: seen.intake is not None, PATIENCE_S)
        assert seen.texts == []


async def test_different_words_end_it_at_both_ends(site: Site) -> None:
    async with a_gp() as gp:
        await gp.join(await site.invitation())
        await site.until(lambda now: now.link.state is LinkState.UP)
        gp.session.compare_words(equal=False)
        await site.until(lambda now: now.refusal == "WordsDifferError")
        assert site.now.state is State.REFUSED
        await gp.session.wait_for(lambda seen: seen.goodbye == "words_differ", PATIENCE_S)
        assert gp.session.seen.intake is None


async def test_an_invitation_serves_one_gp_only(site: Site) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(a_gp())
        second = await stack.enter_async_context(a_gp("Dr Autre"))
        url = await site.invitation()
        await first.join(url)
        with pytest.raises(InvitationUsedError):
            await second.join(url)


async def test_a_lost_line_comes_back_by_itself_without_new_words(site: Site) -> None:
    async with a_gp() as gp:
        await consult(site, gp)
        await gp.see_reading("spo2")
        link = gp.session._link
        assert link is not None
        assert link.peer is not None
        await link.peer.close()
        await site.until(lambda now: now.link.state is LinkState.CUT)
        before = len(gp.session.seen.readings)
        await site.until(lambda now: now.link.state is LinkState.UP)
        await gp.session.wait_for(lambda seen: len(seen.readings) > before + 3, PATIENCE_S)
        assert site.now.state is State.VERIFIED
        assert [e["event"] for e in site.events() if e["event"].startswith("reconnect")] == [
            "reconnecting",
            "reconnected",
        ]
        taken = [m.taken_ms for m, _ in gp.session.seen.readings if m.vital == "spo2"]
        assert taken == sorted(taken)
        assert len(taken) == len(set(taken))


async def test_a_pulled_cable_shows_at_both_ends_and_nothing_old_looks_live(site: Site) -> None:
    async with a_gp() as gp:
        await consult(site, gp)
        await gp.see_reading("spo2")
        site.oximeter.fault("unplug")
        await gp.session.wait_for(
            lambda seen: (
                seen.instruments is not None and seen.instruments.items[0]["state"] == "unplugged"
            ),
            PATIENCE_S,
        )
        assert not any(view.is_live for view in site.now.vitals)
        assert site.now.pleth == b""
        site.oximeter.fault("unplug", is_on=False)
        await site.until(lambda now: any(view.is_live for view in now.vitals))


async def test_the_record_holds_what_was_said(site: Site) -> None:
    async with a_gp() as gp:
        await consult(site, gp)
        site.opened.session.enter_patient("Mme Durand", "toux")
        await gp.see_reading("spo2")
        await gp.summarise("Repos.")
        site.opened.session.end("finished")
        await gp.session.wait_for(lambda seen: seen.goodbye == "finished", PATIENCE_S)
        await site.until(lambda now: now.state is State.ENDED)
    site.opened.session.close()
    await site.opened.finished()
    record = await site.opened.record()
    kinds = {type(kept.parcel.message).__name__ for kept in record.parcels}
    assert kinds >= {"Card", "WordsCompared", "Intake", "Measured", "Summary", "Goodbye"}
    events = [line.event for line in record.journal]
    assert events[0] == "opened"
    assert {"keys_agreed", "words_equal", "link_up", "summary_received", "ended"} <= set(events)
    assert {"operator_named", "gp_named"} <= set(events), "who took part (d-5)"
    assert record.reason == "finished"
    assert os.environ.get("CHEVET_PASSPHRASE") is None
