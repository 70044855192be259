"""The relay and the GP's own page as running servers."""

import asyncio
import logging
import secrets
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from aiohttp import web

from client import clock
from client.core.mailbox import mailbox_url
from client.errors import ChevetError
from client.relay.connection import Surroundings
from client.relay.page import (
    PageFile,
    PageNotBuiltError,
    add_page,
    add_strict_headers,
    built_page,
    content_security_policy,
    origin_of,
)
from client.relay.reflecting import PATH, LineSockets, reflecting
from client.relay.reflector import Reflector
from client.relay.service import Relay
from client.relay.storage import MailboxStorage
from client.relay.storage.selection import opened_storage

LOOPBACK: Final = "127.0.0.1"
ANY_RELAY: Final = "ws: wss:"
"""Where the GP's own page may connect when no relay was named: the invitation names it."""

_SHUTDOWN_S: Final = 5.0
_log: Final = logging.getLogger(__name__)


class CannotListenError(ChevetError):
    """The address or port to serve on is taken or not this machine's."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"cannot listen on {host}:{port}")
        self.host = host
        self.port = port


async def serve(
    host: str,
    port: int,
    data: Path | None,
    ready: Callable[[str], None],
    *,
    cluster: str | None = None,
) -> None:
    """Run a relay until cancelled; port 0 takes a free one.

    ``ready`` is called once with the address to give to sites and browsers, such as
    ``http://127.0.0.1:8787``. ``data`` is the folder for waiting letters; None is the user's own.
    ``cluster`` names NATS servers that hold them instead (`opened_storage`).
    Cancelled, it says goodbye to its visitors and finishes every letter on its way to the disk.
    """
    storage = await opened_storage(cluster, data)
    try:
        relay = Relay(_surroundings(storage))
        reflector = Reflector(secrets.token_bytes(32), clock.monotonic_s())
        pages = await asyncio.to_thread(_page_if_built)
        app = relay_app(relay, pages, LineSockets(reflector, clock.monotonic_s))
        async with (
            listening(app, host, port) as url,
            reflecting(reflector, host, port_of(url), clock.monotonic_s),
        ):
            sweeping = asyncio.create_task(relay.sweep())
            ready(url)
            try:
                await sweeping
            finally:
                sweeping.cancel()
    finally:
        await storage.close()


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


def run_until_stopped(serving: Coroutine[None, None, None]) -> None:
    """Run a server until Ctrl-C or SIGTERM, and end it in good order."""

    async def main() -> None:
        task = asyncio.ensure_future(serving)
        for number in (signal.SIGINT, signal.SIGTERM):
            # Windows has none of this; there Ctrl-C cancels us through `asyncio.run`.
            with suppress(NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(main())


def _surroundings(storage: MailboxStorage) -> Surroundings:
    return Surroundings(
        storage=storage,
        now_s=lambda: int(clock.now().timestamp()),
        monotonic_s=clock.monotonic_s,
        random_bytes=secrets.token_bytes,
        pause=asyncio.sleep,
    )


def relay_app(
    relay: Relay, pages: Mapping[str, PageFile], line: LineSockets | None = None
) -> web.Application:
    """Mailbox, health, page and, if any, the place to measure one's line as one application."""

    async def health(_request: web.Request) -> web.Response:
        return web.Response(status=204 if await relay.is_well() else 503)

    async def say_goodbye(_app: web.Application) -> None:
        await relay.close()

    app = web.Application()
    app.on_shutdown.append(say_goodbye)
    app.router.add_get("/mailbox", relay.visited)
    app.router.add_get("/health", health)
    if line is not None:
        app.router.add_get(PATH, line.visited)
    add_strict_headers(app, content_security_policy(None))
    add_page(app, pages, None)
    return app


def _page_if_built() -> dict[str, PageFile]:
    try:
        return built_page()
    except PageNotBuiltError:
        _log.warning("the GP's page is not built: serving the mailbox only")
        return {}


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """The app served on this address, which is the value; then stopped in good order."""
    # No access log: it would name who speaks with whom and when.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except (OSError, OverflowError) as error:
            raise CannotListenError(host, port) from error
        yield _url(runner, host)
    finally:
        await runner.cleanup()


def port_of(url: str) -> int:
    """The port of an address that `listening` gave."""
    return int(url.rpartition(":")[2])


def _url(runner: web.AppRunner, host: str) -> str:
    port = runner.addresses[0][1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
