import csv
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.adaptation import quality
from client.core.adaptation.plan import Content

SWEEP = Path(__file__).parents[3] / "scripts" / "linklab" / "sweep_pictures.tsv"
ROWS = list(csv.DictReader(SWEEP.read_text(encoding="utf-8").splitlines(), delimiter="\t"))

codecs = st.sampled_from([(c, p) for c, presets in quality.EFFICIENCIES.items() for p in presets])
contents = st.sampled_from(Content)


def predicted(row: dict[str, str]) -> float:
    """What the model says of a row; the rungs are planned for harder footage than the clips."""
    preset = None if row["preset"] == "None" else int(row["preset"])
    pace = float(row["pace"])
    frame = quality.Frame(
        scale=int(row["width"]) / 640,
        source_pixels=640 * 480,
        size_bytes=float(row["bytes"]),
        frames_per_s=pace or None,
    )
    return quality.vmaf(quality.efficiency(row["codec"], preset), Content.FACE, frame)


@pytest.mark.parametrize("codec", ["av1", "vp9", "vp8", "h264"])
def test_promises_no_more_than_was_measured(codec: str) -> None:
    rows = [row for row in ROWS if row["codec"] == codec and float(row["vmaf"]) > 20]
    assert len(rows) > 50
    over = [predicted(row) - float(row["vmaf"]) for row in rows]
    assert -12 < fmean(over) < 0


def frame(size_bytes: float, scale: float = 1.0, frames_per_s: float | None = 15) -> quality.Frame:
    return quality.Frame(scale, 640 * 480, size_bytes, frames_per_s)


@given(codecs, contents, st.floats(50, 20_000), st.sampled_from([None, 2.0, 15.0]))
def test_more_bytes_never_look_worse(
    codec: tuple[str, int | None], content: Content, size: float, pace: float | None
) -> None:
    made = quality.efficiency(*codec)
    less = quality.vmaf(made, content, frame(size, frames_per_s=pace))
    more = quality.vmaf(made, content, frame(size * 1.1, frames_per_s=pace))
    assert 0 <= less < more < 100


@given(contents, st.floats(0.2, 59))
def test_more_frames_are_never_less_smooth(content: Content, frames_per_s: float) -> None:
    slower = quality.smoothness(content, frames_per_s)
    assert 0 < slower <= quality.smoothness(content, frames_per_s + 1) <= 1


def test_a_smaller_picture_can_never_be_as_good() -> None:
    scales = [quality.best_vmaf(scale) for scale in (1.0, 0.75, 0.5, 0.25)]
    assert scales == sorted(scales, reverse=True)
    assert scales[0] > 99


def test_a_preset_nobody_measured_counts_as_the_nearest() -> None:
    assert quality.efficiency("av1", 12) == quality.efficiency("av1", 11)
    assert quality.efficiency("vp9", None) == quality.efficiency("vp9", 7)


def test_the_smallest_frames_measured_are_the_floor() -> None:
    for codec in ("av1", "vp9", "vp8"):
        streamed = [r for r in ROWS if r["codec"] == codec and r["pace"] != "0"]
        least = min(float(r["bytes"]) for r in streamed if r["width"] == "640")
        floor = quality.least_bytes(codec, 640 * 480, is_alone=False)
        assert floor == pytest.approx(least, rel=0.2)
