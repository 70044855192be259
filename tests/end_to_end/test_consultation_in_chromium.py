"""The whole consultation with the real page in a real Chromium, and what may go wrong in it."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from end_to_end.relay_tap import RelayTap

from client.catalogue import Catalogue
from client.core.wire import Card
from client.demo.gp_in_chromium import ChromiumGp, find_chromium
from client.demo.loudness import wav_dbfs
from client.demo.programs import EventFile, running
from client.demo.stage import Stage, stage

pytestmark = pytest.mark.browser

PATIENCE_S = 90.0
CMS50E_PACKET = bytes.fromhex("01 E0 84 93 92 BC E3 FF FF")
"""Real, from a CMS50E: SpO2 99 %, pulse 60 /min, perfusion index not supported."""
VOICE_PACKETS_MOST = 20.0
"""A second: one every 60 ms, and what a timer may be early; every 20 ms would be 50."""
FACE_MOST_BPS = 130_000
"""100 kbit/s of coded picture, and what an encoder overshoots in a few seconds."""
SENT = """
async () => {
  const sent = { voice: 0, face: 0, at_ms: 0 };
  for (const connection of window.connectionsOfTest) {
    if (connection.connectionState !== "connected") continue;
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== "outbound-rtp") continue;
      sent.at_ms = report.timestamp;
      if (report.kind === "audio") sent.voice += report.packetsSent;
      else sent.face += report.bytesSent;
    }
  }
  return sent;
}
"""
AUDIBLE_DBFS = -45.0
"""Speech of about -20 dBFS with its pauses arrives far above; silence and noise stay below."""


@dataclass(frozen=True)
class Consultation:
    stage: Stage
    tap: RelayTap
    gp: ChromiumGp
    events: EventFile
    out: Path
    heard: Path
    site: Any

    async def tile(self, vital: str, part: str) -> str:
        tile = self.gp.page.locator(f"[data-vital={vital}] [data-testid={part}]")
        return str(await tile.inner_text())

    async def instrument_becomes(self, vital: str, state: str) -> None:
        tile = self.gp.page.locator(f"[data-vital={vital}][data-instrument={state}]")
        await tile.wait_for(timeout=PATIENCE_S * 1000)

    async def frames_grow(self) -> None:
        before = after = await self.gp.measure_media()
        async with asyncio.timeout(PATIENCE_S):
            while after.distinct_frames < before.distinct_frames + 10:
                await asyncio.sleep(0.1)
                after = await self.gp.measure_media()
        assert after.frames_decoded > before.frames_decoded

    async def sends_modestly(self) -> None:
        """The GP's own voice in long packets, the own face within its bound."""
        before = after = await self.gp.page.evaluate(SENT)
        async with asyncio.timeout(PATIENCE_S):
            while after["at_ms"] - before["at_ms"] < 4_000 or after["voice"] == before["voice"]:
                await asyncio.sleep(0.1)
                after = await self.gp.page.evaluate(SENT)
        elapsed_s = (after["at_ms"] - before["at_ms"]) / 1_000
        assert (after["voice"] - before["voice"]) / elapsed_s <= VOICE_PACKETS_MOST
        assert 8 * (after["face"] - before["face"]) / elapsed_s <= FACE_MOST_BPS

    def exported_readings(self) -> list[dict[str, Any]]:
        lines = (self.out / "readings.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


@asynccontextmanager
async def consulting(gp: ChromiumGp, folder: Path) -> AsyncIterator[Consultation]:
    """A relay, instruments and a site that wait for this GP; all of it ends with the block."""
    out, events, heard = folder / "out", EventFile(folder / "events.jsonl"), folder / "heard"
    async with stage(CMS50E_PACKET * 60) as ready, RelayTap(ready.relay_url).listening() as tap:
        words = ready.site_words(
            *("--speaker", f"file:{heard}", "--events", str(events.path)),
            *("--export", str(out), "--unattended"),
            relay_url=tap.url,
        )
        async with running(*words, environment=ready.site_environment) as site:
            try:
                yield Consultation(ready, tap, gp, events, out, heard, site)
            finally:
                await gp.close()


@pytest.fixture
async def consultation(tmp_path: Path) -> AsyncIterator[Consultation]:
    chromium = find_chromium()
    assert chromium is not None, "scripts/test installs Chromium; here there is none"
    async with consulting(ChromiumGp(chromium, Card("Dr Martin", "Cabinet")), tmp_path) as ready:
        yield ready


async def join(c: Consultation) -> None:
    invitation = await c.events.first("invitation", PATIENCE_S)
    await c.gp.arrive()
    words_at_gp = await c.gp.join(invitation["url"])
    words_at_site = (await c.events.first("words", PATIENCE_S))["words"].split()
    assert list(words_at_gp) == words_at_site
    await c.gp.accept_words()
    await c.gp.see_reading("spo2")


async def test_a_whole_consultation(consultation: Consultation) -> None:
    c = consultation
    await join(c)

    # The oximeter's values on the page are the capture's.
    assert await c.gp.see_reading("spo2") == "99"
    assert await c.gp.see_reading("pulse") == "60"

    # The picture moves and keeps coming, sealed frame by frame.
    await c.frames_grow()
    sealed = c.gp.page.get_by_test_id("sealed")
    assert "post-quantique" in await sealed.inner_text()
    await c.gp.ask("temperature")
    assert (await c.tile("temperature", "value")).startswith("3")

    # The still at the GP's is the site's, byte for byte.
    await c.gp.ask("ear")
    await c.gp.ask("still")
    still = await c.gp.see_still()
    taken = await c.events.first("still_acknowledged", PATIENCE_S)
    assert still.sha256 == taken["sha256"]

    # A pulled cable shows at both ends; plugged in again, it resumes.
    c.stage.instruments["contec_v7"].fault("unplug")
    await c.events.first("instrument", PATIENCE_S, lambda e: e["state"] == "unplugged")
    await c.instrument_becomes("spo2", "unplugged")
    assert "en direct" not in await c.tile("spo2", "freshness")
    c.stage.instruments["contec_v7"].fault("unplug", is_on=False)
    await c.instrument_becomes("spo2", "measuring")

    # The relay dies and comes back; the consultation goes on and nothing is lost.
    await c.stage.restart_relay()
    await c.events.first("relay_lost", PATIENCE_S)
    await c.frames_grow()
    sent = c.events.count("reading_sent")
    await c.events.first(
        "reading_sent", PATIENCE_S, lambda _: c.events.count("reading_sent") > sent + 3
    )

    await c.sends_modestly()

    # Voice both ways, by the browser's statistics and by what the speaker at the site played.
    assert (await c.gp.measure_media()).voice_dbfs > AUDIBLE_DBFS
    summary = "Otite moyenne aiguë exclue, contrôle dans 48 h (fictif)."
    await c.gp.summarise(summary)
    await c.gp.leave()
    await c.events.first("ended", PATIENCE_S)
    await c.site.ended_well(PATIENCE_S)
    assert wav_dbfs(c.heard) > AUDIBLE_DBFS

    # The record holds it all, and the GP has acknowledged every reading.
    assert (c.out / "summary.txt").read_text(encoding="utf-8").strip() == summary
    readings = c.exported_readings()
    assert len(readings) == c.events.count("reading_sent")
    assert all(line["acknowledged_at"] for line in readings)
    assert len(list((c.out / "stills").iterdir())) == 1

    # The relay saw nothing of it, neither on the wire nor on its disk.
    patient = Catalogue("fr")("site.demo.patient")
    secrets = [summary, patient, "spo2", "temperature", "ice-ufrag", "fingerprint", "CMS50E"]
    assert_sealed(bytes(c.tap.seen), secrets)
    assert_sealed(relay_disk(c.stage.relay_data), secrets)


def assert_sealed(traffic: bytes, secrets: list[str]) -> None:
    assert len(traffic) > 4_096, "nothing was recorded, so nothing was shown"
    for secret in secrets:
        assert secret.encode() not in traffic


def relay_disk(folder: Path) -> bytes:
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        if path.suffix in {".db", ".sqlite", ".sqlite3"}:
            with sqlite3.connect(path) as database:
                assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return b"".join(path.read_bytes() for path in files)
