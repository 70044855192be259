"""How far a measured call is from what its line allows, as a table for the README.

The limits are physical: propagation, one packet's own duration and its serialisation for delays;
bytes over what the line carries beside headroom and voice for the still. What a line that varies
allows has no one number; it is left open.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.observation import LineEstimate, LossKind
from client.core.adaptation.voice_ladder import VoiceLadder, line_bps
from linklab.capacity import Steps
from linklab.profiles import find

HEADROOM: Final = 0.15
STILL_BYTES: Final = 200_000
READING_BYTES: Final = 64 + 121
"""The smallest envelope, and all headers on the line."""
PICTURE_HEADERS_BYTES: Final = 85

_HEADINGS: Final = (
    "line, peer", "voice concealed %", "mouth-to-ear p50 / p95 (limit) ms",
    "pictures/s (with still)", "glass-to-glass p50 / p95 (limit) ms", "frozen s", "VMAF",
    "reading p50 / p99 (limit) ms", "200 kB still (limit) s", "CPU %",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """What the line itself allows; None: it varies too much to say."""

    mouth_to_ear_ms: float | None = None
    glass_to_glass_ms: float | None = None
    reading_ms: float | None = None
    still_s: float | None = None


def limits(profile_name: str, measured: dict[str, Any]) -> Limits:
    """Of a constant line, for a call with these pictures."""
    up = find(profile_name).up
    if not isinstance(up.capacity, Steps) or len(up.capacity.rates) != 1 or up.outages:
        return Limits()
    rate_bps = up.capacity.rates[0][1]
    one_way_ms = 1_000 * up.delay_s
    send_bps = int(rate_bps * (1 - HEADROOM))
    estimate = LineEstimate(
        int(rate_bps), int(rate_bps), is_known=True, is_silent=False, queue_s=0.0,
        rtt_s=2 * up.delay_s, jitter_s=0.0, loss_fraction=0.0, loss_kind=LossKind.NONE,
    )  # fmt: skip
    voice = VoiceLadder().rung(send_bps, estimate, LinkLayer.ETHERNET, 0.0, is_still_waiting=False)
    voice_bps = line_bps(voice, LinkLayer.ETHERNET)
    voice_bits = voice_bps * voice.packet_ms / 1_000
    pictures = max(1e-9, measured["frames_per_s_all"] or 0)
    picture_bits = 8_000 * measured["up_kbytes"].get("picture", 0) / 60 / pictures
    return Limits(
        mouth_to_ear_ms=one_way_ms + voice.packet_ms + 1_000 * voice_bits / rate_bps,
        glass_to_glass_ms=one_way_ms
        + 1_000 * (picture_bits + 8 * PICTURE_HEADERS_BYTES) / rate_bps,
        reading_ms=one_way_ms + 8_000 * READING_BYTES / rate_bps,
        still_s=8 * STILL_BYTES / max(1, send_bps - voice_bps),
    )


def table(reports: Sequence[Path]) -> str:
    """Markdown: a row for each peer of each report, in their order."""
    rows = [_HEADINGS, ("---",) * len(_HEADINGS)]
    for path in reports:
        report = json.loads(path.read_text(encoding="utf-8"))
        for peer, measured in report["medians"].items():
            rows.append(_row(report["profile"], peer, measured))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(profile_name: str, peer: str, measured: dict[str, Any]) -> tuple[str, ...]:
    found = limits(profile_name, measured) if peer == "chevet" else Limits()
    still = _figure(measured["still_s"]) if measured["still_s"] else "not in time"
    return (
        f"{profile_name}, {'Chevet' if peer == 'chevet' else peer}",
        _figure(measured["voice_concealed_pct"]),
        _pair(measured, "mouth_to_ear_p50_ms", "mouth_to_ear_p95_ms", found.mouth_to_ear_ms),
        f"{_figure(measured['frames_per_s'])} ({_figure(measured['frames_per_s_during_still'])})",
        _pair(measured, "glass_to_glass_p50_ms", "glass_to_glass_p95_ms", found.glass_to_glass_ms),
        _figure(measured["frozen_s"]),
        _figure(measured["vmaf"]),
        _pair(measured, "reading_p50_ms", "reading_p99_ms", found.reading_ms),
        still + _limit(found.still_s),
        _figure(measured["site_cpu_pct"]),
    )


def _pair(measured: dict[str, Any], middle: str, high: str, limit: float | None) -> str:
    return f"{_figure(measured[middle])} / {_figure(measured[high])}{_limit(limit)}"


def _limit(limit: float | None) -> str:
    return "" if limit is None else f" ({_figure(limit)})"


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 or value == 0 else f"{value:.3g}"  # noqa: PLR2004 -- digits


if __name__ == "__main__":
    print(table([Path(name) for name in sys.argv[1:]]))
