"""What a bench writes down: the machine, every run's figures and, where asked for, its evidence."""

import argparse
import csv
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from PIL import Image

from client import clock
from client.demo.gp_in_chromium import find_chromium
from linklab.bench_calls import find_clip
from linklab.measuring.evidence import Evidence, LineUse
from linklab.measuring.measures import Measures
from linklab.measuring.presented import PresentedCount, moments_ms
from linklab.measuring.sound import write_wav
from linklab.measuring.vmaf import ShownPicture

_PACKAGES: Final = ("aiortc", "av", "playwright")
_KEPT_EVERY: Final = 10
"""Of the whole pictures, two a second: one every five seconds is kept."""


def about(options: argparse.Namespace) -> dict[str, Any]:
    """Where, when and how it was measured."""
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
        "failed": [],
    }


def run_json(
    evidence: Evidence, line: LineUse | None, measures: Measures, scores: Sequence[float]
) -> dict[str, Any]:
    """One call's figures, with what is needed to doubt them."""
    return {
        "peer": evidence.peer,
        "seconds": round((evidence.ended_ms - evidence.began_ms) / 1000, 2),
        "measures": asdict(measures),
        "vmaf": [round(score, 1) for score in scores],
        "sizes": sorted({f"{one.width}x{one.height}" for one in evidence.received.samples}),
        "pictures_shown": len(evidence.received.shown) + evidence.received.illegible,
        "pictures_illegible": evidence.received.illegible,
        "frames_presented": len(moments_ms(evidence.received.presented)),
        "notes": list(evidence.received.failures),
        "line": asdict(line) if line else None,
    }


def keep(evidence: Evidence, line: LineUse | None, folder: Path) -> None:
    """What was heard and seen, for ears, eyes and other programs."""
    folder.mkdir(parents=True, exist_ok=True)
    write_wav(folder / "heard.wav", evidence.received.heard)
    write_wav(folder / "spoken.wav", evidence.spoken)
    if line is not None:
        rows = "".join(json.dumps(record) + "\n" for record in line.log)
        (folder / "line.jsonl").write_text(rows, encoding="utf-8")
    if evidence.trace:
        (folder / "trace.jsonl").write_text(evidence.trace, encoding="utf-8")
    shown = ((one.at_ms, one.number) for one in evidence.received.shown)
    captured = ((one.at_ms, one.number) for one in evidence.captured)
    _write_rows(folder / "shown.csv", ("at_ms", "number"), shown)
    presented = (astuple(one) for one in evidence.received.presented)
    head = tuple(field.name for field in fields(PresentedCount))
    _write_rows(folder / "presented.csv", head, presented)
    _write_rows(folder / "captured.csv", ("at_ms", "number"), captured)
    _write_rows(folder / "readings.csv", ("taken_ms", "arrived_ms"), evidence.readings)
    packets = folder / "packets.csv"
    _write_rows(packets, ("second", "kind", "packets", "ip_bytes"), evidence.packets)
    statistics = json.dumps(list(evidence.received.statistics))
    (folder / "statistics.json").write_text(statistics, encoding="utf-8")
    for index, picture in enumerate(evidence.received.samples[::_KEPT_EVERY]):
        _write_picture(folder / f"shown-{index * _KEPT_EVERY:03}.png", picture)


def _write_rows(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


def _write_picture(path: Path, picture: ShownPicture) -> None:
    rows = np.frombuffer(picture.planes, np.uint8).reshape(-1, picture.width)
    frame = av.VideoFrame.from_ndarray(rows, format="yuv420p")
    Image.fromarray(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)).save(path)


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
