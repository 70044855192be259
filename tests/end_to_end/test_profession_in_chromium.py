"""A GP logs in at a real OpenID provider in a real Chromium; the site sees who it is."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from end_to_end.test_known_gp_in_chromium import a_browser, words
from end_to_end.test_known_gp_in_python import Site, a_site
from fakes.ready_dossier import make_ready
from relay.profession.providers import SECRET, needs_provider, provider

from client.core.consultation import State
from client.demo.gp_in_chromium import PATIENCE_MS, ChromiumGp
from client.relay.profession.settings import read
from client.relay.profession.web import BACK
from client.relay.serve import RelaySettings, serve
from client.store import keys

pytestmark = [pytest.mark.browser, needs_provider]
RPPS: Final = "10001234567"
NAME: Final = "Hélène MARTIN"


@dataclass(frozen=True)
class House:
    """A relay with a broker."""

    url: str
    issuer: str
    broker: bytes


@asynccontextmanager
async def a_house(folder: Path) -> AsyncIterator[House]:
    port = free_port()
    public_url = f"http://127.0.0.1:{port}"
    secret, about = folder / "secret", folder / "profession.toml"
    secret.write_text(SECRET)
    async with provider(public_url + BACK) as issuer:
        about.write_text(
            f'issuer = "{issuer}"\nclient_id = "chevet"\npublic_url = "{public_url}"\n'
            f'key_file = "{folder / "broker.key"}"\nsecret_file = "{secret}"\n'
        )
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        settings = RelaySettings(profession=about)
        serving = asyncio.create_task(
            serve("127.0.0.1", port, folder / "relay", ready.set_result, settings=settings)
        )
        url = await ready
        broker = read(about, now_s=lambda: 0, entropy=bytes).broker.public
        yield House(url, issuer, broker)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


def free_port() -> int:
    """The provider must know where the relay will be, and the relay where the provider is."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def log_in(gp: ChromiumGp, login: str) -> str:
    """In the tab that the page opens; what the broker says there at the end."""
    async with gp.page.context.expect_page() as opening:
        await gp.page.get_by_test_id("proof-ask").click(timeout=PATIENCE_MS)
    tab: Any = await opening.value
    assert await tab.evaluate("window.opener") is None
    await tab.locator("input[name=login]").fill(login, timeout=PATIENCE_MS)
    await tab.locator("input[name=password]").fill("any")
    await tab.locator("button[type=submit]").click()
    await tab.get_by_text("Authorize").wait_for(timeout=PATIENCE_MS)
    await tab.locator("button[type=submit]").click()
    await tab.wait_for_url(f"**{BACK}*", timeout=PATIENCE_MS)
    said = str(await tab.inner_text("body"))
    await tab.close()
    return said


def trust(site: Site, house: House) -> None:
    introductions: Any = site.session._introductions
    introductions._brokers = {house.broker}


async def proof(gp: ChromiumGp, text: str) -> None:
    said = gp.page.get_by_test_id("proof").filter(has_text=text)
    await said.wait_for(timeout=PATIENCE_MS)


async def test_a_login_in_another_tab_is_shown_at_the_site(tmp_path: Path) -> None:
    secrets = keys.ephemeral()
    async with a_house(tmp_path) as house, a_browser() as gp:
        await gp.page.goto(house.url)
        await proof(gp, "Facultatif")
        assert "pas pu être vérifiée" in await log_in(gp, "somebody")
        await proof(gp, "pas pu être vérifiée")
        assert "Votre profession est vérifiée" in await log_in(gp, f"8{RPPS}")
        await proof(gp, f"{NAME}, RPPS {RPPS}")

        async with a_site(house.url, tmp_path / "site", secrets) as site:
            trust(site, house)
            await meet_and_stay(site, gp)
            await site.until(lambda now: now.gp_profession is not None)
            view = site.now.gp_profession
            assert view is not None
            assert (view.name, view.rpps, view.issuer) == (NAME, RPPS, house.issuer)
            await gp.leave()

        # It is kept by the browser, sealed: the next site that calls has it without a login.
        async with a_site(house.url, tmp_path / "site", secrets) as site:
            trust(site, house)
            await gp.page.goto(house.url)
            await proof(gp, f"{NAME}, RPPS {RPPS}")
            make_ready(site.session)
            site.session.call(site.now.contacts[0].public)
            await gp.page.get_by_test_id("answer-call").click(timeout=PATIENCE_MS)
            await site.until(lambda now: now.state is State.VERIFIED)
            await site.until(lambda now: now.gp_profession is not None)


async def meet_and_stay(site: Site, gp: ChromiumGp) -> None:
    """As `meet`, without leaving."""
    make_ready(site.session)
    site.session.invite()
    await site.until(lambda now: now.invitation is not None)
    assert site.now.invitation is not None
    assert await gp.join(site.now.invitation.url) == await words(site)
    site.session.compare_words(equal=True)
    await gp.accept_words()
    await site.told("contact_kept")
