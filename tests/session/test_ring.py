"""The speaker calls back whoever is at the counter, even with no relay in reach."""

import asyncio
from pathlib import Path

from client import clock
from client.demo.loudness import wav_dbfs
from client.media.chime import chime
from client.session.events import EventLog
from client.session.opening import OpenSite, Options, opened
from client.store import keys

PATIENCE_S = 60.0


def options(speaker: str) -> Options:
    return Options(
        relay_url="http://127.0.0.1:9",  # nobody listens there
        camera="none",
        microphone="none",
        speaker=speaker,
        plugs=(),
        place="Pharmacie",
        operator="Préparatrice",
        record=None,
    )


async def heard_out(site: OpenSite) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while site.session._media.is_replaying:
            await asyncio.sleep(0.01)


async def test_the_site_rings_by_its_speaker(tmp_path: Path) -> None:
    path = tmp_path / "heard.wav"
    log = EventLog(None, clock.now)
    async with opened(options(f"file:{path}"), keys.ephemeral(), log) as site:
        site.session.ring()
        await heard_out(site)
    assert wav_dbfs(path) > -40


async def test_it_leaves_alone_what_somebody_listens_to(tmp_path: Path) -> None:
    path = tmp_path / "heard.wav"
    log = EventLog(None, clock.now)
    async with opened(options(f"file:{path}"), keys.ephemeral(), log) as site:
        quiet = chime() // 100
        site.session._media.replay(quiet)
        site.session.ring()
        await heard_out(site)
    assert wav_dbfs(path) < -40
