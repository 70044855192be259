"""A whole consultation with the real page in a real Firefox: what Chromium does, it does too."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from end_to_end.firefox import FirefoxGp, find_firefox, why_not
from end_to_end.test_consultation_in_chromium import (
    AUDIBLE_DBFS,
    PATIENCE_S,
    Consultation,
    consulting,
    join,
)

from client.core.wire import Card
from client.demo.loudness import wav_dbfs

pytestmark = pytest.mark.browser


@pytest.fixture
async def consultation(tmp_path: Path) -> AsyncIterator[Consultation]:
    reason = why_not()
    assert reason is None, f"scripts/test installs Firefox, but {reason}"
    gp = FirefoxGp(find_firefox() or "", Card("Dr Martin", "Cabinet"))
    async with consulting(gp, tmp_path) as ready:
        yield ready


async def test_a_whole_consultation(consultation: Consultation) -> None:
    c = consultation
    await join(c)
    assert await c.gp.see_reading("spo2") == "99"
    assert await c.gp.see_reading("pulse") == "60"

    # The picture moves, and picture and voice are sealed frame by frame, as in Chromium.
    await c.frames_grow()
    assert "post-quantique" in await c.gp.page.get_by_test_id("sealed").inner_text()
    await c.gp.ask("temperature")
    assert (await c.tile("temperature", "value")).startswith("3")

    # The still at the GP's is the site's, byte for byte.
    await c.gp.ask("ear")
    await c.gp.ask("still")
    still = await c.gp.see_still()
    taken = await c.events.first("still_acknowledged", PATIENCE_S)
    assert still.sha256 == taken["sha256"]

    await c.sends_modestly()

    # Voice both ways, and a summary that arrives.
    assert (await c.gp.measure_media()).voice_dbfs > AUDIBLE_DBFS
    summary = "Tympan normal, contrôle si fièvre (fictif)."
    await c.gp.summarise(summary)
    await c.gp.leave()
    await c.events.first("ended", PATIENCE_S)
    await c.site.ended_well(PATIENCE_S)
    assert wav_dbfs(c.heard) > AUDIBLE_DBFS
    assert (c.out / "summary.txt").read_text(encoding="utf-8").strip() == summary
    assert all(line["acknowledged_at"] for line in c.exported_readings())
