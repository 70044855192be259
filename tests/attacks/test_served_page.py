"""`chevet gp`: what the browser gets is what was built, and nothing else can run in it."""

import asyncio
import gzip
import hashlib
import re
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from aiohttp import web

from client.relay.listening import listening
from client.relay.page import PageNotBuiltError, add_page, add_strict_headers, built_page
from client.relay.serve import serve_page

DIST: Final = files("client") / "page" / "dist"
FOREIGN_RELAY: Final = "ws://127.0.0.1:9"


@pytest.fixture
async def url() -> AsyncIterator[str]:
    try:
        built_page()
    except PageNotBuiltError:
        pytest.skip("the page is not built here")
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve_page(0, FOREIGN_RELAY, ready.set_result))
    yield await ready
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield session


async def test_every_file_is_served_as_it_was_built(
    url: str, session: aiohttp.ClientSession
) -> None:
    built = {path: hashlib.sha256(file.body).digest() for path, file in built_page().items()}
    assert len(built) > 3
    for path, digest in built.items():
        source = DIST.joinpath(*path.split("/")).read_bytes()
        assert hashlib.sha256(source).digest() == digest
        for encoding in ("identity", "gzip"):
            async with session.get(f"{url}/{path}", headers={"Accept-Encoding": encoding}) as got:
                body = await got.read()
                if got.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
            assert hashlib.sha256(body).digest() == digest


async def test_the_page_names_no_script_but_its_own(
    url: str, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{url}/", headers={"Accept-Encoding": "identity"}) as got:
        index = await got.text()
    named = re.findall(r"""(?:src|href)=["']([^"']+)""", index)
    assert named
    assert all(path.removeprefix("./") in built_page() for path in named)
    assert not re.search(r"<script(?![^>]*\bsrc=)", index)
    assert not re.search(r"\son\w+=|javascript:|<base|<meta http-equiv", index)


async def test_the_browser_is_told_to_run_nothing_else(
    url: str, session: aiohttp.ClientSession
) -> None:
    for path in ("/", "/relay.json", "/assets/missing.js", "/../x"):
        async with session.get(url + path) as got:
            policy = dict(
                part.split(" ", 1) for part in got.headers["Content-Security-Policy"].split("; ")
            )
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["connect-src"] == f"'self' {FOREIGN_RELAY}"
        assert policy["require-trusted-types-for"] == "'script'"
        makers = policy["trusted-types"].split()
        assert makers == ["chevet-worker", "chevet-shell"], "the only makers of script addresses"
        assert "worker-src" not in policy or policy["worker-src"] == "'self'"
        assert policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"


async def test_a_named_relay_gives_the_page_its_address_and_nothing_more(
    url: str, session: aiohttp.ClientSession
) -> None:
    """The relay is not asked for a single byte of the page: there is none at this address."""
    async with session.get(f"{url}/relay.json") as got:
        assert await got.json() == {"relay": f"{FOREIGN_RELAY}/mailbox"}
    async with session.get(f"{url}/") as got:
        assert got.status == 200


async def test_a_file_altered_while_it_is_served_is_served_as_it_was(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    dist = tmp_path / "page" / "dist"
    dist.mkdir(parents=True)
    (dist / "index.html").write_text("as it was", encoding="utf-8")
    app = web.Application()
    add_strict_headers(app, "default-src 'none'")
    add_page(app, built_page(tmp_path), None)
    async with listening(app, "127.0.0.1", 0) as url:
        (dist / "index.html").write_text("altered", encoding="utf-8")
        (dist / "more.js").write_text("altered", encoding="utf-8")
        async with session.get(f"{url}/", headers={"Accept-Encoding": "identity"}) as got:
            assert await got.text() == "as it was"
        async with session.get(f"{url}/more.js") as got:
            assert got.status == 404


async def test_the_page_is_served_to_this_machine_alone(url: str) -> None:
    assert url.startswith("http://127.0.0.1:")
