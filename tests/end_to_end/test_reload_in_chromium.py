"""The GP reloads the page in the middle of a consultation: no words again, nothing lost."""

import asyncio

import pytest
from end_to_end.test_consultation_in_chromium import (
    PATIENCE_S,
    Consultation,
    consultation,  # noqa: F401 -- a fixture
    join,
)

pytestmark = pytest.mark.browser

PATIENCE_MS = PATIENCE_S * 1000
KEPT = """
async () => {
  const open = indexedDB.open("chevet");
  const database = await new Promise((done) => { open.onsuccess = () => done(open.result); });
  const names = database.transaction("kept").objectStore("kept").getAllKeys();
  await new Promise((done) => { names.onsuccess = done; });
  database.close();
  return names.result.filter((name) => name.startsWith("journal"));
}
"""


async def test_a_reload_goes_on_with_everything(consultation: Consultation) -> None:  # noqa: F811 -- the fixture
    c = consultation
    await join(c)
    await c.gp.ask("ear")
    await c.gp.ask("still")
    still = await c.gp.see_still()
    await c.gp.page.get_by_test_id("summary").fill("Tympan normal")
    sent = c.events.count("reading_sent")

    await c.gp.page.reload()
    link = c.gp.page.locator("[data-testid=link-state]")
    await link.wait_for(timeout=PATIENCE_MS)
    assert await c.gp.page.get_by_test_id("words").count() == 0

    # What was there is there, before the line is back.
    assert await c.gp.see_still() == still
    assert await c.gp.see_reading("spo2") == "99"
    await c.gp.page.locator("[data-testid=asks] [data-ask=still][data-state=done]").wait_for()

    # The line comes back by itself, and new readings with it.
    up = c.gp.page.locator("[data-testid=link-state][data-link=up]")
    await up.wait_for(timeout=PATIENCE_MS)
    await c.instrument_becomes("spo2", "measuring")
    more = c.gp.page.locator("[data-vital=spo2] [data-testid=freshness]").filter(
        has_text="en direct"
    )
    await more.wait_for(timeout=PATIENCE_MS)
    async with asyncio.timeout(PATIENCE_S):  # "en direct" may be the last one of before
        while c.events.count("reading_sent") == sent:
            await asyncio.sleep(0.1)
    await c.frames_grow()
    trust = c.gp.page.get_by_test_id("trust-line")
    assert "vérifié le" in await trust.inner_text()

    # Both ends end it well, and nothing of it stays in the browser.
    await c.gp.summarise("Tympan normal, contrôle si fièvre (fictif).")
    await c.gp.leave()
    await c.events.first("ended", PATIENCE_S)
    await c.site.ended_well(PATIENCE_S)
    exported = c.exported_readings()
    assert all(line["acknowledged_at"] for line in exported)
    await c.gp.page.wait_for_function(f"async () => (await ({KEPT})()).length === 0")
