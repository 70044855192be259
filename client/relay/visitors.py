"""Where a visitor comes from: by its connection, or as a proxy of ours says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from client.errors import UsageError

Network = IPv4Network | IPv6Network
FORWARDED: Final = "X-Forwarded-For"
_IPV4_PREFIX: Final = 24
_IPV6_PREFIX: Final = 48
"""What one customer of an access provider usually has, or a few of them."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is at the other end of a connection, before it has proved anything."""

    number: int
    """For logs: tells two connections apart and nobody's mailbox."""
    host: str
    """The name of this relay that the visitor asked for."""
    network: str | None
    """What it is counted under; None: this machine."""
    cut_off: Callable[[], None]
    """End its connection without waiting for it to take anything more."""


class ProxyError(UsageError):
    """What was given as the network of a proxy is none."""

    def __init__(self, given: str) -> None:
        super().__init__(f"not a network: {given!r}")
        self.given = given


def proxies(given: Sequence[str]) -> tuple[Network, ...]:
    """The networks written like ``10.0.0.0/8`` or ``::1``; `ProxyError`."""
    found = []
    for each in given:
        try:
            found.append(ip_network(each))
        except ValueError as error:
            raise ProxyError(each) from error
    return tuple(found)


def network_of(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str | None:
    """The network to count a visitor under; None for this very machine.

    ``peer`` is who connected, ``forwarded`` the values of all its `FORWARDED` headers. Each proxy
    adds behind the last comma who came to it, so it is read from the end for as long as the one
    who says it is to be trusted; what stands before that, anybody can have made up.
    """
    said = [part.strip() for value in forwarded for part in value.split(",")]
    address = _address(peer)
    while said and address is not None and any(address in network for network in trusted):
        before = _address(said.pop())
        if before is None:
            break
        address = before
    if address is None or address.is_loopback:
        return None
    prefix = _IPV4_PREFIX if address.version == 4 else _IPV6_PREFIX  # noqa: PLR2004 -- IPv4
    return str(ip_network((address, prefix), strict=False))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """None for what is no address, such as the other end of a Unix socket."""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
