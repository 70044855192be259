"""What a demo run measured, as ``report.json``."""

import json
import math
import statistics
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from client.demo.gp_hand import MediaSeen, StillSeen


@dataclass(frozen=True, slots=True)
class Observed:
    """What the run saw, before the exported record is read."""

    gp: str
    setup_s: float
    """From opening the invitation to the link being up."""
    words_at_gp: tuple[str, ...]
    words_at_site: tuple[str, ...]
    media: MediaSeen
    still: StillSeen
    summary: str
    prescription_sha256: str


def write_report(
    out: Path, observed: Observed, dbfs_at_site: float, events: list[dict[str, Any]]
) -> dict[str, Any]:
    """Put ``report.json`` beside what the site exported; returns its content."""
    readings = _lines(out / "readings.jsonl")
    summary = out / "summary.txt"
    report = {
        "gp": observed.gp,
        "setup_s": round(observed.setup_s, 3),
        "video": {
            "frames_decoded": observed.media.frames_decoded,
            "distinct_frames": observed.media.distinct_frames,
        },
        "voice": {
            "dbfs_at_gp": round(observed.media.voice_dbfs, 1),
            "dbfs_at_site": round(dbfs_at_site, 1),
        },
        "readings": _readings(readings),
        "stills": _stills(out, observed, events),
        "words_equal": observed.words_at_gp == observed.words_at_site,
        "journal_events": len(_lines(out / "journal.jsonl")),
        "summary_received": summary.exists()
        and summary.read_text(encoding="utf-8").strip() == observed.summary,
        "summary_signed": any(
            line["event"] == "summary_signature" and line["signed"] == 1 for line in events
        ),
        "prescription_received": any(
            line["event"] == "document_received" and line["sha256"] == observed.prescription_sha256
            for line in events
        ),
        "documents": {
            path.name: path.stat().st_size for path in sorted((out / "documents-out").glob("*"))
        },
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (out / "report.json").write_text(text + "\n", encoding="utf-8")
    return report


def _readings(readings: list[dict[str, Any]]) -> dict[str, Any]:
    """Latency runs from the instrument's word to the GP's sealed receipt back at the site."""
    received = [line for line in readings if line["acknowledged_at"] is not None]
    latencies_ms = sorted(
        _seconds(line["taken_at"], line["acknowledged_at"]) * 1000 for line in received
    )
    vitals = {line["vital"] for line in readings}
    return {
        "sent": len(readings),
        "received": len(received),
        "latency_ms_p50": _percentile(latencies_ms, 50),
        "latency_ms_p99": _percentile(latencies_ms, 99),
        "by_vital": {
            vital: sum(line["vital"] == vital for line in readings) for vital in sorted(vitals)
        },
    }


def _stills(out: Path, observed: Observed, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    stills = []
    for taken in (line for line in events if line["event"] == "still_taken"):
        done = next(
            line
            for line in events
            if line["event"] == "still_acknowledged" and line["id"] == taken["id"]
        )
        stills.append(
            {
                "bytes": (out / "stills" / f"{taken['id']}.jpg").stat().st_size,
                "sha256_site": done["sha256"],
                "sha256_gp": observed.still.sha256,
                "seconds": round(_seconds(taken["at"], done["at"]), 3),
            }
        )
    return stills


def _percentile(ordered: list[float], percent: int) -> float | None:
    if not ordered:
        return None
    if len(ordered) == 1:
        return round(ordered[0], 1)
    return round(statistics.quantiles(ordered, n=100, method="inclusive")[percent - 1], 1)


def _seconds(start: str, end: str) -> float:
    seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    return seconds if math.isfinite(seconds) else 0.0


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
