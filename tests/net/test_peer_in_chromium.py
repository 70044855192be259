"""The site's peer connection against a real browser that answers it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from fakes.packet_feeds import PictureFeed, Recorder, VoiceFeed
from playwright.async_api import Page, async_playwright

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import first_plan
from client.core.lanes import Lane
from client.net.peer import Peer
from client.net.peering import ChannelOpened, MessageArrived, PeerEvent, PeerLost

pytestmark = pytest.mark.browser

_PAGE = Path(__file__).with_name("peer_page.html")
_FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",  # a machine without any network can run this too
]
_PATIENCE_S = 60
"""chosen: a machine that is busy with other tests; nothing here waits that long by itself."""


class Site:
    """A peer with real packets to send, and what became of it."""

    def __init__(self, *codecs: str, encodes: str = "") -> None:
        self.picture = PictureFeed(encodes or codecs[0], width=320, height=240)
        self.remote = Recorder()
        self.events: asyncio.Queue[PeerEvent] = asyncio.Queue()
        self.peer = Peer(
            voice=VoiceFeed(),
            picture=self.picture,
            remote=self.remote,
            picture_codecs=codecs,
            uplink_bps=256_000,
            on_event=self.events.put_nowait,
        )

    async def close(self) -> None:
        await self.peer.close()
        self.picture.close()


@asynccontextmanager
async def browser_page() -> AsyncIterator[Page]:
    """The test's page in a fresh browser, served from this machine."""
    application = web.Application()
    application.router.add_get("/", _file)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=_FLAGS, headless=True
            )
            page = await browser.new_page()
            await page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/")
            yield page
            await browser.close()
    finally:
        await runner.cleanup()


async def _file(_: web.Request) -> web.StreamResponse:
    return web.Response(text=_PAGE.read_text("utf-8"), content_type="text/html")


async def until(page: Page, condition: str) -> dict[str, Any]:
    """What the page has received, once the condition (JavaScript over ``r``) holds."""
    seen: dict[str, Any] = await page.evaluate(f"until((r) => {condition})")
    return seen


@pytest.mark.parametrize("codec", ["av1", "vp9"])
async def test_a_browser_answers_the_site(codec: str) -> None:
    async with asyncio.timeout(2 * _PATIENCE_S), browser_page() as page:
        site = Site(codec)
        try:
            await site.peer.accept(await page.evaluate("answer", await site.peer.offer()))
            assert isinstance(await site.events.get(), ChannelOpened)
            sdp = await page.evaluate("peer.connection.remoteDescription.sdp")
            assert site.peer.local_fingerprint.hex(":").upper() in sdp
            answered = await page.evaluate("peer.connection.localDescription.sdp")
            assert site.peer.remote_fingerprint.hex(":").upper() in answered

            site.peer.start_media()
            seen = await until(page, "r.frames >= 12 && r.energy > 0.01 && r.codec !== ''")
            assert seen["codec"].lower() == f"video/{codec}"
            assert seen["width"] == 320
            await until(page, f"r.frames > {seen['frames']}")

            site.peer.send(bytes(900), lane=Lane.READINGS)
            assert await site.events.get() == MessageArrived(bytes(900))

            site.picture.is_broken = True
            again = await until(page, f"r.plis > 0 && r.keyFrames > {seen['keyFrames']}")
            await until(page, f"r.frames > {again['frames'] + 6}")
            assert site.peer.statistics().key_frames_asked > 0

            await site.remote.until(sounds=20, pictures=10)
            assert site.remote.loudest > 1_000
            assert len(site.remote.distinct) > 1

            await page.evaluate("peer.connection.close()")
            assert isinstance(await site.events.get(), PeerLost)
        finally:
            await site.close()


async def test_a_browser_tells_when_packets_arrived_and_learns_the_same() -> None:
    async with asyncio.timeout(2 * _PATIENCE_S), browser_page() as page:
        site = Site("av1")
        try:
            await site.peer.accept(await page.evaluate("answer", await site.peer.offer()))
            assert isinstance(await site.events.get(), ChannelOpened)
            assert site.peer.estimate is not None
            assert not site.peer.estimate.is_known
            site.peer.start_media()
            # So much is asked of the line that it is worth probing to the end.
            site.peer.apply(first_plan(4_000_000), LinkLayer.ETHERNET)
            # Padding goes to a stream whose every packet a browser drops: it must tell of them too.
            while site.peer.statistics().lanes[Lane.RETRANSMISSION].packets_sent < 2:
                await until(page, "true")
            while not (estimate := site.peer.estimate).is_known or estimate.loss_fraction:
                await until(page, "true")
            assert estimate.rtt_s is not None
            assert estimate.capacity_bps > 400_000
            # What we tell the browser is the only way its sender can know more than it began with.
            beginning = (await until(page, "r.outgoing > 0"))["outgoing"]
            await until(page, f"r.outgoing !== {beginning}")
        finally:
            await site.close()


async def test_a_browser_hears_voice_that_repeats_itself() -> None:
    async with asyncio.timeout(2 * _PATIENCE_S), browser_page() as page:
        site = Site("av1")
        try:
            await site.peer.accept(await page.evaluate("answer", await site.peer.offer()))
            assert isinstance(await site.events.get(), ChannelOpened)
            site.peer.start_media()
            plain = first_plan(400_000)
            redundant = replace(plain, voice=replace(plain.voice, is_redundant=True))
            for plan in (redundant, plain, redundant):
                site.peer.apply(plan, LinkLayer.ETHERNET)
                heard = (await until(page, "r.energy > 0"))["energy"]
                await until(page, f"r.energy > {heard} + 0.05")
        finally:
            await site.close()
