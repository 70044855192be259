"""What every connection of a relay takes from outside."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from client.relay.limits import Doorkeeper, Limits
from client.relay.metrics import Metrics
from client.relay.storage import MailboxStorage
from client.relay.turn import TurnServers
from client.relay.visitors import Network


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The storage, the clocks, the lots, and the rules of one relay."""

    storage: MailboxStorage
    now_s: Callable[[], int]
    """UTC seconds since 1970."""
    monotonic_s: Callable[[], float]
    random_bytes: Callable[[int], bytes]
    pause: Callable[[float], Awaitable[None]]
    hosts: frozenset[str] = frozenset()
    """The names under which visitors reach this relay, as `client.core.mailbox.host_of` spells
    them; none: whichever name a visitor asked for, which tells a hostile relay from us only where
    something in front of us checks names."""
    nodes: tuple[str, ...] = ()
    """Where else visitors find the same mailboxes, `client.core.mailbox.Nodes`."""
    trusted_proxies: tuple[Network, ...] = ()
    """Who is believed when it says for whom it connects."""
    turn: TurnServers = field(default_factory=TurnServers)
    door: Doorkeeper = field(default_factory=lambda: Doorkeeper(Limits()))
    metrics: Metrics = field(default_factory=Metrics)
