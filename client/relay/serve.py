"""The relay and the GP's own page as running servers."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiohttp import web

from client import clock
from client.core.mailbox import mailbox_url
from client.relay.limits import Doorkeeper, Limits
from client.relay.listening import listening, port_of
from client.relay.oversight import add_health, overseen
from client.relay.page import (
    PageFile,
    PageNotBuiltError,
    add_page,
    add_strict_headers,
    built_page,
    content_security_policy,
    origin_of,
)
from client.relay.process import allow_connections
from client.relay.profession.settings import Profession
from client.relay.profession.settings import read as read_profession
from client.relay.profession.web import add_broker
from client.relay.reflecting import LineSockets, reflecting
from client.relay.reflector import Reflector
from client.relay.service import Relay
from client.relay.storage import MailboxStorage
from client.relay.storage.selection import opened_storage
from client.relay.surroundings import Surroundings
from client.relay.tls import Certificate, CertificateFiles, renewing
from client.relay.turn import TurnServers
from client.relay.visitors import Network

LOOPBACK: Final = "127.0.0.1"
ANY_RELAY: Final = "ws: wss:"
"""Where the GP's own page may connect when no relay was named: the invitation names it."""

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """How one relay is set up, beside its address and its folder."""

    hosts: frozenset[str] = frozenset()
    """See `Surroundings.hosts`."""
    nodes: tuple[str, ...] = ()
    """Addresses of the other nodes that share the storage, for visitors who lose this one."""
    limits: Limits = field(default_factory=Limits)
    trusted_proxies: tuple[Network, ...] = ()
    turn: TurnServers = field(default_factory=TurnServers)
    certificate: CertificateFiles | None = None
    """None: plain, for a reverse proxy in front."""
    oversight: tuple[str, int] | None = None
    """Host and port of metrics and health; None: no metrics."""
    line: tuple[str, int] | None = None
    """Host and port for those who measure their line by datagrams; None: the relay's own."""
    profession: Path | None = None
    """File that describes the OpenID provider (`client.relay.profession.settings`); None: none."""


async def serve(  # noqa: PLR0913 -- two of them by name
    host: str,
    port: int,
    data: Path | None,
    ready: Callable[[str], None],
    *,
    cluster: str | None = None,
    settings: RelaySettings | None = None,
) -> None:
    """Run a relay until cancelled; port 0 takes a free one.

    ``ready`` is called once with the address to give to sites and browsers, such as
    ``http://127.0.0.1:8787``. ``data`` is the folder for waiting letters; None is the user's own.
    ``cluster`` names NATS servers that hold them instead (`opened_storage`).
    Cancelled, it says goodbye to its visitors and finishes every letter on its way to the disk.
    """
    storage = await opened_storage(cluster, data)
    try:
        await serve_from(storage, (host, port), ready, settings or RelaySettings())
    finally:
        await storage.close()


async def serve_from(
    storage: MailboxStorage,
    address: tuple[str, int],
    ready: Callable[[str], None],
    settings: RelaySettings,
) -> None:
    """Run a relay on this storage until cancelled; see `serve`."""
    certificate = Certificate(settings.certificate) if settings.certificate else None
    around = _surroundings(storage, settings)
    relay = Relay(around)
    line = LineSockets(_reflector(), clock.monotonic_s)
    broker = await asyncio.to_thread(_broker, settings.profession)
    app = relay_app(relay, await asyncio.to_thread(_page_if_built), line, settings.nodes, broker)
    allow_connections(settings.limits.connections)
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        await enter(overseen(relay, around.metrics, settings.oversight))
        await enter(renewing(certificate))
        context = certificate.context if certificate else None
        url = await enter(listening(app, *address, context))
        await enter(reflecting(line, *(settings.line or (address[0], port_of(url)))))
        ready(url)
        await relay.sweep()


async def serve_page(port: int, relay: str | None, ready: Callable[[str], None]) -> None:
    """Serve the GP's page to this machine alone until cancelled.

    ``relay``, as people write it, is the only one that the page may then speak to; None leaves the
    choice to the invitation. ``ready`` is called once with the page's address.
    """
    url = None if relay is None else mailbox_url(relay)
    app = web.Application()
    add_strict_headers(app, content_security_policy(origin_of(url) if url else ANY_RELAY))
    add_page(app, await asyncio.to_thread(built_page), url)
    async with listening(app, LOOPBACK, port) as page_url:
        ready(page_url)
        await asyncio.Event().wait()


def _surroundings(storage: MailboxStorage, settings: RelaySettings) -> Surroundings:
    return Surroundings(
        storage=storage,
        now_s=lambda: int(clock.now().timestamp()),
        monotonic_s=clock.monotonic_s,
        random_bytes=secrets.token_bytes,
        pause=asyncio.sleep,
        hosts=settings.hosts,
        nodes=settings.nodes,
        trusted_proxies=settings.trusted_proxies,
        turn=settings.turn,
        door=Doorkeeper(settings.limits),
    )


def _reflector() -> Reflector:
    return Reflector(secrets.token_bytes(32), clock.monotonic_s())


def relay_app(
    relay: Relay,
    pages: Mapping[str, PageFile],
    line: LineSockets | None = None,
    nodes: Sequence[str] = (),
    profession: Profession | None = None,
) -> web.Application:
    """Mailbox, health, page and, if any, line measure and broker of professions, together.

    The page may speak to this relay and to the other ``nodes`` of it.
    """

    async def health(_request: web.Request) -> web.Response:
        return web.Response(status=204 if await relay.is_well() else 503)

    async def say_goodbye(_app: web.Application) -> None:
        await relay.drain()

    app = web.Application()
    app.on_shutdown.append(say_goodbye)
    app.router.add_get("/mailbox", relay.visited)
    app.router.add_get("/health", health)
    add_health(app, relay)
    if line is not None:
        line.add_to(app)
    if profession is not None:
        add_broker(app, profession.broker, is_secure=profession.is_secure, network=relay.network_of)
    others = " ".join(origin_of(mailbox_url(node)) for node in nodes)
    add_strict_headers(app, content_security_policy(others or None))
    add_page(app, pages, None)
    return app


def _broker(path: Path | None) -> Profession | None:
    if path is None:
        return None
    now_s: Callable[[], int] = lambda: int(clock.now().timestamp())  # noqa: E731 -- one clock
    return read_profession(path, now_s=now_s, entropy=secrets.token_bytes)


def _page_if_built() -> dict[str, PageFile]:
    try:
        return built_page()
    except PageNotBuiltError:
        _log.warning("the GP's page is not built: serving the mailbox only")
        return {}
