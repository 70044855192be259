"""The one pacer of a connection: strict lanes, still and picture by the plan."""

from collections.abc import Iterator, Mapping
from typing import Final

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import Plan
from client.core.lanes.lane import LANE_LIMITS_BYTES, Lane, LaneCount, Packet
from client.core.lanes.pacer import Pacer
from client.core.lanes.patience import patience_s
from client.core.lanes.queue import LaneQueue, PictureQueue, RepeatQueue, Waiting
from client.core.lanes.shares import Shares

_BEFORE_SHARES: Final = (Lane.CONTROL, Lane.VOICE, Lane.READINGS, Lane.RETRANSMISSION)
_IN_SILENCE: Final = (Lane.CONTROL, Lane.VOICE, Lane.READINGS)
_TRAIN_S: Final = 0.06  # chosen: what one packet may take, so that voice waits no longer
_BACKLOG_LEAST_S: Final = 0.12  # chosen: half of what glass to glass may take on a rural line


class Scheduler:
    """What may leave now, and in which order. No clock, no I/O.

    Every ``now_s`` is the same monotonic clock, in seconds. Sizes are on the line, by the link
    layer's accounting.
    """

    def __init__(self, plan: Plan, link: LinkLayer, now_s: float) -> None:
        self._link = link
        self._plan = plan
        self._pacer = Pacer(plan.send_bps, plan.cap_bps, now_s)
        self._shares = Shares(plan)
        self._pictures = PictureQueue(LANE_LIMITS_BYTES[Lane.PICTURE])
        self._queues: Final[Mapping[Lane, LaneQueue]] = {
            lane: LaneQueue(limit) for lane, limit in LANE_LIMITS_BYTES.items()
        } | {
            Lane.RETRANSMISSION: RepeatQueue(LANE_LIMITS_BYTES[Lane.RETRANSMISSION]),
            Lane.PICTURE: self._pictures,
        }
        self._key_deadline_s = float("-inf")

    @property
    def plan(self) -> Plan:
        """What is followed."""
        return self._plan

    def follow(self, plan: Plan, link: LinkLayer, now_s: float) -> None:
        """Send by this plan from now on."""
        self._pacer.fill(now_s)
        self._pacer.rate_bps = plan.send_bps
        self._pacer.cap_bps = plan.cap_bps
        self._shares.follow(plan)
        self._plan, self._link = plan, link
        if plan.is_silent:
            self._pictures.drop_all()

    @property
    def counts(self) -> Mapping[Lane, LaneCount]:
        """What became of each lane's packets so far."""
        return {lane: queue.count for lane, queue in self._queues.items()}

    @property
    def needs_key_frame(self) -> bool:
        """Pictures were dropped: until a key frame is pushed, further ones are dropped too."""
        is_wanted = self._plan.picture is not None and not self._plan.is_silent
        return is_wanted and self._pictures.awaits_key

    @property
    def has_room_for_picture(self) -> bool:
        """Whether another picture would leave in time; else the encoder had better skip it.

        A picture not encoded costs nothing; one dropped here costs a key frame.
        """
        if self._plan.is_silent or self._plan.picture is None:
            return False
        backlog_s = self.waiting_bytes(Lane.PICTURE) * 8 / max(1, self._plan.picture_bps)
        return backlog_s <= max(_BACKLOG_LEAST_S, 1 / self._plan.picture.frames_per_s)

    def waiting_bytes(self, lane: Lane) -> int:
        """What the lane holds."""
        return self._queues[lane].cost_bytes

    def push(
        self, lane: Lane, packet: Packet, now_s: float, deadline_s: float | None = None
    ) -> None:
        """Queue a packet; after its deadline it is worth nothing and is dropped instead.

        Without one it has its lane's (`patience`).
        """
        if deadline_s is None and (wait_s := patience_s(lane, self._plan, is_key=packet.is_key)):
            deadline_s = now_s + wait_s
        if lane is Lane.PICTURE and deadline_s is not None:
            deadline_s = self._behind_key(packet, deadline_s)
        cost_bytes = self._link.cost_bytes(packet.size_bytes)
        self._queues[lane].push(Waiting(packet, cost_bytes, deadline_s))
        if self._plan.is_silent and lane is Lane.PICTURE:
            self._pictures.drop_all()

    def admits_beside(self, packet: Packet, now_s: float) -> bool:
        """Whether padding that probes the line may leave now, out of turn.

        It is counted. Below a cap, what waits in the lanes waits until it has been paid for; else
        voice does not wait for what the line is asked to show besides.
        """
        self._pacer.fill(now_s)
        cost_bytes = self._link.cost_bytes(packet.size_bytes)
        if self._plan.is_silent or not self._pacer.is_below_cap(cost_bytes):
            return False
        if self._plan.cap_bps is not None:
            self._pacer.spend(cost_bytes)
        self._queues[Lane.RETRANSMISSION].count.note_sent(cost_bytes)
        return True

    def pop(self, now_s: float) -> list[tuple[Lane, Packet]]:
        """The packets that may leave now, in order; those past their deadline are dropped."""
        self._pacer.fill(now_s)
        for queue in self._queues.values():
            queue.drop_late(now_s)
        leaving: list[tuple[Lane, Packet]] = []
        while (first := self._first()) and self._pacer.admits(first[1].cost_bytes):
            leaving += [(first[0], packet) for packet in self._take_train(first[0])]
        return leaving

    def next_at(self) -> float | None:
        """When `pop` will next have something to do; None while nothing waits that may leave."""
        first = self._first()
        return None if first is None else self._pacer.next_at(first[1].cost_bytes)

    def _first(self) -> tuple[Lane, Waiting] | None:
        for lane in self._order():
            if head := self._queues[lane].head:
                return lane, head
        return None

    def _order(self) -> Iterator[Lane]:
        if self._plan.is_silent:
            yield from _IN_SILENCE
            return
        yield from _BEFORE_SHARES
        yield from self._shares.order()
        yield Lane.BULK

    def _take_train(self, lane: Lane) -> Iterator[Packet]:
        """One packet, or two of a picture: by their spreading the far end measures the line.

        Both together take no more of the line's time than one packet may.
        """
        taken = self._take(lane)
        yield taken.packet
        follower = self._queues[lane].head
        if lane is not Lane.PICTURE or follower is None:
            return
        train_bytes = taken.cost_bytes + follower.cost_bytes
        if (
            follower.packet.picture == taken.packet.picture
            and train_bytes * 8 <= _TRAIN_S * self._plan.send_bps
            and self._pacer.is_below_cap(follower.cost_bytes)
        ):
            yield self._take(lane).packet

    def _take(self, lane: Lane) -> Waiting:
        waiting = self._queues[lane].take()
        self._pacer.spend(waiting.cost_bytes)
        if lane in {Lane.STILL, Lane.PICTURE}:
            self._shares.note(lane, waiting.cost_bytes)
        return waiting

    def _behind_key(self, packet: Packet, deadline_s: float) -> float:
        """What follows a key picture cannot be asked to leave before it has."""
        if self.waiting_bytes(Lane.PICTURE) == 0:
            self._key_deadline_s = float("-inf")
        if packet.is_key:
            self._key_deadline_s = deadline_s
        return max(deadline_s, self._key_deadline_s)
