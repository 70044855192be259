"""Stands between both ends and the relay, passes everything on and remembers every message."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
from aiohttp import web


class RelayTap:
    """Both ends talk to `url` instead of the relay's own."""

    def __init__(self, relay_url: str) -> None:
        self._relay_url = relay_url
        self.url = ""
        self.seen = bytearray()
        """Every WebSocket message of either direction, as it is without its mask."""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["RelayTap"]:
        """Listen on a free port of the loopback for the length of a block."""
        app = web.Application()
        app.router.add_get("/mailbox", self._bridge)
        app.router.add_get("/{path:.*}", self._forward)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _forward(self, request: web.Request) -> web.Response:
        async with (
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.get(f"{self._relay_url}/{request.match_info['path']}") as answer,
        ):
            body = await answer.read()
            kept = ("Content-Type", "Content-Encoding", "Content-Security-Policy")
            headers = {name: answer.headers[name] for name in kept if name in answer.headers}
            return web.Response(status=answer.status, body=body, headers=headers)

    async def _bridge(self, request: web.Request) -> web.WebSocketResponse:
        host = {"Host": request.host}  # as a proxy does: logins are signed for this name
        near = web.WebSocketResponse()
        await near.prepare(request)
        with suppress(aiohttp.ClientError):
            async with (
                aiohttp.ClientSession() as session,
                session.ws_connect(f"{self._relay_url}/mailbox", headers=host) as far,
            ):
                passing = [
                    asyncio.create_task(self._pass(near, far)),
                    asyncio.create_task(self._pass(far, near)),
                ]
                await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
                for task in passing:
                    task.cancel()
                await asyncio.gather(*passing, return_exceptions=True)
        await near.close()
        return near

    async def _pass(
        self,
        source: web.WebSocketResponse | aiohttp.ClientWebSocketResponse,
        target: web.WebSocketResponse | aiohttp.ClientWebSocketResponse,
    ) -> None:
        async for message in source:
            self.seen += message.data
            await target.send_bytes(message.data)
