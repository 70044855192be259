"""The yardstick: a stock call between two Chromium pages, nothing tuned."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from linklab.measuring.evidence import Evidence, Still
from linklab.peers import collected
from linklab.peers.browser import Tab, browser
from linklab.peers.place import Place
from linklab.peers.surroundings import (
    READING_PERIOD_S,
    STILL_BYTES,
    Surroundings,
    UsageWatch,
    tapped,
    wall_ms,
)

PAGE_URL: Final = "http://localhost/"
"""Answered by the browser's driver: a secure context without a server."""
STILL_IS_THERE: Final = f"stock.still.bytes >= {STILL_BYTES}"


async def call(around: Surroundings, name: str, codec: str = "") -> Evidence:
    """One call; `codec` is preferred for the picture, both ways."""
    async with AsyncExitStack() as stack:
        tap = await stack.enter_async_context(tapped(around.site))
        site = await stack.enter_async_context(
            stock_browser(around, around.site, around.camera.path, around.voice)
        )
        gp = await stack.enter_async_context(stock_gp(around))
        shape = around.camera.shape
        await site.page.evaluate(
            f"stock.capture({shape.width}, {shape.height}, {shape.frames_per_s})"
        )
        usage = UsageWatch(lambda: site.pids)
        await around.start_clock()
        called_ms = wall_ms()
        await _connect(site.page, gp.page, codec)
        taken = await _converse(site.page, called_ms, around)
        ended_ms = wall_ms()
        site_usage = await usage.end()
        await around.wait_for_still(gp.page, STILL_IS_THERE)
        captured, _ = await collected.pictures(site.page)
        return Evidence(
            peer=name,
            called_ms=called_ms,
            picture_allowed_ms=called_ms,
            began_ms=called_ms,
            ended_ms=ended_ms,
            spoken=await collected.sound(site.page),
            captured=captured,
            received=await collected.received(gp.page),
            readings=await stock_readings(gp.page, taken),
            still=await stock_still(gp.page, await site.page.evaluate("stock.still_ms ?? null")),
            site=site_usage,
            packets=tap.rows,
        )


@asynccontextmanager
async def stock_browser(
    around: Surroundings, place: Place, camera: Path, microphone: Path
) -> AsyncIterator[Tab]:
    """A browser with the stock page."""
    stock = files("linklab.peers").joinpath("stock.js").read_text(encoding="utf-8")
    async with browser(around.playwright, place, camera, microphone, [stock]) as tab:
        await tab.page.route("**/*", _answer)
        await tab.page.goto(PAGE_URL)
        yield tab


@asynccontextmanager
async def stock_gp(around: Surroundings) -> AsyncIterator[Tab]:
    """The stock page at the GP's end, its camera and microphone running."""
    async with stock_browser(around, around.gp, around.gp_camera, around.gp_voice) as tab:
        await tab.page.evaluate("stock.capture(320, 240, 15)")
        yield tab


async def stock_readings(gp: Any, taken: list[float]) -> list[tuple[float, float | None]]:
    """Each reading taken, and when it arrived at the stock page."""
    arrived = dict(await gp.evaluate("stock.readings"))
    return [(taken_ms, arrived.get(taken_ms)) for taken_ms in taken]


async def stock_still(gp: Any, began_ms: float | None) -> Still:
    """How the still travelled to the stock page."""
    still = await gp.evaluate("stock.still")
    return Still(
        STILL_BYTES, began_ms, still["ended_ms"] if still["bytes"] >= STILL_BYTES else None
    )


async def _connect(site: Any, gp: Any, codec: str) -> None:
    offer = await site.evaluate(f"stock.offer('{codec}')")
    answer = await gp.evaluate("(sdp) => stock.answer(sdp)", offer)
    await site.evaluate("(sdp) => stock.accept(sdp)", answer)


async def _answer(route: Any) -> None:
    await route.fulfill(body="<!doctype html><title>bench</title><body>", content_type="text/html")


async def _converse(site: Any, called_ms: float, around: Surroundings) -> list[float]:
    """Readings and the still; returns when each reading was taken, at the end of the call."""
    await site.evaluate(f"stock.readingsEvery({READING_PERIOD_S * 1000})")
    await _until(called_ms + around.still_at_s * 1000)
    await site.evaluate(f"stock.sendStill({STILL_BYTES})")
    await _until(called_ms + around.seconds * 1000)
    taken: list[float] = await site.evaluate("stock.taken")
    return taken


async def _until(at_ms: float) -> None:
    await asyncio.sleep(max(0.0, at_ms - wall_ms()) / 1000)
