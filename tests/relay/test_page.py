"""The page's files and the headers that bind the browser to them."""

import gzip
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from client.relay.listening import listening
from client.relay.page import (
    PageNotBuiltError,
    add_page,
    add_strict_headers,
    built_page,
    content_security_policy,
    origin_of,
    shell_version,
)

SCRIPT: Final = "const greeting = 'bonjour';\n" * 50


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package folder with a small build of a page in it."""
    dist = tmp_path / "page" / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>Chevet</title>", encoding="utf-8")
    (dist / "assets" / "index-DkSb2lnQ.js").write_text(SCRIPT, encoding="utf-8")
    (dist / "assets" / "odd.bin").write_bytes(b"\x00")
    (dist / "icon.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("not of the page", encoding="utf-8")
    return tmp_path


@pytest.fixture
async def url(package: Path) -> AsyncIterator[str]:
    app = web.Application()
    add_strict_headers(app, content_security_policy("wss://relay.example"))
    add_page(app, built_page(package), "wss://relay.example/mailbox")
    async with listening(app, "127.0.0.1", 0) as address:
        yield address


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield session


async def test_the_index_is_never_kept(url: str, session: aiohttp.ClientSession) -> None:
    async with session.get(f"{url}/") as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "Chevet" in (await answer.text())


async def test_hashed_files_are_kept_for_ever(url: str, session: aiohttp.ClientSession) -> None:
    async with session.get(f"{url}/assets/index-DkSb2lnQ.js") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    async with session.get(f"{url}/icon.svg") as answer:
        assert answer.headers["Cache-Control"] == "no-store"
    async with session.get(f"{url}/assets/odd.bin") as answer:
        assert answer.headers["Content-Type"] == "application/octet-stream"


async def test_files_travel_compressed_where_the_browser_can(
    url: str, session: aiohttp.ClientSession
) -> None:
    script = f"{url}/assets/index-DkSb2lnQ.js"
    async with session.get(script, headers={"Accept-Encoding": "gzip, br"}) as answer:
        body = await answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(body).decode() == SCRIPT
        assert len(body) < len(SCRIPT) / 5
    async with session.get(script, headers={"Accept-Encoding": "identity"}) as answer:
        assert "Content-Encoding" not in answer.headers
        assert (await answer.text()) == SCRIPT


@pytest.mark.parametrize("path", ["/", "/relay.json", "/missing", "/assets/index-DkSb2lnQ.js"])
async def test_every_answer_has_the_strict_headers(
    url: str, session: aiohttp.ClientSession, path: str
) -> None:
    async with session.get(url + path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert "script-src 'self'" in policy
    assert "connect-src 'self' wss://relay.example" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "manifest-src 'self'" in policy
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=(self), microphone=(self)" in headers["Permissions-Policy"]
    assert "Server" not in headers


@pytest.mark.parametrize(
    "path", ["/../../secret.txt", "/%2e%2e/%2e%2e/secret.txt", "/..%2f..%2fsecret.txt", "//x"]
)
async def test_nothing_but_the_build_is_served(
    url: str, session: aiohttp.ClientSession, path: str
) -> None:
    async with session.get(URL(url + path, encoded=True)) as answer:
        assert answer.status == 404


async def test_the_page_learns_its_relay(url: str, session: aiohttp.ClientSession) -> None:
    async with session.get(f"{url}/relay.json") as answer:
        assert await answer.json() == {"relay": "wss://relay.example/mailbox"}
        assert answer.headers["Cache-Control"] == "no-store"


async def test_a_missing_build_is_explained(session: aiohttp.ClientSession) -> None:
    app = web.Application()
    add_page(app, {}, None)
    async with (
        listening(app, "127.0.0.1", 0) as url,
        session.get(f"{url}/") as answer,
    ):
        assert answer.status == 503
        assert "n'est pas construite" in await answer.text()


def test_a_package_without_a_build_says_so(tmp_path: Path) -> None:
    with pytest.raises(PageNotBuiltError):
        built_page(tmp_path)


def test_a_page_may_speak_to_its_own_relay_only() -> None:
    assert "connect-src 'self';" in content_security_policy(None)
    assert origin_of("wss://relay.example:8443/chevet/mailbox") == "wss://relay.example:8443"


def test_the_version_is_that_of_every_file_but_the_listing(package: Path) -> None:
    dist = package / "page" / "dist"
    files = [path for path in sorted(dist.rglob("*")) if path.is_file()]
    names = sorted((path.relative_to(dist).as_posix(), path) for path in files)
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in names]
    version = shell_version(built_page(package))
    assert version == hashlib.sha256("".join(lines).encode()).hexdigest()[:16]
    (dist / "shell.json").write_text("{}", encoding="utf-8")
    assert shell_version(built_page(package)) == version
    (dist / "icon.svg").write_text("<svg />", encoding="utf-8")
    assert shell_version(built_page(package)) != version
