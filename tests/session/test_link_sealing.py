"""What two ends agree on about their frames, over two real connections of ours."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from fakes.packet_feeds import PictureFeed, Recorder, VoiceFeed
from session.test_conversation import KEYS, Shelf

from client.core import wire
from client.core.consultation import LinkState
from client.core.envelope import Role, session_ciphers
from client.core.frame_keys import FrameRatchet
from client.session.conversation import Conversation
from client.session.line import Flows
from client.session.link import GpLink, SiteLink
from client.session.taps import FeedSwitch

if TYPE_CHECKING:
    from client.errors import ChevetError

_PATIENCE_S = 30
"""chosen: for a busy machine; nothing here waits that long by itself."""


class Voice(VoiceFeed):
    """As a link is given one: asked for a key frame like a picture, without a clock."""

    clock_pair = None

    def request_key_frame(self) -> None:
        """Voice has none."""


class Picture(PictureFeed):
    """Without a clock."""

    clock_pair = None


def flows_of(end: "End", codec: str) -> Flows:
    """Its picture in this codec, and in no other."""
    feeds = FeedSwitch(Voice()), FeedSwitch(end.picture)
    return Flows(*feeds, (codec,), end.remote, end.codecs.append)


class End:
    """A link with real packets to send; letters go straight to the other end."""

    def __init__(self, role: Role, *, can_seal: bool, codec: str) -> None:
        self.peer: End
        self.picture = Picture(codec)
        self.remote = Recorder()
        self.codecs: list[str | None] = []
        self.broken: list[ChevetError] = []
        self.talk = Conversation(session_ciphers(KEYS, role), Shelf(), self._post, self._heard)
        self.link = {Role.SITE: SiteLink, Role.GP: GpLink}[role](
            self.talk,
            flows_of(self, codec),
            on_change=lambda _: None,
            on_broken=self.broken.append,
            now_s=asyncio.get_running_loop().time,
            now_ms=lambda: 0,
            frame_keys=FrameRatchet(KEYS) if can_seal else None,
        )

    async def _post(self, envelope: bytes) -> None:
        await asyncio.sleep(0)
        for parcel in self.peer.talk.open(envelope):
            self.peer.talk.take(parcel, by_mail=True)

    def _heard(self, message: wire.Message) -> None:
        match message, self.link:
            case wire.Signal(), SiteLink() as link:
                link.answered(message)
            case wire.Signal(), GpLink() as link:
                link.offered(message)

    def work(self) -> tuple[Awaitable[None], Awaitable[None]]:
        return self.talk.run(), self.link.run()


@asynccontextmanager
async def call(
    *, site_seals: bool = True, gp_seals: bool = True, codec: str = "vp8", attempts: int = 0
) -> AsyncIterator[tuple[End, End]]:
    """Two links on their way to each other; `attempts` were made before."""
    site = End(Role.SITE, can_seal=site_seals, codec=codec)
    gp = End(Role.GP, can_seal=gp_seals, codec="vp8")
    site.peer, gp.peer = gp, site
    assert isinstance(site.link, SiteLink)
    site.link._attempts = attempts
    tasks = [asyncio.ensure_future(one) for end in (site, gp) for one in end.work()]
    try:
        async with asyncio.timeout(_PATIENCE_S):
            yield site, gp
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        for end in (site, gp):
            end.picture.close()


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("site_seals", [True, False])
@pytest.mark.parametrize("gp_seals", [True, False])
async def test_both_ends_do_what_both_can(*, site_seals: bool, gp_seals: bool) -> None:
    async with call(site_seals=site_seals, gp_seals=gp_seals) as (site, gp):
        assert site.link.is_sealed is gp.link.is_sealed is None
        await until(lambda: site.link.state is gp.link.state is LinkState.UP)
        assert site.link.is_sealed is gp.link.is_sealed is (site_seals and gp_seals)
        await site.remote.until(sounds=3, pictures=3)
        await gp.remote.until(sounds=3, pictures=3)
        assert site.remote.loudest > 5_000
        assert site.codecs == gp.codecs == ["vp8"]


async def test_the_next_connection_is_sealed_with_the_next_keys() -> None:
    async with call() as (site, gp):
        await until(lambda: site.link.state is gp.link.state is LinkState.UP)
        first, line = site.link.peer, site.link._line
        assert line is not None
        line.is_lost, line.is_open = True, False
        await until(lambda: site.link.state is LinkState.CUT)
        await until(lambda: site.link.state is gp.link.state is LinkState.UP)
        assert site.link.peer is not first
        assert site.link.is_sealed is gp.link.is_sealed is True
        heard, seen = gp.remote.sounds, len(gp.remote.pictures)
        await gp.remote.until(sounds=heard + 3, pictures=seen + 3)
        assert site.link.peer is not None
        assert site.link.peer.statistics().frames_refused == 0


async def test_a_line_dropped_while_it_is_being_made_is_no_failure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Two offers at once: the older is being answered when the newer takes its place."""
    async with call() as (site, gp):
        assert isinstance(gp.link, GpLink)
        stranger = gp.link._open(0).peer
        offer = await stranger.offer()
        await stranger.close()
        for attempt in (100, 101):
            gp.link.offered(wire.Signal("offer", attempt, offer))
            await asyncio.sleep(0)
        assert isinstance(site.link, SiteLink)
        await until(lambda: site.link._next is not None)
        site.link._drop_next()
        await until(lambda: not gp.link._tasks and not site.link._tasks)
        assert gp.link._next is not None
        assert gp.link._next.attempt == 101
    assert not [record for record in caplog.records if record.levelname in {"ERROR", "WARNING"}]


async def test_an_offer_that_cannot_be_used_is_left_and_the_next_one_answered() -> None:
    async with call(attempts=5) as (site, gp):
        assert isinstance(gp.link, GpLink)
        gp.link.offered(wire.Signal("offer", 1, "v=0"))
        await until(lambda: site.link.state is gp.link.state is LinkState.UP)


async def test_a_site_that_counts_on_from_anywhere_is_sealed_too() -> None:
    async with call(attempts=1_790_000_000) as (site, gp):
        await until(lambda: site.link.state is gp.link.state is LinkState.UP)
        assert site.link.is_sealed is gp.link.is_sealed is True
        await gp.remote.until(sounds=3, pictures=3)


async def test_a_gp_who_comes_is_offered_a_line_at_once_however_long_the_site_has_tried() -> None:
    end, now = End(Role.SITE, can_seal=True, codec="vp8"), [0.0]
    link = SiteLink(
        end.talk,
        flows_of(end, "vp8"),
        on_change=lambda _: None,
        on_broken=end.broken.append,
        now_s=lambda: now[0],
        now_ms=lambda: 0,
    )
    attempts = []
    for now[0] in (0.0, 21.0, 42.0, 63.0, 64.0):
        link.tick()
        attempts.append(link._attempts)
    assert attempts == [1, 2, 3, 4, 4]
    link.answered(wire.Signal("answer", 2, "v=0"))  # to one that was given up: the GP is there
    link.tick()
    assert link._attempts == 5
    link.answered(wire.Signal("answer", 2, "v=0"))
    link.hurry()  # too soon after the last time
    link.tick()
    assert link._attempts == 5
    end.picture.close()
    link._drop_next()
    await asyncio.gather(*link._tasks)
