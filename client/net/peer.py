"""One WebRTC connection with the other end: voice, pictures and one data channel.

The site offers four sections: voice both ways, its picture, the GP's picture, the data channel
``chevet`` (`client.net.negotiation`). Nothing is read from the feeds, played or shown before
`Peer.start_media`: the caller first verifies over the data channel who ends the connection.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from copy import copy
from typing import Final

from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcdtlstransport import RTCDtlsTransport

from client import clock
from client.core.adaptation.estimator import LineSeed
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.observation import LineEstimate
from client.core.adaptation.plan import Plan, first_plan
from client.core.envelope import Role
from client.core.frame_keys import FrameKeys
from client.core.lanes import Lane, LaneCount
from client.net.channel import Channel
from client.net.downlink import Downlink
from client.net.frame_sealing import FrameSealing
from client.net.negotiation import Negotiation
from client.net.peering import (
    ChannelClosedError,
    ChannelOpened,
    IceServer,
    PacketFeed,
    PeerEvent,
    PeerLost,
    PeerStatistics,
    RemoteMedia,
)
from client.net.rtc_internals import hooks
from client.net.rtc_internals.connection import new_connection
from client.net.rtc_internals.understanding import understanding, unless_over
from client.net.tracks import FeedTrack
from client.net.uplink import Sending, Uplink

_logger = logging.getLogger(__name__)

SETUP_TIMEOUT_S: Final = 20.0
"""chosen: five times what set-up took at 600 ms round trip and 64 kbit/s."""


class Peer:
    """A connection to try once; all its calls and events happen on one event loop."""

    def __init__(  # noqa: PLR0913 -- all by name, all needed to make one connection
        self,
        *,
        voice: PacketFeed,
        picture: PacketFeed,
        remote: RemoteMedia,
        picture_codecs: Sequence[str],
        uplink_bps: int,
        on_event: Callable[[PeerEvent], None],
        ice_servers: Sequence[IceServer] = (),
        seed: LineSeed | None = None,
        asks_redundancy: bool = False,
        waits_for_lips: bool = False,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
    ) -> None:
        """`picture` gives packets of the one of `picture_codecs`, best first, that is agreed on.

        Needs a running loop. `uplink_bps` is what may be sent until the first plan, headers
        included; `seed` is what is known of the line from before. `asks_redundancy`: an offer asks
        for a voice that repeats itself, for the whole connection; for lines that lose and are too
        long to ask again. `waits_for_lips`: the peer's browser lets voice and picture wait for each
        other; measured, that costs each 0.1 s and more.
        """
        self._connection = new_connection(ice_servers)
        self._uplink_bps = uplink_bps
        self._seed = seed
        self._asks_redundancy = asks_redundancy
        self._on_event = on_event
        self._monotonic_s = monotonic_s
        self._picture = picture
        self._sealing = FrameSealing()
        self._voice_track = FeedTrack("audio", voice)
        self._picture_track = FeedTrack("video", picture, seal=self._seal_picture)
        tracks = self._voice_track, self._picture_track
        self._negotiation = Negotiation(
            self._connection, *tracks, picture_codecs, plays_apart=not waits_for_lips
        )
        self._uplink: Uplink | None = None
        self._channel: Channel | None = None
        self._downlink = Downlink(
            remote, self._sealing, now_s=monotonic_s, rtt_s=self._round_trip_s
        )
        self._describing = asyncio.Lock()
        self._deadline: asyncio.TimerHandle | None = None
        self._is_over = False
        self._connection.on("track", self._receive)
        self._connection.on("datachannel", lambda _: self._emit(PeerLost("misbehaved")))
        self._connection.on("connectionstatechange", self._follow_state)

    async def offer(self) -> str:
        """The site's complete description; then wait for `accept`. `PeerError` once closed."""
        async with self._describing:
            with unless_over():
                return await self._offer()

    async def answer(self, offer: str) -> str:
        """The GP's complete description for the site's.

        `DescriptionError` if that is unusable, `PeerError` once closed.
        """
        async with self._describing:
            with unless_over():
                return await self._answer(offer)

    async def accept(self, answer: str) -> None:
        """Begin connecting to whoever answered.

        `DescriptionError` if the answer is unusable, `PeerError` once closed or answered before.
        """
        async with self._describing:
            with unless_over():
                await self._negotiation.hear("answer", answer)
                self._agree()

    @property
    def picture_codec(self) -> str | None:
        """What the picture is sent as; None before that is agreed on, or if in no codec of ours."""
        return self._negotiation.picture_codec

    def seal_frames(self, keys: FrameKeys, role: Role) -> None:
        """Seal picture and voice from the first one on; to be called before `start_media`."""
        self._sealing.begin(keys, role)

    def start_media(self) -> None:
        """Who is at the other end is known: read the feeds, play and show what comes."""
        self._downlink.start()
        self._voice_track.start()
        self._picture_track.start()

    def send(self, data: bytes, *, lane: Lane) -> None:
        """Queue one message (READINGS or STILL); `PeerError` when it cannot be."""
        self._opened().send(data, lane)

    @property
    def estimate(self) -> LineEstimate | None:
        """What the line can carry now; None before there is an offer or an answer."""
        return None if self._uplink is None else self._uplink.estimate

    @property
    def has_room_for_picture(self) -> bool:
        """Whether another picture would leave in time; else the encoder had better skip it."""
        return self._uplink is None or self._uplink.outlet.has_room_for_picture

    @property
    def needs_key_frame(self) -> bool:
        """Any picture but one that stands alone would be dropped."""
        return self._uplink is not None and self._uplink.outlet.needs_key_frame

    def apply(self, plan: Plan, link: LinkLayer) -> None:
        """Send by this plan from now on; what the feeds make of it is the caller's."""
        if self._uplink is not None:
            self._uplink.apply(plan, link)

    @property
    def buffered_bytes(self) -> int:
        """Message bytes sent and not yet acknowledged by the peer; 0 without a channel."""
        return 0 if self._channel is None else self._channel.buffered_bytes

    def waiting_bytes(self, lane: Lane) -> int:
        """What waits for its turn in one lane, in bytes on the line."""
        return 0 if self._uplink is None else self._uplink.outlet.waiting_bytes(lane)

    @property
    def data_limit_bytes(self) -> int:
        """The largest IP packet to make of a still on this line; 0 before there is one."""
        return 0 if self._uplink is None else self._uplink.outlet.data_limit_bytes

    @property
    def local_fingerprint(self) -> bytes:
        """SHA-256 of our certificate, as our description says it."""
        return hooks.local_fingerprint(self._transport())

    @property
    def remote_fingerprint(self) -> bytes:
        """SHA-256 of the certificate the peer proved to hold; needs an open channel."""
        self._opened()
        return hooks.remote_fingerprint(self._transport())

    def statistics(self) -> PeerStatistics:
        """All counts so far, as a snapshot."""
        uplink, channel = self._uplink, self._channel
        lanes = {lane: LaneCount() for lane in Lane} if uplink is None else uplink.outlet.counts
        return PeerStatistics(
            lanes={lane: copy(count) for lane, count in lanes.items()},
            bytes_received=0 if uplink is None else hooks.bytes_received(self._transport()),
            key_frames_asked=0 if uplink is None else uplink.outlet.key_frames_asked,
            rtt_s=self._round_trip_s(),
            pictures_dropped=self._downlink.pictures_dropped,
            messages_dropped=0 if channel is None else channel.messages_dropped,
            frames_refused=self._sealing.refused,
        )

    async def close(self) -> None:
        """End everything this connection runs; safe at any time, and again."""
        self._is_over = True
        async with self._describing:  # what gathers addresses now would leave their sockets open
            await self._close()

    async def _close(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        if self._uplink is not None:
            await self._uplink.close()
        await self._connection.close()
        if self._uplink is not None:
            await hooks.set_up_ended(self._uplink.transport)
        await self._downlink.close()
        await self._negotiation.close()
        self._sealing.end()
        self._on_event = _nobody  # who asks for figures may hold us, and nobody's keys with us

    async def _offer(self) -> str:
        self._divert(*self._negotiation.begin_offer())
        self._channel = Channel(self._connection, emit=self._emit)
        return await self._negotiation.describe(asks_redundancy=self._asks_redundancy)

    async def _answer(self, offer: str) -> str:
        self._divert(*self._negotiation.begin_answer())
        await self._negotiation.hear("offer", offer)
        with understanding():
            self._channel = Channel(self._connection, emit=self._emit)
            answer = await self._negotiation.describe()
        self._agree()
        return answer

    def _divert(self, voice: Sending, picture: Sending) -> None:
        self._uplink = Uplink(
            voice,
            picture,
            starts_key=self._negotiation.starts_key,
            plan=first_plan(self._uplink_bps),
            link=LinkLayer.ETHERNET,
            ask_key_frame=self._picture.request_key_frame,
            seed=self._seed,
            seal_voice=self._sealing.seal_voice,
            monotonic_s=self._monotonic_s,
        )

    def _seal_picture(self, picture: bytes) -> bytes | None:
        codec = self.picture_codec
        return None if codec is None else self._sealing.seal_picture(codec, picture)

    def _transport(self) -> RTCDtlsTransport:
        if self._uplink is None:
            raise ChannelClosedError
        return self._uplink.transport

    def _opened(self) -> Channel:
        if self._channel is None or not self._channel.is_open:
            raise ChannelClosedError
        return self._channel

    def _agree(self) -> None:
        """Both descriptions are known: the channel has to open now."""
        if self._uplink is not None:
            self._uplink.agree()
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(SETUP_TIMEOUT_S, self._emit, PeerLost("timeout"))

    def _receive(self, track: MediaStreamTrack) -> None:
        for transceiver in self._connection.getTransceivers():
            if transceiver.receiver.track is track:
                self._downlink.attach(transceiver.receiver)

    def _round_trip_s(self) -> float | None:
        return None if self._uplink is None else self._uplink.estimate.rtt_s

    def _follow_state(self) -> None:
        state = self._connection.connectionState
        _logger.debug("peer connection: %s", state)
        if state in ("failed", "closed"):
            self._emit(PeerLost(state))

    def _emit(self, event: PeerEvent) -> None:
        """Tell the owner; after a loss, and once closing, there is nothing more to tell."""
        if self._is_over:
            return
        if isinstance(event, ChannelOpened | PeerLost) and self._deadline is not None:
            self._deadline.cancel()
        self._is_over = isinstance(event, PeerLost)
        self._on_event(event)


def _nobody(event: PeerEvent) -> None:
    """Nobody is told."""
    del event
