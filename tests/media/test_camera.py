import asyncio
import io
from collections.abc import AsyncIterator
from itertools import pairwise

import numpy as np
import pytest
from fakes.media import FakeCamera, FakeClock
from PIL import Image

from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG
from client.demo.media import EAR
from client.media.camera import CameraFeed
from client.media.capture import SourceState
from client.media.stills import StillPictures

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
    found = []
    for number in range(30):
        feed.request_key_frame()
        if (await feed.next_packet()).is_keyframe:
            found.append(number)
    assert found[0] == 0
    assert {after - before for before, after in pairwise(found)} <= {12, 13}  # 1 s, then the next


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


async def test_shows_the_otoscope_and_comes_back(feed: _Feed) -> None:
    otoscope = StillPictures(monotonic_s=feed.clock.monotonic_s, now=feed.clock.now)
    await feed.next_packet()
    assert otoscope.push(EAR.read_bytes())
    feed.show(otoscope)
    waiting = asyncio.ensure_future(feed.next_packet())
    await feed.let_pass(1)
    assert not waiting.done(), "a picture pushed before the switch is not shown as live"
    assert otoscope.push(EAR.read_bytes())
    assert (await waiting).is_keyframe
    preview = feed.preview(64, 48)
    assert preview is not None
    assert max(preview[0][:3]) < 20, "the corner outside the speculum is black"
    feed.show(feed.camera)
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


def test_a_broken_or_huge_still_is_refused_and_counted() -> None:
    stills = StillPictures()
    whole = EAR.read_bytes()
    many_pixels = io.BytesIO()
    Image.new("L", (4_000, 2_000)).save(many_pixels, "JPEG")
    for bad in (b"", b"not a picture", whole[:2_000], whole + bytes(1_048_576)):
        assert not stills.push(bad)
    assert not stills.push(many_pixels.getvalue())
    assert stills.refused == 5
    states = [stills.state]
    assert stills.push(whole)
    assert [*states, stills.state] == [SourceState.STARTING, SourceState.LIVE]
