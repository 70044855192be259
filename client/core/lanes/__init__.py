"""What leaves first when the line is thin: lanes over one paced budget.

Everything a connection sends passes here before it is encrypted. `Scheduler.push` takes a packet,
`Scheduler.pop` gives back those that may leave now. Control, voice, readings and retransmissions
go in strict order; below them the still and the live picture share what is left by the plan, each
using what the other leaves; bulk comes last. No more than about one packet is handed out ahead of
the line, so whatever is urgent waits for one packet at most.
"""

from client.core.lanes.lane import LANE_LIMITS_BYTES, Carrier, Lane, LaneCount, Packet
from client.core.lanes.scheduler import Scheduler
from client.core.lanes.sizes import PACKET_S, packet_limit_bytes

__all__ = [
    "LANE_LIMITS_BYTES",
    "PACKET_S",
    "Carrier",
    "Lane",
    "LaneCount",
    "Packet",
    "Scheduler",
    "packet_limit_bytes",
]
