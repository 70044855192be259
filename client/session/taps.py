"""Media flows to one link at a time, and only once it has proved itself."""

import asyncio

from client.media.feed import ClockPair, EncodedPacket, PacketFeed


class FeedSwitch:
    """Shares one feed among the links of a session; only the chosen tap gets packets."""

    def __init__(self, feed: PacketFeed) -> None:
        self._feed = feed
        self._reading = asyncio.Lock()
        self._chosen: FeedTap | None = None
        self._changed = asyncio.Event()

    def tap(self) -> "FeedTap":
        """A feed for one more link; silent until chosen."""
        return FeedTap(self)

    def choose(self, tap: "FeedTap | None") -> None:
        """Give the packets to this tap and to no other; its peer starts with a key frame."""
        self._chosen = tap
        self._changed.set()
        self._changed = asyncio.Event()
        if tap is not None:
            self._feed.request_key_frame()

    async def next_for(self, tap: "FeedTap") -> EncodedPacket:
        """The next packet, once `tap` is the chosen one."""
        while True:
            while self._chosen is not tap:
                await self._changed.wait()
            async with self._reading:
                packet = await self._feed.next_packet()
            if self._chosen is tap:
                return packet

    @property
    def clock_pair(self) -> ClockPair | None:
        """The feed's."""
        return self._feed.clock_pair

    def request_key_frame(self, tap: "FeedTap") -> None:
        """Pass on a peer's request, unless it comes from a link that is not in use."""
        if self._chosen is tap:
            self._feed.request_key_frame()


class FeedTap:
    """One link's end of a `FeedSwitch`."""

    def __init__(self, switch: FeedSwitch) -> None:
        self._switch = switch

    async def next_packet(self) -> EncodedPacket:
        """The next packet once this tap is chosen."""
        return await self._switch.next_for(self)

    @property
    def clock_pair(self) -> ClockPair | None:
        """The feed's."""
        return self._switch.clock_pair

    def request_key_frame(self) -> None:
        """The peer needs a picture it can start from."""
        self._switch.request_key_frame(self)
