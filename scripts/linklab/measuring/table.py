"""One table of all peers, and the median of several runs."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from statistics import median
from typing import Any, Final

from linklab.measuring.measures import Measures

COLUMNS: Final = (
    ("concealed %", "voice_concealed_pct"),
    ("stretched %", "voice_stretched_pct"),
    ("m2e p50", "mouth_to_ear_p50_ms"),
    ("m2e p95", "mouth_to_ear_p95_ms"),
    ("voice s", "first_voice_s"),
    ("fps", "frames_per_s"),
    ("fps all", "frames_per_s_all"),
    ("frozen s", "frozen_s"),
    ("frozen all", "frozen_all_s"),
    ("g2g p50", "glass_to_glass_p50_ms"),
    ("g2g p95", "glass_to_glass_p95_ms"),
    ("picture s", "first_picture_s"),
    ("VMAF", "vmaf"),
    ("rdg p50", "reading_p50_ms"),
    ("rdg p99", "reading_p99_ms"),
    ("rdg max", "reading_max_ms"),
    ("still s", "still_s"),
    ("still fps", "frames_per_s_during_still"),
    ("line %", "line_used_pct"),
    ("queue p50", "queue_p50_ms"),
    ("queue p95", "queue_p95_ms"),
    ("CPU %", "site_cpu_pct"),
    ("MB", "site_memory_mb"),
)
"""What the table shows of `Measures`; times without a unit are milliseconds."""
LANES: Final = "up kB"
BACK: Final = (("voice back s", "voice_back_s"), ("picture back s", "picture_back_s"))
"""Shown only on lines that are cut: one figure for each cut."""
_BACK_NAMES: Final = tuple(name for _, name in BACK)


def middle(runs: Sequence[Measures]) -> Measures:
    """The median of each figure; of one that is missing in half of the runs or more, None."""
    values: dict[str, Any] = {
        field.name: _middle([getattr(run, field.name) for run in runs])
        for field in fields(Measures)
        if field.name != "up_kbytes" and field.name not in _BACK_NAMES
    }
    for name in _BACK_NAMES:
        cuts = zip(*(getattr(run, name) for run in runs), strict=True)
        values[name] = tuple(_middle(cut) for cut in cuts)
    lanes = dict.fromkeys(lane for run in runs for lane in run.up_kbytes)
    up = {lane: median(run.up_kbytes.get(lane, 0.0) for run in runs) for lane in lanes}
    return Measures(**values, up_kbytes=up)


def table(rows: Mapping[str, Measures]) -> str:
    """The peers side by side, as a table of Markdown."""
    back = BACK if any(measures.voice_back_s for measures in rows.values()) else ()
    head = ["peer", *(title for title, _ in (*COLUMNS, *back)), LANES]
    names = [name for _, name in (*COLUMNS, *back)]
    lines = [[peer, *_cells(measures, names)] for peer, measures in rows.items()]
    widths = [max(len(line[at]) for line in [head, *lines]) for at in range(len(head))]
    ruled = [head, ["-" * width for width in widths], *lines]
    return "\n".join(
        "| "
        + " | ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in ruled
    )


def _middle(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(median(known), 2) if 2 * len(known) > len(values) else None


def _cells(measures: Measures, names: Sequence[str]) -> list[str]:
    cells = [_cell(getattr(measures, name)) for name in names]
    up = sorted(measures.up_kbytes.items(), key=lambda item: -item[1])
    return [*cells, " ".join(f"{lane}:{size:.0f}" for lane, size in up)]


def _cell(value: float | tuple[float | None, ...] | None) -> str:
    if isinstance(value, tuple):
        return "/".join(_cell(each) for each in value)
    if value is None:
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 -- three digits
