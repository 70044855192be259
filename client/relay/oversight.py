"""What those who look after the relay ask: is it alive, may visitors come, what has it done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from client.relay.listening import listening
from client.relay.metrics import Metrics
from client.relay.service import Relay

LIVE: Final = "/healthz"
READY: Final = "/readyz"
METRICS: Final = "/metrics"
_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def add_health(app: web.Application, relay: Relay) -> None:
    """`LIVE` answers while the event loop runs, `READY` while letters can be put on disk."""

    async def live(_request: web.Request) -> web.Response:
        return web.Response(text="live\n")

    async def ready(_request: web.Request) -> web.Response:
        if await relay.is_ready():
            return web.Response(text="ready\n")
        return web.Response(status=503, text="not ready\n")

    app.router.add_get(LIVE, live)
    app.router.add_get(READY, ready)


@asynccontextmanager
async def overseen(
    relay: Relay, metrics: Metrics, address: tuple[str, int] | None
) -> AsyncIterator[str | None]:
    """Health and `METRICS` at an address of their own, or nowhere; its URL.

    It answers for as long as the relay's own address does and while it sends its visitors away.
    """
    if address is None:
        yield None
        return

    async def count(_request: web.Request) -> web.Response:
        return web.Response(body=metrics.text(), headers={"Content-Type": _TYPE})

    app = web.Application()
    add_health(app, relay)
    app.router.add_get(METRICS, count)
    async with listening(app, *address) as url:
        yield url
