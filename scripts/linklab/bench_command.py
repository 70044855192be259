"""``scripts/linklab/bench``: the same call by several peers in turn, and one table of them.

Voice and picture are measured where a person would meet them: what is heard is looked for in what
was spoken, and each picture carries a stamp. "fps" counts the frames that the receiving browser
says it presented, and "frozen" is what of each pause without a new one goes beyond half a second.
Both leave out the time from the still's begin to its end (to the end of the measured time, if it
never came), which "still fps" is of, and "all" is the whole measured time. "concealed" is all
that the receiver made up, silence included; readings that had not come by the end count with
their age; CPU is a share of one core, memory is shared pages counted once.
Percentiles of the queue last until the late still, if `--patience` waits for one, has come.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from linklab import profiles
from linklab.bench_calls import NO_LINE, Prepared, call, prepared
from linklab.bench_report import about, keep, run_json
from linklab.measuring.measures import Measures, measure
from linklab.measuring.table import middle, table
from linklab.measuring.vmaf import find_ffmpeg, vmaf
from linklab.peers import PEERS

_SMOKE_S: Final = 12.0
_SMOKE_PATIENCE_S: Final = 60.0
_SMOKE_PROFILE: Final = "adsl-rural"
_SMOKE_WANTS: Final = (
    "voice_recognised_pct",
    "frames_per_s_all",
    "readings_arrived_pct",
    "still_s",
)
_DEFAULT_PEERS: Final = ("chevet", "chromium")


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
    if options.smoke:
        return _complain(report)
    return 1 if report["failed"] else 0


def _complain(report: dict[str, Any]) -> int:
    """Say what a smoke test's call did not carry at all; no time is judged."""
    measured = report["medians"].get("chevet", {})
    missing = [name for name in _SMOKE_WANTS if not measured.get(name)]
    for name in missing:
        _tell(f"missing: {name}")
    return 1 if missing else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/linklab/bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
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
    runs: dict[str, list[Measures]] = {peer: [] for peer in options.peer or _DEFAULT_PEERS}
    report = about(options)
    async with prepared(options) as ready:
        for turn in range(options.repeat):
            for peer, measured in runs.items():
                _tell(f"{options.profile}: {peer}, {turn + 1} of {options.repeat} ...")
                try:
                    measured.append(await _run(peer, turn, options, ready, report))
                except Exception as error:  # noqa: BLE001 -- one failed call costs no other's figures
                    _tell(f"{peer} failed: {type(error).__name__}: {error}")
                    report["failed"].append({"peer": peer, "error": str(error)})
    medians = {peer: middle(measured) for peer, measured in runs.items() if measured}
    report["medians"] = {peer: asdict(measures) for peer, measures in medians.items()}
    _say(f"{options.profile}, seed {options.seed}, {options.repeat} runs, {report['at']}")
    _say(table(medians))
    return report


async def _run(
    peer: str, turn: int, options: argparse.Namespace, ready: Prepared, report: dict[str, Any]
) -> Measures:
    evidence, line = await call(peer, options, ready, options.seed + turn)
    if options.keep is not None:
        await asyncio.to_thread(keep, evidence, line, options.keep / f"{peer}-{turn + 1}")
    ffmpeg = find_ffmpeg()
    if ffmpeg is None:
        _tell("no VMAF: pip install imageio-ffmpeg")
    scores = await vmaf(ffmpeg, evidence.received.samples, ready.camera) if ffmpeg else []
    measures = await asyncio.to_thread(measure, evidence, line, scores)
    report["runs"].append(run_json(evidence, line, measures, scores))
    return measures


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
