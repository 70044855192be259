"""The reflector on the network: datagrams beside the relay's port, and a WebSocket instead."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, cast

from aiohttp import WSMsgType, web

from client.core.line_probe import DATAGRAM_LIMIT
from client.relay.reflector import VISIT_S, VISITORS_LIMIT, Address, Reflector

PATH: Final = "/line"
PORT_PATH: Final = "/line.json"
"""Where it is said which port takes datagrams: behind a proxy it is not the relay's own."""
_log: Final = logging.getLogger(__name__)


class ReflectingProtocol(asyncio.DatagramProtocol):
    """Answers datagrams as soon as they are read."""

    def __init__(self, reflector: Reflector, monotonic_s: Callable[[], float]) -> None:
        self._reflector = reflector
        self._monotonic_s = monotonic_s
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.DatagramProtocol`."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """See `asyncio.DatagramProtocol`."""
        transport = self._transport
        if transport is None:
            return
        address: Address = (addr[0], addr[1])
        for answer in self._reflector.answers(data, address, self._monotonic_s()):
            transport.sendto(answer, addr)


class LineSockets:
    """Visitors who measure by WebSocket: one message is one datagram."""

    def __init__(self, reflector: Reflector, monotonic_s: Callable[[], float]) -> None:
        self._reflector = reflector
        self._monotonic_s = monotonic_s
        self._visitors: set[Address] = set()
        self.datagrams_port: int | None = None
        """Where datagrams are answered, too; None: nowhere."""

    def add_to(self, app: web.Application) -> None:
        """Serve `PATH` and `PORT_PATH`."""
        app.router.add_get(PATH, self.visited)
        app.router.add_get(PORT_PATH, self._tell_port)

    def protocol(self) -> ReflectingProtocol:
        """One that answers datagrams from the same budgets."""
        return ReflectingProtocol(self._reflector, self._monotonic_s)

    async def _tell_port(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {"port": self.datagrams_port}, headers={"Cache-Control": "no-store"}
        )

    async def visited(self, request: web.Request) -> web.StreamResponse:
        """Serve one visitor of ``/line``, for as long as a visit lasts."""
        address = _address(request)
        if address is None or len(self._visitors) >= VISITORS_LIMIT:
            return web.Response(status=503, headers={"Retry-After": "30"})
        socket = web.WebSocketResponse(max_msg_size=2 * DATAGRAM_LIMIT, compress=False)
        self._visitors.add(address)  # before anything is waited for: many may come at once
        try:
            await socket.prepare(request)
            await self._serve_for_a_visit(socket, address)
        finally:
            self._visitors.discard(address)
        return socket

    async def _serve_for_a_visit(self, socket: web.WebSocketResponse, address: Address) -> None:
        try:
            async with asyncio.timeout(VISIT_S):
                await self._serve(socket, address)
        except (TimeoutError, ConnectionError):
            pass  # it stayed too long, or left while we were speaking
        finally:
            await socket.close()

    async def _serve(self, socket: web.WebSocketResponse, address: Address) -> None:
        async for message in socket:
            if message.type is not WSMsgType.BINARY:
                return
            for answer in self._reflector.answers(message.data, address, self._monotonic_s()):
                await socket.send_bytes(answer)


@asynccontextmanager
async def reflecting(line: LineSockets, host: str, port: int) -> AsyncIterator[None]:
    """Datagrams answered at this address; where it cannot be had, that costs exactness only."""
    try:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            line.protocol, local_addr=(host, port)
        )
    except OSError:
        _log.warning("no datagrams on port %d: lines are measured by WebSocket only", port)
        yield
        return
    line.datagrams_port = port
    try:
        yield
    finally:
        line.datagrams_port = None
        transport.abort()  # nothing that still waits to leave is worth waiting for


def _address(request: web.Request) -> Address | None:
    """Of the connection, which a proxy may share out; unlike a datagram's, it has proved itself."""
    peer = request.transport.get_extra_info("peername") if request.transport else None
    return (f"ws {peer[0]}", peer[1]) if peer else None
