"""A USB camera at a site, the real page in a real Chromium: preview, still, region, clip."""

import asyncio
import hashlib
import io
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from client import clock
from client.core.wire import Card
from client.demo.gp_in_chromium import ChromiumGp, find_chromium
from client.demo.programs import EventFile, running
from client.demo.stage import stage
from devices.simulators.instrument import Material, create
from devices.simulators.sound import SimulatedPictures
from devices.simulators.uvc import BLUR

pytestmark = pytest.mark.browser

PATIENCE_S = 90.0
PATIENCE_MS = PATIENCE_S * 1000
SLOW_KBIT = "200"
"""The still of 130 kB then takes long enough to ask for a part of it meanwhile."""
_SIZE = "async (r) => { await r.decode(); return [r.naturalWidth, r.naturalHeight]; }"


@dataclass(frozen=True)
class Run:
    gp: ChromiumGp
    events: EventFile
    out: Path
    camera: SimulatedPictures

    @property
    def page(self) -> Any:
        return self.gp.page

    async def acknowledged(self, identifier: int) -> dict[str, Any]:
        return await self.events.first(
            "still_acknowledged", PATIENCE_S, lambda event: event["id"] == identifier
        )

    async def photographed(self, name: str) -> None:
        """Where a person wants to look at it."""
        folder = os.environ.get("CHEVET_SCREENSHOTS")
        if folder is not None:
            await self.page.screenshot(path=str(Path(folder) / f"{name}.png"))


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Run]:
    chromium = find_chromium()
    assert chromium is not None, "scripts/test installs Chromium; here there is none"
    out, events = tmp_path / "out", EventFile(tmp_path / "events.jsonl")
    gp = ChromiumGp(chromium, Card("Dr Martin", "Cabinet"))
    camera = SimulatedPictures(create("uvc", Material()), clock.monotonic_s)
    try:
        async with stage() as ready:
            del ready.instruments["vc0706"]  # the camera is the only thing to look through
            words = ready.site_words(
                *("--instrument", f"uvc={camera.port}", "--cap", SLOW_KBIT),
                *("--speaker", "none", "--events", str(tmp_path / "events.jsonl")),
                *("--export", str(out), "--unattended"),
            )
            async with running(*words, environment=ready.site_environment) as site:
                try:
                    yield Run(gp, events, out, camera)
                    await gp.leave()
                    await site.ended_well(PATIENCE_S)
                finally:
                    await gp.close()
    finally:
        await asyncio.to_thread(camera.close)


async def until(page: Any, expression: str) -> None:
    """Asked again and again from here: the page's policy lets nobody evaluate in it by himself."""
    async with asyncio.timeout(PATIENCE_S):
        while not await page.evaluate(expression):
            await asyncio.sleep(0.05)


async def join(run: Run) -> None:
    invitation = await run.events.first("invitation", PATIENCE_S)
    await run.gp.arrive()
    await run.gp.join(invitation["url"])
    await run.gp.accept_words()


async def test_a_still_shows_at_once_is_asked_about_and_arrives_whole(run: Run) -> None:
    await join(run)
    page = run.page
    await run.gp.ask("ear")
    await page.get_by_test_id("ask-still").click()

    # Within its first 5 kB there is something to look at.
    opener = page.get_by_test_id("still").first
    await page.locator("[data-testid=still]:not([disabled])").first.wait_for(timeout=PATIENCE_MS)
    await opener.click()
    image = page.get_by_test_id("loupe-image")
    assert await image.get_attribute("data-state") == "coming"
    await until(page, "document.querySelector('[data-testid=loupe-image]').naturalWidth === 320")
    await run.photographed("preview")

    # A part of it, dragged, comes at full resolution before the rest.
    await page.get_by_test_id("still-region").click()
    box = await image.bounding_box()
    left, top = box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.3
    await page.mouse.move(left, top)
    await page.mouse.down()
    await page.mouse.move(left + box["width"] * 0.1, top + box["height"] * 0.1, steps=4)
    await run.photographed("dragging")
    await page.mouse.up()
    region = page.get_by_test_id("loupe-region")
    await region.wait_for(timeout=PATIENCE_MS)
    assert await image.get_attribute("data-state") == "coming"
    size = await region.evaluate(_SIZE)
    assert abs(size[0] - 128) <= 2
    assert abs(size[1] - 72) <= 2
    await run.photographed("region")

    # Then all of it, byte for byte what the site kept, which is what the camera made.
    still = await run.gp.see_still()
    assert (await run.acknowledged(1))["sha256"] == still.sha256
    download = page.get_by_test_id("loupe").get_by_test_id("still-download")
    await download.wait_for(timeout=PATIENCE_MS)
    async with page.expect_download() as downloading:
        await download.click()
    kept = await asyncio.to_thread(Path(await (await downloading.value).path()).read_bytes)
    assert hashlib.sha256(kept).hexdigest() == still.sha256
    assert (
        still.sha256 in await page.get_by_test_id("loupe").get_by_test_id("still-hash").inner_text()
    )
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.size == (1280, 720)
    await until(page, "document.querySelector('[data-testid=loupe-image]').naturalWidth === 1280")
    await run.photographed("still")

    await see_clip(run)


async def see_clip(run: Run) -> None:
    page = run.page
    # A clip comes behind, plays over and over, and is looked at picture by picture.
    await run.gp.ask("clip")
    await page.locator("[data-testid=clip-opener]:not([disabled])").click(timeout=PATIENCE_MS)
    clip = page.get_by_test_id("clip")
    await until(page, "document.querySelector('[data-testid=clip]').currentTime > 0.2")
    assert 3 < await clip.evaluate("(c) => c.duration") < 6
    await page.get_by_test_id("clip-play").click()
    before = await clip.evaluate("(c) => c.currentTime")
    await page.get_by_test_id("clip-after").click()
    assert await clip.evaluate("(c) => c.currentTime") != before
    sha256 = await page.get_by_test_id("clip-opener").get_attribute("data-sha256")
    taken = await run.events.first(
        "still_acknowledged", PATIENCE_S, lambda event: event["sha256"] == sha256
    )
    await run.photographed("clip")
    # One of its pictures is kept and looked at as a still is.
    await page.get_by_test_id("clip-frame").click()
    width = await clip.evaluate("(c) => c.videoWidth")
    seen = "document.querySelector('[data-testid=loupe-image]').naturalWidth"
    await until(page, f"{seen} === {width}")
    await page.get_by_test_id("still-back").click()
    assert taken["bytes"] < 300_000


async def test_a_blurred_still_is_marked_where_nobody_could_take_it_again(run: Run) -> None:
    run.camera.fault(BLUR)
    await join(run)
    await run.gp.ask("still")
    await run.gp.see_still()
    await run.page.get_by_test_id("still").first.click()
    details = run.page.get_by_test_id("loupe-details")
    await details.filter(has_text="floue").wait_for(timeout=PATIENCE_MS)
    await run.photographed("blurred")
