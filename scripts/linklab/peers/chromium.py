"""The yardstick: a stock call between two Chromium pages, nothing tuned."""

import asyncio
from contextlib import AsyncExitStack
from importlib.resources import files
from typing import Any, Final

from linklab.measuring.evidence import Evidence, Still
from linklab.measuring.lanes import lane_bytes, payload_lanes
from linklab.peers import collected
from linklab.peers.browser import browser
from linklab.peers.surroundings import (
    READING_PERIOD_S,
    STILL_AT_S,
    STILL_BYTES,
    Surroundings,
    UsageWatch,
    tapped,
    wall_ms,
)

PAGE_URL: Final = "http://localhost/"
"""Answered by the browser's driver: a secure context without a server."""
_UP_S: Final = 60.0


async def call(around: Surroundings, name: str, codec: str = "") -> Evidence:
    """One call; `codec` is preferred for the picture, both ways."""
    stock = files("linklab.peers").joinpath("stock.js").read_text(encoding="utf-8")
    async with AsyncExitStack() as stack:
        tap = await stack.enter_async_context(tapped(around.site))
        run = around.playwright
        site = await stack.enter_async_context(
            browser(run, around.site, around.camera.path, around.voice, [stock])
        )
        gp = await stack.enter_async_context(
            browser(run, around.gp, around.gp_camera, around.gp_voice, [stock])
        )
        for page in (site.page, gp.page):
            await open_stock(page)
        shape = around.camera.shape
        await site.page.evaluate(
            f"stock.capture({shape.width}, {shape.height}, {shape.frames_per_s})"
        )
        await gp.page.evaluate("stock.capture(320, 240, 15)")
        usage = UsageWatch(lambda: site.pids)
        await around.start_clock()
        called_ms = wall_ms()
        offer = await site.page.evaluate(f"stock.offer('{codec}')")
        answer = await gp.page.evaluate("(sdp) => stock.answer(sdp)", offer)
        await site.page.evaluate("(sdp) => stock.accept(sdp)", answer)
        taken = await _converse(site.page, called_ms, around.seconds)
        ended_ms = wall_ms()
        site_usage = await usage.end()
        evidence = {
            "heard": await collected.sound(gp.page),
            "spoken": await collected.sound(site.page),
            "statistics": await collected.statistics(gp.page),
            "samples": await collected.samples(gp.page),
        }
        arrived = dict(await gp.page.evaluate("stock.readings"))
        shown, illegible = await collected.pictures(gp.page)
        captured, _ = await collected.pictures(site.page)
        still = await gp.page.evaluate("stock.still")
        sent_ms = await site.page.evaluate("stock.still_ms ?? null")
        lanes = payload_lanes(await collected.descriptions(gp.page))
        notes = [*await collected.failures(gp.page), *await collected.failures(site.page)]
    is_whole = still["bytes"] >= STILL_BYTES
    return Evidence(
        peer=name,
        called_ms=called_ms,
        picture_allowed_ms=called_ms,
        began_ms=called_ms,
        ended_ms=ended_ms,
        captured=captured,
        shown=shown,
        illegible=illegible,
        readings=[(taken_ms, arrived.get(taken_ms)) for taken_ms in taken],
        still=Still(STILL_BYTES, sent_ms, still["ended_ms"] if is_whole else None),
        site=site_usage,
        lane_bytes=lane_bytes(tap.rows, lanes, int(called_ms / 1000), int(ended_ms / 1000)),
        notes=notes,
        **evidence,
    )


async def open_stock(page: Any) -> None:
    """An empty page of ours."""
    await page.route("**/*", _answer)
    await page.goto(PAGE_URL)


async def _answer(route: Any) -> None:
    await route.fulfill(body="<!doctype html><title>bench</title><body>", content_type="text/html")


async def _converse(site: Any, called_ms: float, seconds: float) -> list[float]:
    """Readings and the still; returns when each reading was taken, at the end of the call."""
    await site.evaluate(f"stock.readingsEvery({READING_PERIOD_S * 1000})")
    await _until(called_ms + STILL_AT_S * 1000)
    await site.evaluate(f"stock.sendStill({STILL_BYTES})")
    await _until(called_ms + seconds * 1000)
    taken: list[float] = await site.evaluate("stock.taken")
    return taken


async def _until(at_ms: float) -> None:
    await asyncio.sleep(max(0.0, at_ms - wall_ms()) / 1000)
