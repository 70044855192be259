"""What a packet costs below IP: on ADSL the cells it is cut into, not its bytes."""

from enum import StrEnum
from typing import Final

SEAL_BYTES: Final = 17
"""`client.core.sframe.OVERHEAD_BYTES`: of each packet of voice, and of each picture, whatever its
packets; counted even where the peer cannot seal, which few browsers cannot."""
_CELL_BYTES: Final = 53
_CELL_PAYLOAD_BYTES: Final = 48
_ADSL_WRAPPING_BYTES: Final = 40
"""PPP 2, PPPoE 6 (RFC 2516), Ethernet 14, LLC/SNAP bridged 10 (RFC 2684, 5.2), AAL5 trailer 8."""


class LinkLayer(StrEnum):
    """The kind of line, as far as its accounting goes."""

    ETHERNET = "ethernet"
    """Fibre, cable, or unknown: the line's rate is counted in IP bytes."""
    ADSL = "adsl"
    """PPPoE over ATM: the line's rate is counted in whole cells."""
    MOBILE = "mobile"
    """3G, 4G: IP bytes; delay varies with the radio's schedule."""

    def cost_bytes(self, ip_bytes: int) -> int:
        """Bytes on the line of one IP packet of this size, IP header included."""
        if self is not LinkLayer.ADSL:
            return ip_bytes
        cells = -(-(ip_bytes + _ADSL_WRAPPING_BYTES) // _CELL_PAYLOAD_BYTES)
        return cells * _CELL_BYTES

    def largest_bytes(self, line_bytes: int) -> int:
        """The largest IP packet that costs at most this on the line; on ADSL all cells full."""
        if self is not LinkLayer.ADSL:
            return line_bytes
        return max(0, line_bytes // _CELL_BYTES * _CELL_PAYLOAD_BYTES - _ADSL_WRAPPING_BYTES)
