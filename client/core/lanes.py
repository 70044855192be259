"""What leaves first when the line is thin: strict lanes over one paced budget.

Everything a connection sends passes here before it is encrypted. `Scheduler.push` takes a packet,
`Scheduler.pop` gives back those that may leave now: the first lane that is not empty, always,
while the token bucket allows. A waiting picture therefore costs voice one packet's time at most,
and lower lanes starve while higher ones are busy. `Scheduler.rate_bps` is the seam of whoever
knows the line.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final


class Lane(IntEnum):
    """Classes of traffic, the first served first."""

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

BURST_BYTES: Final = 1_500
"""chosen: about one packet, so that no queue builds up in the line's own modem."""

_BURST_S: Final = 0.02  # chosen: a timer may be this late without losing capacity
_PROGRESS_S: Final = 1e-6  # chosen: above any rounding, so that a wake-up always finds budget


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet on its way out, not yet encrypted."""

    data: bytes
    carrier: Carrier
    picture: int | None = None
    """Which picture it is a part of; the same for all its parts, in the picture lane."""
    is_key: bool = False
    """The picture stands alone: it can follow a dropped one."""

    @property
    def size_bytes(self) -> int:
        """What it costs on the line, headers and encryption included."""
        return len(self.data) + self.carrier.value


@dataclass(slots=True)
class LaneCount:
    """What became of one lane's packets so far."""

    packets_sent: int = 0
    bytes_sent: int = 0
    """On the line: headers and encryption included."""
    packets_dropped: int = 0
    bytes_dropped: int = 0


@dataclass(frozen=True, slots=True)
class _Waiting:
    packet: Packet
    deadline_s: float | None

    def is_late(self, now_s: float) -> bool:
        return self.deadline_s is not None and self.deadline_s < now_s


class Scheduler:
    """A pacer with strict priorities: no clock, no I/O.

    Every ``now_s`` is the same monotonic clock, in seconds.
    """

    def __init__(self, rate_bps: int, now_s: float) -> None:
        self.rate_bps = rate_bps
        """Bits per second on the line, headers included; may be set at any time."""
        self.counts: Final = {lane: LaneCount() for lane in Lane}
        self._queues: Final = {lane: deque[_Waiting]() for lane in Lane}
        self._waiting_bytes: Final = dict.fromkeys(Lane, 0)
        self._budget_bytes = float(BURST_BYTES)
        self._filled_s = now_s
        self._awaits_key = False
        self._doomed: int | None = None

    @property
    def needs_key_frame(self) -> bool:
        """Pictures were dropped: until a key frame is pushed, further ones are dropped too."""
        return self._awaits_key

    def waiting_bytes(self, lane: Lane) -> int:
        """What the lane holds, in bytes on the line."""
        return self._waiting_bytes[lane]

    def push(
        self, lane: Lane, packet: Packet, now_s: float, deadline_s: float | None = None
    ) -> None:
        """Queue a packet; after ``deadline_s`` it is worth nothing and is dropped instead."""
        waiting = _Waiting(packet, deadline_s)
        if lane is Lane.PICTURE and not self._continues(packet):
            self._count_drop(lane, packet)
            return
        self._queues[lane].append(waiting)
        self._waiting_bytes[lane] += packet.size_bytes
        while self._waiting_bytes[lane] > LANE_LIMITS_BYTES[lane]:
            self._drop_oldest(lane, now_s)

    def promote(self, source: Lane, target: Lane) -> None:
        """Move all that waits in one lane to the end of another, in order.

        For packets that a more urgent one, about to be pushed, cannot be delivered without.
        """
        self._queues[target] += self._queues[source]
        self._waiting_bytes[target] += self._waiting_bytes[source]
        self._queues[source].clear()
        self._waiting_bytes[source] = 0

    def pop(self, now_s: float) -> list[tuple[Lane, Packet]]:
        """The packets that may leave now, in order; those past their deadline are dropped."""
        self._fill(now_s)
        leaving: list[tuple[Lane, Packet]] = []
        for lane in Lane:
            queue = self._queues[lane]
            while queue and queue[0].is_late(now_s):
                self._drop_oldest(lane, now_s)
            while queue and self._budget_bytes >= 0:
                leaving.append((lane, self._take(lane)))
        return leaving

    def next_at(self) -> float | None:
        """When `pop` will next have something to give; None while nothing waits."""
        if not any(self._queues.values()):
            return None
        missing_bytes = max(0.0, -self._budget_bytes)
        return self._filled_s + missing_bytes * 8 / self.rate_bps + _PROGRESS_S

    def _fill(self, now_s: float) -> None:
        limit = max(float(BURST_BYTES), self.rate_bps / 8 * _BURST_S)
        gained = max(0.0, now_s - self._filled_s) * self.rate_bps / 8
        self._budget_bytes = min(limit, self._budget_bytes + gained)
        self._filled_s = max(self._filled_s, now_s)

    def _take(self, lane: Lane) -> Packet:
        packet = self._queues[lane].popleft().packet
        self._waiting_bytes[lane] -= packet.size_bytes
        self._budget_bytes -= packet.size_bytes
        self.counts[lane].packets_sent += 1
        self.counts[lane].bytes_sent += packet.size_bytes
        return packet

    def _continues(self, packet: Packet) -> bool:
        """Whether the far end could decode this picture after what was dropped."""
        if self._awaits_key and packet.is_key and packet.picture != self._doomed:
            self._awaits_key = False
        return not self._awaits_key

    def _drop_oldest(self, lane: Lane, now_s: float) -> None:
        if lane is Lane.PICTURE:
            self._drop_pictures(lambda waiting: waiting.is_late(now_s))
        else:
            self._drop_head(lane)

    def _drop_pictures(self, is_late: Callable[[_Waiting], bool]) -> None:
        """Drop the oldest picture whole, and all that cannot be decoded without it."""
        queue = self._queues[Lane.PICTURE]
        self._doomed = queue[0].packet.picture
        while queue and (
            queue[0].packet.picture == self._doomed
            or not queue[0].packet.is_key
            or is_late(queue[0])
        ):
            self._doomed = self._drop_head(Lane.PICTURE).picture
        self._awaits_key = not queue

    def _drop_head(self, lane: Lane) -> Packet:
        packet = self._queues[lane].popleft().packet
        self._waiting_bytes[lane] -= packet.size_bytes
        self._count_drop(lane, packet)
        return packet

    def _count_drop(self, lane: Lane, packet: Packet) -> None:
        self.counts[lane].packets_dropped += 1
        self.counts[lane].bytes_dropped += packet.size_bytes
