"""What the pictures are drawn from: traces as they are written, and the laboratory's records."""

import json
import math
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.site_story import engine, page_report
from linklab.plotting import Event, Trace, UnreadableTraceError, read_line, read_trace, spans

from client.session import trace as tracing


def written(tmp_path: Path, frozen_ms: tuple[int, ...]) -> str:
    """A trace made by the one who writes them."""
    path, ticks = tmp_path / "trace.jsonl", iter(range(1000))
    trace = tracing.Trace(path, datetime(2026, 11, 23, tzinfo=UTC), lambda: float(next(ticks)))
    trace.event("connected")
    for second, frozen in enumerate(frozen_ms):
        heard = page_report()
        fields = {name: getattr(heard, name) for name in heard.__slots__} | {"frozen_ms": frozen}
        trace.second(engine(since_s=float(second), heard=type(heard)(**fields)))
    trace._write()
    return path.read_text()


def test_a_trace_is_read_as_it_was_written(tmp_path: Path) -> None:
    trace = read_trace(written(tmp_path, (0, 0, 800, 800)))
    assert len(trace.seconds) == 4
    assert trace.connected_s == 1.0
    assert trace.lane_bps("voice") == [22_000] * 4
    assert trace.times_s == sorted(trace.times_s)
    (begins_s, ends_s), *none = trace.freezes_s
    assert none == []
    assert ends_s == trace.times_s[2]
    assert math.isclose(ends_s - begins_s, 0.8)


def test_a_trace_cut_off_in_a_line_is_read_up_to_there(tmp_path: Path) -> None:
    text = written(tmp_path, (0, 0, 0))
    assert len(read_trace(text[:-40]).seconds) == 2


@pytest.mark.parametrize("text", ["", "not json", '{"kind":"second","t":1}', '["begin"]'])
def test_what_is_no_trace_is_refused(text: str) -> None:
    with pytest.raises(UnreadableTraceError):
        read_trace(text)


def test_a_new_pace_is_no_new_shape() -> None:
    whats = ("none", "av1 480x360@19.4", "av1 480x360@21", "av1 480x360@0.25", "av1 480x360@0.5")
    changes = tuple(Event(float(at_s), "picture_rung", what) for at_s, what in enumerate(whats))
    trace = Trace("", ({"t": 1.0},), changes)
    assert [event.at_s for event in trace.reshapings] == [0.0, 1.0, 3.0]


def record(direction: str, from_s: float) -> dict[str, object]:
    queue = {"p50": 3.0, "p95": 40.0, "highest": 60.0}
    sizes = {"capacity_bps": 128_000, "delivered_bytes": 14_000, "queue_ms": queue}
    return {"direction": direction, "from_s": from_s, "seconds": 1.0, **sizes}


LOG = [record("up", -1e7), record("up", 0.0), record("down", 0.0), record("up", 1.0)]
RUNS = [{"peer": "chromium", "line": None}, {"peer": "chevet", "line": {"log": LOG}}]
LOGS = {
    "bench": json.dumps({"runs": RUNS}),
    "list": json.dumps(LOG),
    "lines": "\n".join(map(json.dumps, LOG)),
}


@pytest.mark.parametrize("kind", LOGS)
def test_the_true_line_is_brought_to_the_trace_s_clock(kind: str) -> None:
    seconds = read_line(LOGS[kind], begins_s=3.0)
    assert [second.at_s for second in seconds] == [3.5, 4.5]
    assert (seconds[0].delivered_bps, seconds[0].queue_p95_ms) == (112_000, 40.0)


@pytest.mark.parametrize("text", ["", "nothing", '{"runs": []}', '"up"'])
def test_what_holds_no_line_is_refused(text: str) -> None:
    with pytest.raises(UnreadableTraceError):
        read_line(text, begins_s=0.0)


def test_seconds_that_touch_are_one_span() -> None:
    times_s = [1.0, 2.0, 3.0, 4.0, 5.0]
    assert spans(times_s, [True, True, False, False, True]) == [(0.0, 2.0), (4.0, 5.0)]


def test_a_picture_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="comes with the laboratory's own packages")
    from linklab.plotting_command import main  # noqa: PLC0415 -- needs what may be missing

    trace, line, out = (tmp_path / name for name in ("t.jsonl", "l.json", "out.png"))
    trace.write_text(written(tmp_path, (0, 0, 800)))
    line.write_text(json.dumps([record("up", 0.0), record("up", 1.0)]))
    assert main([str(trace), "--line", str(line), "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")
