"""Sealed frames against the page's own connection and worker, under the page's own policy."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from fakes.lacking_codecs import lacking
from net.test_peer_in_chromium import _FLAGS, _PATIENCE_S, Site, until
from playwright.async_api import Page, async_playwright

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import first_plan
from client.core.envelope import Role, SessionKeys
from client.core.frame_keys import FrameKeys, FrameRatchet
from client.net.peering import ChannelOpened
from client.relay.page import add_strict_headers, content_security_policy

pytestmark = pytest.mark.browser

_PAGE = Path(__file__).parents[2] / "client" / "page"
_SOURCE = Path(__file__).parents[1] / "page" / "net" / "sealed_peer"
_BUILD = """
import {{ build }} from "vite";
await build({{
  configFile: false, logLevel: "error", root: {root}, base: "./",
  resolve: {{ alias: {{ "@page": {page} }} }},
  build: {{ outDir: {out}, target: ["chrome120"], modulePreload: {{ polyfill: false }} }},
}});
"""
_WITHOUT_TRANSFORM = "delete globalThis.RTCRtpScriptTransform"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's connection, bundled as the page itself is."""
    out = tmp_path_factory.mktemp("sealed_peer")
    named = {"root": _SOURCE, "page": _PAGE / "src", "out": out}
    script = _BUILD.format(**{name: json.dumps(str(path)) for name, path in named.items()})
    command = ["node", "--input-type=module", "--eval", script]
    subprocess.run(command, cwd=_PAGE, check=True, timeout=_PATIENCE_S)  # noqa: S603 -- ours
    return out


@asynccontextmanager
async def page_of(built: Path, *, before: str = "") -> AsyncIterator[Page]:
    """The bundle in a fresh browser; ``before`` runs before its scripts."""
    application = web.Application()

    async def index(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(built / "index.html")

    application.router.add_get("/", index)
    application.router.add_static("/assets", built / "assets")
    add_strict_headers(application, content_security_policy(None))
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
            await page.add_init_script(before)
            await page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/")
            yield page
            await browser.close()
    finally:
        await runner.cleanup()


def keys(byte: int) -> FrameKeys:
    """As `seal(byte)` on the page makes them."""
    key = bytes([byte] * 32)
    ratchet = FrameRatchet(SessionKeys(key, key, bytes(12), bytes(12), bytes(8)))
    return ratchet.keys(1, site_fingerprint=b"\x01", gp_fingerprint=b"\x02")


@asynccontextmanager
async def connected(
    page: Page,
    *codecs: str,
    encodes: str = "",
    can_seal: bool = True,
    can_show: bool = True,
    asks_redundancy: bool = False,
) -> AsyncIterator[Site]:
    """A site whose data channel to the page is open; no media yet."""
    site = Site(*codecs, encodes=encodes)
    site.peer._asks_redundancy = asks_redundancy
    try:
        answered = await page.evaluate("answer", await site.peer.offer())
        assert (answered["canSeal"], answered["canShow"]) == (can_seal, can_show)
        await site.peer.accept(answered["sdp"])
        assert isinstance(await site.events.get(), ChannelOpened)
        yield site
    finally:
        await site.close()


async def exchange(page: Page, site: Site) -> dict[str, Any]:
    """Voice and picture, both ways."""
    seen = await until(page, "r.frames >= 12 && r.energy > 0.01")
    await site.remote.until(sounds=20, pictures=10)
    assert site.remote.loudest > 1_000
    assert len(site.remote.distinct) > 1
    return seen


@pytest.mark.parametrize("codec", ["av1", "vp9", "vp8"])
async def test_sealed_voice_and_picture_arrive_both_ways(codec: str, built: Path) -> None:
    async with (
        asyncio.timeout(2 * _PATIENCE_S),
        page_of(built) as page,
        connected(page, codec) as site,
    ):
        site.peer.seal_frames(keys(7), Role.SITE)
        await page.evaluate("seal(7)")
        site.peer.start_media()
        seen = await exchange(page, site)
        assert seen["refused"] == 0
        assert site.peer.statistics().frames_refused == 0


async def test_sealed_voice_goes_on_both_ways_when_the_browser_begins_its_buffer_anew(
    built: Path,
) -> None:
    async with (
        asyncio.timeout(2 * _PATIENCE_S),
        page_of(built) as page,
        connected(page, "av1") as site,
    ):
        site.peer.seal_frames(keys(7), Role.SITE)
        await page.evaluate("seal(7)")
        site.peer.start_media()
        for _ in range(3):
            seen = await exchange(page, site)
            await page.evaluate("renew()")
            again = f"r.energy > {seen['energy'] + 0.01} && r.frames > {seen['frames'] + 5}"
            seen = await until(page, again)
            assert seen["refused"] == 0
            await site.remote.until(sounds=site.remote.sounds + 20, pictures=10)
        assert site.peer.statistics().frames_refused == 0


async def test_the_browser_forgets_how_deep_a_dip_made_its_voice_buffer(built: Path) -> None:
    async with (
        asyncio.timeout(2 * _PATIENCE_S),
        page_of(built) as page,
        connected(page, "vp8") as site,
    ):
        site.peer.seal_frames(keys(7), Role.SITE)
        await page.evaluate("seal(7)")
        site.peer.start_media()
        came = (await exchange(page, site))["voicePackets"]
        for _ in range(3):
            await page.evaluate("hold(true)")
            came = (await until(page, f"r.voicePackets > {came + 12}"))["voicePackets"]
            await page.evaluate("hold(false)")
            came = (await until(page, f"r.voicePackets > {came + 12}"))["voicePackets"]
        deep = await until(page, "r.aim_ms > 500")
        await page.evaluate("hold(true)")
        await until(page, f"r.voicePackets > {deep['voicePackets'] + 6}")
        await page.evaluate("renew()")
        await page.evaluate("hold(false)")
        shallow = await until(page, "r.aim_ms !== null && r.aim_ms < 250")
        # Measured: ten packets; two hundred where nothing begins anew.
        assert shallow["voicePackets"] < deep["voicePackets"] + 100


@pytest.mark.parametrize(("lacks", "agreed"), [(("AV1",), "vp9"), (("AV1", "VP9"), "vp8")])
async def test_a_browser_without_av1_is_sent_what_it_decodes(
    lacks: tuple[str, ...], agreed: str, built: Path
) -> None:
    async with (
        asyncio.timeout(2 * _PATIENCE_S),
        page_of(built, before=lacking(*lacks)) as page,
        connected(page, "av1", "vp9", "vp8", encodes=agreed) as site,
    ):
        assert site.peer.picture_codec == agreed
        site.peer.seal_frames(keys(7), Role.SITE)
        await page.evaluate("seal(7)")
        site.peer.start_media()
        seen = await exchange(page, site)
        assert seen["codec"].lower() == f"video/{agreed}"
        assert seen["refused"] == 0


async def test_a_browser_that_decodes_no_codec_of_ours_keeps_voice_and_messages(
    built: Path,
) -> None:
    async with (
        asyncio.timeout(2 * _PATIENCE_S),
        page_of(built, before=lacking("AV1", "VP9", "VP8")) as page,
        connected(page, "av1", "vp9", "vp8", can_show=False) as site,
    ):
        assert site.peer.picture_codec is None
        site.peer.seal_frames(keys(7), Role.SITE)
        await page.evaluate("seal(7)")
        site.peer.start_media()
        await until(page, "r.energy > 0.01")
        await site.remote.until(sounds=20, pictures=10)
        assert site.remote.loudest > 1_000
        assert site.picture.made == 0


async def test_nothing_passes_before_it_is_agreed_how(built: Path) -> None:
    async with (
        asyncio.timeout(2 * _PATIENCE_S),
        page_of(built) as page,
        connected(page, "av1") as site,
    ):
        site.peer.start_media()
        seen = await until(page, "r.packets > 10 && r.voicePackets > 10")
        assert (seen["frames"], seen["energy"]) == (0, 0)
        assert (site.remote.sounds, site.remote.pictures) == (0, [])
        await page.evaluate("seal(null)")
        await exchange(page, site)


async def test_with_another_key_nothing_is_heard_or_seen(built: Path) -> None:
    async with (
        asyncio.timeout(2 * _PATIENCE_S),
        page_of(built) as page,
        connected(page, "av1") as site,
    ):
        site.peer.seal_frames(keys(7), Role.SITE)
        await page.evaluate("seal(8)")
        site.peer.start_media()
        seen = await until(page, "r.refused > 40 && r.plis > 0")
        assert (seen["frames"], seen["energy"]) == (0, 0)
        while site.peer.statistics().frames_refused < 20:
            await until(page, "true")
        assert (site.remote.sounds, site.remote.pictures) == (0, [])


class Tamperer:
    """Between a seal and the packets: alters some frames, sends others again."""

    def __init__(self, seal: Callable[[bytes], bytes | None], every: int) -> None:
        self._seal = seal
        self._every = every
        self._count = 0
        self._last = b""
        self.done = 0

    def __call__(self, frame: bytes) -> bytes | None:
        sealed = self._seal(frame)
        self._count += 1
        if sealed is None or self._count % self._every:
            self._last = sealed or b""
            return sealed
        self.done += 1
        if self.done % 2:
            return self._last
        return sealed[:-20] + bytes([sealed[-20] ^ 0x01]) + sealed[-19:]


async def test_altered_and_replayed_frames_are_dropped_counted_and_got_over(built: Path) -> None:
    async with (
        asyncio.timeout(2 * _PATIENCE_S),
        page_of(built) as page,
        connected(page, "av1") as site,
    ):
        site.peer.seal_frames(keys(7), Role.SITE)
        await page.evaluate("seal(7)")
        assert site.peer._uplink is not None
        track, egress = site.peer._picture_track, site.peer._uplink.egress
        picture, voice = Tamperer(track._seal, 20), Tamperer(egress._seal_voice, 10)
        track._seal, egress._seal_voice = picture, voice
        site.peer.start_media()
        await until(page, "r.refused >= 8 && r.frames > 40 && r.energy > 0.05 && r.keyFrames > 2")
        assert picture.done >= 2
        assert voice.done >= 2
        track._seal, egress._seal_voice = picture._seal, voice._seal
        seen = await until(page, f"r.refused >= {picture.done + voice.done}")
        assert seen["refused"] == picture.done + voice.done
        await until(page, f"r.frames > {seen['frames'] + 20}")


async def test_a_voice_that_repeats_itself_is_sealed_as_a_whole(built: Path) -> None:
    async with (
        asyncio.timeout(2 * _PATIENCE_S),
        page_of(built) as page,
        connected(page, "av1") as site,
    ):
        site.peer.seal_frames(keys(7), Role.SITE)
        await page.evaluate("seal(7)")
        site.peer.start_media()
        plain = first_plan(400_000)
        redundant = replace(plain, voice=replace(plain.voice, is_redundant=True))
        for plan in (redundant, plain, redundant):
            site.peer.apply(plan, LinkLayer.ETHERNET)
            heard = (await until(page, "r.energy > 0"))["energy"]
            seen = await until(page, f"r.energy > {heard} + 0.05")
            assert seen["refused"] == 0


async def test_a_browser_s_voice_that_repeats_itself_is_understood(built: Path) -> None:
    async with (
        asyncio.timeout(2 * _PATIENCE_S),
        page_of(built) as page,
        connected(page, "av1", asks_redundancy=True) as site,
    ):
        site.peer.seal_frames(keys(7), Role.SITE)
        await page.evaluate("seal(7)")
        blocks: list[int] = []
        hear = site.remote.hear
        site.remote.hear = lambda heard: (blocks.append(len(heard)), hear(heard))[1]
        site.peer.start_media()
        await site.remote.until(sounds=30)
        assert max(blocks) > 1
        assert site.remote.loudest > 1_000
        assert site.peer.statistics().frames_refused == 0


async def test_a_browser_without_the_transform_goes_on_as_before(built: Path) -> None:
    async with (
        asyncio.timeout(2 * _PATIENCE_S),
        page_of(built, before=_WITHOUT_TRANSFORM) as page,
        connected(page, "av1", can_seal=False) as site,
    ):
        await page.evaluate("seal(null)")
        site.peer.start_media()
        await exchange(page, site)
