"""A feed of ours dressed as the track aiortc wants to own and may stop at any time."""

import asyncio
from collections.abc import Callable
from typing import Final

from aiortc.mediastreams import MediaStreamTrack

from client.net.payload_formats import PAYLOAD_LIMIT_BYTES
from client.net.peering import PacketFeed, TimedFeed
from client.net.rtc_internals.media import Packet, with_contents

_ASK_AGAIN: Final = 10
"""Pictures; chosen: a second, far above what an encoder has under way."""


class FeedTrack(MediaStreamTrack):
    """Hands over ready-made packets, from `start` on. Stopping it leaves the feed untouched."""

    def __init__(
        self,
        kind: str,
        feed: PacketFeed,
        *,
        seal: Callable[[bytes], bytes | None] = bytes,
    ) -> None:
        """`seal` makes of a packet's bytes what is to leave; None: nothing is."""
        super().__init__()
        self.kind = kind
        self._feed = feed
        self._seal = seal
        self._started = asyncio.Event()
        self._awaits_key = kind == "video"
        self._skipped = 0
        self.captured_s: float | None = None
        """When the newest packet's content was captured, on the feed's monotonic clock."""
        self.payload_limit_bytes = PAYLOAD_LIMIT_BYTES
        """Into which a picture's packet is cut from now on."""

    def start(self) -> None:
        """From now on the feed is read; pictures begin with one that stands alone."""
        if self._awaits_key:
            self._feed.request_key_frame()
        self._started.set()

    async def recv(self) -> Packet:
        """The feed's next packet."""
        await self._started.wait()
        sealed = None
        while sealed is None:
            packet = await self._feed.next_packet()
            if self._awaits_key and not packet.is_keyframe:
                self._skipped += 1
                if self._skipped % _ASK_AGAIN == 0:  # the one asked for went to an older connection
                    self._feed.request_key_frame()
                continue
            sealed = self._seal(bytes(packet))
        self._awaits_key = False
        self.captured_s = self._capture_of(packet)
        leaving = with_contents(packet, sealed)
        leaving.opaque = self.payload_limit_bytes
        return leaving

    def _capture_of(self, packet: Packet) -> float | None:
        pair = self._feed.clock_pair if isinstance(self._feed, TimedFeed) else None
        if pair is None or packet.pts is None:
            return None
        return pair.captured_s + float((packet.pts - pair.pts) * packet.time_base)
