"""The mailbox itself: all connections, who watches what, and the sweep of what has expired."""

import asyncio
import itertools
import logging
from contextlib import suppress
from typing import Final

from aiohttp import web

from client.core.mailbox import CLOSE_DRAINING, CLOSE_REPLACED, FRAME_LIMIT
from client.relay.connection import HEARTBEAT_S, Connection
from client.relay.storage import StorageError
from client.relay.surroundings import Surroundings
from client.relay.visitors import FORWARDED, Visitor, network_of

SWEEP_S: Final = 60.0
"""How often expired letters are deleted; nobody is shown them before that either."""
CLOSE_TIMEOUT_S: Final = 2.0
"""How long a visitor may take to answer our goodbye."""
DRAIN_BATCH: Final = 100
"""Visitors sent away at once, lest all of them reach the next node in one moment."""
DRAIN_PAUSE_S: Final = 0.05
"""Between two batches: 10,000 visitors in 5 s."""
DRAIN_LIMIT_S: Final = 10.0
"""After the last batch, for letters on their way to the disk and for goodbyes; then it is over."""
PROBE_S: Final = 5
"""How long it is believed that the storage takes letters, before it is tried again."""
_OWN_FAULTS: Final = ("connections_per_network", "arrivals")
"""Limits that the visitor's own network has used up."""
_PROBE: Final = bytes(32)
"""Nobody's address, for it is no hash that anybody knows a key for."""

_log: Final = logging.getLogger(__name__)


class Relay:
    """All visitors of one mailbox storage."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._connections: set[Connection] = set()
        self._watching: dict[bytes, Connection] = {}
        self._numbers = itertools.count(1)
        self._is_empty = asyncio.Event()
        self._probed_s: int | None = None
        self.is_draining = False
        """It sends its visitors away and lets nobody in."""
        around.metrics.follow_connections(lambda: len(self._connections))
        around.storage.listen(self)

    async def visited(self, request: web.Request) -> web.StreamResponse:
        """Serve one visitor of ``/mailbox``.

        Any page may connect (the GP's own machine serves one too): there are no cookies here, a
        visitor is nobody before its signature.
        """
        visitor = self._visitor(request)
        objection = self._objection(visitor)
        if objection is not None:
            self._around.metrics.turned_away.labels(objection).inc()
            status = 429 if objection in _OWN_FAULTS else 503
            return web.Response(status=status, headers={"Retry-After": "30"})
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_S,
            timeout=CLOSE_TIMEOUT_S,
            max_msg_size=FRAME_LIMIT,
            compress=False,  # ciphertext does not shrink, and nothing can be blown up
        )
        self._around.door.enter(visitor.network)
        try:
            await socket.prepare(request)
            await self._serve(Connection(socket, self._around, self, visitor))
        finally:
            self._around.door.leave(visitor.network)
        return socket

    async def _serve(self, connection: Connection) -> None:
        self._connections.add(connection)
        if self.is_draining:  # since it was let in
            connection.leave(CLOSE_DRAINING)
        try:
            await connection.run()
        finally:
            self._forget(connection)

    def network_of(self, request: web.Request) -> str | None:
        """Under what this visitor is counted; None: this machine."""
        peer = request.transport.get_extra_info("peername") if request.transport else None
        address = peer[0] if isinstance(peer, tuple) else ""
        forwarded = request.headers.getall(FORWARDED, [])
        return network_of(address, forwarded, self._around.trusted_proxies)

    def _visitor(self, request: web.Request) -> Visitor:
        transport = request.transport
        return Visitor(
            next(self._numbers),
            request.host,
            self.network_of(request),
            cut_off=transport.abort if transport else _nothing,
        )

    def _objection(self, visitor: Visitor) -> str | None:
        if self.is_draining:
            return "draining"
        return self._around.door.objection(visitor.network, self._around.monotonic_s())

    async def is_well(self) -> bool:
        """Whether the storage answers."""
        try:
            await self._around.storage.is_admitted(_PROBE, _PROBE, 0)
        except StorageError:
            return self._failed()
        return True

    async def is_ready(self) -> bool:
        """Whether visitors may be sent here: letters can be put on disk, and it is not closing."""
        if self.is_draining:
            return False
        now_s = self._around.now_s()
        if self._probed_s is not None and now_s - self._probed_s < PROBE_S:
            return True
        self._probed_s = None
        try:
            await self._around.storage.admit(_PROBE, _PROBE, now_s + PROBE_S)
        except StorageError:
            return self._failed()
        self._probed_s = now_s
        return True

    def _failed(self) -> bool:
        self._around.metrics.failures.inc()
        _log.exception("the storage does not answer")
        return False

    async def sweep(self) -> None:
        """Delete what has expired, again and again, until cancelled."""
        while True:
            try:
                count = await self._around.storage.expire(self._around.now_s())
            except StorageError:
                _log.exception("expired letters were not deleted")
            else:
                self._around.metrics.expired.inc(count)
                _log.debug("%d letters expired", count)
            await self._around.pause(SWEEP_S)

    async def drain(self) -> None:
        """Send everybody away in good order: letters on their way to the disk are finished.

        Takes no longer than it must, and `DRAIN_LIMIT_S` beyond the last batch at most.
        """
        self.is_draining = True
        self._around.metrics.draining.set(1)
        leaving = tuple(self._connections)
        _log.info("sending %d visitors away", len(leaving))
        for start in range(0, len(leaving), DRAIN_BATCH):
            if start:
                await self._around.pause(DRAIN_PAUSE_S)
            for connection in leaving[start : start + DRAIN_BATCH]:
                connection.leave(CLOSE_DRAINING)
        if self._connections:
            self._is_empty.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_LIMIT_S):
                    await self._is_empty.wait()

    def watch(self, address: bytes, connection: Connection) -> None:
        """See `Watchers`: the newest wins."""
        before = self._watching.get(address)
        self._watching[address] = connection
        if before is not None and before is not connection:
            before.leave(CLOSE_REPLACED)
        self._around.storage.watched(address)

    def letter_came(self, address: bytes) -> None:
        """See `Listener`."""
        if (connection := self._watching.get(address)) is not None:
            connection.letter_came()

    def letters_may_have_come(self) -> None:
        """See `Listener`."""
        for connection in self._watching.values():
            connection.letter_came()

    def watched_elsewhere(self, address: bytes) -> None:
        """See `Listener`."""
        if (connection := self._watching.pop(address, None)) is not None:
            connection.leave(CLOSE_REPLACED)

    def _forget(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if not self._connections:
            self._is_empty.set()
        if self._watching.get(connection.address) is connection:
            del self._watching[connection.address]
            self._around.storage.unwatched(connection.address)


def _nothing() -> None:
    """The connection has gone already."""
