"""A visitor that speaks frames by hand, as cheaply as it can: the relay is what is measured."""

from dataclasses import dataclass
from typing import Final

import aiohttp

from client.core import mailbox
from client.core.identity import Identity
from client.core.mailbox import Challenge, Frame, Login

TOKEN: Final = b"sixteen bytes ok"
UNTIL_S: Final = 1 << 40


@dataclass(frozen=True, slots=True)
class Visitor:
    """One connection, logged in."""

    identity: Identity
    socket: aiohttp.ClientWebSocketResponse

    async def send(self, frame: Frame) -> None:
        """Send without waiting for an answer."""
        await self.socket.send_bytes(mailbox.encode(frame))

    async def receive(self) -> Frame:
        """The next frame."""
        return mailbox.decode(await self.socket.receive_bytes())


def session() -> aiohttp.ClientSession:
    """As many connections as are asked for."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))


async def arrived(session: aiohttp.ClientSession, url: str, identity: Identity) -> Visitor:
    """A visitor of the relay at ``url``."""
    address = mailbox.mailbox_url(url)
    visitor = Visitor(identity, await session.ws_connect(address))
    challenge = await visitor.receive()
    assert isinstance(challenge, Challenge)  # noqa: S101 -- a load test of our own relay
    words = mailbox.login_words(challenge.nonce, mailbox.host_of(address))
    await visitor.send(Login(identity.public, identity.sign(mailbox.LOGIN_LABEL, words)))
    await visitor.receive()
    return visitor
