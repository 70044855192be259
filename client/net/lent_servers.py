"""STUN and TURN servers as the relay lends them."""

from typing import Final

from client.core.mailbox import Servers
from client.net.peering import IceServer

RENEW_S: Final = 3_600.0
"""How often to ask anew while connected. chosen: far below a pass's half day, so that it needs no
clock that agrees with the relay's."""
_STUN: Final = ("stun:", "stuns:")
_TURN: Final = ("turn:", "turns:")


LentServers = tuple[IceServer, ...]


def ice_servers(lent: Servers) -> LentServers:
    """In the relay's order; STUN servers are told no name and no password."""
    stun = tuple(uri for uri in lent.uris if uri.startswith(_STUN))
    turn = tuple(uri for uri in lent.uris if uri.startswith(_TURN))
    servers = [IceServer(stun)] if stun else []
    if turn:
        servers.append(IceServer(turn, lent.username, lent.password))
    return tuple(servers)
