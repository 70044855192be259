"""Which of this machine's addresses ICE offers: its own loopback too, where there is no other."""

from functools import cache
from typing import Any, Final

from aioice import ice

LOOPBACK: Final = "127.0.0.1"


@cache
def allow_loopback_alone() -> None:
    """Make a machine without any network reach itself, as the demo must; once a process.

    aioice leaves loopback out always; a consultation with another machine has no use for it. Needs
    ``aioice.ice.get_host_addresses``.
    """
    module: Any = ice
    stock = module.get_host_addresses

    def host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:  # noqa: FBT001 -- aioice's signature
        found: list[str] = stock(use_ipv4, use_ipv6)
        return found or [LOOPBACK]

    module.get_host_addresses = host_addresses
