"""The one way out of a peer connection: classified, paced, in lanes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import Plan
from client.core.adaptation.probing import Probe
from client.core.lanes import Carrier, Lane, LaneCount, Packet, Scheduler, packet_limit_bytes
from client.net.classification import Classifier
from client.net.egress import Egress
from client.net.key_frames import KeyFrames

Send = Callable[[bytes], Awaitable[None]]


class Outlet:
    """Takes every packet before it is encrypted; `run` sends them when their turn comes."""

    def __init__(  # noqa: PLR0913 -- all but three by name
        self,
        classifier: Classifier,
        egress: Egress,
        plan: Plan,
        *,
        link: LinkLayer,
        ask_key_frame: Callable[[], None],
        now_s: Callable[[], float],
    ) -> None:
        """`ask_key_frame` is called on the event loop, once a second at most."""
        self._classifier = classifier
        self._egress = egress
        self._scheduler = Scheduler(plan, link, now_s())
        self.data_limit_bytes = packet_limit_bytes(plan.send_bps, Carrier.DATA, link)
        """The largest IP packet to make of a still."""
        self._ask_key_frame = ask_key_frame
        self._now_s = now_s
        self._woken = asyncio.Event()
        self._key_frames = KeyFrames()
        self._train: list[Packet] = []
        self.key_frames_asked = 0

    @property
    def has_room_for_picture(self) -> bool:
        """Whether another picture would leave in time; else the encoder had better skip it."""
        return self._scheduler.has_room_for_picture

    @property
    def needs_key_frame(self) -> bool:
        """Pictures were dropped here: until a key frame comes, all others are dropped too."""
        return self._scheduler.needs_key_frame

    def follow(self, plan: Plan, link: LinkLayer) -> None:
        """Send by this plan from now on."""
        self._scheduler.follow(plan, link, self._now_s())
        self.data_limit_bytes = packet_limit_bytes(plan.send_bps, Carrier.DATA, link)
        self._woken.set()

    @property
    def counts(self) -> Mapping[Lane, LaneCount]:
        """What became of each lane's packets so far."""
        return self._scheduler.counts

    def waiting_bytes(self, lane: Lane) -> int:
        """What the lane holds, in bytes on the line."""
        return self._scheduler.waiting_bytes(lane)

    def submit(self, carrier: Carrier, data: bytes, captured_s: float | None = None) -> None:
        """Queue one packet of aiortc's; ``captured_s``: when the media in it was captured."""
        dressed = self._egress.dress(carrier, data, self._now_s(), captured_s)
        if dressed is None:
            return
        lane, packet = self._classifier.classify(carrier, dressed)
        if packet.is_key:
            self._key_frames.note_made(self._now_s())
        self._push(lane, packet)

    def repeat_voice(self, sequence: int) -> None:
        """The peer misses a voice packet."""
        if (data := self._egress.lost_voice(sequence, self._now_s())) is not None:
            self._push(Lane.RETRANSMISSION, Packet(data, Carrier.RTP, is_voice_again=True))

    def repeat_picture(self, sequence: int) -> None:
        """The peer misses a part of a picture."""
        if (data := self._egress.lost_picture(sequence, self._now_s())) is not None:
            self._push(Lane.RETRANSMISSION, Packet(data, Carrier.RTP))

    def probe(self, probe: Probe) -> None:
        """Send padding at the next opportunity, back to back: its spreading out is the answer."""
        for _ in range(probe.packets):
            if (data := self._egress.padding(probe.padding_bytes)) is not None:
                self._train.append(Packet(data, Carrier.RTP))
        self._woken.set()

    def _take_train(self) -> list[Packet]:
        train, self._train, now_s = self._train, [], self._now_s()
        return [packet for packet in train if self._scheduler.admits_beside(packet, now_s)]

    def _push(self, lane: Lane, packet: Packet) -> None:
        self._scheduler.push(lane, packet, self._now_s())
        self._woken.set()

    def want_key_frame(self) -> None:
        """The peer asked for a key frame."""
        self.key_frames_asked += 1
        self._key_frames.hear_request(
            self._now_s(),
            self._egress.rtt_s or 0.0,
            are_waiting=self._scheduler.waiting_bytes(Lane.PICTURE) > 0,
        )
        self._woken.set()

    async def run(self, send: Mapping[Carrier, Send]) -> None:
        """Send what is due, until the connection is gone or the task is cancelled."""
        while True:
            self._woken.clear()
            try:
                for lane, packet in self._scheduler.pop(self._now_s()):
                    await self._send_one(send, lane, packet)
                for packet in self._take_train():
                    await self._send_one(send, Lane.RETRANSMISSION, packet)
            except ConnectionError:
                return
            self._ask_if_due()
            await self._wait()

    def _ask_if_due(self) -> None:
        if self._scheduler.needs_key_frame:
            self._key_frames.want()
        if self._key_frames.is_due(self._now_s()):
            self._ask_key_frame()

    async def _wait(self) -> None:
        """Until something is submitted or due."""
        moments = (self._scheduler.next_at(), self._key_frames.next_at())
        due_s = min((at for at in moments if at is not None), default=None)
        try:
            async with asyncio.timeout(None if due_s is None else due_s - self._now_s()):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _send_one(self, send: Mapping[Carrier, Send], lane: Lane, packet: Packet) -> None:
        now_s = self._now_s()
        if packet.is_key:
            self._key_frames.note_left(now_s)
        await send[packet.carrier](self._egress.release(lane, packet, now_s))
        if packet.carrier is Carrier.DATA:
            self._trail(packet, now_s)

    def _trail(self, packet: Packet, now_s: float) -> None:
        probe = self._egress.probe_behind(packet, now_s)
        if probe is not None:
            self.probe(probe)
