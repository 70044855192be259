"""What travels in the simulation: sizes and identities, no contents."""

from dataclasses import dataclass, field
from enum import Enum, auto

from client.core.lanes import Lane, Packet


class Kind(Enum):
    """What a packet is for, at the far end."""

    VOICE = auto()
    PICTURE = auto()
    READING = auto()
    STILL = auto()
    PADDING = auto()
    CONTROL = auto()


@dataclass(frozen=True, slots=True)
class Load:
    """One packet as the two ends see it."""

    kind: Kind
    lane: Lane
    unit: int
    """Which voice packet, picture, reading or piece it is, or belongs to."""
    part: int
    parts: int
    """Of how many the unit is made."""
    born_s: float
    is_numbered: bool
    stream_number: int = -1
    """Order within voice or picture, for noticing gaps; the same when it is sent again."""


@dataclass(slots=True)
class Cargo:
    """Ties the scheduler's packets to what they are."""

    loads: dict[int, Load] = field(default_factory=dict)
    _kept: dict[int, Packet] = field(default_factory=dict)

    def put(self, packet: Packet, load: Load) -> None:
        """Remember while it waits; a packet dropped unseen stays, which a minute can bear."""
        self.loads[id(packet)] = load
        self._kept[id(packet)] = packet

    def take(self, packet: Packet) -> Load:
        """What this packet is."""
        self._kept.pop(id(packet))
        return self.loads.pop(id(packet))
