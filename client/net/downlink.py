"""What comes from the peer besides messages: its voice as packets, its picture as frames."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiortc import RTCRtpReceiver
from aiortc.mediastreams import MediaStreamError

from client.net.frame_sealing import FrameSealing
from client.net.gaps import VOICE_S, Gaps
from client.net.peering import RemoteMedia
from client.net.rtc_internals import bounds, streams
from client.net.rtc_internals.pictures import order_pictures


class Downlink:
    """Hands over what both receivers of a connection get, from `start` on."""

    def __init__(
        self,
        remote: RemoteMedia,
        sealing: FrameSealing,
        *,
        now_s: Callable[[], float],
        rtt_s: Callable[[], float | None],
    ) -> None:
        self._remote = remote
        self._sealing = sealing
        self._now_s = now_s
        self._rtt_s = rtt_s
        self._gaps = Gaps(VOICE_S)
        self._drops = bounds.Drops()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_started = False

    @property
    def pictures_dropped(self) -> int:
        """Received pictures that nothing took in time."""
        return self._drops.frames

    def attach(self, receiver: RTCRtpReceiver) -> None:
        """A receiver that has its track and has not started."""
        drops = bounds.bound_receiver(receiver)
        if receiver.track.kind == "audio":
            streams.on_voice_packet(receiver, self._hear, self._sealing.open_voice)
        else:
            self._drops = drops
            order_pictures(receiver, self._now_s, self._rtt_s, self._sealing.open_picture)
            self._tasks.append(asyncio.create_task(self._show(receiver.track)))

    def start(self) -> None:
        """Who is at the other end is known."""
        self._is_started = True

    async def close(self) -> None:
        """End everything this runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _hear(self, packet: streams.VoicePacket) -> list[int]:
        """Pass one packet on; the numbers of those to ask for again."""
        if not self._is_started:
            return []
        if packet.blocks:
            self._remote.hear(packet.blocks)
        repeated = max(0, len(packet.blocks) - 1)
        return self._gaps.note(packet.sequence, repeated, self._now_s(), self._rtt_s())

    async def _show(self, track: Any) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if self._is_started:
                self._remote.show(frame)
