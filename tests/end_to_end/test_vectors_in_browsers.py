"""The vectors that Python and the page share, by the page's own modules in real browsers.

Node runs the same tests (`vitest`); a browser's WebCrypto, CBOR numbers and post-quantum parts are
others than Node's.
"""

import functools
import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from end_to_end.firefox import FirefoxGp, why_not
from end_to_end.firefox_door import find_firefox

from client.core.wire import Card
from client.demo.gp_in_chromium import ChromiumGp, find_chromium

pytestmark = pytest.mark.browser
ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "client" / "page"
CONFIGURATION: Final = ROOT / "tests" / "page" / "in_browser" / "build.config.mjs"
AT_LEAST: Final = 240
"""Tests there are; a bundle that has lost some would say that all is well."""


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where one page serves that has loaded all of them."""
    site = tmp_path_factory.mktemp("vectors")
    npx = shutil.which("npx")
    assert npx is not None, "scripts/test installs Node; here there is none"
    build = [npx, "vite", "build", "--config", str(CONFIGURATION), "--outDir", str(site)]
    subprocess.run([*build, "--logLevel", "error"], cwd=PAGE, check=True)  # noqa: S603 -- fixed
    (site / "index.html").write_text('<script type="module" src="all.js"></script>')
    handler = functools.partial(_Silent, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


async def check(browser: ChromiumGp, address: str) -> None:
    try:
        await browser.arrive()
        await browser.page.goto(address)
        found: Any = await browser.page.evaluate("resultsOfTest()")
    finally:
        await browser.close()
    assert found["failed"] == []
    assert found["passed"] >= AT_LEAST


async def test_chromium_agrees_with_every_vector(address: str) -> None:
    chromium = find_chromium()
    assert chromium is not None, "scripts/test installs Chromium; here there is none"
    await check(ChromiumGp(chromium, Card("Dr Martin", "Cabinet")), address)


@pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
async def test_firefox_agrees_with_every_vector(address: str) -> None:
    firefox = find_firefox()
    assert firefox is not None
    await check(FirefoxGp(firefox, Card("Dr Martin", "Cabinet")), address)
