"""The page in a real Chromium while the site's line is cut for 40 s: nothing lost, no new words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from end_to_end.apart import Apart, apart
from end_to_end.test_call_through_turn import CMS50E_PACKET, chromium_in

from client.core.wire import Card
from client.demo.gp_in_chromium import ChromiumGp
from client.demo.programs import EventFile
from client.demo.stage import stage

pytestmark = pytest.mark.browser

PATIENCE_S = 90.0
CUT_S = 40


@pytest.fixture
def networks(tmp_path: Path) -> Iterator[Apart]:
    with apart(tmp_path) as made:
        made.let_them_meet()
        yield made


async def test_a_cut_of_40_s_loses_nothing(networks: Apart, tmp_path: Path) -> None:
    out, events = tmp_path / "out", EventFile(tmp_path / "events.jsonl")
    gp = ChromiumGp(chromium_in(networks, tmp_path), Card("Dr Martin", "Cabinet"))
    async with stage(CMS50E_PACKET * 60) as ready, networks.relay(tmp_path, ()) as relay_url:
        words = ready.site_words(
            *("--events", str(events.path), "--export", str(out), "--unattended"),
            relay_url=relay_url,
        )
        environment = ready.site_environment
        async with networks.running(networks.site, *words, environment=environment) as site:
            try:
                invitation = await events.first("invitation", PATIENCE_S)
                await gp.arrive()
                await gp.join(invitation["url"])
                await gp.accept_words()
                assert await gp.see_reading("spo2") == "99"
                await cut(networks, gp, events)
                await come_back(networks, gp, events)
                await gp.summarise("Contrôle si fièvre (fictif).")
                await gp.leave()
                await site.ended_well(PATIENCE_S)
            finally:
                await gp.close()
    lines = (out / "readings.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == events.count("reading_sent")
    assert all('"acknowledged_at":null' not in line.replace(" ", "") for line in lines)
    assert "Contrôle" in (out / "summary.txt").read_text(encoding="utf-8")


async def cut(networks: Apart, gp: ChromiumGp, events: EventFile) -> None:
    """For as long as the page says so itself; meanwhile nothing old looks new."""
    measured = events.count("reading_sent")
    networks.middle.configure("link set site down")
    link = gp.page.locator("[data-testid=link-state]")
    await link.filter(has_text=re.compile("coup")).wait_for(timeout=PATIENCE_S * 1000)
    freshness = gp.page.locator("[data-vital=spo2] [data-testid=freshness]")
    assert "en direct" not in await freshness.inner_text()
    # Written during the cut; it waits for the line.
    await gp.page.get_by_test_id("ask-temperature").click()
    since = re.compile(rf"\b({CUT_S}|{CUT_S + 1}|{CUT_S + 2}|{CUT_S + 3})\s+s\b")
    await gp.page.get_by_text(since).first.wait_for(timeout=PATIENCE_S * 1000)
    assert events.count("reading_sent") > measured, "the site measures on without a line"


async def come_back(networks: Apart, gp: ChromiumGp, events: EventFile) -> None:
    networks.middle.configure("link set site up")
    up = gp.page.locator("[data-testid=link-state][data-link=up]")
    await up.wait_for(timeout=PATIENCE_S * 1000)
    assert await gp.page.get_by_test_id("words").count() == 0
    assert events.count("words") == 1
    done = gp.page.locator("[data-testid=asks] [data-ask=temperature][data-state=done]")
    await done.first.wait_for(timeout=PATIENCE_S * 1000)
    fresh = gp.page.locator("[data-vital=spo2] [data-testid=freshness]")
    await fresh.filter(has_text="en direct").wait_for(timeout=PATIENCE_S * 1000)
