"""A web application served at one address, plain or with TLS."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from client.errors import ChevetError

_SHUTDOWN_S: Final = 5.0


class CannotListenError(ChevetError):
    """The address or port to serve on is taken or not this machine's."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"cannot listen on {host}:{port}")
        self.host = host
        self.port = port


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, context: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """The app served on this address, which is the value; then stopped in good order.

    It first stops accepting, then runs the app's ``on_shutdown``, then waits for its handlers.
    """
    # No access log: it would name who speaks with whom and when.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, ssl_context=context)
        try:
            await site.start()
        except (OSError, OverflowError) as error:
            raise CannotListenError(host, port) from error
        yield _url(runner, host, "http" if context is None else "https")
    finally:
        await runner.cleanup()


def port_of(url: str) -> int:
    """The port of an address that `listening` gave."""
    return int(url.rpartition(":")[2])


def _url(runner: web.AppRunner, host: str, scheme: str) -> str:
    port = runner.addresses[0][1]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
