"""How large a packet may be, so that voice never waits long behind one."""

from collections.abc import Mapping
from typing import Final

from client.core.adaptation.link_layer import LinkLayer
from client.core.lanes.lane import Carrier

PACKET_S: Final[Mapping[Carrier, float]] = {Carrier.RTP: 0.06, Carrier.DATA: 0.4}
"""chosen: what a packet may take of a thin line's time: as long as a packet of voice lasts; data
longer, since the envelope pads to 512, 768 or 1,024 bytes and nothing between. At 32 kbit/s the
last of these has voice wait 0.13 s longer than the first, and carries an eighth more in the time:
twenty seconds of a still of 200 kB."""
PACKET_MOST_BYTES: Final = 1_200
"""IP packet; passes every tunnel and PPPoE."""

_HEADERS_BYTES: Final[Mapping[Carrier, int]] = {
    Carrier.RTP: Carrier.RTP.value + 12 + 8 + 2,  # RTP, transport-wide number, descriptor
    Carrier.DATA: Carrier.DATA.value + 12 + 16 + 18 + 16,  # SCTP, DATA chunk, envelope, parcel
}
_PAYLOAD_PER_HEADER: Final = 4
"""chosen: headers cost at most a fifth, whatever a packet's time: floor-32 has no more to give."""


def packet_limit_bytes(
    send_bps: int, carrier: Carrier, link: LinkLayer = LinkLayer.ETHERNET
) -> int:
    """The largest IP packet, headers included, to make for a line that is sent to at this rate.

    `PACKET_S` of the line's time, but about 330 bytes (RTP) or 635 (data) at least and 1,200 at
    most; on ADSL it fills its cells.
    """
    least_bytes = link.cost_bytes(_HEADERS_BYTES[carrier] * (_PAYLOAD_PER_HEADER + 1))
    line_bytes = max(least_bytes, int(send_bps / 8 * PACKET_S[carrier]))
    return min(PACKET_MOST_BYTES, link.largest_bytes(line_bytes))
