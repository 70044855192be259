"""A feed as aiortc's track: pictures begin with a key frame, whoever else took the first one."""

import asyncio
from fractions import Fraction

import av

from client.net.tracks import FeedTrack


class Feed:
    """Gives a key frame only for the second request: another connection took the first."""

    def __init__(self) -> None:
        self.asked = 0

    def request_key_frame(self) -> None:
        self.asked += 1

    async def next_packet(self) -> av.Packet:
        packet = av.Packet(b"coded")
        packet.pts, packet.time_base = 9_000, Fraction(1, 90_000)
        packet.is_keyframe = self.asked > 1
        return packet


async def test_a_key_frame_that_does_not_come_is_asked_for_again() -> None:
    feed = Feed()
    track = FeedTrack("video", feed)
    track.start()
    async with asyncio.timeout(30):
        packet = await track.recv()
    assert packet.is_keyframe
    assert feed.asked == 2


async def test_what_leaves_is_what_the_seal_made_of_it() -> None:
    made = iter([None, b"sealed"])
    track = FeedTrack("audio", Feed(), seal=lambda _: next(made))
    track.start()
    async with asyncio.timeout(30):
        packet = await track.recv()
    assert bytes(packet) == b"sealed"
    assert (packet.pts, packet.time_base) == (9_000, Fraction(1, 90_000))
