"""A site that has just been opened measures its line, unless it is told not to."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from client import clock
from client.core.adaptation.link_layer import LinkLayer
from client.relay.serve import serve
from client.session.events import EventLog
from client.session.opening import Options, opened
from client.session.site import SiteSession
from client.session.snapshot import SiteSnapshot
from client.store import keys

PATIENCE_S = 60.0


@pytest.fixture
async def relay_url(tmp_path: Path) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    yield await ready
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


def options(relay_url: str, link_layer: LinkLayer | None = None) -> Options:
    return Options(
        relay_url=relay_url,
        camera="none",
        microphone="none",
        speaker="none",
        plugs=(),
        place="Pharmacie",
        operator="Préparatrice",
        record=None,
        link_layer=link_layer,
    )


async def until(session: SiteSession, condition: Callable[[SiteSnapshot], bool]) -> SiteSnapshot:
    seen: asyncio.Future[SiteSnapshot] = asyncio.get_running_loop().create_future()

    def look(snapshot: SiteSnapshot) -> None:
        if condition(snapshot) and not seen.done():
            seen.set_result(snapshot)

    unsubscribe = session.subscribe(look)
    try:
        return await asyncio.wait_for(seen, PATIENCE_S)
    finally:
        unsubscribe()


async def test_what_it_finds_is_shown_and_is_what_the_call_begins_with(relay_url: str) -> None:
    events = io.StringIO()
    log = EventLog(events, clock.now)
    async with opened(options(relay_url, LinkLayer.ADSL), keys.ephemeral(), log) as site:
        shown = await until(site.session, lambda now: now.line_check.found is not None)
        found, promise = shown.line_check.found, shown.line_check.promise
        assert found is not None
        assert promise is not None
        assert not promise.has_camera
        seed = site.session._line.seed
        assert seed is not None
        assert seed.capacity_bps == found.up_bps
        assert site.session._line._adaptation._settings.link_layer is LinkLayer.ADSL
    measured = [json.loads(line) for line in events.getvalue().splitlines()]
    assert "line_measured" in [event["event"] for event in measured]


async def test_it_can_be_stopped_and_begun_again(relay_url: str) -> None:
    log = EventLog(None, clock.now)
    async with opened(options(relay_url), keys.ephemeral(), log) as site:
        await until(site.session, lambda now: now.line_check.percent is not None)
        site.session.check_line(on=False)
        await until(site.session, lambda now: now.line_check.percent is None)
        assert site.session.snapshot.line_check.found is None
        site.session.check_line(on=True)
        await until(site.session, lambda now: now.line_check.percent is not None)
