"""A real OpenID provider on this machine, and a browser's part of a login there."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import aiohttp
import pytest
from yarl import URL

FOLDER: Final = Path(__file__).parents[3] / "scripts" / "openid_provider"
SECRET: Final = "a secret: of / the tests"  # noqa: S105 -- of the provider beside
needs_provider: Final = pytest.mark.skipif(
    not (FOLDER / "node_modules").is_dir(), reason="npm ci --prefix scripts/openid_provider"
)


@asynccontextmanager
async def provider(back_url: str) -> AsyncIterator[str]:
    """npm's oidc-provider with one client; its issuer."""
    program = await asyncio.create_subprocess_exec(
        *("node", "serve.mjs", back_url),
        cwd=FOLDER,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert program.stdout is not None
    try:
        yield (await program.stdout.readline()).decode().strip()
    finally:
        program.terminate()
        await program.wait()


async def logged_in(browser: aiohttp.ClientSession, url: str, login: str, back: str) -> str:
    """Follow the provider's pages, filling its forms in; where it sends the browser back."""
    form: dict[str, str] | None = None
    for _ in range(20):
        asked = browser.get if form is None else browser.post
        about = {} if form is None else {"data": form}
        target = URL(url, encoded=True)
        async with asked(target, allow_redirects=False, **about) as answer:  # type: ignore[operator] -- either
            page, form = await answer.text(), None
            if "Location" in answer.headers:
                url = urljoin(url, answer.headers["Location"])
                if url.startswith(back):
                    return url
                continue
            assert answer.ok, page
        action = re.search(r'action="([^"]+)"', page)
        assert action is not None, page
        url = urljoin(url, unescape(action[1]))
        hidden = re.findall(r'name="(\w+)" value="(\w+)"', page)
        form = {**dict(hidden), "login": login, "password": "any"}
    raise AssertionError("the provider asks without end")
