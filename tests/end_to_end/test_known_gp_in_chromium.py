"""The page in a real Chromium is called by a site it knows: open on its list, or opened later."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from end_to_end.test_known_gp_in_python import Site, a_site
from fakes.ready_dossier import make_ready

from client.core.consultation import LinkState, State
from client.core.wire import Card
from client.demo.gp_in_chromium import PATIENCE_MS, ChromiumGp, find_chromium
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


@asynccontextmanager
async def a_browser() -> AsyncIterator[ChromiumGp]:
    chromium = find_chromium()
    assert chromium is not None, "scripts/test installs Chromium; here there is none"
    gp = ChromiumGp(chromium, Card("Dr Martin", "Cabinet"))
    await gp.arrive()
    try:
        yield gp
    finally:
        await gp.close()


async def meet(site: Site, gp: ChromiumGp) -> None:
    """By an invitation and spoken words."""
    make_ready(site.session)
    site.session.invite()
    await site.until(lambda now: now.invitation is not None)
    assert site.now.invitation is not None
    assert await gp.join(site.now.invitation.url) == await words(site)
    await site.until(lambda now: now.link.state is LinkState.UP)
    site.session.compare_words(equal=True)
    await gp.accept_words()
    await site.told("contact_kept")
    await gp.leave()


async def words(site: Site) -> tuple[str, ...]:
    await site.until(lambda now: bool(now.words))
    return site.now.words


async def answer(gp: ChromiumGp) -> None:
    await gp.page.get_by_test_id("answer-call").click(timeout=PATIENCE_MS)
    link = gp.page.locator("[data-testid=link-state][data-link=up]")
    await link.wait_for(timeout=PATIENCE_MS)


async def test_a_known_site_calls_the_page(relay_url: str, tmp_path: Path) -> None:
    folder, secrets = tmp_path / "site", keys.ephemeral()
    async with a_browser() as gp:
        async with a_site(relay_url, folder, secrets) as site:
            await meet(site, gp)

        # Open on its list.
        async with a_site(relay_url, folder, secrets) as site:
            await gp.page.goto(relay_url)
            await gp.page.get_by_test_id("known-site").wait_for(timeout=PATIENCE_MS)
            make_ready(site.session)
            site.session.call(site.now.contacts[0].public)
            await answer(gp)
            await site.until(lambda now: now.state is State.VERIFIED)
            site.session.enter_patient("Mme Durand", "toux")
            await gp.page.get_by_text("Mme Durand").first.wait_for(timeout=PATIENCE_MS)
            assert await gp.page.get_by_test_id("words").count() == 0
            await site.told("contact_kept")
            await gp.leave()

        # Away: the call waits in the mailbox until the page is opened.
        async with a_site(relay_url, folder, secrets) as site:
            await gp.page.goto("about:blank")
            make_ready(site.session)
            site.session.call(site.now.contacts[0].public)
            await site.until(lambda now: now.is_waiting_for_page)
            assert site.now.state is State.INVITING
            await gp.page.goto(relay_url)
            await answer(gp)
            await site.until(lambda now: now.state is State.VERIFIED)
            await gp.leave()

        # The browser loses its keys: it says so, and makes none anew in silence.
        await gp.page.goto(relay_url)
        await gp.page.evaluate("indexedDB.deleteDatabase('chevet')")
        await gp.page.goto(relay_url)
        await gp.page.get_by_test_id("lost-keys").wait_for(timeout=PATIENCE_MS)
        assert await gp.page.get_by_test_id("known-site").count() == 0
        await gp.page.get_by_test_id("lost-keys-understood").click()
        await gp.page.get_by_test_id("lost-keys").wait_for(state="hidden", timeout=PATIENCE_MS)
