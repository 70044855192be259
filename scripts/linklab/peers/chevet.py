"""The product itself: relay and page at the GP's end, the unattended site at the other.

The page is reached through ``localhost``, so that it is a secure context; the site reaches the
relay over the line. Camera and microphone are FIFOs fed in real time; the instruments are
simulated ones on real pseudo-terminals.
"""

import asyncio
import json
import logging
import os
import secrets
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np

from client import clock
from client.core.wire import Card
from client.demo.gp_in_chromium import ChromiumGp
from client.demo.programs import EventFile
from devices.simulators.instrument import Material, create
from devices.simulators.vc0706 import Simulator as Otoscope
from linklab.measuring import processes
from linklab.measuring.evidence import Evidence, Still
from linklab.measuring.feeder import CHUNK_SAMPLES
from linklab.measuring.sound import Sound, read_wav
from linklab.measuring.watching import Sighting
from linklab.peers import collected, parcels_seen
from linklab.peers.browser import Tab, browser
from linklab.peers.place import Place
from linklab.peers.quick_instrument import QuickInstrument
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

_log = logging.getLogger(__name__)

_PATIENCE_S: Final = 90.0
_FEEDER_S: Final = 5.0
"""A feeder whose FIFO nobody ever opened waits for ever."""
_STILL_IS_THERE: Final = "!!document.querySelector('[data-testid=still][data-sha256]')"
_CARD: Final = Card("Dr Banc d'essai", "Laboratoire")


@dataclass(frozen=True, slots=True)
class Feeder:
    """A camera or a microphone that runs."""

    process: Process
    times_ms: list[float]
    """When each picture was taken, or each 20 ms of sound began; filled when it has ended."""


@dataclass(frozen=True, slots=True)
class Running:
    """All of one call."""

    site: Process
    events: EventFile
    trace: Path
    tab: Tab
    gp: ChromiumGp
    camera: Feeder
    microphone: Feeder


async def call(around: Surroundings) -> Evidence:
    """One consultation, from the invitation to the end of the measured time."""
    async with tapped(around.site) as tap:
        async with _running(around) as run:
            facts = await _consult(around, run)
            trace = await asyncio.to_thread(run.trace.read_text)
        return Evidence(
            peer="chevet",
            trace=trace,
            captured=_captured(run.camera, len(around.camera)),
            spoken=_spoken(run.microphone, around.voice),
            packets=tap.rows,
            **facts,
        )


async def _consult(around: Surroundings, run: Running) -> dict[str, Any]:
    """Meet, be seen, ask for a still; returns what `Evidence` needs of it."""
    invitation = await run.events.first("invitation", _PATIENCE_S)
    called_ms = wall_ms()
    await run.gp.join(_through_localhost(invitation["url"]))
    await run.events.first("connected", _PATIENCE_S)
    usage = UsageWatch(lambda: processes.with_descendants([run.site.pid]))
    await around.start_clock()
    began_ms = wall_ms()
    asking = asyncio.create_task(_accept_and_ask(run.gp, began_ms + 1000 * around.still_at_s))
    await asyncio.sleep(around.seconds)
    ended_ms = wall_ms()
    site_usage = await usage.end()
    await around.wait_for_still(run.tab.page, _STILL_IS_THERE)
    await _give_up(asking)
    seen = parcels_seen.decoded(await collected.opened(run.tab.page))
    return {
        "called_ms": called_ms,
        "picture_allowed_ms": began_ms,
        "began_ms": began_ms,
        "ended_ms": ended_ms,
        "received": await collected.received(run.tab.page),
        "readings": _readings(parcels_seen.readings(seen), began_ms, ended_ms),
        "still": Still(STILL_BYTES, _still_began_ms(run), parcels_seen.still_ended_ms(seen)),
        "site": site_usage,
    }


async def _accept_and_ask(gp: ChromiumGp, still_at_ms: float) -> None:
    await gp.accept_words()
    await asyncio.sleep(max(0.0, still_at_ms - wall_ms()) / 1000)
    await gp.ask("still")


async def _give_up(asking: "asyncio.Task[None]") -> None:
    """End the GP's hand: what it still waits for lies beyond the measured time."""
    if asking.done():
        await asking  # whatever went wrong is to be seen
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking


def _still_began_ms(run: Running) -> float | None:
    """When the site held the still and could begin to send it."""
    taken = [line for line in run.events.all() if line["event"] == "still_taken"]
    return datetime.fromisoformat(taken[0]["at"]).timestamp() * 1000 if taken else None


def _readings(
    arrived: list[tuple[float, float]], began_ms: float, ended_ms: float
) -> list[tuple[float, float | None]]:
    """Those taken during the call; after the last that came, one a second is missing."""
    during: list[tuple[float, float | None]] = [
        (taken_ms, at_ms if at_ms < ended_ms else None)
        for taken_ms, at_ms in arrived
        if began_ms <= taken_ms < ended_ms
    ]
    last_ms = max((taken_ms for taken_ms, _ in during), default=began_ms)
    missing = int((ended_ms - last_ms) / 1000) - 1  # the very last may still be on its way
    return during + [(last_ms + 1000 * (step + 1), None) for step in range(missing)]


@asynccontextmanager
async def _running(around: Surroundings) -> AsyncIterator[Running]:
    """Start it all; on leaving, everything that was started has ended."""
    async with AsyncExitStack() as stack:
        folder = around.folder / f"chevet-{secrets.token_hex(4)}"
        folder.mkdir()
        port = await stack.enter_async_context(_relay(around.gp, folder))
        instruments = []
        simulators = {
            "contec_v7": create("contec_v7", Material()),
            "vc0706": Otoscope(Material(), take=lambda _: around.still.read_bytes()),
        }
        for name, simulator in simulators.items():
            instrument = QuickInstrument(simulator, clock.monotonic_s)
            stack.callback(instrument.close)
            instruments += ["--instrument", f"{name}={instrument.port}"]
        shape = around.camera.shape
        size = f"{shape.width}x{shape.height}@{shape.frames_per_s}"
        camera = await stack.enter_async_context(
            _feeder("camera", str(around.camera.path), size, str(_fifo(folder / "camera")))
        )
        microphone = await stack.enter_async_context(
            _feeder("microphone", str(around.voice), str(_fifo(folder / "microphone")))
        )
        tab = await stack.enter_async_context(
            browser(around.playwright, around.gp, around.gp_camera, around.gp_voice)
        )
        gp = ChromiumGp("", _CARD)
        gp.page = tab.page
        stack.push_async_callback(gp.close)
        events, trace = EventFile(folder / "events.jsonl"), folder / "trace.jsonl"
        site = await stack.enter_async_context(
            _program(
                around.site,
                *("site", "--relay", f"http://{around.gp.address}:{port}"),
                *("--camera", f"fifo:{folder / 'camera'}"),
                *("--microphone", f"fifo:{folder / 'microphone'}"),
                *("--speaker", f"file:{folder / 'heard.wav'}"),
                *("--record", str(folder / "records"), *instruments),
                *("--events", str(events.path), "--unattended"),
                *("--trace", str(trace)),
            )
        )
        yield Running(site, events, trace, tab, gp, camera, microphone)


@asynccontextmanager
async def _relay(gp: Place, folder: Path) -> AsyncIterator[int]:
    words = ("relay", "--host", "0.0.0.0", "--port", "0", "--data", str(folder / "relay"))  # noqa: S104 -- the namespace is the laboratory's own
    async with _program(gp, *words, "--print-url", stdout=PIPE) as relay:
        assert relay.stdout is not None  # noqa: S101 -- started with a pipe
        line = (await asyncio.wait_for(relay.stdout.readline(), _PATIENCE_S)).decode().strip()
        yield urlsplit(line).port or 0


@asynccontextmanager
async def _program(place: Place, *words: str, **options: Any) -> AsyncIterator[Process]:
    """``chevet WORDS``; complaints go to this terminal."""
    process = await asyncio.create_subprocess_exec(
        *python(place, "client", *words),
        env=environment({"CHEVET_PASSPHRASE": secrets.token_urlsafe(24)}),
        stdin=DEVNULL,
        **{"stdout": DEVNULL, **options},
    )
    try:
        yield process
    finally:
        await stop(process)


@asynccontextmanager
async def _feeder(*words: str) -> AsyncIterator[Feeder]:
    here = Place("here", "")
    process = await asyncio.create_subprocess_exec(
        *python(here, "linklab.measuring.feeder", *words),
        stdin=PIPE,
        stdout=PIPE,
        env=environment(),
    )
    feeder = Feeder(process, [])
    try:
        yield feeder
    finally:
        try:
            told, _ = await asyncio.wait_for(process.communicate(b""), _FEEDER_S)
            feeder.times_ms.extend(json.loads(told or b"[]"))
        except TimeoutError:
            _log.warning("a feeder had no reader")
        finally:
            await stop(process)


def _fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _through_localhost(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"localhost:{parts.port}").geturl()


def _captured(camera: Feeder, loop: int) -> list[Sighting]:
    return [Sighting(at_ms, number % loop) for number, at_ms in enumerate(camera.times_ms)]


def _spoken(microphone: Feeder, voice: Path) -> Sound:
    said = read_wav(voice)
    count = len(microphone.times_ms)
    samples = np.resize(said, count * CHUNK_SAMPLES)
    lengths = np.full(count, CHUNK_SAMPLES, np.int64)
    return Sound(samples, lengths, np.array(microphone.times_ms, np.float64))
