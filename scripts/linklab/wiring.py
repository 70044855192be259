"""How an emulator's ends are wired: their network, and what the process between them is told."""

from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Final

from linklab.profile import Profile

NETWORK: Final = IPv4Network("10.77.0.0/16")
"""Every address of a laboratory. Packets to anywhere else never reach the line: noise."""


@dataclass(frozen=True, slots=True)
class Setup:
    """All a forwarder has to know."""

    profile: Profile
    seed: int
    devices: tuple[str, str]
    """Names of the TUN devices to make: the site's, the GP's."""
    namespaces: tuple[str, str]
    packet_log: Path | None
