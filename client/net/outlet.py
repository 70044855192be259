"""The one way out of a peer connection: classified, paced, in lanes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from client.core.lanes import Carrier, Lane, LaneCount, Packet, Scheduler
from client.net.classification import Classifier
from client.net.key_frames import KeyFrames

_DEADLINES_S: Final[Mapping[Lane, float]] = {
    Lane.VOICE: 0.4,
    Lane.RETRANSMISSION: 0.4,
    Lane.PICTURE: 0.6,
}
"""chosen: what waited longer would come later than the peer's jitter buffer lets it play."""
Send = Callable[[bytes], Awaitable[None]]


class Outlet:
    """Takes every packet before it is encrypted; `run` sends them when their turn comes."""

    def __init__(
        self,
        classifier: Classifier,
        rate_bps: int,
        *,
        ask_key_frame: Callable[[], None],
        now_s: Callable[[], float],
    ) -> None:
        """`ask_key_frame` is called on the event loop, once a second at most."""
        self._classifier = classifier
        self._scheduler = Scheduler(rate_bps, now_s())
        self._ask_key_frame = ask_key_frame
        self._now_s = now_s
        self._woken = asyncio.Event()
        self._key_frames = KeyFrames()
        self.key_frames_asked = 0

    @property
    def rate_bps(self) -> int:
        """Bits per second on the line, headers included."""
        return self._scheduler.rate_bps

    @rate_bps.setter
    def rate_bps(self, rate_bps: int) -> None:
        self._scheduler.rate_bps = rate_bps
        self._woken.set()

    @property
    def counts(self) -> Mapping[Lane, LaneCount]:
        """What became of each lane's packets so far."""
        return self._scheduler.counts

    def waiting_bytes(self, lane: Lane) -> int:
        """What the lane holds, in bytes on the line."""
        return self._scheduler.waiting_bytes(lane)

    def submit(self, carrier: Carrier, data: bytes) -> None:
        """Queue one packet."""
        lane, packet = self._classifier.classify(carrier, data)
        now_s = self._now_s()
        if packet.is_key:
            self._key_frames.note_made()
        wait_s = _DEADLINES_S.get(lane)
        self._scheduler.push(lane, packet, now_s, None if wait_s is None else now_s + wait_s)
        self._woken.set()

    def want_key_frame(self) -> None:
        """The peer asked for a key frame."""
        self.key_frames_asked += 1
        self._key_frames.want()
        self._woken.set()

    async def run(self, send: Mapping[Carrier, Send]) -> None:
        """Send what is due, until the connection is gone or the task is cancelled."""
        while True:
            self._woken.clear()
            try:
                for lane, packet in self._scheduler.pop(self._now_s()):
                    await self._send_one(send, lane, packet)
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
        await send[packet.carrier](packet.data)
        self._classifier.note_sent(lane, packet)
