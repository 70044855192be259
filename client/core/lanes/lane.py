"""Lanes, and the packets that wait in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final


class Lane(IntEnum):
    """Classes of traffic, the first served first; still and picture share by the plan."""

    CONTROL = 0
    """RTCP and SCTP control."""
    VOICE = 1
    READINGS = 2
    """Messages of the session: readings, events, receipts."""
    RETRANSMISSION = 3
    STILL = 4
    """The still the GP asked for."""
    PICTURE = 5
    """Live picture; dropped by whole pictures when it comes too late."""
    BULK = 6


class Carrier(Enum):
    """The encrypted wrapping a packet gets; its value is the bytes that adds, IPv4 and UDP too."""

    RTP = 20 + 8 + 16  # IPv4, UDP, AES-GCM tag (RFC 7714, 8)
    DATA = 20 + 8 + 13 + 8 + 16  # IPv4, UDP, DTLS 1.2 record, explicit nonce and tag (RFC 5288, 3)


LANE_LIMITS_BYTES: Final[Mapping[Lane, int]] = {
    Lane.CONTROL: 32_768,
    Lane.VOICE: 8_192,
    Lane.READINGS: 65_536,
    Lane.RETRANSMISSION: 32_768,
    Lane.STILL: 16_384,
    Lane.PICTURE: 65_536,
    Lane.BULK: 16_384,
}
"""chosen: seconds of each kind at its usual rate; a full lane drops its oldest packets."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet on its way out, not yet encrypted."""

    data: bytes
    carrier: Carrier
    picture: int | None = None
    """Which picture it is a part of; the same for all its parts, in the picture lane."""
    is_key: bool = False
    """The picture stands alone: it can follow a dropped one."""
    is_voice_again: bool = False
    """In the retransmission lane: before the pictures that wait there."""

    @property
    def size_bytes(self) -> int:
        """Its IP packet, headers and encryption included."""
        return len(self.data) + self.carrier.value


@dataclass(slots=True)
class LaneCount:
    """What became of one lane's packets so far."""

    packets_sent: int = 0
    bytes_sent: int = 0
    """On the line: headers and encryption included, by the link layer's accounting."""
    packets_dropped: int = 0
    bytes_dropped: int = 0

    def note_sent(self, cost_bytes: int) -> None:
        """One has left."""
        self.packets_sent += 1
        self.bytes_sent += cost_bytes

    def note_dropped(self, cost_bytes: int) -> None:
        """One was given up."""
        self.packets_dropped += 1
        self.bytes_dropped += cost_bytes
