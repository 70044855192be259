"""What a first visit costs, and what the browser keeps of the page: bytes and requests."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from playwright.async_api import BrowserContext, Page, Request, async_playwright

from client.demo.gp_in_chromium import find_chromium
from client.relay.page import built_page, shell_version
from client.relay.serve import serve_page

pytestmark = pytest.mark.browser

BUDGET_BYTES: Final = 300_000
"""Everything of a first visit as it travels, headers too."""
REQUESTS_LIMIT: Final = 8
"""The page's own: itself, a script, a style, two listings, icon, manifest, service worker."""
PATIENCE_MS: Final = 60_000


@dataclass
class Traffic:
    """What the browser's network layer counted."""

    bytes_by_url: dict[str, float] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def watch(self, session: Any) -> None:
        session.on("Network.responseReceived", self._heard)
        session.on("Network.loadingFinished", self._finished)

    def _heard(self, event: dict[str, Any]) -> None:
        self.addresses[event["requestId"]] = event["response"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        url = self.addresses.get(event["requestId"], "")
        counted = self.bytes_by_url.get(url, 0.0) + event["encodedDataLength"]
        self.bytes_by_url[url] = counted


@dataclass(frozen=True)
class Visit:
    url: str
    context: BrowserContext
    page: Page
    traffic: Traffic
    serving: asyncio.Task[None]

    async def version(self) -> str:
        line = self.page.get_by_test_id("shell")
        await line.filter(has_text="version").wait_for(timeout=PATIENCE_MS)
        return str(await line.inner_text())

    async def kept(self) -> dict[str, list[str]]:
        """What the browser keeps, cache by cache, once the service worker is active."""
        await self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        found: dict[str, list[str]] = await self.page.evaluate(
            """async () => Object.fromEntries(await Promise.all((await caches.keys()).map(
                async (name) => [name, (await (await caches.open(name)).keys()).map((r) => r.url)]
            )))"""
        )
        return found


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve_page(0, None, ready.set_result))
    url = await ready
    chromium = find_chromium()
    assert chromium is not None, "scripts/test installs Chromium; here there is none"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu"]
        )
        context = await browser.new_context(locale="fr-FR")
        page = await context.new_page()
        traffic = Traffic()
        session = await context.new_cdp_session(page)
        await session.send("Network.enable")
        traffic.watch(session)
        yield Visit(url, context, page, traffic, serving)
        await browser.close()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_a_first_visit_stays_within_its_budget(visit: Visit) -> None:
    errors: list[str] = []
    requests: list[Request] = []
    visit.context.on("request", lambda one: requests.append(one))  # noqa: PLW0108 -- is marked
    visit.page.on("pageerror", lambda error: errors.append(str(error)))
    await visit.page.goto(visit.url)
    await visit.page.get_by_test_id("join").wait_for(timeout=PATIENCE_MS)
    kept = await visit.kept()

    home = visit.url.rstrip("/")
    assert [request.url for request in requests if not request.url.startswith(home)] == []
    assert errors == []
    own = [request.url for request in requests if request.service_worker is None]
    assert 0 < len(own) <= REQUESTS_LIMIT, own
    pages = built_page()
    heaviest = max(pages.values(), key=lambda file: len(file.body))
    total = sum(visit.traffic.bytes_by_url.values())
    assert len(heaviest.gzipped) < total, "the browser counted less than the page's largest file"
    # What the service worker fetches again is counted whole, as if no cache had helped.
    shell = sum(min(len(pages[path].gzipped), len(pages[path].body)) for path in pages)
    assert total + shell <= BUDGET_BYTES, visit.traffic.bytes_by_url

    (cached,) = kept.values()
    listed = {path for path in pages if path != "shell.json"}
    relative = {url.removeprefix(visit.url).lstrip("/") or "index.html" for url in cached}
    assert relative == listed


async def test_the_page_names_its_build_as_the_command_does(visit: Visit) -> None:
    await visit.page.goto(visit.url)
    assert shell_version(built_page()) in await visit.version()


async def test_the_shell_opens_without_its_server_and_holds_nothing_else(visit: Visit) -> None:
    await visit.page.goto(visit.url)
    await visit.kept()
    await visit.page.reload()
    assert shell_version(built_page()) in await visit.version()
    visit.serving.cancel()
    await asyncio.gather(visit.serving, return_exceptions=True)
    answer = await visit.page.reload()
    assert answer is not None
    assert answer.from_service_worker
    policy = (await answer.all_headers())["content-security-policy"]
    assert "require-trusted-types-for 'script'" in policy
    await visit.page.get_by_test_id("join").wait_for(timeout=PATIENCE_MS)
    gone = await visit.page.evaluate("fetch('relay.json').then(() => 'there', () => 'gone')")
    assert gone == "gone"
