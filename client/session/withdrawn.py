"""Calls that the site has withdrawn: a page that answers one is told that nobody waits there.

The call lies in the GP's mailbox and cannot be fetched back. While the site is open, its answer
still leads to keys, under which nothing is said but goodbye; of the patient nothing leaves.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from client import clock
from client.core import parcels, wire
from client.core.envelope import Role, session_ciphers
from client.core.handshake import Bond, KeysAgreed, Post, SiteCall, TrustError
from client.core.identity import address_of
from client.core.letters import Letter
from client.core.record import milliseconds

LIMIT: Final = 8
"""Of one consultation, the newest; chosen: nobody turns to more GPs for one patient."""


class WithdrawnCalls:
    """Hears the answers to them; on the event loop."""

    def __init__(self, put: Callable[[Post], Awaitable[None]]) -> None:
        """`put` lays a letter into a GP's mailbox."""
        self._put = put
        self._calls: deque[tuple[SiteCall, Bond]] = deque(maxlen=LIMIT)

    def add(self, call: SiteCall) -> None:
        """This one is withdrawn; one that was answered needs no word."""
        if call.placed is not None:
            self._calls.append((call, call.placed.bond))

    async def hear(self, letter: Letter) -> bool:
        """Whether this letter was the answer to one of them, or its refusal."""
        for call, bond in tuple(self._calls):
            try:
                outcomes = call.receive(letter, clock.now())
            except TrustError:
                self._calls.remove((call, bond))
                return True
            for one in outcomes:
                await self._put(goodbye(one, bond.gp_token) if isinstance(one, KeysAgreed) else one)
            if outcomes:
                return True
        return False


def goodbye(agreed: KeysAgreed, gp_token: bytes) -> Post:
    """The first and last that is said under these keys."""
    sealer, _ = session_ciphers(agreed.keys, Role.SITE)
    said = wire.Parcel(1, wire.Goodbye("finished", milliseconds(clock.now())))
    envelope = sealer.seal(parcels.encode(said), is_letter=True)
    return Post(address_of(agreed.peer_public), gp_token, Letter.sealed(agreed.keys.tag, envelope))
