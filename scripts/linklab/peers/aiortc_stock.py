"""The library the product is built on, as it comes: a stock aiortc site and the stock page."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import numpy as np

from linklab.measuring import processes
from linklab.measuring.evidence import Evidence
from linklab.measuring.feeder import CHUNK_SAMPLES
from linklab.measuring.sound import Sound, read_wav
from linklab.measuring.watching import Sighting
from linklab.peers import collected
from linklab.peers.chromium import STILL_IS_THERE, stock_gp, stock_readings, stock_still
from linklab.peers.surroundings import (
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
    async with AsyncExitStack() as stack:
        tap = await stack.enter_async_context(tapped(around.site))
        gp = await stack.enter_async_context(stock_gp(around))
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
        await around.wait_for_still(gp.page, STILL_IS_THERE)
        _tell(site, {"end": True})
        facts = await _told(site)
        pictures = enumerate(facts["captured_ms"])
        return Evidence(
            peer="aiortc",
            called_ms=began_ms,
            picture_allowed_ms=began_ms,
            began_ms=began_ms,
            ended_ms=ended_ms,
            spoken=_spoken(around, facts["spoken_ms"]),
            captured=[Sighting(at_ms, number % len(around.camera)) for number, at_ms in pictures],
            received=await collected.received(gp.page),
            readings=await stock_readings(gp.page, facts["taken_ms"]),
            still=await stock_still(gp.page, facts["still_ms"]),
            site=site_usage,
            packets=tap.rows,
        )


@asynccontextmanager
async def _site(around: Surroundings) -> AsyncIterator[Process]:
    shape = around.camera.shape
    words = (
        *(str(around.camera.path), f"{shape.width}x{shape.height}@{shape.frames_per_s}"),
        *(str(around.voice), str(STILL_BYTES), str(around.still_at_s)),
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
