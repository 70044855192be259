"""Two sites wait at the real page: one is received, the other is asked to wait, and is not lost."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from end_to_end.test_known_gp_in_chromium import a_browser, meet
from end_to_end.test_known_gp_in_python import Site, a_site
from fakes.ready_dossier import make_ready

from client.core.consultation import LinkState, State
from client.demo.gp_in_chromium import PATIENCE_MS, ChromiumGp
from client.relay.serve import serve
from client.store import keys

pytestmark = pytest.mark.browser


@pytest.fixture
async def relay_url(tmp_path: Path) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    yield await ready
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def call(site: Site, patient: str) -> None:
    make_ready(site.session)
    site.session.call(site.now.contacts[0].public)
    await site.until(lambda now: now.state is State.VERIFIED)
    site.session.enter_patient(patient, "toux")


async def test_two_sites_wait_and_neither_is_lost(relay_url: str, tmp_path: Path) -> None:
    folders, secrets = [tmp_path / "a", tmp_path / "b"], [keys.ephemeral(), keys.ephemeral()]
    async with a_browser() as gp:
        for folder, secret in zip(folders, secrets, strict=True):
            async with a_site(relay_url, folder, secret) as site:
                await meet(site, gp)
        await gp.page.goto(relay_url)
        async with (
            a_site(relay_url, folders[0], secrets[0]) as first,
            a_site(relay_url, folders[1], secrets[1]) as second,
        ):
            await call(first, "Mme Durand")
            await call(second, "M. Petit")
            await both_wait(gp)
            assert first.now.link.state is not LinkState.UP  # nobody is seen unasked

            # The second is asked to wait, in words that its people read.
            await waiting(gp, "M. Petit").get_by_test_id("ask-to-wait").click()
            await waiting(gp, "M. Petit").get_by_test_id("wait-minutes").select_option("10")
            await waiting(gp, "M. Petit").get_by_test_id("wait-text").fill("Je termine une visite")
            await waiting(gp, "M. Petit").get_by_test_id("wait-send").click()
            await second.until(lambda now: now.gp_waiting is not None and now.gp_waiting.text != "")
            assert second.now.gp_waiting is not None
            assert second.now.gp_waiting.minutes == 10
            assert second.now.gp_waiting.text == "Je termine une visite"

            # The first is received; the second goes on waiting, also after a reload.
            await waiting(gp, "Mme Durand").get_by_test_id("answer-call").click()
            await is_in_front(gp, first, "Mme Durand")
            await gp.page.reload()
            await is_in_front(gp, first, "Mme Durand")
            await gp.page.get_by_test_id("room-toggle").click()
            await waiting(gp, "M. Petit").wait_for(timeout=PATIENCE_MS)
            assert second.now.state is State.VERIFIED

            # Then it is the second's turn, and the first waits.
            await gp.page.get_by_test_id("summary").fill("Pour Mme Durand seule")
            first.session.write("message de Mme Durand")
            await gp.page.get_by_text("message de Mme Durand").wait_for(timeout=PATIENCE_MS)
            await waiting(gp, "M. Petit").get_by_test_id("answer-call").click()
            await is_in_front(gp, second, "M. Petit")
            # Nothing of the first patient stands where the second is seen.
            assert await gp.page.get_by_test_id("summary").input_value() == ""
            assert await gp.page.get_by_text("message de Mme Durand").count() == 0
            await waiting(gp, "Mme Durand").wait_for(timeout=PATIENCE_MS)
            await first.until(lambda now: now.link.state is not LinkState.UP)

            # What was written for the first is there when she is seen again.
            await waiting(gp, "Mme Durand").get_by_test_id("answer-call").click()
            await is_in_front(gp, first, "Mme Durand")
            written = await gp.page.get_by_test_id("summary").input_value()
            assert written == "Pour Mme Durand seule"

            # And only there: also after a reload, and though one key answered both calls.
            await gp.page.reload()
            await is_in_front(gp, first, "Mme Durand")
            await gp.page.get_by_test_id("room-toggle").click()
            await waiting(gp, "M. Petit").get_by_test_id("answer-call").click()
            await is_in_front(gp, second, "M. Petit")
            assert await gp.page.get_by_test_id("summary").input_value() == ""

            # The first leaves while she waits: what was written for her is not lost with her.
            await leaves_while_waiting(gp, first)
            await waiting(gp, "M. Petit").get_by_test_id("answer-call").click(timeout=PATIENCE_MS)
            await is_in_front(gp, second, "M. Petit")


async def leaves_while_waiting(gp: ChromiumGp, first: Site) -> None:
    first.session.end("finished")
    over = waiting(gp, "Mme Durand")
    await over.get_by_text("a pas été reçue").wait_for(timeout=PATIENCE_MS)
    await first.until(lambda now: now.state is State.ENDED)
    await over.get_by_test_id("answer-call").click()
    await gp.page.locator("html[data-phase=ended]").wait_for(timeout=PATIENCE_MS)
    written = await gp.page.locator("textarea:visible").input_value()
    assert written == "Pour Mme Durand seule"
    for _press in range(2):  # the only copy
        await gp.page.get_by_test_id("after-forget").click()


def waiting(gp: ChromiumGp, patient: str) -> Any:
    return gp.page.get_by_test_id("waiting-one").filter(has_text=patient)


async def both_wait(gp: ChromiumGp) -> None:
    for patient in ("Mme Durand", "M. Petit"):
        card = waiting(gp, patient)
        await card.wait_for(timeout=PATIENCE_MS)
        await card.get_by_text("toux").wait_for(timeout=PATIENCE_MS)


async def is_in_front(gp: ChromiumGp, site: Site, patient: str) -> None:
    up = gp.page.locator("[data-testid=link-state][data-link=up]")
    await gp.page.get_by_test_id("patient").filter(has_text=patient).wait_for(timeout=PATIENCE_MS)
    await up.wait_for(timeout=PATIENCE_MS)
    await site.until(lambda now: now.link.state is LinkState.UP)
