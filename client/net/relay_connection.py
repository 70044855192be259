"""One connection to a relay's mailbox: from the login on, frames both ways."""

import asyncio
from typing import Final

import aiohttp

from client.core import mailbox
from client.core.identity import Identity
from client.core.mailbox import Challenge, Frame, Login, MailboxError, Welcome

CONNECT_TIMEOUT_S: Final = 20.0
"""To connect and log in; chosen: four round trips of a bad satellite line."""
REACH_TIMEOUT_S: Final = 4.0
"""For the first of them. chosen: TCP asks after 0, 1 and 3 s, then only after 7 and 15: a line that
comes back meanwhile is asked sooner by a new attempt."""
HEARTBEAT_S: Final = 8.0
"""chosen: 190 bytes a ping; a dead line is noticed after one and a half, for voice that was cut
longer than ICE keeps its consent comes back through the relay."""
FAREWELL_S: Final = 0.5
"""chosen: how long a goodbye may take; a dead line says none."""
_LINE_BROKE: Final = 1006
"""No close code at all. RFC 6455, 7.1.5."""


class ClosedError(MailboxError):
    """The connection has ended, by the relay's own code or by none."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


async def send(socket: aiohttp.ClientWebSocketResponse, frame: Frame) -> None:
    """Send one frame; `ConnectionError`."""
    await socket.send_bytes(mailbox.encode(frame))


async def received(socket: aiohttp.ClientWebSocketResponse) -> Frame:
    """The next frame; `ClosedError` when the connection has ended."""
    message = await socket.receive()
    if message.type is aiohttp.WSMsgType.BINARY:
        return mailbox.decode(message.data)
    if message.type is aiohttp.WSMsgType.TEXT:
        raise MailboxError("a text message")
    # Not what the socket keeps: that is overwritten when our answer finds nobody any more.
    raise ClosedError(message.data if message.type is aiohttp.WSMsgType.CLOSE else _LINE_BROKE)


async def logged_in(
    session: aiohttp.ClientSession, url: str, identity: Identity
) -> aiohttp.ClientWebSocketResponse:
    """A connection to this mailbox address with the welcome behind it.

    `aiohttp.ClientError`, `OSError`, `TimeoutError` or `MailboxError` where there is none.
    """
    async with asyncio.timeout(CONNECT_TIMEOUT_S):
        socket = await session.ws_connect(
            url,
            heartbeat=HEARTBEAT_S,
            max_msg_size=mailbox.FRAME_LIMIT,
            timeout=aiohttp.ClientWSTimeout(ws_close=FAREWELL_S),
        )
        try:
            await _log_in(socket, url, identity)
        except BaseException:
            await socket.close()
            raise
        return socket


async def _log_in(socket: aiohttp.ClientWebSocketResponse, url: str, identity: Identity) -> None:
    challenge = await received(socket)
    if not isinstance(challenge, Challenge):
        raise MailboxError("no challenge")
    words = mailbox.login_words(challenge.nonce, mailbox.host_of(url))
    signature = identity.sign(mailbox.LOGIN_LABEL, words)
    await send(socket, Login(identity.public, signature))
    if not isinstance(await received(socket), Welcome):
        raise MailboxError("no welcome")
