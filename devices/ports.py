"""Which ports there are, and what is known of the cable in each.

What a cable says of itself tells ports apart; it never tells what instrument is at its other end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PortInfo:
    """One port that is there now."""

    name: str
    """To be opened by."""
    description: str = ""
    """What the system calls it."""
    usb_id: str | None = None
    """Vendor and product of the cable's chip, ``10C4:EA60``; many instruments share one."""
    cable_serial: str | None = None
    """The chip's own serial number; makers often leave the same in every cable."""
    location: str | None = None
    """Which socket of the machine."""
    maker: str | None = None
    """The cable's maker, in its own words."""
    node: str | None = None
    """What the name leads to, where the name is a link: another node is another plug."""

    @property
    def is_likely(self) -> bool:
        """A cable somebody plugged in or paired, not a socket that is always there."""
        return self.usb_id is not None or "rfcomm" in self.name


PortLister = Callable[[], Sequence[PortInfo]]
"""The ports there are now; called over and over."""


def folder_ports(folder: Path) -> list[PortInfo]:
    """A folder whose links stand for ports, as simulated instruments make them; sorted by name."""
    found = []
    for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
        try:
            node = entry.resolve(strict=True)
        except OSError:
            continue  # pulled out while we looked
        found.append(PortInfo(str(entry), entry.name, node=str(node)))
    return found
