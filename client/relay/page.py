"""The GP's page: the files of its build and the headers they travel with.

Whoever serves the page could change it, so the headers bind the browser to these very files: no
script but ours, no foreign address, no frame (https://www.w3.org/TR/CSP3/).
"""

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from aiohttp import web

from client.errors import ChevetError

_FOLDER: Final = ("page", "dist")
_INDEX: Final = "index.html"
# Not Python's `mimetypes`: on Windows that answers with whatever programs wrote to the registry.
_TYPES: Final[Mapping[str, str]] = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "webmanifest": "application/manifest+json",
    "woff2": "font/woff2",
}
_LISTING: Final = "shell.json"
"""Written by the build: every other file with its hash."""
_VERSION_DIGITS: Final = 16
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_NEVER: Final = "no-store"
_NOT_BUILT: Final = (
    "La page du médecin n'est pas construite sur ce relais : demandez à qui l'héberge "
    "d'installer Chevet au complet.\n"
    "The GP's page was not built on this relay: ask whoever hosts it to install all of Chevet.\n"
)
_STRICT: Final[Mapping[str, str]] = {
    # Nothing foreign is embedded, so nothing of ours shares a process with what is; WebRTC and the
    # workers, which are files of ours, need no exception.
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "autoplay=(self), camera=(self), microphone=(self), fullscreen=(self), "
        "display-capture=(), geolocation=(), payment=(), usb=(), serial=(), hid=()"
    ),
    # The invitation's secret is in the fragment, which is never sent; the address stays here too.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class PageNotBuiltError(ChevetError):
    """This installation holds no build of the GP's page."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file of the build, ready to send."""

    body: bytes
    gzipped: bytes
    content_type: str
    caching: str


def built_page(package: Traversable | None = None) -> dict[str, PageFile]:
    """The build's files by their path; `PageNotBuiltError` where there is none."""
    root = (package or files("client")).joinpath(*_FOLDER)
    if not root.joinpath(_INDEX).is_file():
        raise PageNotBuiltError("client/page/dist holds no build of the page")
    return {path: _page_file(path, entry.read_bytes()) for path, entry in _walk(root, "")}


def shell_version(pages: Mapping[str, PageFile]) -> str:
    """What tells this build from others; the page shows the same, and keeps files that agree."""
    lines = (
        f"{hashlib.sha256(file.body).hexdigest()}  {path}\n"
        for path, file in sorted(pages.items())
        if path != _LISTING
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:_VERSION_DIGITS]


def content_security_policy(relay: str | None) -> str:
    """What the page may do; ``relay`` is where else than home it may connect.

    Source list syntax: ``ws://host:port``, or ``ws: wss:`` for any relay. ``'self'`` includes the
    WebSocket of the same host (CSP3, 6.7.2.8). Stills, clips and sounds that came as files are
    blobs; live media are streams, which no directive governs. One worker seals frames, the service
    worker keeps the page's own files; starting either takes its policy, which lets nothing else
    pass.
    """
    connect = "'self'" if relay is None else f"'self' {relay}"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "worker-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob:",
            "media-src blob:",
            f"connect-src {connect}",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types chevet-worker chevet-shell",
        )
    )


def origin_of(mailbox_url: str) -> str:
    """The source that lets a page connect to this mailbox and to nothing else."""
    found = re.match(r"wss?://[^/]+", mailbox_url)
    if found is None:
        raise ValueError(mailbox_url)
    return found.group()


def add_page(app: web.Application, pages: Mapping[str, PageFile], relay: str | None) -> None:
    """Serve the page at ``/`` and ``/relay.json``, which names the relay it shall use.

    Null in there means the relay that served the page.
    """

    async def send(request: web.Request) -> web.Response:
        file = pages.get(request.match_info["path"] or _INDEX)
        if file is None:
            raise web.HTTPNotFound
        return _response(request, file)

    async def send_relay(_request: web.Request) -> web.Response:
        return web.json_response({"relay": relay}, headers={"Cache-Control": _NEVER})

    async def explain(_request: web.Request) -> web.Response:
        return web.Response(status=503, text=_NOT_BUILT, headers={"Cache-Control": _NEVER})

    app.router.add_get("/relay.json", send_relay)
    app.router.add_get("/{path:.*}", send if pages else explain)


def add_strict_headers(app: web.Application, policy: str) -> None:
    """Put the policy and its companions on every answer, errors too."""
    headers = {**_STRICT, "Content-Security-Policy": policy}

    async def put_on(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(headers)
        response.headers.pop("Server", None)  # would name the library and its version

    app.on_response_prepare.append(put_on)


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry


def _page_file(path: str, body: bytes) -> PageFile:
    return PageFile(
        body=body,
        gzipped=gzip.compress(body, mtime=0),
        content_type=_TYPES.get(path.rpartition(".")[2], "application/octet-stream"),
        # The build puts the hash of its content into the name of everything in this folder.
        caching=_FOR_EVER if path.startswith("assets/") else _NEVER,
    )


def _response(request: web.Request, file: PageFile) -> web.Response:
    headers = {
        "Cache-Control": file.caching,
        "Content-Type": file.content_type,
        "Vary": "Accept-Encoding",
    }
    body = file.body
    if "gzip" in request.headers.get("Accept-Encoding", "") and len(file.gzipped) < len(body):
        headers["Content-Encoding"] = "gzip"
        body = file.gzipped
    return web.Response(body=body, headers=headers)
