"""A GP's browser that lacks codecs: a picture in the best one left, or none and everything else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from end_to_end.test_consultation_in_chromium import (
    AUDIBLE_DBFS,
    PATIENCE_S,
    Consultation,
    consulting,
    join,
)
from fakes.lacking_codecs import lacking

from client.core.wire import Card
from client.demo.gp_in_chromium import ChromiumGp, find_chromium
from client.demo.loudness import wav_dbfs

pytestmark = pytest.mark.browser

CODEC = """
async () => {
  const reports = [...(await window.connectionsOfTest.at(-1).getStats()).values()];
  const picture = reports.find(({ type, kind }) => type === "inbound-rtp" && kind === "video");
  return reports.find(({ id }) => id === picture?.codecId)?.mimeType ?? "";
}
"""
"""What the newest connection's picture comes as."""

Consulting = Callable[..., AbstractAsyncContextManager[Consultation]]


class LackingGp(ChromiumGp):
    """Plays the GP in a browser that lacks some codecs."""

    def __init__(self, executable: str, card: Card, lacks: tuple[str, ...]) -> None:
        super().__init__(executable, card)
        self._lacks = lacks

    async def _launch(self, playwright: Any, folder: Path) -> Any:
        context = await super()._launch(playwright, folder)
        await context.add_init_script(lacking(*self._lacks))
        return context


@pytest.fixture
def consulting_without(tmp_path: Path) -> Consulting:
    @asynccontextmanager
    async def without(*codecs: str) -> AsyncIterator[Consultation]:
        chromium = find_chromium()
        assert chromium is not None, "scripts/test installs Chromium; here there is none"
        gp = LackingGp(chromium, Card("Dr Martin", "Cabinet"), codecs)
        async with consulting(gp, tmp_path) as consultation:
            await join(consultation)
            yield consultation

    return without


@pytest.mark.parametrize(("lacks", "agreed"), [(("AV1",), "VP9"), (("AV1", "VP9"), "VP8")])
async def test_a_page_without_av1_has_a_live_sealed_picture_after_a_cut_too(
    lacks: tuple[str, ...], agreed: str, consulting_without: Consulting
) -> None:
    async with consulting_without(*lacks) as c:
        await c.frames_grow()
        assert await c.gp.page.evaluate(CODEC) == f"video/{agreed}"
        assert "post-quantique" in await c.gp.page.get_by_test_id("sealed").inner_text()
        await c.gp.page.evaluate("window.connectionsOfTest.at(-1).close()")
        await c.events.first("reconnected", PATIENCE_S)
        await c.frames_grow()
        assert await c.gp.page.evaluate(CODEC) == f"video/{agreed}"
        await c.sends_modestly()


async def test_a_page_that_decodes_none_of_our_codecs_says_so_and_everything_else_goes_on(
    consulting_without: Consulting,
) -> None:
    async with consulting_without("AV1", "VP9", "VP8") as c:
        said = c.gp.page.get_by_test_id("picture-empty")
        await said.filter(has_text="ne sait pas afficher").wait_for(timeout=PATIENCE_S * 1000)
        line = c.gp.page.locator("[data-testid=link-state]")
        assert "ce navigateur ne sait pas afficher" in await line.inner_text()
        assert "post-quantique" in await c.gp.page.get_by_test_id("sealed").inner_text()
        told = await c.events.first("video", PATIENCE_S)
        assert told["told"] == "impossible"

        assert await c.gp.see_reading("spo2") == "99"
        await c.gp.ask("ear")
        await c.gp.ask("still")
        still = await c.gp.see_still()
        assert still.sha256 == (await c.events.first("still_acknowledged", PATIENCE_S))["sha256"]
        await c.gp.summarise("Contrôle si fièvre (fictif).")
        async with asyncio.timeout(PATIENCE_S):
            while (seen := await c.gp.measure_media()).voice_dbfs <= AUDIBLE_DBFS:
                await asyncio.sleep(0.1)
        assert seen.frames_decoded == 0
        await c.gp.leave()
        await c.site.ended_well(PATIENCE_S)
        assert wav_dbfs(c.heard) > AUDIBLE_DBFS
