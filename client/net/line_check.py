"""Measures the line to the relay: by datagrams, or where those are blocked through a WebSocket."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from client import clock
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.preflight.measurement import LineMeasurement
from client.core.adaptation.preflight.survey import Carrier, Survey
from client.core.line_probe import DATAGRAM_LIMIT
from client.core.mailbox import mailbox_url
from client.errors import ChevetError

CONNECT_S: Final = 8.0
"""For the WebSocket; chosen: name, TCP and TLS by satellite, with one of them lost."""
_PROGRESS_S: Final = 0.1
_WAITING_LIMIT: Final = 512
"""Messages or datagrams that came and were not yet looked at; more are dropped."""
PORT_PATH: Final = "/line.json"
"""Where the relay says which port takes datagrams (`client.relay.reflecting`)."""
_ANSWER_LIMIT: Final = 1_024
"""Bytes of what it says there."""
_PORTS: Final = {"ws": 80, "wss": 443}
_UDP: Final = Carrier()
_WEBSOCKET: Final = Carrier(headers_bytes=20 + 32 + 8, is_reliable=True)
"""IPv4, TCP with time stamps (RFC 7323), masked WebSocket frame (RFC 6455, 5.2)."""
_SECURE_WEBSOCKET: Final = Carrier(headers_bytes=20 + 32 + 8 + 22, is_reliable=True)
"""The same in a TLS 1.3 record (RFC 8446, 5.2)."""

_log: Final = logging.getLogger(__name__)

Send = Callable[[bytes], Awaitable[None]]
Arrivals = asyncio.Queue[tuple[bytes, float]]
"""What came, and when; empty bytes: nothing more will come."""


class LineCheckError(ChevetError):
    """The line could not be measured."""


class RelaySilentError(LineCheckError):
    """The relay did not answer at all."""

    def __init__(self, relay: str) -> None:
        super().__init__(f"no answer from {relay}")
        self.relay = relay


class LineUnmeasurableError(LineCheckError):
    """The relay answered, but too little came through to say anything."""

    def __init__(self) -> None:
        super().__init__("too few answers came through")


async def check_line(
    relay_url: str,
    on_progress: Callable[[float], None] = lambda _done: None,
    link_layer: LinkLayer | None = None,
) -> LineMeasurement:
    """Measure for five seconds, or eight where datagrams are blocked. Cancel it at any time.

    `on_progress` gets what is done, 0 to 1; it begins anew when datagrams turn out to be blocked.
    `link_layer` is what the person said of the line; None: find out. `RelaySilentError`,
    `LineUnmeasurableError`, or `RelayUrlError` when it cannot be done.
    """
    url = mailbox_url(relay_url)
    survey = await _by_datagrams(url, on_progress)
    if survey is None or survey.is_unanswered(clock.monotonic_s()):
        _log.info("no datagrams from the relay: measuring by WebSocket")
        survey = await _by_websocket(url, on_progress)
    found = await asyncio.to_thread(survey.result, link_layer)
    if found is None:
        raise LineUnmeasurableError
    return found


class _Datagrams(asyncio.DatagramProtocol):
    """Stamps what comes as soon as it is read."""

    def __init__(self) -> None:
        self.arrivals: Arrivals = asyncio.Queue(_WAITING_LIMIT)

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 -- the relay's
        """See `asyncio.DatagramProtocol`."""
        _keep(self.arrivals, data)

    def error_received(self, exc: Exception) -> None:
        """See `asyncio.DatagramProtocol`: the relay's machine says that nobody listens there."""
        _log.info("datagrams to the relay: %s", type(exc).__name__)
        _keep(self.arrivals, b"")


async def _by_datagrams(url: str, on_progress: Callable[[float], None]) -> Survey | None:
    """`None`: datagrams do not even leave, or the relay takes none."""
    host, port = urlsplit(url).hostname or "", await _datagrams_port(url)
    if port is None:
        return None
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(CONNECT_S):
            transport, protocol = await loop.create_datagram_endpoint(
                _Datagrams, remote_addr=(host, port)
            )
    except (OSError, TimeoutError):
        return None

    async def send(data: bytes) -> None:
        transport.sendto(data)

    try:
        survey = Survey(clock.monotonic_s(), _UDP)
        is_whole = await _run(survey, send, protocol.arrivals, on_progress)
        return survey if is_whole else None
    finally:
        transport.abort()  # nothing that still waits to leave is worth waiting for


async def _datagrams_port(url: str) -> int | None:
    """Where the relay says it takes datagrams; its own port where it does not say."""
    parts = urlsplit(url)
    own = parts.port or _PORTS[parts.scheme]
    told_at = f"{url.replace('ws', 'http', 1).removesuffix('/mailbox')}{PORT_PATH}"
    timeout = aiohttp.ClientTimeout(total=CONNECT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(told_at, allow_redirects=False) as answer,
        ):
            if not answer.ok:
                return own
            told = json.loads(await answer.content.read(_ANSWER_LIMIT))["port"]
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, TypeError, KeyError):
        return own
    return told if isinstance(told, int) and 0 < told < 1 << 16 else None


async def _by_websocket(url: str, on_progress: Callable[[float], None]) -> Survey:
    line_url = f"{url.removesuffix('/mailbox')}/line"
    carrier = _SECURE_WEBSOCKET if url.startswith("wss:") else _WEBSOCKET
    try:
        async with aiohttp.ClientSession() as session:
            async with asyncio.timeout(CONNECT_S):
                socket = await session.ws_connect(line_url, max_msg_size=2 * DATAGRAM_LIMIT)
            arrivals: Arrivals = asyncio.Queue(_WAITING_LIMIT)
            reading = asyncio.create_task(_read(socket, arrivals))
            try:
                survey = Survey(clock.monotonic_s(), carrier)
                await _run(survey, socket.send_bytes, arrivals, on_progress)
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
                await socket.close()
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise RelaySilentError(urlsplit(url).netloc) from error
    return survey


async def _read(socket: aiohttp.ClientWebSocketResponse, arrivals: Arrivals) -> None:
    async for message in socket:
        if message.type is aiohttp.WSMsgType.BINARY and message.data:
            _keep(arrivals, message.data)
    _keep(arrivals, b"")


def _keep(arrivals: Arrivals, data: bytes) -> None:
    with suppress(asyncio.QueueFull):
        arrivals.put_nowait((data, clock.monotonic_s()))


async def _run(
    survey: Survey, send: Send, arrivals: Arrivals, on_progress: Callable[[float], None]
) -> bool:
    """Carry the survey out; false when the carrier ended before the relay had answered."""
    while not survey.is_over(now_s := clock.monotonic_s()) and not survey.is_unanswered(now_s):
        for data in survey.due(now_s):
            await send(data)
        on_progress(survey.progress(now_s))
        waits_s = min(survey.next_s(now_s) - clock.monotonic_s(), _PROGRESS_S)
        if not await _hear(survey, arrivals, max(waits_s, 0.0)):
            return survey.is_answered
    on_progress(1.0)
    return True


async def _hear(survey: Survey, arrivals: Arrivals, waits_s: float) -> bool:
    """Everything that has come, or the next; false when nothing more will come."""
    heard: list[tuple[bytes, float]] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(waits_s):
            heard.append(await arrivals.get())
    while not arrivals.empty():
        heard.append(arrivals.get_nowait())
    for data, at_s in heard:
        if not data:
            return False
        survey.hear(data, at_s)
    return True
