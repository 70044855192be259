"""The mailbox itself: all connections, who watches what, and the sweep of what has expired."""

import asyncio
import logging
from typing import Final

from aiohttp import WSCloseCode, web

from client.core.mailbox import FRAME_LIMIT
from client.relay.connection import HEARTBEAT_S, Connection, Surroundings
from client.relay.storage import StorageError

CONNECTIONS_LIMIT: Final = 2_000
"""chosen: about 1 GiB in the worst case; a thousand consultations."""
SWEEP_S: Final = 60.0
"""How often expired letters are deleted; nobody is shown them before that either."""
CLOSE_TIMEOUT_S: Final = 2.0
"""How long a visitor may take to answer our goodbye."""

_log: Final = logging.getLogger(__name__)


class Relay:
    """All visitors of one mailbox storage."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._connections: set[Connection] = set()
        self._watching: dict[bytes, Connection] = {}
        around.storage.listen(self)

    async def visited(self, request: web.Request) -> web.StreamResponse:
        """Serve one visitor of ``/mailbox``.

        Any page may connect (the GP's own machine serves one too): there are no cookies here, a
        visitor is nobody before its signature.
        """
        if len(self._connections) >= CONNECTIONS_LIMIT:
            return web.Response(status=503, headers={"Retry-After": "30"})
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_S,
            timeout=CLOSE_TIMEOUT_S,
            max_msg_size=FRAME_LIMIT,
            compress=False,  # ciphertext does not shrink, and nothing can be blown up
        )
        await socket.prepare(request)
        connection = Connection(socket, self._around, self, request.host)
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._forget(connection)
        return socket

    async def is_well(self) -> bool:
        """Whether the storage answers."""
        try:
            await self._around.storage.is_admitted(bytes(32), bytes(32), 0)
        except StorageError:
            _log.exception("the storage does not answer")
            return False
        return True

    async def sweep(self) -> None:
        """Delete what has expired, again and again, until cancelled."""
        while True:
            try:
                count = await self._around.storage.expire(self._around.now_s())
            except StorageError:
                _log.exception("expired letters were not deleted")
            else:
                _log.debug("%d letters expired", count)
            await self._around.pause(SWEEP_S)

    async def close(self) -> None:
        """Say goodbye to everybody; letters on their way to the disk still get there."""
        going = WSCloseCode.GOING_AWAY
        await asyncio.gather(*(connection.close(going) for connection in self._connections))

    def watch(self, address: bytes, connection: Connection) -> None:
        """See `Watchers`: the newest wins."""
        before = self._watching.get(address)
        self._watching[address] = connection
        if before is not None and before is not connection:
            before.replace()
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
            connection.replace()

    def _forget(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if self._watching.get(connection.address) is connection:
            del self._watching[connection.address]
            self._around.storage.unwatched(connection.address)
