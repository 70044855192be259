"""Two peers of ours against each other, over this machine's own addresses."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from fakes.packet_feeds import PictureFeed, Recorder, VoiceFeed
from hypothesis import given, settings
from hypothesis import strategies as st

from client.core.envelope import Role, SessionKeys
from client.core.frame_keys import FrameKeys, FrameRatchet
from client.core.lanes import Carrier, Lane
from client.net.peer import Peer
from client.net.peering import (
    BACKLOG_LIMIT_BYTES,
    MESSAGE_LIMIT_BYTES,
    ChannelClosedError,
    ChannelFullError,
    ChannelOpened,
    DescriptionError,
    MessageArrived,
    MessageTooLargeError,
    PeerError,
    PeerEvent,
    PeerLost,
)
from client.net.rtc_internals.association import MISORDERED_LIMIT

_PATIENCE_S = 30
"""chosen: for a busy machine; nothing here waits that long by itself."""


class End:
    """A peer with real packets to send, and what became of it."""

    def __init__(self, *codecs: str, uplink_bps: int = 1_000_000, encodes: str = "") -> None:
        self.picture = PictureFeed(encodes or codecs[0])
        self.remote = Recorder()
        self.events: asyncio.Queue[PeerEvent] = asyncio.Queue()
        self.peer = Peer(
            voice=VoiceFeed(),
            picture=self.picture,
            remote=self.remote,
            picture_codecs=codecs,
            uplink_bps=uplink_bps,
            on_event=self.events.put_nowait,
        )

    async def close(self) -> None:
        await self.peer.close()
        self.picture.close()


async def nothing_but(tasks: set[asyncio.Task[Any]]) -> None:
    """Let what was told to end see it; then only these may be left."""
    for _ in range(5):
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == tasks


def channel_of(end: End) -> Any:
    """aiortc's own data channel for messages."""
    assert end.peer._channel is not None
    return end.peer._channel._channels[Lane.READINGS]


def message_of(event: PeerEvent) -> bytes:
    """What came; nothing else may have."""
    assert isinstance(event, MessageArrived)
    return event.data


def without(codecs: Sequence[str], offer: str) -> str:
    """The offer as an end reads it that has never heard of these codecs."""
    for codec in codecs:
        offer = offer.replace(f" {codec.upper()}/90000", " unknown/90000")
    return offer


@asynccontextmanager
async def two_ends(
    *codecs: str, uplink_bps: int = 1_000_000, encodes: str = "", lacks: Sequence[str] = ()
) -> AsyncIterator[tuple[End, End]]:
    """A site and a GP, who `lacks` some codecs, with an open channel.

    Afterwards nothing of them may run on.
    """
    before = asyncio.all_tasks()
    site, gp = End(*codecs or ("vp9",), uplink_bps=uplink_bps, encodes=encodes), End("vp8")
    try:
        async with asyncio.timeout(_PATIENCE_S):
            answer = await gp.peer.answer(without(lacks, await site.peer.offer()))
            await site.peer.accept(answer)
            assert await site.events.get() == ChannelOpened()
            assert await gp.events.get() == ChannelOpened()
            yield site, gp
    finally:
        await site.close()
        await gp.close()
        await nothing_but(before)


@pytest.mark.parametrize("codec", ["av1", "vp9"])
async def test_voice_and_picture_arrive_both_ways(codec: str) -> None:
    async with two_ends(codec) as (site, gp):
        site.peer.start_media()
        gp.peer.start_media()
        await gp.remote.until(sounds=5, pictures=8)
        await site.remote.until(sounds=5, pictures=8)
        for end in (site, gp):
            assert end.remote.loudest > 5_000
            assert set(end.remote.pictures) == {(160, 120)}
            assert len(end.remote.distinct) > 1
            lanes = end.peer.statistics().lanes
            assert lanes[Lane.VOICE].bytes_sent > 0
            assert lanes[Lane.PICTURE].bytes_sent > 0


@pytest.mark.parametrize(
    ("lacks", "agreed"), [((), "av1"), (("av1",), "vp9"), (("av1", "vp9"), "vp8")]
)
async def test_the_first_codec_that_the_gp_decodes_is_sent(
    lacks: tuple[str, ...], agreed: str
) -> None:
    async with two_ends("av1", "vp9", "vp8", encodes=agreed, lacks=lacks) as (site, gp):
        assert site.peer.picture_codec == agreed
        assert gp.peer.picture_codec == "vp8"
        site.peer.seal_frames(sealed(1), Role.SITE)
        gp.peer.seal_frames(sealed(1), Role.GP)
        site.peer.start_media()
        gp.peer.start_media()
        await gp.remote.until(sounds=5, pictures=8)
        assert set(gp.remote.pictures) == {(160, 120)}
        assert len(gp.remote.distinct) > 1
        assert gp.peer.statistics().frames_refused == 0


async def test_an_answer_that_refuses_the_picture_leaves_voice_and_messages() -> None:
    site, gp = End("av1"), End("vp8")
    answer = await gp.peer.answer(await site.peer.offer())
    head, voice, picture, rest = answer.split("m=", 3)
    mid = re.findall("^a=mid:.*$", picture, re.MULTILINE)[0].strip()
    refused = f"video 0 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\n{mid}\r\n"
    head = head.replace("BUNDLE 0 1 2 3", "BUNDLE 0 2 3")
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await site.peer.accept(f"{head}m={voice}m={refused}m={rest}")
            assert await site.events.get() == ChannelOpened()
            assert await gp.events.get() == ChannelOpened()
            assert site.peer.picture_codec is None
            site.peer.start_media()
            gp.peer.start_media()
            site.peer.send(b"a reading", lane=Lane.READINGS)
            assert await gp.events.get() == MessageArrived(b"a reading")
            await gp.remote.until(sounds=5)
            await site.remote.until(sounds=5, pictures=5)
            assert gp.remote.pictures == []
            assert site.picture.made == 0
    finally:
        await site.close()
        await gp.close()


async def test_both_know_each_others_certificate() -> None:
    async with two_ends() as (site, gp):
        assert site.peer.remote_fingerprint == gp.peer.local_fingerprint
        assert gp.peer.remote_fingerprint == site.peer.local_fingerprint
        assert len(site.peer.local_fingerprint) == 32


async def test_messages_arrive_whole_both_ways() -> None:
    async with two_ends() as (site, gp):
        sent = [
            bytes([number]) * size for number, size in enumerate((1, 1_200, MESSAGE_LIMIT_BYTES))
        ]
        for data in sent:
            site.peer.send(data, lane=Lane.STILL)
            gp.peer.send(data, lane=Lane.READINGS)
        for end in (site, gp):
            assert [await end.events.get() for _ in sent] == [MessageArrived(data) for data in sent]
        assert site.peer.statistics().lanes[Lane.STILL].packets_sent > 0


async def test_nothing_is_sent_or_shown_before_media_starts() -> None:
    async with two_ends() as (site, gp):
        gp.peer.start_media()
        await gp.picture.until(made=3)
        gp.peer.send(b"after some media", lane=Lane.READINGS)
        assert isinstance(await site.events.get(), MessageArrived)
        assert site.remote.sounds == 0
        assert site.remote.pictures == []
        assert gp.remote.sounds == 0
        assert site.picture.key_frames_made == 0


async def test_a_damaged_picture_is_answered_with_a_key_frame() -> None:
    async with two_ends("av1") as (site, gp):
        site.peer.start_media()
        gp.peer.start_media()
        await gp.remote.until(pictures=3)
        site.picture.is_broken = True
        shown = len(gp.remote.pictures)
        await gp.remote.until(pictures=shown + 5)
        assert site.picture.key_frames_made > 1
        assert site.peer.statistics().key_frames_asked > 0


async def test_a_line_too_thin_for_pictures_keeps_the_voice() -> None:
    async with two_ends(uplink_bps=30_000) as (site, gp):
        site.peer.start_media()
        gp.peer.start_media()
        while not site.peer.statistics().lanes[Lane.PICTURE].packets_dropped:
            await gp.remote.until(sounds=gp.remote.sounds + 1)
        assert site.peer.statistics().lanes[Lane.VOICE].packets_dropped == 0


async def test_who_learns_that_the_channel_is_open_may_use_it_at_once() -> None:
    greeted: asyncio.Queue[PeerEvent] = asyncio.Queue()

    def greet(event: PeerEvent) -> None:
        if event == ChannelOpened():
            gp.send(gp.remote_fingerprint, lane=Lane.READINGS)

    site = End("vp9")
    gp = Peer(
        voice=VoiceFeed(),
        picture=PictureFeed("vp8"),
        remote=Recorder(),
        picture_codecs=("vp8",),
        uplink_bps=256_000,
        on_event=greet,
    )
    site.peer._on_event = greeted.put_nowait
    await site.peer.accept(await gp.answer(await site.peer.offer()))
    async with asyncio.timeout(_PATIENCE_S):
        assert await greeted.get() == ChannelOpened()
        assert await greeted.get() == MessageArrived(site.peer.local_fingerprint)
    await site.close()
    await gp.close()


async def test_messages_too_large_are_refused() -> None:
    async with two_ends() as (site, _):
        with pytest.raises(MessageTooLargeError):
            site.peer.send(bytes(MESSAGE_LIMIT_BYTES + 1), lane=Lane.READINGS)


async def test_messages_of_a_peer_that_are_too_large_or_text_are_dropped() -> None:
    async with two_ends() as (site, gp):
        channel = channel_of(gp)
        channel.transport._remote_max_message_size = 0
        channel.send(bytes(MESSAGE_LIMIT_BYTES + 1))
        channel.send("text")
        gp.peer.send(b"next", lane=Lane.READINGS)
        assert await site.events.get() == MessageArrived(b"next")
        assert site.peer.statistics().messages_dropped == 2


async def test_what_the_peer_does_not_acknowledge_is_bounded() -> None:
    async with two_ends(uplink_bps=8_000) as (site, _):
        for _ in range(BACKLOG_LIMIT_BYTES // 1_000):
            site.peer.send(bytes(1_000), lane=Lane.STILL)
        with pytest.raises(ChannelFullError):
            site.peer.send(bytes(1_000), lane=Lane.STILL)
        assert BACKLOG_LIMIT_BYTES - 1_000 < site.peer.buffered_bytes <= BACKLOG_LIMIT_BYTES


async def test_a_peer_that_overruns_the_window_is_dropped() -> None:
    async with two_ends() as (site, gp):
        channel_of(site).transport._advertised_rwnd = -1
        gp.peer.send(b"one too many", lane=Lane.READINGS)
        while (event := await site.events.get()) == MessageArrived(b"one too many"):
            pass
        assert event == PeerLost("misbehaved")


async def test_a_peer_that_leaves_endless_gaps_is_dropped() -> None:
    async with two_ends() as (site, gp):
        sctp = channel_of(site).transport
        beyond = sctp._last_received_tsn + 2
        sctp._sack_misordered = set(range(beyond, beyond + MISORDERED_LIMIT))
        channel_of(gp).transport._local_tsn = beyond + MISORDERED_LIMIT
        gp.peer.send(b"one too many", lane=Lane.READINGS)
        while (event := await site.events.get()) == MessageArrived(b"one too many"):
            pass
        assert event == PeerLost("misbehaved")


async def test_what_waits_in_a_lower_lane_is_not_given_up_while_others_pass() -> None:
    async with two_ends(uplink_bps=100_000) as (site, gp):
        for number in range(12):
            site.peer.send(bytes([number]) * 1_000, lane=Lane.STILL)
        for number in range(40):
            site.peer.send(bytes([number]) * 100, lane=Lane.READINGS)
        came = [message_of(await gp.events.get()) for _ in range(52)]
        assert {len(data) for data in came[:40]} == {100}
        assert sorted(data[0] for data in came[40:]) == list(range(12))


async def test_a_lost_message_holds_no_other_up_and_does_not_come_again() -> None:
    async with two_ends() as (site, gp):
        assert site.peer._uplink is not None
        ways = site.peer._uplink._diversion.send
        send, lost = ways[Carrier.DATA], set(range(0, 60, 3))

        async def lossy(data: bytes) -> None:
            if data[12] != 0 or data[28] not in lost:  # no DATA chunk, or not one to be lost
                await send(data)

        ways[Carrier.DATA] = lossy
        for number in range(61):
            site.peer.send(bytes([number]) * 100, lane=Lane.READINGS)
        came = [message_of(await gp.events.get())[0] for _ in range(41)]
        assert came == [number for number in range(61) if number not in lost]
        while site.peer.buffered_bytes:
            await asyncio.sleep(0.05)
        assert gp.events.empty()


async def test_a_third_channel_is_misbehaviour() -> None:
    async with two_ends() as (site, gp):
        gp.peer._connection.createDataChannel("another")
        assert await site.events.get() == PeerLost("misbehaved")


async def test_the_end_of_one_is_told_to_the_other_once() -> None:
    async with two_ends() as (site, gp):
        await site.peer.close()
        assert await gp.events.get() == PeerLost("closed")
        with pytest.raises(ChannelClosedError):
            gp.peer.send(b"late", lane=Lane.READINGS)
        await gp.peer.close()
        assert gp.events.empty()
        assert site.events.empty()


async def test_the_same_feeds_serve_the_next_connection() -> None:
    async with two_ends() as (site, gp):
        site.peer.start_media()
        gp.peer.start_media()
        await gp.remote.until(sounds=2, pictures=2)
        await site.peer.close()
        packet = await site.picture.next_packet()
        assert packet.pts is not None


@pytest.mark.parametrize("turns", range(8))
async def test_closed_while_it_gathers_addresses_it_leaves_no_socket(turns: int) -> None:
    """Such a socket would be warned of, which fails the test."""
    site, gp = End("vp8"), End("vp8")
    offering = asyncio.ensure_future(site.peer.offer())
    answering = asyncio.ensure_future(gp.peer.answer(await offering))
    for _ in range(turns):
        await asyncio.sleep(0)
    await gp.close()
    await asyncio.wait((answering,))
    assert answering.exception() is None or isinstance(answering.exception(), PeerError)
    await site.close()


async def test_closed_it_describes_nothing_any_more() -> None:
    end = End("vp8")
    await end.close()
    with pytest.raises(PeerError, match="closed"):
        await end.peer.offer()
    with pytest.raises(PeerError, match="closed"):
        await end.peer.answer("v=0")


async def test_an_answer_comes_once() -> None:
    site, gp = End("vp8"), End("vp8")
    try:
        answer = await gp.peer.answer(await site.peer.offer())
        await site.peer.accept(answer)
        with pytest.raises(PeerError):
            await site.peer.accept(answer)
    finally:
        await site.close()
        await gp.close()


async def test_before_the_channel_opens_nothing_can_be_sent() -> None:
    end = End("vp9")
    with pytest.raises(ChannelClosedError):
        end.peer.send(b"early", lane=Lane.READINGS)
    assert end.peer.buffered_bytes == 0
    assert end.peer.statistics().rtt_s is None
    await end.peer.offer()
    with pytest.raises(ChannelClosedError):
        _ = end.peer.remote_fingerprint
    await end.close()


async def test_a_peer_that_nobody_answers_closes_at_once() -> None:
    before = asyncio.all_tasks()
    site, gp = End("vp9"), End("vp8")
    await gp.peer.answer(await site.peer.offer())
    await gp.close()
    await site.close()
    await nothing_but(before)


def mangled(sdp: str, line: int, how: str) -> str:
    """The description with one line spoilt."""
    lines = sdp.splitlines()
    at = line % len(lines)
    lines[at : at + 1] = {
        "gone": [],
        "twice": [lines[at]] * 2,
        "longer": [lines[at] + "x"],
        "shorter": [lines[at].rpartition(" ")[0]],
        "empty": [lines[at].partition(":")[0] + ":"],
    }[how]
    return "\r\n".join(lines)


@given(
    line=st.integers(0, 80), how=st.sampled_from(("gone", "twice", "longer", "shorter", "empty"))
)
@settings(max_examples=40, deadline=None)
def test_a_mangled_offer_is_answered_or_refused_never_worse(line: int, how: str) -> None:
    async def answered() -> None:
        site, gp = End("vp9"), End("vp8")
        with suppress(DescriptionError):
            await gp.peer.answer(mangled(await site.peer.offer(), line, how))
        await gp.close()
        await site.close()

    asyncio.run(answered())


@pytest.mark.parametrize("answer", ["", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", "nonsense"])
async def test_an_unusable_answer_is_refused(answer: str) -> None:
    end = End("vp9")
    await end.peer.offer()
    with pytest.raises(DescriptionError):
        await end.peer.accept(answer)
    await end.close()


async def test_a_gp_without_our_codec_is_refused() -> None:
    site, gp = End("av1"), End("vp8")
    offer = (await site.peer.offer()).replace("AV1/90000", "AV9/90000")
    with pytest.raises(DescriptionError):
        await gp.peer.answer(offer)
    await site.close()
    await gp.close()


def sealed(attempt: int, *, key: bytes = bytes(32)) -> FrameKeys:
    """Keys as two ends of one session have them."""
    ratchet = FrameRatchet(SessionKeys(key, key, bytes(12), bytes(12), bytes(8)))
    return ratchet.keys(attempt, site_fingerprint=b"s", gp_fingerprint=b"g")


@pytest.mark.parametrize("codec", ["av1", "vp9", "vp8"])
async def test_sealed_voice_and_picture_arrive_both_ways(codec: str) -> None:
    async with two_ends(codec) as (site, gp):
        site.peer.seal_frames(sealed(1), Role.SITE)
        gp.peer.seal_frames(sealed(1), Role.GP)
        site.peer.start_media()
        gp.peer.start_media()
        await gp.remote.until(sounds=5, pictures=8)
        await site.remote.until(sounds=5, pictures=8)
        for end in (site, gp):
            assert end.remote.loudest > 5_000
            assert set(end.remote.pictures) == {(160, 120)}
            assert len(end.remote.distinct) > 1
            assert end.peer.statistics().frames_refused == 0


@pytest.mark.parametrize("theirs", [None, sealed(2), sealed(1, key=bytes([1] * 32))])
async def test_without_the_same_key_nothing_is_heard_or_seen(theirs: FrameKeys | None) -> None:
    async with two_ends() as (site, gp):
        gp.peer.seal_frames(sealed(1), Role.GP)
        if theirs is not None:
            site.peer.seal_frames(theirs, Role.SITE)
        site.peer.start_media()
        gp.peer.start_media()
        while gp.peer.statistics().frames_refused < 10:
            await asyncio.sleep(0.05)
        assert gp.remote.sounds == 0
        assert gp.remote.pictures == []
        while site.peer.statistics().key_frames_asked == 0:
            await asyncio.sleep(0.05)


async def test_a_connection_is_sealed_once() -> None:
    async with two_ends() as (site, _):
        site.peer.seal_frames(sealed(1), Role.SITE)
        with pytest.raises(ValueError, match="anew"):
            site.peer.seal_frames(sealed(1), Role.SITE)
