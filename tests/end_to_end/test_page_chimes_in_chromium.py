"""The real page sounds when somebody comes, and for nothing that the GP has done themselves."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from end_to_end.test_known_gp_in_chromium import (
    a_browser,
    meet,
    relay_url,  # noqa: F401 -- a fixture
)
from end_to_end.test_known_gp_in_python import PATIENCE_S, a_site
from end_to_end.test_two_sites_in_chromium import call, is_in_front, waiting

from client.demo.gp_in_chromium import PATIENCE_MS
from client.store import keys

pytestmark = pytest.mark.browser

NOTES = 2
"""Of one chime."""


class Notes:
    """Tones that Chromium's own audio engine was asked for, as its debugger tells."""

    def __init__(self, page: Any, session: Any) -> None:
        self.count = 0
        self._page = page
        session.on("WebAudio.audioNodeCreated", self._made)

    @classmethod
    async def of(cls, page: Any) -> "Notes":
        session = await page.context.new_cdp_session(page)
        notes = cls(page, session)
        await session.send("WebAudio.enable")
        return notes

    def _made(self, event: Any) -> None:
        self.count += event["node"]["nodeType"] == "Oscillator"

    async def are(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.count < count:
                await asyncio.sleep(0.02)
        assert self.count == count

    async def are_still(self, count: int) -> None:
        """A tone of our own comes next: events keep their order."""
        await self._page.evaluate("() => void new AudioContext().createOscillator()")
        await self.are(count + 1)
        self.count -= 1


async def test_arrivals_sound_and_the_gps_own_deeds_do_not(
    relay_url: str,  # noqa: F811 -- the fixture
    tmp_path: Path,
) -> None:
    folders, secrets = [tmp_path / "a", tmp_path / "b"], [keys.ephemeral(), keys.ephemeral()]
    async with a_browser() as gp:
        for folder, secret in zip(folders, secrets, strict=True):
            async with a_site(relay_url, folder, secret) as site:
                await meet(site, gp)
        await gp.page.goto(relay_url)
        await gp.page.get_by_test_id("known-site").first.wait_for(timeout=PATIENCE_MS)
        await gp.page.locator("h1").first.click()  # browsers play nothing before
        notes = await Notes.of(gp.page)
        async with (
            a_site(relay_url, folders[0], secrets[0]) as first,
            a_site(relay_url, folders[1], secrets[1]) as second,
        ):
            await call(first, "Mme Durand")
            await waiting(gp, "Mme Durand").wait_for(timeout=PATIENCE_MS)
            await notes.are(NOTES)
            await waiting(gp, "Mme Durand").get_by_test_id("answer-call").click()
            await is_in_front(gp, first, "Mme Durand")
            await notes.are_still(NOTES)

            # Another comes meanwhile; then the GP exchanges the two, and sends one to wait.
            await call(second, "M. Petit")
            await notes.are(2 * NOTES)
            await gp.page.get_by_test_id("room-toggle").click()
            await waiting(gp, "M. Petit").get_by_test_id("answer-call").click()
            await is_in_front(gp, second, "M. Petit")
            await waiting(gp, "Mme Durand").wait_for(timeout=PATIENCE_MS)
            await gp.page.get_by_test_id("step-aside").click()
            await waiting(gp, "M. Petit").wait_for(timeout=PATIENCE_MS)
            await notes.are_still(2 * NOTES)
