"""Ways through TURN servers, taken where no direct one leads; written against aioice's own.

aioice knows one TURN server; here the first of several that answers gives the detour, UDP before
TCP and TLS if they are listed so. aioice takes the first way that proves itself, so a detour could
win over a direct way by a few milliseconds: detours prove themselves a little later.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from aioice import ice, turn
from aioice.candidate import Candidate
from aiortc import RTCIceServer, rtcicetransport

GRACE_S: Final = 1.0
"""A direct way may take so long. chosen: two repeats of a check that a router had to let in."""
SERVERS_S: Final = 5.0
"""For all TURN servers. chosen: TCP, TLS and two questions over a satellite take 3 s."""
BETTER_S: Final = 0.5
"""Once a server has answered: for those listed before it."""
REFLEXIVE_S: Final = 2.0
"""For a STUN server; chosen: two round trips of a satellite, and a repeat."""
BACKLOG_LIMIT_BYTES: Final = 32_768
"""What may wait for a TCP connection to a TURN server to take it; more is lost, as on any line.

chosen: two seconds at 128 kbit/s; what waits longer is of no use to anybody.
"""


@dataclass(frozen=True, slots=True)
class _Server:
    """One TURN server as aioice's function wants it."""

    address: tuple[str, int]
    transport: str
    is_tls: bool
    username: str | None
    password: str | None = field(repr=False)


@cache
def relay_where_needed() -> None:
    """Teach aioice all of the above; once a process.

    Needs ``aiortc.rtcicetransport.connection_kwargs``, ``aioice.ice.relayed_candidate``,
    ``aioice.Connection.get_component_candidates``, ``check_start``, ``_check_periodic``,
    ``_check_list``, ``_protocols`` and ``aioice.turn.TurnClientTcpProtocol._send``.
    """
    module: Any = rtcicetransport
    connection: Any = ice.Connection
    stream: Any = turn.TurnClientTcpProtocol
    gather, check, send = (
        connection.get_component_candidates,
        connection.check_start,
        stream._send,  # noqa: SLF001 -- no public name
    )

    async def candidates(self: Any, component: int, addresses: list[str]) -> list[Candidate]:
        servers, self.turn_server = self.turn_server or (), None
        relaying = asyncio.create_task(_relayed(self, component, servers))
        try:
            found: list[Candidate] = await gather(self, component, addresses, REFLEXIVE_S)
            return found + await relaying
        finally:
            relaying.cancel()

    async def check_start(self: Any, pair: Any) -> None:
        await asyncio.sleep(_grace_s(self, pair))
        await check(self, pair)

    def write(self: Any, data: bytes) -> None:
        if self.transport.get_write_buffer_size() < BACKLOG_LIMIT_BYTES:
            send(self, data)

    module.connection_kwargs = _connection_words
    connection.get_component_candidates = candidates
    connection.check_start = check_start
    connection._check_periodic = _check_periodic  # noqa: SLF001 -- no public name
    stream._send = write  # noqa: SLF001 -- no public name


def _connection_words(servers: Sequence[RTCIceServer]) -> dict[str, Any]:
    """What an `ice.Connection` is made with; all TURN servers in the place of one."""
    words: dict[str, Any] = {}
    found = []
    for server in servers:
        for uri in [server.urls] if isinstance(server.urls, str) else server.urls:
            parts = rtcicetransport.parse_stun_turn_uri(uri)
            address = (parts["host"], parts["port"])
            if parts["scheme"].startswith("stun"):
                words.setdefault("stun_server", address)
                continue
            is_tls = parts["scheme"] == "turns"
            credentials = (server.username, server.credential)
            found.append(_Server(address, parts["transport"], is_tls, *credentials))
    return words | {"turn_server": tuple(found)}


async def _relayed(connection: Any, component: int, servers: Sequence[_Server]) -> list[Candidate]:
    """One detour at most: a second one would lead no further."""
    asking = [asyncio.create_task(_ask(connection, component, server)) for server in servers]
    best = None
    try:
        best = await _first(asking)
    finally:
        await _let_go(asking, best)
    if best is None:
        return []
    candidate, protocol = best.result()
    connection._protocols.append(protocol)  # noqa: SLF001 -- as the stock one does
    return [candidate]


async def _first(asking: Sequence["asyncio.Task[Any]"]) -> "asyncio.Task[Any] | None":
    """The first in the list that succeeds, of those that do so about as early as any."""
    loop = asyncio.get_running_loop()
    ends_s = loop.time() + SERVERS_S
    waiting = set(asking)
    while waiting and (left_s := ends_s - loop.time()) > 0:
        done, waiting = await asyncio.wait(
            waiting, timeout=left_s, return_when=asyncio.FIRST_COMPLETED
        )
        if any(_succeeded(task) for task in done):
            ends_s = min(ends_s, loop.time() + BETTER_S)
        best = next((task for task in asking if _succeeded(task)), None)
        if best is not None and all(task.done() for task in asking[: asking.index(best)]):
            return best
    return next((task for task in asking if _succeeded(task)), None)


def _succeeded(task: "asyncio.Task[Any]") -> bool:
    return task.done() and not task.cancelled() and task.exception() is None


async def _let_go(asking: Sequence["asyncio.Task[Any]"], best: "asyncio.Task[Any] | None") -> None:
    """End all but the best: what they were promised at their servers is given back."""
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    for task in asking:
        if task is not best and _succeeded(task):
            task.result()[1].transport.close()


async def _ask(connection: Any, component: int, server: _Server) -> tuple[Candidate, Any]:
    return await ice.relayed_candidate(
        component=component,
        hide_related_address=False,
        protocol_factory=lambda: ice.StunProtocol(connection),
        turn_server=server.address,
        turn_username=server.username,
        turn_password=server.password,
        turn_ssl=server.is_tls,
        turn_transport=server.transport,
    )


def _grace_s(connection: Any, pair: Any) -> float:
    """How long this pair still leaves the field to the direct ones."""
    now_s = asyncio.get_running_loop().time()
    if not hasattr(connection, "direct_until_s"):
        connection.direct_until_s = now_s + GRACE_S
    is_detour = "relay" in (pair.local_candidate.type, pair.remote_candidate.type)
    return max(0.0, connection.direct_until_s - now_s) if is_detour else 0.0


def _check_periodic(connection: Any) -> bool:
    """Start the next check; one that waits for its grace to pass holds nobody up."""
    states = ice.CandidatePair.State
    for state in (states.WAITING, states.FROZEN):
        for pair in connection._check_list:  # noqa: SLF001 -- no public name
            if connection._check_list_done:  # noqa: SLF001 -- no public name
                return False
            if pair.state == state and pair.task is None:
                connection.check_start_task(pair)
                return True
    return bool(connection._remote_candidates_expected())  # noqa: SLF001 -- no public name
