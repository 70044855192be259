"""Counts what a site puts on the line, by kind of packet; run in the site's namespace.

``python -m linklab.measuring.tap INTERFACE`` until its standard input ends; then it writes, as
JSON, the packets of each second: ``[[second, kind, packets, IP bytes], ...]``. Seconds are of the
wall clock. A kind is ``stun``, ``data`` (DTLS), ``rtcp``, ``rtp:<payload type>`` or ``other``.
"""

import json
import select
import socket
import sys
from collections import Counter
from typing import Final

from client import clock

_ALL: Final = 0x0003  # ETH_P_ALL: what leaves is shown to nobody who asks for less
_IPV4: Final = 0x0800  # ETH_P_IP
_OUTGOING: Final = 4  # packet(7), PACKET_OUTGOING
_UDP: Final = 17
_UDP_HEADER_BYTES: Final = 8
_LOOK_BYTES: Final = 128
_BUFFER_BYTES: Final = 4 << 20


def kind_of(packet: bytes) -> str:
    """What this IPv4 packet carries, by its first bytes (RFC 7983, 7; RFC 5761, 4)."""
    at = 4 * (packet[0] & 0x0F) + _UDP_HEADER_BYTES
    if packet[9] != _UDP or len(packet) < at + 2:
        return "other"
    match packet[at]:
        case first if first <= 3:  # noqa: PLR2004 -- RFC 7983, 7
            return "stun"
        case first if 20 <= first <= 63:  # noqa: PLR2004 -- RFC 7983, 7
            return "data"
        case first if 128 <= first <= 191:  # noqa: PLR2004 -- RFC 7983, 7
            is_rtcp = 192 <= packet[at + 1] <= 223  # noqa: PLR2004 -- RFC 5761, 4
            return "rtcp" if is_rtcp else f"rtp:{packet[at + 1] & 0x7F}"
    return "other"


def main() -> None:
    """Count until told to stop."""
    packets: Counter[tuple[int, str]] = Counter()
    sizes: Counter[tuple[int, str]] = Counter()
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ALL)) as tap:
        tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        tap.bind((sys.argv[1], _ALL))
        while True:
            ready, _, _ = select.select([tap, sys.stdin], [], [])
            if sys.stdin in ready:
                break
            packet, (_, protocol, direction, *_) = tap.recvfrom(_LOOK_BYTES)
            if protocol == _IPV4 and direction == _OUTGOING:
                key = int(clock.now().timestamp()), kind_of(packet)
                packets[key] += 1
                sizes[key] += int.from_bytes(packet[2:4], "big")
    rows = [[*key, count, sizes[key]] for key, count in sorted(packets.items())]
    sys.stdout.write(json.dumps(rows))


if __name__ == "__main__":
    main()
