"""The library the product is built on, as it comes: a stock aiortc site and the stock page."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.resources import files
from typing import Any, Final

import numpy as np

from linklab.measuring import processes
from linklab.measuring.evidence import Evidence, Still
from linklab.measuring.feeder import CHUNK_SAMPLES
from linklab.measuring.lanes import lane_bytes, payload_lanes
from linklab.measuring.sound import Sound, read_wav
from linklab.measuring.watching import Sighting
from linklab.peers import collected
from linklab.peers.browser import browser
from linklab.peers.chromium import open_stock
from linklab.peers.surroundings import (
    STILL_AT_S,
    STILL_BYTES,
    Surroundings,
    UsageWatch,
    environment,
    python,
    stop,
    tapped,
    wall_ms,
)

_LINE_LIMIT: Final = 1 << 24
"""What the site tells in one line: a minute's times of pictures and sound."""
_CHUNK_MS: Final = 20
_ANSWER_S: Final = 30.0


async def call(around: Surroundings) -> Evidence:
    """One call."""
    stock = files("linklab.peers").joinpath("stock.js").read_text(encoding="utf-8")
    async with AsyncExitStack() as stack:
        tap = await stack.enter_async_context(tapped(around.site))
        gp = await stack.enter_async_context(
            browser(around.playwright, around.gp, around.gp_camera, around.gp_voice, [stock])
        )
        await open_stock(gp.page)
        await gp.page.evaluate("stock.capture(320, 240, 15)")
        site = await stack.enter_async_context(_site(around))
        offer = await _told(site)
        usage = UsageWatch(lambda: processes.with_descendants([site.pid]))
        await around.start_clock()
        began_ms = wall_ms()
        answer = await gp.page.evaluate("(sdp) => stock.answer(sdp)", offer["sdp"])
        _tell(site, {"sdp": answer})
        await asyncio.sleep(around.seconds)
        ended_ms = wall_ms()
        site_usage = await usage.end()
        _tell(site, {"end": True})
        facts = await _told(site)
        shown, illegible = await collected.pictures(gp.page)
        heard = await collected.sound(gp.page)
        samples = await collected.samples(gp.page)
        statistics = await collected.statistics(gp.page)
        arrived = dict(await gp.page.evaluate("stock.readings"))
        still = await gp.page.evaluate("stock.still")
        lanes = payload_lanes(await collected.descriptions(gp.page))
        notes = await collected.failures(gp.page)
    captured_ms = facts["captured_ms"]
    is_whole = still["bytes"] >= STILL_BYTES
    return Evidence(
        peer="aiortc",
        called_ms=began_ms,
        picture_allowed_ms=began_ms,
        began_ms=began_ms,
        ended_ms=ended_ms,
        spoken=_spoken(around, facts["spoken_ms"]),
        heard=heard,
        captured=[Sighting(at, i % len(around.camera)) for i, at in enumerate(captured_ms)],
        shown=shown,
        samples=samples,
        illegible=illegible,
        statistics=statistics,
        readings=[(taken_ms, arrived.get(taken_ms)) for taken_ms in facts["taken_ms"]],
        still=Still(STILL_BYTES, facts["still_ms"], still["ended_ms"] if is_whole else None),
        site=site_usage,
        lane_bytes=lane_bytes(tap.rows, lanes, int(began_ms / 1000), int(ended_ms / 1000)),
        notes=notes,
    )


@asynccontextmanager
async def _site(around: Surroundings) -> AsyncIterator[Process]:
    shape = around.camera.shape
    words = (
        *(str(around.camera.path), f"{shape.width}x{shape.height}@{shape.frames_per_s}"),
        *(str(around.voice), str(STILL_BYTES), str(STILL_AT_S)),
    )
    process = await asyncio.create_subprocess_exec(
        *python(around.site, "linklab.peers.aiortc_site", *words),
        stdin=PIPE,
        stdout=PIPE,
        env=environment(),
        limit=_LINE_LIMIT,
    )
    try:
        yield process
    finally:
        await stop(process)


async def _told(site: Process) -> dict[str, Any]:
    assert site.stdout is not None  # noqa: S101 -- started with a pipe
    line = await asyncio.wait_for(site.stdout.readline(), _ANSWER_S)
    told: dict[str, Any] = json.loads(line)
    return told


def _tell(site: Process, message: dict[str, Any]) -> None:
    assert site.stdin is not None  # noqa: S101 -- started with a pipe
    site.stdin.write(json.dumps(message).encode() + b"\n")


def _spoken(around: Surroundings, times_ms: list[float]) -> Sound:
    samples = np.resize(read_wav(around.voice), len(times_ms) * CHUNK_SAMPLES)
    lengths = np.full(len(times_ms), CHUNK_SAMPLES, np.int64)
    return Sound(samples, lengths, np.array(times_ms, np.float64) - _CHUNK_MS)
