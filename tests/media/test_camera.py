import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise
from threading import Event
from typing import Any

import av
import numpy as np
import pytest
from fakes.media import FakeCamera, FakeClock
from PIL import Image

from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG, Content, PictureRung
from client.demo.media import EAR
from client.media import codecs
from client.media.camera import CameraFeed
from client.media.capture import SourceState
from client.media.codecs.encoder import VideoEncoder
from client.media.feed import EncodedPacket
from client.media.rung_encoder import EncoderThread
from client.media.stills import MAX_JPEG_BYTES, StillPictures

RUNG = DEFAULT_PICTURE_RUNG
PACE_S = 1 / DEFAULT_PICTURE_RUNG.frames_per_s


class _Feed(CameraFeed):
    """A feed and the world it lives in, by one clock."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.camera = FakeCamera(self.clock)
        self.changes: list[SourceState] = []
        super().__init__(
            self.camera,
            DEFAULT_PICTURE_RUNG,
            monotonic_s=self.clock.monotonic_s,
            sleep=self._sleep,
            on_change=self.changes.append,
        )

    async def _sleep(self, seconds: float) -> None:
        self.clock.wait(seconds)
        await asyncio.sleep(0)  # as the real one, it lets others run

    async def let_pass(self, seconds: float) -> None:
        """Let a waiting reader run until this much time has passed."""
        until_s = self.clock.seconds + seconds
        while self.clock.seconds < until_s:
            await asyncio.sleep(0)


@pytest.fixture
async def feed() -> AsyncIterator[_Feed]:
    feed = _Feed()
    yield feed
    await feed.close()


async def _key_frames(feed: CameraFeed, count: int) -> list[int]:
    return [n for n in range(count) if (await feed.next_packet()).is_keyframe]


def _size(packet: Any) -> tuple[int, int]:
    decoder: Any = av.CodecContext.create("libdav1d", "r")
    frame = [*decoder.decode(packet), *decoder.decode(None)][0]
    return frame.width, frame.height


async def test_keeps_the_rungs_pace_and_drops_what_is_more(feed: _Feed) -> None:
    packets = [await feed.next_packet() for _ in range(48)]
    assert feed.clock.seconds == pytest.approx(48 * PACE_S, abs=0.1)
    times = [packet.pts or 0 for packet in packets]
    assert times == sorted(set(times))
    assert feed.counts.encoded == 48
    assert feed.counts.captured - feed.counts.dropped == 48
    assert feed.counts.dropped > 8  # 15 a second came, 12 were sent


async def test_times_are_those_of_capture(feed: _Feed) -> None:
    packets = [await feed.next_packet() for _ in range(10)]
    between = np.diff([packet.pts or 0 for packet in packets])
    assert all(step % 6_000 == 0 for step in between)  # multiples of the camera's 1/15 s


async def test_a_late_reader_loses_pictures_never_time(feed: _Feed) -> None:
    await feed.next_packet()
    feed.clock.wait(5)
    late = await feed.next_packet()
    assert (late.pts or 0) / 90_000 == pytest.approx(5, abs=0.3)
    before_s = feed.clock.seconds
    await feed.next_packet()
    assert feed.clock.seconds - before_s == pytest.approx(PACE_S, abs=0.01)


async def test_key_frames_come_on_request_at_most_once_a_second(feed: _Feed) -> None:
    found_s = []
    for _ in range(30):
        feed.request_key_frame()
        if (await feed.next_packet()).is_keyframe:
            found_s.append(feed.clock.seconds)
    assert len(found_s) == 3
    assert all(1 <= after - before < 1.3 for before, after in pairwise(found_s))


async def test_on_a_thin_line_key_frames_are_rarer(feed: _Feed) -> None:
    feed.use(replace(RUNG, bitrate_bps=6_000, frames_per_s=2))
    first = await feed.next_packet()
    began_s = feed.clock.seconds
    feed.request_key_frame()
    while not (await feed.next_packet()).is_keyframe:
        pass
    assert feed.clock.seconds - began_s >= first.size * 8 / 6_000 * 4


async def test_a_request_made_too_early_is_kept(feed: _Feed) -> None:
    await feed.next_packet()
    feed.request_key_frame()
    assert await _key_frames(feed, 24) in ([11], [12])


async def test_nothing_leaves_while_switched_off(feed: _Feed) -> None:
    await feed.next_packet()
    feed.switch_off(on=True)
    assert feed.preview(80, 60) is None
    waiting = asyncio.ensure_future(feed.next_packet())
    await feed.let_pass(3)
    assert not waiting.done()
    assert feed.counts.encoded == 1
    feed.switch_off(on=False)
    assert (await waiting).is_keyframe


async def test_a_paused_camera_is_told_and_its_last_picture_is_not_sent_again(feed: _Feed) -> None:
    await feed.next_packet()
    feed.camera.is_paused, feed.camera.state = True, SourceState.STALE
    waiting = asyncio.ensure_future(feed.next_packet())
    await feed.let_pass(1)
    assert not waiting.done()
    feed.camera.is_paused, feed.camera.state = False, SourceState.LIVE
    await waiting
    assert feed.changes == [SourceState.LIVE, SourceState.STALE, SourceState.LIVE]


async def test_after_a_cancelled_reader_the_next_one_starts_with_a_key_frame(feed: _Feed) -> None:
    await feed.next_packet()
    reader = asyncio.ensure_future(feed.next_packet())
    await asyncio.sleep(0)
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert (await feed.next_packet()).is_keyframe


async def test_a_new_size_begins_with_a_key_frame_and_loses_no_time(feed: _Feed) -> None:
    await _key_frames(feed, 5)
    before_s = feed.clock.seconds
    feed.use(replace(RUNG, width=240, height=180, frames_per_s=10))
    first = await feed.next_packet()
    assert first.is_keyframe
    assert feed.clock.seconds - before_s < 0.15
    assert _size(first) == (240, 180)
    assert await _key_frames(feed, 5) == []


async def test_a_new_codec_goes_on_in_the_same_stream(feed: _Feed) -> None:
    before = await feed.next_packet()
    feed.use(replace(RUNG, codec="vp8"))
    after = await feed.next_packet()
    assert after.is_keyframe
    assert 0 < (after.pts or 0) - (before.pts or 0) < 20_000


class _SlowEncoder:
    """A `VideoEncoder` that is at its second picture until it is let go on."""

    def __init__(self, rung: PictureRung, is_at_it: Event, go_on: Event) -> None:
        self._encoder = codecs.encoder(rung)
        self._gates = is_at_it, go_on
        self._made = 0

    def encode(self, frame: av.VideoFrame, *, force_key_frame: bool) -> list[EncodedPacket]:
        self._made += 1
        if self._made == 2:
            is_at_it, go_on = self._gates
            is_at_it.set()
            go_on.wait()
        return self._encoder.encode(frame, force_key_frame=force_key_frame)

    def retarget(self, bitrate_bps: int, frames_per_s: float) -> bool:
        return self._encoder.retarget(bitrate_bps, frames_per_s)

    def close(self) -> None:
        self._encoder.close()


async def test_nothing_of_the_former_codec_comes_once_there_is_another(feed: _Feed) -> None:
    is_at_it, go_on = Event(), Event()

    def open_encoder(rung: PictureRung) -> VideoEncoder:
        is_former = rung.codec == RUNG.codec
        return _SlowEncoder(rung, is_at_it, go_on) if is_former else codecs.encoder(rung)

    feed.encoder = EncoderThread(open_encoder, patience_s=30)
    await feed.next_packet()
    waiting = asyncio.ensure_future(feed.next_packet())
    while not is_at_it.is_set():
        await asyncio.sleep(0)
    feed.use(replace(RUNG, codec="vp8"))
    go_on.set()
    packet = await waiting
    assert packet.is_keyframe
    assert bytes(packet)[3:6] == b"\x9d\x01\x2a"  # RFC 6386, 9.1


async def test_a_new_pace_alone_needs_no_key_frame(feed: _Feed) -> None:
    await _key_frames(feed, 5)
    feed.use(replace(RUNG, frames_per_s=6, bitrate_bps=RUNG.bitrate_bps // 2))
    began_s = feed.clock.seconds
    assert await _key_frames(feed, 12) == []
    assert feed.clock.seconds - began_s == pytest.approx(
        2, abs=0.4
    )  # the encoder spends a little more


async def test_no_picture_leaves_until_there_is_a_rung_again(feed: _Feed) -> None:
    await feed.next_packet()
    feed.use(None)
    waiting = asyncio.ensure_future(feed.next_packet())
    await feed.let_pass(3)
    assert not waiting.done()
    assert feed.counts.encoded == 1
    feed.use(RUNG)
    before_s = feed.clock.seconds
    assert (await waiting).is_keyframe
    assert feed.clock.seconds - before_s < 0.5


async def test_a_heartbeat_is_one_whole_picture_every_few_seconds(feed: _Feed) -> None:
    await feed.next_packet()
    feed.use(replace(RUNG, width=640, height=480, frames_per_s=0.25, bitrate_bps=8_000))
    beats = [await feed.next_packet() for _ in range(4)]
    assert all(beat.is_keyframe for beat in beats)
    assert all(2_000 < beat.size <= 4_000 for beat in beats)
    times = np.array([(beat.pts or 0) / 90_000 for beat in beats])
    assert np.diff(times) == pytest.approx([4, 4, 4], abs=0.1)


async def test_motion_comes_back_in_the_middle_of_a_heartbeats_pause(feed: _Feed) -> None:
    feed.use(replace(RUNG, frames_per_s=0.2, bitrate_bps=8_000))
    await feed.next_packet()
    waiting = asyncio.ensure_future(feed.next_packet())
    await feed.let_pass(1)
    before_s = feed.clock.seconds
    feed.use(RUNG)
    assert (await waiting).is_keyframe
    assert feed.clock.seconds - before_s < 0.5


async def test_nothing_is_encoded_while_the_outlet_is_busy_and_then_the_newest(feed: _Feed) -> None:
    await feed.next_packet()
    is_busy = True
    feed.may_encode = lambda: not is_busy
    waiting = asyncio.ensure_future(feed.next_packet())
    await feed.let_pass(2)
    assert feed.counts.encoded == 1
    is_busy = False
    picture = await waiting
    assert not picture.is_keyframe, "what was never encoded leaves no gap"
    assert (picture.pts or 0) / 90_000 == pytest.approx(feed.clock.seconds, abs=0.15)


class _HangingEncoder:
    """A `VideoEncoder` that never comes back from its third picture until it is let go."""

    let_go = Event()

    def __init__(self, rung: PictureRung) -> None:
        self._encoder = codecs.encoder(rung)
        self._left = 3

    def encode(self, frame: av.VideoFrame, *, force_key_frame: bool) -> list[EncodedPacket]:
        self._left -= 1
        if self._left == 0:
            self.let_go.wait()
        return self._encoder.encode(frame, force_key_frame=force_key_frame)

    def retarget(self, bitrate_bps: int, frames_per_s: float) -> bool:
        return self._encoder.retarget(bitrate_bps, frames_per_s)

    def close(self) -> None:
        self._encoder.close()


async def test_an_encoder_that_hangs_is_left_behind(feed: _Feed) -> None:
    opened: list[PictureRung] = []

    def open_encoder(rung: PictureRung) -> VideoEncoder:
        opened.append(rung)
        return _HangingEncoder(rung) if len(opened) == 1 else codecs.encoder(rung)

    feed.encoder = EncoderThread(open_encoder, patience_s=0.3)
    assert await _key_frames(feed, 5) == [0, 2]
    assert opened == [RUNG, RUNG]
    _HangingEncoder.let_go.set()


async def test_tells_what_the_source_gives(feed: _Feed) -> None:
    for _ in range(30):
        await feed.next_packet()
    shape = feed.shape
    assert shape is not None
    assert (shape.width, shape.height) == (640, 480)
    assert shape.frames_per_s == pytest.approx(15, abs=1)


async def test_shows_the_otoscope_and_comes_back(feed: _Feed) -> None:
    otoscope = StillPictures(monotonic_s=feed.clock.monotonic_s, now=feed.clock.now)
    await feed.next_packet()
    assert otoscope.push(EAR.read_bytes())
    feed.show(otoscope, Content.OTOSCOPE)
    shown = [feed.content]
    waiting = asyncio.ensure_future(feed.next_packet())
    await feed.let_pass(1)
    assert not waiting.done(), "a picture pushed before the switch is not shown as live"
    assert otoscope.push(EAR.read_bytes())
    assert (await waiting).is_keyframe
    preview = feed.preview(64, 48)
    assert preview is not None
    assert max(preview[0][:3]) < 20, "the corner outside the speculum is black"
    feed.show(feed.camera)
    assert [*shown, feed.content] == [Content.OTOSCOPE, Content.FACE]
    assert (await feed.next_packet()).is_keyframe
    assert feed.counts.encoded == 3


async def test_the_preview_is_small_rgb_with_its_time(feed: _Feed) -> None:
    await feed.next_packet()
    preview = feed.preview(80, 60)
    assert preview is not None
    rgb, taken_at = preview
    assert len(rgb) == 80 * 60 * 3
    assert taken_at <= feed.clock.now()
    blue = np.frombuffer(rgb, np.uint8).reshape(60, 80, 3)
    assert np.corrcoef(blue[..., 0].ravel(), blue[..., 2].ravel())[0, 1] < -0.9  # as in the source


def test_a_large_picture_is_decoded_no_larger_than_it_is_shown() -> None:
    stills = StillPictures()
    large = io.BytesIO()
    Image.new("L", (3_840, 2_160)).save(large, "JPEG")
    assert stills.push(large.getvalue())
    assert stills.newest is not None
    assert (stills.newest.frame.width, stills.newest.frame.height) == (960, 540)


def test_a_broken_or_huge_still_is_refused_and_counted() -> None:
    stills = StillPictures()
    whole = EAR.read_bytes()
    many_pixels = io.BytesIO()
    Image.new("L", (4_000, 2_500)).save(many_pixels, "JPEG")
    for bad in (b"", b"not a picture", whole[:2_000], whole + bytes(MAX_JPEG_BYTES)):
        assert not stills.push(bad)
    assert not stills.push(many_pixels.getvalue())
    assert stills.refused == 5
    states = [stills.state]
    assert stills.push(whole)
    assert [*states, stills.state] == [SourceState.STARTING, SourceState.LIVE]
