"""The table of measured calls and what their lines allow."""

import json
from pathlib import Path

from linklab.distances import limits, table

MEASURED = {
    "voice_concealed_pct": 0.04, "mouth_to_ear_p50_ms": 203.7, "mouth_to_ear_p95_ms": 211.5,
    "frames_per_s": 16.96, "frames_per_s_all": 14.0, "frames_per_s_during_still": None,
    "glass_to_glass_p50_ms": 193.7, "glass_to_glass_p95_ms": 1_223.4, "frozen_s": 0.0,
    "vmaf": 89.3, "reading_p50_ms": 89.8, "reading_p99_ms": 149.4, "still_s": None,
    "site_cpu_pct": 33.2, "up_kbytes": {"picture": 840.0},
}  # fmt: skip


def test_a_constant_line_has_limits_by_its_own_figures() -> None:
    found = limits("adsl-rural", MEASURED)
    assert found.reading_ms is not None
    assert 25 < found.reading_ms < 25 + 8  # 185 bytes at 256 kbit/s, after 25 ms
    assert found.still_s is not None
    assert 1_600_000 / 256_000 < found.still_s < 1_600_000 / 128_000


def test_a_line_that_varies_or_is_cut_has_none() -> None:
    assert limits("3g-weak", MEASURED).still_s is None
    assert limits("blackout", MEASURED).reading_ms is None


def test_each_peer_has_a_row_and_what_never_came_is_said(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    both = {"chevet": MEASURED, "chromium": MEASURED}
    report.write_text(json.dumps({"profile": "adsl-rural", "medians": both}), encoding="utf-8")
    rows = table([report]).splitlines()[2:]
    assert [row.split(" | ")[0] for row in rows] == [
        "| adsl-rural, Chevet",
        "| adsl-rural, chromium",
    ]
    assert "17 (-)" in rows[0]
    assert "not in time (" in rows[0]
    assert "not in time |" in rows[1]
    assert "194 / 1,223 " in rows[1]
