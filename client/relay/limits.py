"""How much one mailbox's owner, one network and all visitors together may take of a relay.

Everything that is counted by visitor is in a table of bounded size; a network whose entry had to
make room begins anew, which costs an attacker as many networks as a table has entries.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass, replace
from typing import Final, TypeVar

TABLE_LIMIT: Final = 65_536
"""Entries of one table; about 10 MB when full."""
_DAY_S: Final = 86_400
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the relay of one practice, or of one region, grants. Networks: IPv4 /24, IPv6 /48."""

    connections: int = 12_000
    """All together. chosen: 10,000 idle sites and room for those who come back too early."""
    connections_per_network: int = 1_000
    """chosen: a hospital group behind one address; a tenth of a node."""
    connections_per_address: int = 8
    """chosen: a browser that comes back on another line before the old one was given up."""
    arrivals_per_s: float = 20.0
    """Of one network, in the long run."""
    arrivals_burst: float = 1_000.0
    """Of one network at once: after an outage all of it comes back."""
    frames_per_s: float = 1_000.0
    """Of one network."""
    frames_burst: float = 10_000.0
    address_bytes: float = 256e6
    """Put by one address in a day; chosen: five files of 50 MB."""
    network_bytes: float = 8e9
    """Put by one network in a day."""
    send_s: float = 30.0
    """How long a visitor may take to take one frame; chosen: 16 KiB at 4 kbit/s."""


def limits(connections: int | None, per_network: int | None) -> Limits:
    """The usual ones but for those given; None is not given."""
    usual = Limits()
    return replace(
        usual,
        connections=usual.connections if connections is None else connections,
        connections_per_network=(
            usual.connections_per_network if per_network is None else per_network
        ),
    )


class Buckets:
    """Token buckets by key; they start full, and the one longest unused gives way."""

    def __init__(self, per_s: float, burst: float) -> None:
        self._per_s = per_s
        self._burst = burst
        self._levels: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def wait_s(self, key: object, cost: float, now_s: float) -> float:
        """Take so much; else take nothing and say in how many seconds it will be there."""
        level, at_s = self._levels.get(key, (self._burst, now_s))
        level = min(self._burst, level + max(0.0, now_s - at_s) * self._per_s)
        is_enough = cost <= level
        self._levels[key] = (level - cost if is_enough else level, now_s)
        self._levels.move_to_end(key)
        if len(self._levels) > TABLE_LIMIT:
            self._levels.popitem(last=False)
        return 0.0 if is_enough else (cost - level) / self._per_s


class Doorkeeper:
    """Counts who is here and what they take. A network of None is this machine: not limited."""

    def __init__(self, limits: Limits) -> None:
        self.limits: Final = limits
        self._arrivals = Buckets(limits.arrivals_per_s, limits.arrivals_burst)
        self._frames = Buckets(limits.frames_per_s, limits.frames_burst)
        self._address_bytes = Buckets(limits.address_bytes / _DAY_S, limits.address_bytes)
        self._network_bytes = Buckets(limits.network_bytes / _DAY_S, limits.network_bytes)
        self._here: Counter[str | None] = Counter()
        self._logged_in: Counter[bytes] = Counter()

    @property
    def visitors(self) -> int:
        """All who are here."""
        return self._here.total()

    def objection(self, network: str | None, now_s: float) -> str | None:
        """Why no one more from there may come in, in a word; None: come in."""
        if self.visitors >= self.limits.connections:
            return "connections"
        if network is None:
            return None
        if self._here[network] >= self.limits.connections_per_network:
            return "connections_per_network"
        return "arrivals" if self._arrivals.wait_s(network, 1, now_s) else None

    def enter(self, network: str | None) -> None:
        """One more from there."""
        self._here[network] += 1

    def leave(self, network: str | None) -> None:
        """One less from there."""
        _lessen(self._here, network)

    def log_in(self, address: bytes) -> bool:
        """Whether its owner may have one connection more; if so it has."""
        if self._logged_in[address] >= self.limits.connections_per_address:
            return False
        self._logged_in[address] += 1
        return True

    def log_out(self, address: bytes) -> None:
        """One connection of this owner less."""
        _lessen(self._logged_in, address)

    def frame_wait_s(self, network: str | None, now_s: float) -> float:
        """How long to read nothing more of this visitor's; 0: read on."""
        return 0.0 if network is None else self._frames.wait_s(network, 1, now_s)

    def grants(self, address: bytes, network: str | None, size_bytes: int, now_s: float) -> bool:
        """Whether today's quota of both has room for a letter of this size."""
        if network is not None and self._network_bytes.wait_s(network, size_bytes, now_s):
            return False
        return self._address_bytes.wait_s(address, size_bytes, now_s) == 0


def _lessen(counts: Counter[_Key], key: _Key) -> None:
    """Count one less; what has come to nothing takes no room."""
    counts[key] -= 1
    if counts[key] <= 0:
        del counts[key]
