"""Two windows of the page: one holds the consultation, the other says so, and takes over."""

from pathlib import Path

import pytest
from end_to_end.test_known_gp_in_chromium import a_browser, words
from end_to_end.test_known_gp_in_python import a_site
from end_to_end.test_two_sites_in_chromium import relay_url  # noqa: F401 -- a fixture
from fakes.ready_dossier import make_ready

from client.core.consultation import LinkState
from client.demo.gp_in_chromium import PATIENCE_MS
from client.store import keys

pytestmark = pytest.mark.browser


async def test_another_window_says_so_and_takes_over(
    relay_url: str,  # noqa: F811 -- the fixture
    tmp_path: Path,
) -> None:
    async with a_browser() as gp, a_site(relay_url, tmp_path / "site", keys.ephemeral()) as site:
        make_ready(site.session)
        site.session.invite()
        await site.until(lambda now: now.invitation is not None)
        assert site.now.invitation is not None
        assert await gp.join(site.now.invitation.url) == await words(site)
        await site.until(lambda now: now.link.state is LinkState.UP)
        site.session.compare_words(equal=True)
        await gp.accept_words()
        site.session.enter_patient("Mme Durand", "toux")
        await gp.page.get_by_test_id("patient").filter(has_text="Mme Durand").wait_for()

        second = await gp.page.context.new_page()
        await second.goto(relay_url)
        await second.get_by_test_id("elsewhere").wait_for(timeout=PATIENCE_MS)
        assert site.now.link.state is LinkState.UP

        await gp.page.close()
        patient = second.get_by_test_id("patient").filter(has_text="Mme Durand")
        await patient.wait_for(timeout=PATIENCE_MS)
        up = second.locator("[data-testid=link-state][data-link=up]")
        await up.wait_for(timeout=PATIENCE_MS)
        assert await second.get_by_test_id("words").count() == 0
